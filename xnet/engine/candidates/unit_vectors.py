"""Units of candidates, when units steer a search: those whose units cannot be made consistent are not stored.

The rule is that of `xnet.engine.problem.unit_rule`, for whole levels at once and a little simpler: of the units that a
candidate can have, only the one that needs the fewest numbers with a unit is kept, beside the fewest numbers that let
it have any unit at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.own_functions import is_definition

#: The count of numbers for a unit that a candidate cannot have.
NEVER = 1000


@dataclass(frozen=True, eq=False)
class InputUnits:
    """The units of a table's inputs: exponents (d, D) of the base dimensions, NaN where an input may have any unit.

    Attributes:
        most: the most numbers of a candidate that may have a unit.
        target: the exponents (D,) of the target; None if it may have any unit.
    """

    exponents: Array
    most: int
    target: Array | None = None


class Units(NamedTuple):
    """Units of k candidates: exponents (k, D), the fewest numbers (k,) with a unit for them, and for any unit."""

    exponents: Array
    needed: Array
    needed_for_any: Array

    def at(self, which: Array | slice) -> Units:
        """The units of some of the candidates."""
        return Units(*(part[which] for part in self))

    @property
    def least(self) -> Array:
        """(k,) the fewest numbers with a unit."""
        return np.minimum(self.needed, self.needed_for_any)


class CandidateUnits:
    """The units of all candidates stored so far, in arrays of `limit` places."""

    def __init__(self, inputs: InputUnits, limit: int) -> None:
        self.inputs = inputs
        self._stored = Units(np.zeros((limit, inputs.exponents.shape[1])), np.zeros(limit, dtype=np.int64),
                             np.full(limit, NEVER))

    def of(self, ids: Array) -> Units:
        """The units of stored candidates."""
        return self._stored.at(ids)

    def store(self, ids: Array, units: Units) -> None:
        """Keep the units of candidates (k,)."""
        for part, given in zip(self._stored, units, strict=True):
            part[ids] = given

    def works(self, units: Units) -> Array:
        """Which candidates (k,) can have a unit with as many numbers as are allowed."""
        return np.asarray(units.least <= self.inputs.most)

    def of_inputs(self, positions: Array) -> Units:
        """The units of inputs, by their positions in the table; of the number 1 for the position -1."""
        known = self.inputs.exponents[positions]
        known[positions < 0] = 0.0
        free = np.isnan(known).any(axis=1)
        known[free] = 0.0
        return Units(known, np.where(free, NEVER, 0), np.where(free, 0, np.where(positions < 0, 1, NEVER)))

    def of_monomials(self, exponents: Array, positions: Array) -> Units:
        """The units of products of powers (k, d) of the inputs at `positions` (d,)."""
        known = self.inputs.exponents[positions]
        free = np.isnan(known).any(axis=1)
        any_unit = (exponents[:, free] != 0).any(axis=1)
        return Units(exponents @ np.where(np.isnan(known), 0.0, known), np.where(any_unit, NEVER, 0),
                     np.where(any_unit, 0, NEVER))

    def of_multiples(self, ids: Array, factors: Array) -> Units:
        """The units of numbers (k,) times candidates; the signs 1 and -1 have no unit."""
        a = self._stored.at(ids)
        return Units(a.exponents, a.needed, np.where(np.abs(factors) == 1.0, a.needed_for_any,
                                                     np.minimum(a.needed_for_any, a.least + 1)))

    def of_shifted(self, ids: Array) -> Units:
        """The units of candidates plus numbers."""
        return _of_sum(self._stored.at(ids), self.of_inputs(np.full(len(ids), -1)))

    def of_unary(self, name: str, ids: Array) -> Units:
        """The units of the activation `name` of candidates."""
        a, activation = self._stored.at(ids), ACTIVATIONS[name]
        if is_definition(name):
            return Units(np.zeros_like(a.exponents), a.least, a.least)
        if activation.degree is not None:
            return Units(activation.degree * a.exponents, a.needed, a.needed_for_any)
        return Units(np.zeros_like(a.exponents), _pure(a), np.full(len(ids), NEVER))

    def of_binary(self, name: str, left: Array, right: Array) -> Units:
        """The units of the activation `name` of pairs of candidates."""
        a, b = self._stored.at(left), self._stored.at(right)
        if name in ("mul", "div"):
            sign = 1.0 if name == "mul" else -1.0
            return Units(a.exponents + sign * b.exponents, np.minimum(a.needed + b.needed, NEVER),
                         np.minimum(np.minimum(a.needed_for_any + b.least, b.needed_for_any + a.least), NEVER))
        if name in ("add", "sub") or ACTIVATIONS[name].degree is not None:
            return _of_sum(a, b)
        if is_definition(name):
            return Units(np.zeros_like(a.exponents), a.least + b.least, a.least + b.least)
        return Units(np.zeros_like(a.exponents), np.minimum(_pure(a) + _pure(b), NEVER), np.full(len(left), NEVER))


def _pure(a: Units) -> Array:
    """(k,) the fewest numbers with a unit that make candidates pure numbers."""
    is_pure = (np.abs(a.exponents) < 1e-6).all(axis=1)
    return np.minimum(np.where(is_pure, a.needed, NEVER), a.needed_for_any)


def _of_sum(a: Units, b: Units) -> Units:
    """Candidates that are added: they have one unit, the left or the right one."""
    alike = (np.abs(a.exponents - b.exponents) < 1e-6).all(axis=1)
    by_left = a.needed + np.where(alike, np.minimum(b.needed, b.needed_for_any), b.needed_for_any)
    by_right = b.needed + np.where(alike, np.minimum(a.needed, a.needed_for_any), a.needed_for_any)
    left = by_left <= by_right
    return Units(np.where(left[:, None], a.exponents, b.exponents),
                 np.minimum(np.where(left, by_left, by_right), NEVER),
                 np.minimum(a.needed_for_any + b.needed_for_any, NEVER))
