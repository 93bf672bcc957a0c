"""Numbers made of the exact numbers 1 and 2 by activations: what the activations-only mode has instead of constants.

Three steps, each vectorised: arithmetic from 1 and 2 by complexity (whole numbers and fractions), one activation of the
small ones (2 arcsin(1) is pi, exp(1) is e), and every pair of the cheapest of both. The result is a dense ladder of
numbers, each with the fewest neurons that were found for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS

#: Arithmetic goes on up to this many neurons, activations are applied to numbers of up to so many.
_ARITHMETIC, _INNER = 9, 5
#: So many of the cheapest numbers are joined in pairs.
_PAIRED = 300
_SMALLEST, _LARGEST = 1e-9, 1e9


@dataclass(frozen=True)
class ExactNumbers:
    """Positive numbers, ascending, and how each is made.

    Attributes:
        value, cost: (n,) the numbers and their neurons.
        name, left, right: (n,) the activation and the positions of what it is applied to; "" for 1 and 2, -1 for none.
    """

    value: Array
    cost: Array
    name: Array
    left: Array
    right: Array

    def find(self, number: float) -> int | None:
        """Position of a positive number (equal to 13 digits), or None."""
        at = self.between(number * (1 - 1e-13), number * (1 + 1e-13))
        return None if not len(at) else int(at[np.argmin(self.cost[at])])

    def between(self, low: float, high: float) -> Array:
        """Positions of the numbers from low to high."""
        return np.arange(np.searchsorted(self.value, low), np.searchsorted(self.value, high, side="right"))


def exact_numbers(library: Iterable[str]) -> ExactNumbers:
    """The numbers that an activation library can make (cached)."""
    return _numerals(tuple(sorted(set(library) - {"abs", "neg"})))


@lru_cache(maxsize=8)
def _numerals(library: tuple[str, ...]) -> ExactNumbers:
    growth = _NumberEnumeration()
    with np.errstate(all="ignore"):
        binary = [n for n in ("add", "sub", "mul", "div", "pow") if n in library]
        for level in range(2, _ARITHMETIC + 1):
            growth.level(binary, [n for n in ("square", "cube") if n in library], level)
        small = np.flatnonzero(growth.cost <= _INNER)
        for name in library:
            if ACTIVATIONS[name].arity == 1:
                growth.keep(name, ACTIVATIONS[name].value(growth.value[small]), small, -1)
        growth.settle()
        cheap = np.argsort(growth.cost, kind="stable")[:_PAIRED]
        for name in ("add", "sub", "mul", "div"):
            if name in library:
                growth.pairs(name, cheap, cheap)
        growth.settle()
    return growth.finished()


class _NumberEnumeration:
    """The numbers found so far, and new ones until they are settled: the cheapest of equals is kept."""

    def __init__(self) -> None:
        self.value, self.cost = np.array([1.0, 2.0]), np.array([1, 1])
        self.name = np.array(["", ""], dtype=object)
        self.left, self.right = np.full(2, -1), np.full(2, -1)
        self.new: list[tuple[Array, Array, Array, Array, Array]] = []

    def keep(self, name: str, values: Array, left: Array, right: Array | int) -> None:
        """Note candidates for the next settling."""
        cost = self.cost[left] + ACTIVATIONS[name].cost + (self.cost[right] if isinstance(right, np.ndarray) else 0)
        good = np.isfinite(values) & (values > _SMALLEST) & (values < _LARGEST)
        right = right[good] if isinstance(right, np.ndarray) else np.full(int(good.sum()), -1)
        self.new.append((values[good], cost[good], np.full(int(good.sum()), name, dtype=object), left[good], right))

    def pairs(self, name: str, a: Array, b: Array) -> None:
        """Note the activation `name` of every pair of numbers from `a` and `b`."""
        left, right = np.repeat(a, len(b)), np.tile(b, len(a))
        self.keep(name, ACTIVATIONS[name].value(self.value[left], self.value[right]), left, right)

    def level(self, binary: Sequence[str], unary: Sequence[str], level: int) -> None:
        """All numbers of `level` neurons by arithmetic."""
        for name in unary:
            at = np.flatnonzero(self.cost == level - ACTIVATIONS[name].cost)
            self.keep(name, ACTIVATIONS[name].value(self.value[at]), at, -1)
        for name in binary:
            inner = level - ACTIVATIONS[name].cost
            for k in range(1, inner):
                self.pairs(name, np.flatnonzero(self.cost == k), np.flatnonzero(self.cost == inner - k))
        self.settle()

    def settle(self) -> None:
        """Take up what is new and different to 13 digits; old numbers keep their positions."""
        if not self.new:
            return
        value, cost, name, left, right = (np.concatenate(part) for part in zip(*self.new, strict=True))
        self.new = []
        order = np.argsort(cost, kind="stable")
        chosen = np.sort(order[np.unique(_key(value[order]), return_index=True)[1]])
        chosen = chosen[~np.isin(_key(value[chosen]), _key(self.value))]
        self.value, self.cost = np.append(self.value, value[chosen]), np.append(self.cost, cost[chosen])
        self.name = np.append(self.name, name[chosen])
        self.left, self.right = np.append(self.left, left[chosen]), np.append(self.right, right[chosen])

    def finished(self) -> ExactNumbers:
        """All numbers, ascending."""
        order = np.argsort(self.value, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        moved = [np.where(side[order] >= 0, place[side[order]], -1) for side in (self.left, self.right)]
        return ExactNumbers(self.value[order], self.cost[order], self.name[order], *moved)


def _key(values: Array) -> Array:
    """Equal for positive values that agree to about 13 digits."""
    return (np.ascontiguousarray(values).view(np.int64) + (1 << 9)) >> 10
