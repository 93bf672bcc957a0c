"""Named constants: what a person knows about the constants of a formula.

`g=9.81` is fixed: a given formula keeps it to the last digit, and the search recognises it in other formulas.
`k=0.3[0:1]` is fitted between 0 and 1 from 0.3 on; `n[1:6] whole` is a whole number. A name alone, such as `k_B`, has
the value of the table of physical constants (CODATA, by `scipy.constants`, in SI units).
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from xnet.engine.networks.activations import find_activation
from xnet.engine.networks.known_values import KnownValue
from xnet.engine.networks.letter import Letter
from xnet.errors import ConstraintError

#: Symbol -> name in the CODATA table of scipy.constants.
_CODATA = {
    "g": "standard acceleration of gravity", "c": "speed of light in vacuum", "G": "Newtonian constant of gravitation",
    "h": "Planck constant", "hbar": "reduced Planck constant", "k_B": "Boltzmann constant", "N_A": "Avogadro constant",
    "R": "molar gas constant", "sigma_SB": "Stefan-Boltzmann constant", "q_e": "elementary charge",
    "m_e": "electron mass", "m_p": "proton mass", "epsilon_0": "vacuum electric permittivity",
    "mu_0": "vacuum mag. permeability", "F": "Faraday constant"}
#: The most constants of one search.
MOST = 40
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TEXT = re.compile(rf"\s*(?P<name>\w+)\s*(?:=\s*(?P<value>{_NUMBER})\s*)?"
                   rf"(?P<range>\[\s*(?P<low>{_NUMBER})?\s*:\s*(?P<high>{_NUMBER})?\s*\])?\s*(?P<whole>whole)?\s*")
_HOW = "Write NAME=9.81 for a fixed constant, NAME=0.3[0:1] for a fitted one, or NAME[1:6] whole."


class PhysicalConstant(NamedTuple):
    """A constant of the table: its symbol, value, unit, name, and standard uncertainty (0 where exact)."""

    symbol: str
    value: float
    unit: str
    title: str
    uncertainty: float


@dataclass(frozen=True)
class Constant:
    """What is known about a constant of a given formula; a number alone stands for a fixed one.

    Bounds and whole numbers belong to a name, so they hold for the given formula and for formulas of its structure. A
    formula of another structure has no constant of that name.

    Attributes:
        start: the value of a fixed constant; for others where the fit starts, None for anywhere.
        low, high: bounds of the fit, both included; None for none.
        whole: whether it is a whole number.
        fixed: whether it is not fitted.
    """

    start: float | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    fixed: bool = False

    @property
    def letter(self) -> Letter:
        """The constant for a fit."""
        return Letter(-math.inf if self.low is None else self.low, math.inf if self.high is None else self.high,
                      self.start, self.whole)


NamedConstants = tuple[tuple[str, Constant], ...]


@cache
def physical_constants() -> dict[str, PhysicalConstant]:
    """The table of physical constants by symbol."""
    from scipy.constants import physical_constants as table

    rows = ((symbol, title, *table[title]) for symbol, title in _CODATA.items())
    return {symbol: PhysicalConstant(symbol, value, unit, title, error) for symbol, title, value, unit, error in rows}


def constants_of(given: Mapping[str, float | Constant | None] | Iterable[str] | None,
                 names: Sequence[str]) -> NamedConstants:
    """Named constants from a mapping or from texts, checked.

    Args:
        given: name -> number (fixed), `Constant`, or None for the value of the table; or texts such as "k=0.3[0:1]".
        names: names of the columns.

    Raises:
        ConstraintError: a text cannot be read, or a name, a value or a bound cannot be used.
    """
    if isinstance(given, str):
        raise ConstraintError(f"constants is the text {given!r}; pass a mapping such as {{'g': 9.81}}, or a list of "
                              "texts.")
    if isinstance(given, Mapping):
        found = [(str(name), _constant(str(name), value)) for name, value in given.items()]
    else:
        found = [constant_from_text(text) for text in given or ()]
    if len(found) > MOST:
        raise ConstraintError(f"{len(found)} constants are named; at most {MOST} can be. Leave some out.")
    for i, (name, constant) in enumerate(found):
        _check_name(name, names)
        if name in [other for other, _ in found[:i]]:
            raise ConstraintError(f"The constant {name!r} is given twice. Leave one of them out.")
        _check_values(name, constant)
    return tuple(found)


def constant_from_text(text: str) -> tuple[str, Constant]:
    """A constant from its text, e.g. `g=9.81`, `k=0.3[0:1]`, `n[1:6] whole`, `k_B`.

    >>> constant_from_text("k=0.3[0:]")
    ('k', Constant(start=0.3, low=0.0, high=None, whole=False, fixed=False))

    Raises:
        ConstraintError: it cannot be read.
    """
    match = _TEXT.fullmatch(str(text))
    if match is None:
        raise ConstraintError(f"The constant {str(text)[:60]!r} cannot be read. {_HOW}")
    if match["value"] is None and match["range"] is None and match["whole"] is None:
        return match["name"], _constant(match["name"], None)
    value, low, high = (None if match[key] is None else float(match[key]) for key in ("value", "low", "high"))
    return match["name"], Constant(value, low, high, match["whole"] is not None,
                                   match["range"] is None and match["whole"] is None)


def constant_as_text(name: str, constant: Constant) -> str:
    """The text from which `constant_from_text` reads the constant again."""
    def number(value: float | None) -> str:
        return "" if value is None else repr(float(value)).removesuffix(".0")

    text = name + ("" if constant.start is None else f"={number(constant.start)}")
    if not constant.fixed and not (constant.whole and constant.low is None and constant.high is None):
        text += f"[{number(constant.low)}:{number(constant.high)}]"
    return text + (" whole" if constant.whole else "")


def known_values(constants: NamedConstants) -> tuple[KnownValue, ...]:
    """The fixed constants, which are recognised in formulas."""
    return tuple(KnownValue(name, c.start) for name, c in constants if c.fixed and c.start is not None)


def _constant(name: str, value: float | Constant | None) -> Constant:
    if isinstance(value, Constant):
        return value
    if value is None:
        known = physical_constants().get(name)
        if known is None:
            raise ConstraintError(f"The constant {name!r} has no value, and the table of physical constants lacks it "
                                  f"({', '.join(_CODATA)}). {_HOW}")
        return Constant(known.value, fixed=True)
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ConstraintError(f"The constant {name!r} is {value!r}; expected a number, a Constant or None.")
    return Constant(float(value), fixed=True)


def _check_name(name: str, names: Sequence[str]) -> None:
    if name in names:
        raise ConstraintError(f"The constant {name!r} has the name of a column. Give it another name.")
    if name in ("pi", "e", "np") or find_activation(name) is not None:
        raise ConstraintError(f"The constant {name!r} has the name of a number or a function. Give it another name.")
    if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name) or len(name) > 30:
        raise ConstraintError(f"The name {name[:40]!r} cannot stand in a formula. Use letters, digits and _, at most "
                              "30, with a letter first.")


def _check_values(name: str, c: Constant) -> None:
    given = [v for v in (c.start, c.low, c.high) if v is not None]
    if any(not math.isfinite(v) or abs(v) > 1e300 for v in given):
        raise ConstraintError(f"A number of the constant {name!r} is not finite. Give numbers up to 1e300.")
    if c.fixed and c.start is None:
        raise ConstraintError(f"The constant {name!r} is fixed but has no value. {_HOW}")
    low, high = c.letter.low, c.letter.high
    if low >= high:
        raise ConstraintError(f"The lowest value of the constant {name!r}, {low:g}, is not below the highest, "
                              f"{high:g}. Exchange them, or fix the constant.")
    if c.start is not None and not low <= c.start <= high:
        raise ConstraintError(f"The constant {name!r} starts at {c.start:g}, outside its bounds {low:g} to {high:g}. "
                              "Choose a start inside.")
    if c.whole and (math.floor(high) < low if math.isfinite(high) else False):
        raise ConstraintError(f"There is no whole number between the bounds {low:g} and {high:g} of the constant "
                              f"{name!r}. Widen them.")
    if c.whole and c.fixed and c.start is not None and c.start != round(c.start):
        raise ConstraintError(f"The constant {name!r} is fixed at {c.start:g}, which is no whole number.")
