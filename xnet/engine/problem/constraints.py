"""A user's prior knowledge: constraints on the structure of a network, and on its output.

A `Constraints` record is a value that a `Problem` holds; the default has no constraint and costs nothing. There are two
kinds, because they can be checked at different times. *Structure* (forbidden inputs, nesting, the number of parameters)
is known before any constant is fitted, so proposals that violate it are never fitted. *Behaviour* (monotone in an
input, output within a range) depends on the constants, so it is checked for fitted networks, and again after their
constants are simplified.

A network that lacks a required input or violates a constraint on behaviour may stay in the beam, as others may be built
from it. Only networks that satisfy every constraint enter the front. Until one is known, the front holds the initial
constant alone.

Behaviour is checked on points, which is no proof: see `check_points`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS, GROUPS
from xnet.engine.networks.backpropagation import forward, sensitivities
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network
from xnet.errors import ConstraintError

from .sampling import halton
from .unit_rule import UnitRule

#: Tolerance of a bound, as a share of the range of the output; for slopes, divided by the range of the input.
_TOLERANCE = 1e-9
#: Rows and interpolated points that behaviour is checked on, lines along a monotone input, and points on each line.
_MOST_ROWS, _BETWEEN, _IN_BOX, _LINES, _ON_LINE = 2000, 200, 200, 32, 17
#: Constants that simplification may still remove: a proposal may have this many above `max_parameters`.
SLACK = 2


@dataclass(frozen=True)
class Constraints:
    """Constraints that every network of a front satisfies; `of` creates them from names and checks them.

    Attributes:
        forbidden, required: positions of inputs that no network may read, and that every network must read.
        nesting: (outer, inner) pairs of activations: no neuron `inner` anywhere below a neuron `outer`.
        max_parameters: most fitted constants, fixed and known ones not counted (D-177); None for no limit.
        monotonic: (input, sign) pairs: the output never falls (1) or never rises (-1) in that input.
        low, high: the output stays within these bounds, both included; None for no bound.
        units: the units that every network keeps to; None for no rule.
    """

    forbidden: tuple[int, ...] = ()
    required: tuple[int, ...] = ()
    nesting: tuple[tuple[str, str], ...] = ()
    max_parameters: int | None = None
    monotonic: tuple[tuple[int, int], ...] = ()
    low: float | None = None
    high: float | None = None
    units: UnitRule | None = None

    @classmethod
    def of(cls, names: Sequence[str], *, forbidden_inputs: Iterable[str | int] | None = None,
           required_inputs: Iterable[str | int] | None = None,
           forbidden_nesting: Iterable[Sequence[str]] | None = None,
           max_parameters: int | None = None, monotonic: Mapping[Any, str] | None = None,
           output_range: Sequence[float | None] | None = None,
           units: Mapping[str, object] | None = None) -> Constraints:
        """Constraints from names and groups; an argument that is omitted (or None) is no constraint.

        Args:
            names: the inputs' names; inputs are given by name or by position from 0.
            forbidden_nesting: pairs (outer, inner) of activations or groups, e.g. ("sin", "sin"), ("waves", "exp").
            monotonic: input -> "increasing" or "decreasing".
            output_range: (low, high), None for an open end.
            units: units that steer the search, see `UnitRule.of`.

        Raises:
            ConstraintError: a name is unknown, or the constraints contradict each other.
        """
        forbidden = _inputs(names, forbidden_inputs, "forbidden_inputs")
        required = _inputs(names, required_inputs, "required_inputs")
        low, high = _range(output_range)
        result = cls(forbidden, required, _nesting(forbidden_nesting), _parameters(max_parameters),
                     _monotonic(names, monotonic), low, high, None if units is None else UnitRule.of(names, units))
        both = [names[i] for i in required if i in forbidden]
        if both:
            raise ConstraintError(f"The input {both[0]!r} is both forbidden and required; drop it from one of them.")
        if len(forbidden) == len(names):
            raise ConstraintError("Every input is forbidden; leave at least one that formulas may use.")
        return result

    @property
    def any_behaviour(self) -> bool:
        """Whether there are constraints on the behaviour, not only on the structure."""
        return bool(self.monotonic) or self.low is not None or self.high is not None

    def buildable(self, network: Network) -> bool:
        """Whether a proposal may be fitted: it contains nothing forbidden and at most `SLACK` constants too many.

        The units of proposals are checked before their networks are built.
        """
        return not self.without_units.broken(network, slack=SLACK, partial=True)

    @property
    def without_units(self) -> Constraints:
        """The other constraints."""
        return self if self.units is None else replace(self, units=None)

    def broken(self, network: Network, fixed: Collection[int] = (), slack: int = 0, partial: bool = False,
               names: Sequence[str] = ()) -> str:
        """The constraint that the structure violates, in words; "" if it satisfies all.

        Args:
            fixed: positions of constants that a person fixed, beside known ones: they are no parameters.
            slack: number of constants above `max_parameters` that are still allowed.
            partial: whether required inputs may still be missing.
            names: of the inputs, for the words; without them an input has its number.
        """
        read = network.variables
        wrong = [i for i in self.forbidden if i in read]
        if wrong:
            return f"it uses the forbidden input {repr(names[wrong[0]]) if names else f'number {wrong[0]}'}"
        missing = [i for i in self.required if i not in read]
        if missing and not partial:
            return f"it lacks the required input {repr(names[missing[0]]) if names else f'number {missing[0]}'}"
        if self.max_parameters is not None and network.n_parameters > self.max_parameters + slack:
            fitted = network.n_parameters - sum(i in fixed or form_of(c, network.known) is not None
                                                for i, c in enumerate(network.constants))
            if fitted > self.max_parameters + slack:
                return f"it has {fitted} parameters, at most {self.max_parameters} are allowed"
        pair = nested(network, self.nesting) if self.nesting else None
        if pair is not None:
            return f"it has {pair[1]} inside {pair[0]}"
        return "" if self.units is None else self.units.broken(network)

    def behaves(self, network: Network, points: CheckPoints) -> bool:
        """Whether the output satisfies its bounds and slopes; it must be defined on all rows, not on other points."""
        with np.errstate(all="ignore"):
            values = forward(network, points.columns)
            f = values[-1]
            defined = np.isfinite(f)
            if not defined[: points.n_rows].all():
                return False
            room = _TOLERANCE * (float(np.ptp(f[: points.n_rows])) or 1.0)
            if (self.low is not None and (f[defined] < self.low - room).any()) or \
                    (self.high is not None and (f[defined] > self.high + room).any()):
                return False
            J = sensitivities(network, values) if self.monotonic else []
            return all(_monotone(network, j, sign, J, points, room) for j, sign in self.monotonic)


#: No constraint.
NONE = Constraints()


def nested(network: Network, pairs: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """The first of the (outer, inner) pairs that occurs in the network, at any depth; None if none does."""
    below: list[frozenset[str]] = []
    inner_of: dict[str, list[str]] = {}
    for outer, inner in pairs:
        inner_of.setdefault(outer, []).append(inner)
    for neuron in network.neurons:
        inside = frozenset().union(*(below[c] | {network.neurons[c].activation} for c in neuron.children))
        for inner in inner_of.get(neuron.activation, ()):
            if inner in inside:
                return neuron.activation, inner
        below.append(inside)
    return None


@dataclass(frozen=True)
class CheckPoints:
    """Points for the check of behaviour: `columns` (d, n); the first `n_rows` points are rows of the table.

    `lines` holds, for each monotone input, the points (lines, along) that differ in that input only, ascending.
    """

    columns: Array
    n_rows: int
    lines: Mapping[int, Array]


def check_points(columns: Array, constraints: Constraints, seed: int = 0) -> CheckPoints:
    """The points for the check of behaviour; equal seeds give equal points.

    They are the rows (2,000 of them, evenly picked, where there are more), 200 points between random pairs of rows,
    200 points of a Halton sequence in the box that the inputs span, the box's corners (up to 5 inputs), and for every
    monotone input 32 lines through rows along that input, over its whole range. On the lines the output itself is
    compared as well, as a pole changes the values and not the sign of the slope. A formula that fails between these
    points passes, so the check is no proof. Points where a formula is undefined are not checked, unless they are rows.

    Args:
        columns: (d, n) the inputs of all rows.
    """
    rng = np.random.default_rng(seed)
    d, n = columns.shape
    rows = columns[:, np.linspace(0, n - 1, min(n, _MOST_ROWS)).round().astype(int)]
    low, high = columns.min(axis=1, keepdims=True), columns.max(axis=1, keepdims=True)
    first, second = rng.integers(0, n, (2, _BETWEEN))
    share = rng.uniform(0, 1, _BETWEEN)
    between = columns[:, first] * (1 - share) + columns[:, second] * share
    unit = [halton(_IN_BOX, d)]
    if d <= 5:
        unit.append(np.stack(np.meshgrid(*[[0.0, 1.0]] * d, indexing="ij")).reshape(d, -1))
    parts = [rows, between, low + np.concatenate(unit, axis=1) * (high - low)]
    lines: dict[int, Array] = {}
    start = sum(part.shape[1] for part in parts)
    for j, _ in constraints.monotonic:
        through = columns[:, rng.integers(0, n, _LINES)]
        line = np.repeat(through, _ON_LINE, axis=1)
        line[j] = np.tile(np.linspace(low[j, 0], high[j, 0], _ON_LINE), _LINES)
        lines[j] = start + np.arange(line.shape[1]).reshape(_LINES, _ON_LINE)
        start += line.shape[1]
        parts.append(line)
    return CheckPoints(np.ascontiguousarray(np.concatenate(parts, axis=1)), rows.shape[1], lines)


def _monotone(network: Network, j: int, sign: int, J: list[Array], points: CheckPoints, room: float) -> bool:
    slope = np.zeros(points.columns.shape[1])
    for i, neuron in enumerate(network.neurons):
        if neuron.activation == "variable" and neuron.index == j:
            slope = slope + J[i]
    width = float(np.ptp(points.columns[j])) or 1.0
    if (sign * slope[np.isfinite(slope)] < -room / width).any():
        return False
    f = forward(network, points.columns)[-1][points.lines[j]]
    steps = sign * np.diff(f, axis=1)
    return not (steps[np.isfinite(steps)] < -room).any()


def _inputs(names: Sequence[str], given: Iterable[str | int] | None, option: str) -> tuple[int, ...]:
    given = [given] if isinstance(given, (str, int)) else list(given or ())
    return tuple(sorted({_input(names, name, option) for name in given}))


def _input(names: Sequence[str], name: Any, option: str) -> int:
    """The position of an input given by name or position."""
    if isinstance(name, str) and name in names:
        return list(names).index(name)
    if isinstance(name, (int, np.integer)) and not isinstance(name, bool) and 0 <= name < len(names):
        return int(name)
    shown = ", ".join(str(n) for n in names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
    raise ConstraintError(f"{option} names {name!r}, which is no input; the inputs are {shown} (or their positions, 0 "
                          f"to {len(names) - 1}).")


def _nesting(pairs: Iterable[Sequence[str]] | None) -> tuple[tuple[str, str], ...]:
    found: set[tuple[str, str]] = set()
    for pair in pairs or ():
        if isinstance(pair, str) or len(pair) != 2:
            raise ConstraintError(f"forbidden_nesting has {pair!r}; expected pairs of an outer and an inner activation "
                                  'or group, such as ("sin", "exp").')
        outer, inner = (GROUPS[n].names if n in GROUPS else (n,) for n in pair)
        unknown = [n for n in (*outer, *inner) if n not in ACTIVATIONS]
        if unknown:
            raise ConstraintError(f"forbidden_nesting names {unknown[0]!r}, which is not known; use activations "
                                  f"({', '.join(ACTIVATIONS)}) or groups ({', '.join(GROUPS)}).")
        found |= {(a, b) for a in outer for b in inner}
    return tuple(sorted(found))


def _parameters(most: int | None) -> int | None:
    if most is not None and (isinstance(most, bool) or most != int(most) or most < 0):
        raise ConstraintError(f"max_parameters is {most!r}; expected a whole number from 0, or None for no limit.")
    return None if most is None else int(most)


def _monotonic(names: Sequence[str], given: Mapping[Any, str] | None) -> tuple[tuple[int, int], ...]:
    signs = {"increasing": 1, "decreasing": -1}
    found: dict[int, int] = {}
    for name, word in (given or {}).items():
        j = _input(names, name, "monotonic")
        if word not in signs or found.get(j, signs[word]) != signs[word]:
            raise ConstraintError(f"monotonic says {word!r} for the input {name!r}; expected either 'increasing' or "
                                  "'decreasing'.")
        found[j] = signs[word]
    return tuple(sorted(found.items()))


def _range(given: Sequence[float | None] | None) -> tuple[float | None, float | None]:
    if given is None:
        return None, None
    ends = tuple(given)
    fine = len(ends) == 2 and all(e is None or (isinstance(e, (int, float, np.number)) and e == e) for e in ends)
    if not fine or (None not in ends and not ends[0] < ends[1]):  # type: ignore[operator]
        raise ConstraintError(f"output_range is {given!r}; expected (low, high) with low below high, None for an open "
                              "end.")
    low, high = (None if e is None or np.isinf(e) else float(e) for e in ends)
    return low, high
