"""Dimensional analysis: an optional check that formulas are consistent in their units.

The unit of a neuron follows from those of its children. Both terms of a sum must have the same unit; exp, log and the
trigonometric functions need pure numbers. A fitted constant may have any unit; whole numbers and exponents are pure. So
the check is a small system of linear equations in the exponents of the base units, with one unknown vector for each
constant. It has three results: consistent; consistent if some constants have units (named, as few as possible); not
consistent (with the first wrong place). Scales (km instead of m) are not errors but part of a constant's unit.

Units are typed by people. `pint` parses them, after a check that the text is harmless.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.formulas.text import constant_text
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron
from xnet.errors import XNetError

LONGEST = 60
_HARMLESS = re.compile(r"[\w\s*/^.()·⋅²³¹⁰⁴⁵⁶⁷⁸⁹⁻µμ°%Ω+-]*")
#: A power of a power, or an exponent of three digits: such text could keep a parser busy for a long time.
_HARMFUL = re.compile(r"(\^|\*\*)\s*\(?[^*/^()]*\)?\s*(\^|\*\*)|(\^|\*\*)\s*\(?\s*[+-]?\s*\d{3}|\d{5}|\)\s*(\^|\*\*)")
_BASE = {"[mass]": "kg", "[length]": "m", "[time]": "s", "[current]": "A", "[temperature]": "K", "[substance]": "mol",
         "[luminosity]": "cd"}
#: A number before the unit, as in "1000 km" or "10^24 kg".
_SCALE = re.compile(r"(?:10(?:\^|\*\*)(-?\d{1,2})|([1-9]\d{0,3}(?:\.\d{1,4})?))[\s*·⋅]+(?=[A-Za-zµμ°Ω(])")
_SUPERSCRIPT = str.maketrans("0123456789.-", "⁰¹²³⁴⁵⁶⁷⁸⁹·⁻")
_PURE = "a pure number"


class UnitsError(XNetError, ValueError):
    """Units are given for columns that do not exist."""


def units_report(networks: Sequence[Network], names: Sequence[str], target: str,
                 units: Mapping[str, str]) -> list[str]:
    """Check networks: "consistent", "consistent if 2.5 has the unit kg/m³" or "not consistent: adds m and s".

    If the check is not possible (`pint` is missing, or a unit is unknown), every sentence says why.

    Args:
        networks: the formulas.
        names, target: names of the columns; a column without a unit may have any unit.
        units: column -> unit as text, e.g. "m/s^2"; "" or "1" for a pure number.

    Raises:
        UnitsError: a unit is given for an unknown column.
    """
    check_columns(names, target, units)
    try:
        known = {column: _read(column, text) for column, text in units.items()}
    except _Unknown as why:
        return [f"not checked: {why}"] * len(networks)
    check = _Check(names, target, known, {c: str(t).strip() for c, t in units.items()})
    return [check.sentence(network) for network in networks]


def check_columns(names: Sequence[str], target: str, units: Mapping[str, str]) -> None:
    """Check that every unit belongs to a column.

    Raises:
        UnitsError: a unit belongs to no column; the message lists the columns.
    """
    for column in units:
        if column != target and column not in names:
            raise UnitsError(f"units has {column!r}, which is not a column; the columns are {', '.join(names)} and "
                             f"{target}.")


class _Unknown(Exception):
    """The units cannot be read; the message completes a sentence."""


class _Wrong(Exception):
    """The first inconsistent place of a formula, in words."""


@lru_cache(maxsize=1)
def _registry() -> Any:
    try:
        import pint
    except ImportError:
        raise _Unknown("units need the package pint; install it with: pip install pint") from None
    return pint.UnitRegistry()


def _read(column: str, text: str) -> tuple[dict[str, float], float]:
    """The exponents of the base dimensions, and log10 of the scale."""
    text = str(text).strip()
    why = _Unknown(f"the unit {text[:LONGEST]!r} of {column!r} is unknown; write it like kg*m/s^2")
    if len(text) > LONGEST or not _HARMLESS.fullmatch(text) or _HARMFUL.search(text):
        raise why
    registry = _registry()
    before = _SCALE.match(text)
    scale = 0.0 if before is None else float(before[1]) if before[1] else math.log10(float(before[2]))
    text = text if before is None else text[before.end():]
    try:
        unit = registry.parse_units(re.sub(r"(?<=[A-Za-zµμΩ])(?=[1-9](?!\w))", "^", text))  # m2 is m^2
        factor = float(registry.get_base_units(unit, check_nonmult=False)[0])
        exponents = {str(d): float(p) for d, p in unit.dimensionality.items()}
    except Exception:  # noqa: BLE001 - any error of pint means that the text is not a unit
        raise why from None
    if not factor > 0 or not all(map(math.isfinite, (factor, *exponents.values()))):
        raise why
    return exponents, scale + math.log10(factor)


class _Check:
    """The known units as vectors: exponents of the dimensions in use, then log10 of the scale."""

    def __init__(self, names: Sequence[str], target: str, known: Mapping[str, tuple[dict[str, float], float]],
                 texts: Mapping[str, str]) -> None:
        self.names, self.target = names, target
        self.dimensions = sorted({d for exponents, _ in known.values() for d in exponents},
                                 key=lambda d: (list(_BASE).index(d) if d in _BASE else len(_BASE), d))
        self.vectors = {column: np.array([*(exponents.get(d, 0.0) for d in self.dimensions), scale])
                        for column, (exponents, scale) in known.items()}
        self.texts = texts

    def sentence(self, network: Network) -> str:
        """The result for one network."""
        try:
            system = _System(self, network)
        except _Wrong as where:
            return f"not consistent: {where}"
        needs = system.needs()
        if not needs:
            return "consistent"
        words = [f"{name} has the unit {self.text(v)}" for name, v in needs]
        return "consistent if " + (", ".join(words[:-1]) + " and " if len(words) > 1 else "") + words[-1]

    def text(self, vector: Array) -> str:
        """A unit as the user wrote it (or a product or quotient of two such units), else in base units."""
        if np.isnan(vector[-1]):  # the scale is not known
            return _in_base_units(self.dimensions, vector[:-1])
        if not np.abs(vector[:-1]).max(initial=0.0) > 1e-9 and abs(vector[-1]) < 1e-9:
            return _PURE
        own = {self.texts[c]: v for c, v in self.vectors.items() if np.abs(v[:-1]).max(initial=0.0) > 1e-9}
        simple = {t: v for t, v in own.items() if re.fullmatch(r"[^\W\d]+", t)}
        made = own | {f"1/{a}": -u for a, u in simple.items()}
        made |= {f"{a}²": 2 * u for a, u in simple.items()}
        made |= {f"{a}/{b}": u - v for a, u in simple.items() for b, v in simple.items()}
        made |= {f"{a}·{b}": u + v for a, u in simple.items() for b, v in simple.items()}
        for words, unit in made.items():
            if np.allclose(unit, vector, atol=1e-9):
                return words
        scale = "" if abs(vector[-1]) < 1e-9 else f"{10.0 ** vector[-1]:.6g} "
        return scale + _in_base_units(self.dimensions, vector[:-1])


class _System:
    """The equations of one network; a unit is a pair: coefficients of the unknowns (k,), and known part (D + 1,)."""

    def __init__(self, check: _Check, network: Network) -> None:
        self.check, self.network = check, network
        self.unknown: list[str] = []
        self.places: dict[tuple[str, int], int] = {}
        for neuron in network.neurons:
            self._find_unknown(neuron)
        k, size = len(self.unknown), len(check.dimensions) + 1
        self.A, self.B = np.zeros((0, k)), np.zeros((0, size))
        units: list[tuple[Array, Array]] = []
        for neuron in network.neurons:
            units.append(self._unit(neuron, units))
        asked = check.vectors.get(check.target)
        if asked is not None:
            self._equal(units[-1], (np.zeros(k), asked), "gives {}, but the target has {}")

    def _find_unknown(self, neuron: Neuron) -> None:
        name = None
        if neuron.activation == "variable" and self.check.names[neuron.index] not in self.check.vectors:
            name = self.check.names[neuron.index]
        elif neuron.activation == "constant":
            value = self.network.constants[neuron.index]
            name = None if value == round(value) else constant_text(value)[0]
        if name is not None and (neuron.activation, neuron.index) not in self.places:
            self.places[neuron.activation, neuron.index] = len(self.unknown)
            self.unknown.append(name)

    def _unit(self, neuron: Neuron, units: list[tuple[Array, Array]]) -> tuple[Array, Array]:
        pure = np.zeros(len(self.unknown)), np.zeros(self.B.shape[1])
        name = neuron.activation
        if not neuron.children:
            place = self.places.get((name, neuron.index))
            if place is not None:
                return np.eye(len(self.unknown))[place], pure[1]
            return (pure[0], self.check.vectors[self.check.names[neuron.index]]) if name == "variable" else pure
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
            return degree * a, degree * known
        if name == "pow":
            self._equal(below[1], pure, "has {} in an exponent")
            exponent = self._value(neuron.children[1])
            if exponent is not None:
                return exponent * a, exponent * known
            self._equal(below[0], pure, "raises {} to a power that varies")
            return pure
        self._equal(below[0], pure, f"takes {name} of {{}}")
        return pure

    def _value(self, i: int) -> float | None:
        """The number of a leaf; None for other neurons."""
        neuron = self.network.neurons[i]
        if neuron.activation == "constant":
            return self.network.constants[neuron.index]
        return float(neuron.index) if neuron.activation == "number" else None

    def _equal(self, first: tuple[Array, Array], second: tuple[Array, Array], words: str) -> None:
        """Add the equation that two units are equal.

        Raises:
            _Wrong: no values of the unknowns make them equal.
        """
        if not self._add(first[0] - second[0], second[1] - first[1]):
            solution = self._solution()
            sides = [self.check.text(np.append((coefficients @ solution + known)[:-1], 0.0 if not len(solution)
                                               else np.nan) if np.any(coefficients) else known)
                     for coefficients, known in (first, second)]
            raise _Wrong(words.format(*sides))

    def _add(self, row: Array, right: Array) -> bool:
        """Add an equation if the dimensions then still have a solution; returns whether they have."""
        A, B = np.vstack([self.A, row]), np.vstack([self.B, right])
        if not _solvable(A, B[:, :-1]):
            return False
        self.A, self.B = A, B
        return True

    def _solution(self) -> Array:
        return np.linalg.lstsq(self.A, self.B, rcond=None)[0] if len(self.A) and len(self.unknown) else \
            np.zeros((len(self.unknown), self.B.shape[1]))

    def needs(self) -> list[tuple[str, Array]]:
        """The unknowns that must have a unit, with their units; short numbers stay pure where possible."""
        k = len(self.unknown)
        columns = [p for (kind, _), p in self.places.items() if kind == "variable"]
        order = columns + sorted((p for p in range(k) if p not in columns), key=lambda p: len(self.unknown[p]))
        carrying = [p for p in order if not self._add(np.eye(k)[p], np.zeros(self.B.shape[1]))]
        solution = self._solution()
        if not _solvable(self.A, self.B):
            solution[:, -1] = np.nan
        return [(self.unknown[p], solution[p]) for p in sorted(carrying)]


def _solvable(A: Array, B: Array) -> bool:
    """Whether A U = B has a solution."""
    if not A.shape[1]:
        return bool(np.abs(B).max(initial=0.0) < 1e-6)
    return bool(np.abs(A @ np.linalg.lstsq(A, B, rcond=1e-9)[0] - B).max(initial=0.0) < 1e-6)


def _in_base_units(dimensions: Sequence[str], exponents: Array) -> str:
    """Exponents as text, e.g. kg·m/s²."""
    parts: tuple[list[str], list[str]] = ([], [])
    for dimension, p in zip(dimensions, exponents.tolist(), strict=True):
        size = f"{abs(p):.3g}"
        if size != "0" and abs(p) > 1e-9:
            name = _BASE.get(dimension, dimension.strip("[]"))
            parts[p < 0].append(name + ("" if size == "1" else size.translate(_SUPERSCRIPT)))
    above, below = ("·".join(part) for part in parts)
    if not above and not below:
        return _PURE
    return (above or "1") + (f"/({below})" if len(parts[1]) > 1 else f"/{below}" if below else "")
