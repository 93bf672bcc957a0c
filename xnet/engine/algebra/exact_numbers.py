"""Numbers made of the exact numbers 1 and 2 by activations; they replace constants in the mode without parameters.

The numbers are enumerated in three vectorised steps: arithmetic from 1 and 2 in the order of complexity (whole numbers
and fractions), one activation of the short ones (2 arcsin(1) is pi, exp(1) is e), and all pairs of the shortest of
both. The result is a dense set of numbers, each with the fewest neurons found for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.own_functions import is_definition

#: The most neurons of numbers made by arithmetic, and of numbers that other activations are applied to.
_ARITHMETIC, _INNER = 9, 5
#: How many of the shortest numbers are combined in pairs.
_PAIRED = 300
#: The range of the numbers.
_SMALLEST, _LARGEST = 1e-9, 1e9


@dataclass(frozen=True)
class ExactNumbers:
    """Positive numbers in ascending order, and how each is made.

    Attributes:
        value: (n,) the numbers.
        cost: (n,) how many neurons each needs.
        name: (n,) the activation that makes it; "" for 1 and 2.
        left, right: (n,) positions of the activation's operands; -1 for none.
    """

    value: Array
    cost: Array
    name: Array
    left: Array
    right: Array

    def find(self, number: float) -> int | None:
        """Position of a positive number (equal to 13 digits), that of fewest neurons; None if there is none."""
        at = self.between(number * (1 - 1e-13), number * (1 + 1e-13))
        return None if not len(at) else int(at[np.argmin(self.cost[at])])

    def between(self, low: float, high: float) -> Array:
        """Positions of the numbers in the interval from low to high."""
        return np.arange(np.searchsorted(self.value, low), np.searchsorted(self.value, high, side="right"))


def exact_numbers(library: Iterable[str]) -> ExactNumbers:
    """The numbers that an activation library can make; cached."""
    return _enumerated(tuple(sorted(n for n in library if n != "neg" and not is_definition(n)
                                    and not ACTIVATIONS[n].abbreviation)))


@lru_cache(maxsize=8)
def _enumerated(library: tuple[str, ...]) -> ExactNumbers:
    found = _NumberEnumeration()
    with np.errstate(all="ignore"):
        binary = [n for n in ("add", "sub", "mul", "div", "pow") if n in library]
        for level in range(2, _ARITHMETIC + 1):
            found.level(binary, [n for n in ("square", "cube") if n in library], level)
        small = np.flatnonzero(found.cost <= _INNER)
        for name in library:
            if ACTIVATIONS[name].arity == 1:
                found.propose(name, ACTIVATIONS[name].value(found.value[small]), small, -1)
        found.merge()
        cheap = np.argsort(found.cost, kind="stable")[:_PAIRED]
        for name in ("add", "sub", "mul", "div"):
            if name in library:
                found.pairs(name, cheap, cheap)
        found.merge()
    return found.finished()


class _NumberEnumeration:
    """The numbers found so far, and pending ones, which `merge` adds: of equal numbers the shortest is kept."""

    def __init__(self) -> None:
        self.value, self.cost = np.array([1.0, 2.0]), np.array([1, 1])
        self.name = np.array(["", ""], dtype=object)
        self.left, self.right = np.full(2, -1), np.full(2, -1)
        self.pending: list[tuple[Array, Array, Array, Array, Array]] = []

    def propose(self, name: str, values: Array, left: Array, right: Array | int) -> None:
        """Add numbers to the pending ones."""
        cost = self.cost[left] + ACTIVATIONS[name].cost + (self.cost[right] if isinstance(right, np.ndarray) else 0)
        good = np.isfinite(values) & (values > _SMALLEST) & (values < _LARGEST)
        right = right[good] if isinstance(right, np.ndarray) else np.full(int(good.sum()), -1)
        self.pending.append((values[good], cost[good], np.full(int(good.sum()), name, dtype=object), left[good], right))

    def pairs(self, name: str, a: Array, b: Array) -> None:
        """Propose the activation `name` of every pair of numbers from `a` and `b` (positions)."""
        left, right = np.repeat(a, len(b)), np.tile(b, len(a))
        self.propose(name, ACTIVATIONS[name].value(self.value[left], self.value[right]), left, right)

    def level(self, binary: Sequence[str], unary: Sequence[str], level: int) -> None:
        """Add all numbers of `level` neurons that the given activations make."""
        for name in unary:
            at = np.flatnonzero(self.cost == level - ACTIVATIONS[name].cost)
            self.propose(name, ACTIVATIONS[name].value(self.value[at]), at, -1)
        for name in binary:
            inner = level - ACTIVATIONS[name].cost
            for k in range(1, inner):
                self.pairs(name, np.flatnonzero(self.cost == k), np.flatnonzero(self.cost == inner - k))
        self.merge()

    def merge(self) -> None:
        """Add the pending numbers that differ from all others in 13 digits; old numbers keep their positions."""
        if not self.pending:
            return
        value, cost, name, left, right = (np.concatenate(part) for part in zip(*self.pending, strict=True))
        self.pending = []
        order = np.argsort(cost, kind="stable")
        chosen = np.sort(order[np.unique(_key(value[order]), return_index=True)[1]])
        chosen = chosen[~np.isin(_key(value[chosen]), _key(self.value))]
        self.value, self.cost = np.append(self.value, value[chosen]), np.append(self.cost, cost[chosen])
        self.name = np.append(self.name, name[chosen])
        self.left, self.right = np.append(self.left, left[chosen]), np.append(self.right, right[chosen])

    def finished(self) -> ExactNumbers:
        """All numbers in ascending order."""
        order = np.argsort(self.value, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        moved = [np.where(side[order] >= 0, place[side[order]], -1) for side in (self.left, self.right)]
        return ExactNumbers(self.value[order], self.cost[order], self.name[order], *moved)


def _key(values: Array) -> Array:
    """Hashes (n,) that are equal for positive values which agree to about 13 digits."""
    return (np.ascontiguousarray(values).view(np.int64) + (1 << 9)) >> 10
