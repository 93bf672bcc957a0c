"""Units that steer a search: formulas whose units cannot be made consistent are not tried.

Units are vectors of exponents here, one component a base dimension, and their sizes do not count: 2 km + 3 m agree. The
rule is that of a check by hand. Terms that are added have equal units; exp, log, waves and exponents take pure numbers;
a quantity with a unit is raised only to multiples of 1/12 (so to halves, thirds and quarters). Every number of the
formula but the signs 1 and -1 of its terms may have a unit, and at most so many numbers as are allowed have one. A
column without a unit may have any. A known constant counts as a number.

For every part of a formula the fewest numbers with a unit are counted, for each unit that the part can have (Bellman's
principle: the parts of an expression share no number). Numbers that a formula holds twice are counted twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import add
from typing import Any, NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.algebra.shapes import shape
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.expansion import expanded
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_functions import is_definition
from xnet.errors import ConstraintError

#: Powers of a quantity with a unit are multiples of one over this, and exponents of units are counted in its cubes.
_PARTS = 12
_COUNTED = _PARTS**3
#: Nats that a number with a unit adds to the price of a structure: of formulas that fit by chance about one in fifty
#: has the target's unit without such numbers, and each of them makes up for any unit.
_NATS = 4.0
#: The count of numbers for a unit that a part cannot have.
_NEVER = 1_000_000

#: Exponents of the base dimensions, times `_COUNTED`: sums of whole numbers are exact.
_Vector = tuple[int, ...]


class _Side(NamedTuple):
    """What a part of a formula may be: the fewest numbers with a unit, for single units and for any unit at all."""

    units: dict[_Vector, int]
    any_unit: int

    def of(self, unit: _Vector) -> int:
        """The fewest numbers with a unit, if the part has this unit."""
        return min(self.units.get(unit, _NEVER), self.any_unit)


@dataclass(frozen=True)
class UnitRule:
    """The units of a table, and how many numbers of a formula may have one; `of` makes it from a config.

    Attributes:
        inputs: the exponents of every input; None for an input without a unit, which may have any.
        target: the exponents of the target; None if it may have any.
        most: the most numbers of a formula that may have a unit.
    """

    inputs: tuple[_Vector | None, ...]
    target: _Vector | None
    most: int
    _sides: dict[tuple[Expr | str, bool], _Side] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, names: Sequence[str], config: Mapping[str, object]) -> UnitRule:
        """The rule of the entry `units` of prior knowledge.

        Args:
            names: the inputs' names.
            config: "inputs", a unit by column, and "target", a unit; a unit is a number of exponents by the name of a
                base dimension, e.g. {"length": 1, "time": -2}. "constants" is the most numbers with a unit.

        Raises:
            ConstraintError: a column is no input, or an entry is no number.
        """
        given, most = config.get("inputs") or {}, config.get("constants", 0)
        if not isinstance(given, Mapping) or isinstance(most, bool) or not isinstance(most, int) or most < 0:
            raise ConstraintError(f"The number of constants that may have a unit is {most!r}; expected a whole number "
                                  "from 0.")
        unknown = [name for name in given if name not in names]
        if unknown:
            raise ConstraintError(f"units has {unknown[0]!r}, which is no input; the inputs are {', '.join(names)}.")
        target = config.get("target")
        units = [u for u in (*given.values(), target) if isinstance(u, Mapping)]
        dimensions = sorted({d for unit in units for d in unit})

        def vector(unit: object) -> _Vector | None:
            return _times(_COUNTED, [unit.get(d, 0.0) for d in dimensions]) if isinstance(unit, Mapping) else None

        return cls(tuple(vector(given.get(name)) for name in names), vector(target), most)

    @cached_property
    def size(self) -> int:
        """Number of base dimensions."""
        return max((len(u) for u in (*self.inputs, self.target) if u is not None), default=0)

    def table(self) -> Array:
        """The exponents of the inputs (d, D); NaN for an input that may have any unit."""
        return np.array([(math.nan,) * self.size if u is None else u for u in self.inputs]).reshape(
            -1, self.size) / _COUNTED

    def of_target(self) -> Array | None:
        """The exponents of the target (D,); None if it may have any unit."""
        return None if self.target is None else np.array(self.target) / _COUNTED

    def needed(self, expr: Expr, any_power: bool = False) -> int | None:
        """The fewest numbers with a unit that make the units consistent; None if none do.

        Args:
            any_power: whether a fitted power may still become a multiple of 1/12.
        """
        side = self._side(expr, any_power)
        least = min((*side.units.values(), side.any_unit)) if self.target is None else side.of(self.target)
        return None if least >= _NEVER else least

    def may_work(self, expr: Expr) -> bool:
        """Whether the units of a proposal can still become consistent; its own functions may have any unit."""
        needed = self.needed(expr, any_power=True)
        return needed is not None and needed <= self.most

    def price(self, network: Network) -> float:
        """Nats that the numbers with a unit add to the price of a network's structure."""
        return _NATS * (self.needed(to_expression(expanded(network))) or 0)

    def broken(self, network: Network) -> str:
        """How a network breaks the rule, in words; "" if it does not."""
        needed = self.needed(to_expression(expanded(network)))
        if needed is not None and needed <= self.most:
            return ""
        if needed is None:
            return "its units are not consistent"
        return f"{needed} of its numbers need a unit, at most {self.most} may have one"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_sides": {}}

    def _side(self, expr: Expr, any_power: bool) -> _Side:
        # Numbers do not count but for their place, so one shape has one result, unless a power of it is in doubt.
        name = shape(expr)
        key = (expr if "^c" in name else name), any_power
        if key not in self._sides:
            if len(self._sides) > 200_000:
                self._sides.clear()
            self._sides[key] = self._made(expr, any_power)
        return self._sides[key]

    def _made(self, expr: Expr, any_power: bool) -> _Side:
        if expr.kind is ExprKind.VAR:
            unit = self.inputs[expr.index]
            return _Side({}, 0) if unit is None else _Side({unit: 0}, _NEVER)
        pure = (0,) * self.size
        if expr.kind is ExprKind.PROD:
            result = _Side({pure: 0}, _NEVER)
            for factor, p in expr.args:
                result = _product(result, _power(self._side(factor, any_power), p, pure, any_power))
            return result
        if expr.kind is ExprKind.SUM:
            terms = [_scaled(self._side(t, any_power), c) for t, c in expr.args]
            return _sum(terms + ([_Side({pure: 0}, 1)] if expr.value or not terms else []))
        return self._call(expr, any_power, pure)

    def _call(self, expr: Expr, any_power: bool, pure: _Vector) -> _Side:
        below = [self._side(a, any_power) for a in expr.args]
        if is_definition(expr.name):
            return _Side({}, sum(min((*b.units.values(), b.any_unit)) for b in below))
        degree = ACTIVATIONS[expr.name].degree
        if degree is not None:
            return _power(_sum(below), degree, pure, any_power)
        least = sum(b.of(pure) for b in below)
        return _Side({pure: least} if least < _NEVER else {}, _NEVER)


def _times(factor: float, exponents: Iterable[float]) -> _Vector:
    return tuple(round(factor * e) for e in exponents)


def _scaled(side: _Side, coefficient: float) -> _Side:
    """A number times a part."""
    if abs(coefficient) == 1.0:
        return side
    return _Side(side.units, min(side.any_unit, 1 + min((*side.units.values(), side.any_unit))))


def _product(a: _Side, b: _Side) -> _Side:
    units: dict[_Vector, int] = {}
    for u, m in a.units.items():
        for v, n in b.units.items():
            unit = tuple(map(add, u, v))
            units[unit] = min(units.get(unit, _NEVER), m + n)
    least_a, least_b = (min((*s.units.values(), s.any_unit)) for s in (a, b))
    return _Side(units, min(a.any_unit + least_b, b.any_unit + least_a, _NEVER))


def _power(side: _Side, p: float, pure: _Vector, any_power: bool) -> _Side:
    """A part to a fixed power."""
    if p == 1.0:
        return side
    least = min((*side.units.values(), side.any_unit))
    if p == 0.0:  # the sign of a part is a pure number
        return _Side({pure: least}, _NEVER)
    if abs(p * _PARTS - round(p * _PARTS)) < 1e-9:
        return _Side({_times(p, u): n for u, n in side.units.items()}, side.any_unit)
    return _Side({pure: side.of(pure)}, least if any_power else side.any_unit)


def _sum(terms: Sequence[_Side]) -> _Side:
    """Terms that are added, or compared: they have one unit."""
    asked = {u for term in terms for u in term.units}
    units = {u: n for u in asked if (n := sum(term.of(u) for term in terms)) < _NEVER}
    return _Side(units, min(sum(term.any_unit for term in terms), _NEVER))
