"""Dimensional analysis: an optional check that formulas are consistent in their units.

The unit of a neuron follows from those of its children. Both terms of a sum must have the same unit; exp, log and the
trigonometric functions need pure numbers, and so do exponents. Every other number of a formula may have a unit, whole
numbers too. So the check is a small system of linear equations in the exponents of the base units and the logarithm of
the size, with one unknown vector for each number. It has three results: consistent; consistent if some numbers have
units (each is printed, as few as possible); not consistent (with the first wrong place). What could not be checked is
said beside the result.

The numbers of a column in degC or degF count from another zero than kelvin. A number that is added may make up for
that; without one, temperatures of different zeros are not equal. `temperature_points` says which numbers are
temperatures, and which are differences of temperatures.

Units are typed by people, see `unit_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.formulas.logarithms import with_short_logarithms
from xnet.engine.formulas.precedence import root_form
from xnet.engine.formulas.short_powers import bases, with_short_powers
from xnet.engine.formulas.text import constant_text, to_text
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.expansion import expanded
from xnet.engine.networks.forward_pass import forward
from xnet.engine.networks.network import Network
from xnet.errors import XNetError

from .temperature_points import temperature_points
from .unit_text import LONGEST, Unit, UnknownUnit, read_unit
from .unit_vectors import UnitVectors


class UnitsError(XNetError, ValueError):
    """Units are given for columns that do not exist."""


def units_report(networks: Sequence[Network], names: Sequence[str], target: str,
                 units: Mapping[str, str | None]) -> list[str]:
    """Check networks: "consistent", "consistent if 2.5 has the unit kg/m³" or "not consistent: adds m and s".

    A sentence that begins with "not checked" says why nothing was checked: no column has a unit, a unit is unknown, or
    `pint` is missing. Columns without a unit are named in brackets after the result.

    Args:
        networks: the formulas.
        names, target: names of the columns; a column without a unit may have any unit.
        units: column -> unit as text, e.g. "m/s^2"; "1" for a pure number, None for no unit.

    Raises:
        UnitsError: a unit is given for an unknown column.
    """
    check_columns(names, target, units)
    known: dict[str, Unit] = {}
    unread: dict[str, str] = {}
    for column, text in units.items():
        if text is None:
            continue
        try:
            known[column] = read_unit(text)
        except UnknownUnit as why:
            unread[column] = str(why) or (f"the unit {str(text).strip()[:LONGEST]!r} of {column!r} is unknown; write "
                                          "it like kg*m/s^2")
    return [_sentence(expanded(network), names, target, known, unread) for network in networks]


def check_columns(names: Sequence[str], target: str, units: Mapping[str, str | None]) -> None:
    """Check that every unit belongs to a column.

    Raises:
        UnitsError: a unit belongs to no column; the message lists the columns.
    """
    for column in units:
        if column != target and column not in names:
            raise UnitsError(f"units has {column!r}, which is not a column; the columns are {', '.join(names)} and "
                             f"{target}.")


def _sentence(network: Network, names: Sequence[str], target: str, known: Mapping[str, Unit],
              unread: Mapping[str, str]) -> str:
    """The result for one network, and what was not checked."""
    used = [*(names[i] for i in network.variables), target]
    for column in used:
        if column in unread:
            return f"not checked: {unread[column]}"
    here = {column: known[column] for column in used if column in known}
    if not here:
        return "not checked: no unit is given" + (" for the columns of this formula" if known else "")
    try:
        printed = with_short_powers(with_short_logarithms(network), fitted_bases=False)
        system = _System(UnitVectors(here, target), printed, names, bases(network))
    except _Wrong as where:
        return f"not consistent: {where}"
    return system.result()


class _Wrong(Exception):
    """The first inconsistent place of a formula, in words."""


#: Said where the target is a column without a unit: it may have one that nobody wrote down.
_NO_TARGET = "no unit is given for the target"
#: The unit of a neuron: coefficients of the unknown units (k,), and the known part (D + 1,).
_Side = tuple[Array, Array]


class _System:
    """The equations of one network."""

    def __init__(self, check: UnitVectors, network: Network, names: Sequence[str], bases: Mapping[int, float]) -> None:
        self.check, self.network, self.names, self.bases = check, network, names, bases
        with np.errstate(all="ignore"):  # only the values of numbers are used
            self.values = [float(v[0]) for v in forward(network, np.zeros((network.n_inputs, 1)))]
        self.fixed: list[bool] = []  # whether a neuron depends on no column
        self.own: list[bool] = []  # whether it depends on constants of groups
        for neuron in network.neurons:
            self.fixed.append(neuron.activation != "variable" and all(self.fixed[c] for c in neuron.children))
            self.own.append(neuron.activation == "own" or any(self.own[c] for c in neuron.children))
        self.unknown: list[str] = []
        self.lengths: list[int] = []  # of the numbers' texts; a number with a short one rather has no unit
        self.columns: list[int] = []  # positions among the unknowns
        self.places = self._find_unknown()
        self.checked = 0
        self.sizes: list[str] = []  # places where the dimensions agree and the sizes do not, in words
        k, size = len(self.unknown), len(check.dimensions) + 1
        self.A, self.B = np.zeros((0, k)), np.zeros((0, size))
        self.units: list[_Side] = []
        for i in range(len(network.neurons)):
            self.units.append(self._unit(i))
        asked = check.vectors.get(check.target)
        if asked is not None:
            self._compare_zeros(check.known[check.target])
            verb = "has" if asked.any() else "is"
            self._equal((np.zeros(k), asked), self.units[-1], f"gives {{1}}, but the target {verb} {{0}}")

    def _find_unknown(self) -> dict[int, int]:
        """Neuron -> its unknown: columns without a unit, and numbers, as long as they stand beside a column."""
        neurons, found, places = self.network.neurons, dict[object, int](), {}
        inside = {c for i, neuron in enumerate(neurons) if self.fixed[i] for c in neuron.children}
        for i, neuron in enumerate(neurons):
            is_column = neuron.activation == "variable"
            if self.fixed[i] and i in inside and i != len(neurons) - 1 and not self._beside_a_column(i):
                continue
            if not self.fixed[i] and (not is_column or self.names[neuron.index] in self.check.vectors):
                continue
            key = (neuron.activation, neuron.index) if neuron.activation in ("variable", "constant", "own") else i
            if key not in found:
                found[key] = len(self.unknown)
                self.columns += [len(self.unknown)] if is_column else []
                number = constant_text(self.values[i])[0]
                self.unknown.append(self.names[neuron.index] if is_column else self._number(i))
                self.lengths.append(0 if root_form(self.values[i]) is not None and not self.own[i] else
                                    len(self.unknown[-1] if is_column else number))
            places[i] = found[key]
        return places

    def _number(self, i: int) -> str:
        """A number as it is printed, the rate of 1.05**t as log(1.05); an own constant differs from group to group."""
        neuron = self.network.neurons[i]
        if neuron.activation == "constant" and neuron.index in self.bases:
            return f"log({constant_text(self.bases[neuron.index])[0]})"
        if not self.own[i]:
            return constant_text(self.values[i], self.network.known)[0]
        return to_text(replace(self.network, neurons=self.network.neurons[:i + 1]), self.names)

    def _beside_a_column(self, i: int) -> bool:
        return any(i in n.children and not self.fixed[j] for j, n in enumerate(self.network.neurons))

    def _unit(self, i: int) -> _Side:
        neuron, units = self.network.neurons[i], self.units
        pure = np.zeros(len(self.unknown)), np.zeros(self.B.shape[1])
        name = neuron.activation
        if i in self.places:
            return np.eye(len(self.unknown))[self.places[i]], pure[1]
        if self.fixed[i]:
            return pure  # part of a number
        if name == "variable":
            return pure[0], self.check.vectors[self.names[neuron.index]]
        below = [units[c] for c in neuron.children]
        (a, known) = below[0]
        if name in ("add", "sub"):
            self._equal(below[0], below[1], "adds {} and {}" if name == "add" else "subtracts {1} from {0}")
            return below[0]
        if name in ("mul", "div"):
            sign = 1.0 if name == "mul" else -1.0
            return a + sign * below[1][0], known + sign * below[1][1]
        degree = ACTIVATIONS[name].degree
        if degree is not None:
            if len(below) == 2:
                self._equal(below[0], below[1], f"takes {name} of {{}} and {{}}")
            return degree * a, degree * known
        if name == "pow":
            return self._power(below, neuron.children[1], pure)
        self._equal(pure, below[0], f"takes {name} of {{1}}")
        return pure

    def _power(self, below: Sequence[_Side], exponent: int, pure: _Side) -> _Side:
        checked = self.checked
        self._equal(pure, below[1], "has {1} in an exponent", hint=False)
        if self.fixed[exponent]:
            self.checked = checked  # a number in an exponent is pure, whatever the columns are
            return self.values[exponent] * below[0][0], self.values[exponent] * below[0][1]
        self._equal(pure, below[0], "raises {1} to a power that varies")
        return pure

    def _compare_zeros(self, target: Unit) -> None:
        """Refuse a temperature that is given as one of another zero, with no number that could make up for it."""
        last = self.network.neurons[-1]
        unit = self.check.known.get(self.names[last.index]) if last.activation == "variable" else None
        if unit is not None and unit.zero is not None and target.zero is not None and unit.zero != target.zero:
            raise _Wrong(f"gives {unit.text}, but the target has {target.text}, which counts from another zero")

    def _equal(self, first: _Side, second: _Side, words: str, hint: bool = True) -> None:
        """Add the equation that two units are equal.

        Args:
            hint: whether to say which unit a factor 1 before the second would need: a formula does not print it.

        Raises:
            _Wrong: no values of the unknowns make them equal.
        """
        self.checked += 1
        row, right = first[0] - second[0], second[1] - first[1]
        if self._add(row, right):
            return
        solution = self._solution()
        sides = [coefficients @ solution + known for coefficients, known in (first, second)]
        sentence = words.format(*map(self.check.text, sides))
        if hint:
            sentence += f" (a factor 1 would need the unit {self.check.text(sides[0] - sides[1])})"
        if not self._add(row, np.append(right[:-1], row @ solution[:, -1])):  # the size that the others give it
            raise _Wrong(sentence)
        self.sizes.append(sentence)

    def _add(self, row: Array, right: Array) -> bool:
        """Add an equation if the equations then still have a solution; returns whether they have."""
        A, B = np.vstack([self.A, row]), np.vstack([self.B, right])
        if not _solvable(A, B):
            return False
        self.A, self.B = A, B
        return True

    def _solution(self) -> Array:
        return np.linalg.lstsq(self.A, self.B, rcond=None)[0] if len(self.A) and len(self.unknown) else \
            np.zeros((len(self.unknown), self.B.shape[1]))

    def result(self) -> str:
        """The sentence for a network whose equations have a solution."""
        k, target = len(self.unknown), self.check.target
        if not self.checked:
            given = self._given_unit()
            return f"not checked: {_NO_TARGET}" + (f"; the formula gives {given}" if given else "")
        order = self.columns + sorted((p for p in range(k) if p not in self.columns), key=self.lengths.__getitem__)
        carrying = [p for p in order if not self._add(np.eye(k)[p], np.zeros(self.B.shape[1]))]
        solution = self._solution()
        points = temperature_points(self.network, self.names, self.check.known, target, self.places)
        needs = [f"{self.unknown[p]} has the unit {points.get(p) or self.check.text(solution[p])}"
                 for p in sorted(carrying)]
        pure = [self.unknown[p] for p in self.columns if p not in carrying]
        beside = [f"{_listed(pure)} {'has' if len(pure) == 1 else 'have'} no unit, taken as pure"] if pure else []
        if target not in self.check.vectors:
            coefficients, known = self.units[-1]
            beside.append(f"{_NO_TARGET}; the formula gives {self.check.text(coefficients @ solution + known)}")
        sizes = f" but for the sizes of units: {self.sizes[0]}" if self.sizes else ""
        return "consistent" + sizes + ("," if sizes and needs else "") + (f" if {_listed(needs)}" if needs else "") + (
            f" ({'; '.join(beside)})" if beside else "")

    def _given_unit(self) -> str:
        """The unit of the formula; "" where it depends on unknown units."""
        coefficients, known = self.units[-1]
        return "" if np.any(coefficients) else self.check.text(known)


def _listed(words: Sequence[str]) -> str:
    return (", ".join(words[:-1]) + " and " if len(words) > 1 else "") + words[-1]


def _solvable(A: Array, B: Array) -> bool:
    """Whether A U = B has a solution."""
    if not A.shape[1]:
        return bool(np.abs(B).max(initial=0.0) < 1e-6)
    return bool(np.abs(A @ np.linalg.lstsq(A, B, rcond=1e-9)[0] - B).max(initial=0.0) < 1e-6)
