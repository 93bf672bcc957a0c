"""Units as text: `kg*m/s^2`, `m s-1`, `µm²`, `1000 km`, `degC`.

People type units, and files and bundles bring them. So this module reads the products and powers itself, with bounded
exponents, and `pint` looks up single names only: no text makes it compute a power.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from xnet.tables.unit_words import DEGREES, UNIT_NAMES

from .unit_spellings import AMBIGUOUS, SPELLINGS

#: Limits of a unit: its characters, an exponent, the exponent of a number of the form 10^k, and the nesting.
LONGEST, LARGEST_EXPONENT, LARGEST_TENS, DEEPEST = 60, 20, 30, 5

#: Money is a dimension of its own in each currency, because exchange rates change.
_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_MONEY = frozenset((*_CURRENCIES.values(), "CHF", "CNY", "INR"))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_NUMBER = r"\d{1,4}(?:\.\d{1,4})?"
_TOKEN = re.compile(rf"\s*(?:(?P<tens>10(?:\^|\*\*)(?P<k>[+-]?\d{{1,2}})(?!\d))|(?P<number>{_NUMBER})(?![\d.])|"
                    r"(?P<name>[^\W\d]+(?:\d+[^\W\d]+)*|[°%][^\W\d]*|Δ°[^\W\d]+)|(?P<mark>\*\*|[*/^().·⋅×-]))")
_EXPONENT = re.compile(r"\s*(?:\*\*|\^)?\s*([+-]?\d{1,2}(?:\.\d{1,3})?)(?![\d.])")
_QUOTIENT = re.compile(r"\s*(?:\*\*|\^)\s*\(\s*([+-]?\d{1,2}(?:\.\d{1,3})?)\s*(?:/\s*(\d{1,2})\s*)?\)")
#: Units that are words, which may be written with capitals, have at least four letters; symbols may not change.
_NAME = re.compile(r"[^\W\d_]{4,}")
#: Words that stand for marks: "m per s", "square metre", "cubic foot", "seconds squared".
_WORDS = ((re.compile(r"\bper\b", re.IGNORECASE), "/"),
          (re.compile(r"\b(?:square|sq)\s+([^\W\d]+)", re.IGNORECASE), r"\1^2"),
          (re.compile(r"\bcubic\s+([^\W\d]+)", re.IGNORECASE), r"\1^3"),
          (re.compile(r"\s+squared\b", re.IGNORECASE), "^2"), (re.compile(r"\s+cubed\b", re.IGNORECASE), "^3"))


class UnknownUnit(Exception):
    """The text is no unit, or `pint` is missing; the message completes a sentence."""


@dataclass(frozen=True)
class Unit:
    """A unit.

    Attributes:
        exponents: base dimension -> exponent. A logarithmic unit such as dB is a dimension of its own.
        scale: log10 of the size in base units.
        zero: only for a temperature scale: the temperature of its zero in kelvin (0 for K, 273.15 for degC).
        text: the unit as the user wrote it.
    """

    exponents: Mapping[str, float]
    scale: float
    zero: float | None
    text: str

    @property
    def has_offset(self) -> bool:
        """Whether zero of the unit is not zero of the quantity, as for degC and degF."""
        return bool(self.zero)

    @property
    def difference(self) -> str:
        """The text of the unit for a difference of two values: K for degC, ΔdegF for degF."""
        return self.text if not self.has_offset else "K" if self.scale == 0.0 else f"Δ{self.text}"


def read_unit(text: str) -> Unit:
    """Read a unit; "", "1" and "-" are a pure number.

    Raises:
        UnknownUnit: the text is no unit, or `pint` is missing.
    """
    text = str(text).strip()
    if text in ("", "1", "-"):
        return Unit({}, 0.0, None, text)
    if len(text) > LONGEST:
        raise UnknownUnit
    reader = _Reader(text)
    exponents, scale = reader.product(0)
    if reader.rest() or not reader.names:
        raise UnknownUnit
    alone = _named(reader.names[0]) if reader.names == [reader.text.strip()] else None
    return Unit({d: p for d, p in exponents.items() if p}, scale, None if alone is None else alone[2], text)


class _Reader:
    """Reads a product from left to right; a space multiplies."""

    def __init__(self, text: str) -> None:
        raised = re.sub(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "^" + found[0].translate(_RAISED), text)
        for sign, currency in _CURRENCIES.items():
            raised = raised.replace(sign, currency)
        raised = DEGREES.sub(lambda found: f"deg{found[1].upper()}", raised)
        raised = _NAME.sub(lambda found: found[0].lower() if UNIT_NAMES.fullmatch(found[0]) else found[0], raised)
        for words, mark in (*_WORDS, *SPELLINGS):
            raised = words.sub(mark, raised)
        self.text, self.at, self.names = raised, 0, list[str]()

    def rest(self) -> str:
        """The text that was not read."""
        return self.text[self.at:].strip()

    def product(self, depth: int) -> tuple[dict[str, float], float]:
        """Exponents of the dimensions and log10 of the size of a product, up to its end or a closing bracket."""
        exponents: dict[str, float] = {}
        scale, sign, expected = 0.0, 1.0, True
        while self.rest() and not (self.rest().startswith(")") and not expected):
            token = self._token()
            if token["mark"] in ("*", "·", "⋅", "×", ".", "/"):
                if expected:
                    raise UnknownUnit
                sign, expected = -1.0 if token["mark"] == "/" else 1.0, True
                continue
            power, size = self._factor(token, depth)
            for dimension, p in power.items():
                exponents[dimension] = exponents.get(dimension, 0.0) + sign * p
            scale, expected = scale + sign * size, False
            sign = sign if token["number"] or token["tens"] else 1.0  # g/100 mL is g/(100 mL)
        if expected:
            raise UnknownUnit
        return exponents, scale

    def _token(self) -> re.Match[str]:
        token = _TOKEN.match(self.text, self.at)
        if token is None:
            raise UnknownUnit
        self.at = token.end()
        return token

    def _factor(self, token: re.Match[str], depth: int) -> tuple[Mapping[str, float], float]:
        """A name with its exponent, a number, or a product in brackets; numbers and brackets have no exponent."""
        if token["name"]:
            exponents, scale, _ = _named(token["name"])
            self.names.append(token["name"])
            p = self._exponent()
            return {dimension: p * e for dimension, e in exponents.items()}, p * scale
        if token["tens"] and abs(int(token["k"])) <= LARGEST_TENS:
            inner: tuple[Mapping[str, float], float] = {}, float(token["k"])
        elif token["number"] and float(token["number"]) > 0:
            inner = {}, math.log10(float(token["number"]))
        elif token["mark"] == "(" and depth < DEEPEST:
            inner = self.product(depth + 1)
            if self._token()["mark"] != ")":
                raise UnknownUnit
        else:
            raise UnknownUnit
        if self.rest().startswith(("^", "**")):
            raise UnknownUnit
        return inner

    def _exponent(self) -> float:
        """The exponent at this place: m2, m^2, m**-2, m^(1/2); 1 where there is none."""
        for pattern in (_QUOTIENT, _EXPONENT):
            found = pattern.match(self.text, self.at)
            if found is None or (found[0][:1].isspace() and not re.match(r"\s*(?:\*\*|\^)", found[0])):
                continue
            below = float(found[2] or 1) if pattern is _QUOTIENT else 1.0
            p = float(found[1]) / below if below else math.inf
            self.at = found.end()
            if abs(p) > LARGEST_EXPONENT or self.rest().startswith(("^", "**")):
                raise UnknownUnit
            return p
        return 1.0


@lru_cache(maxsize=512)
def _named(name: str) -> tuple[Mapping[str, float], float, float | None]:
    """The exponents, log10 of the size, and the zero in kelvin (for temperature scales) of a single unit."""
    if name in AMBIGUOUS:
        raise UnknownUnit(f"the unit {name!r} can be read in two ways; write {AMBIGUOUS[name]}")
    registry = _registry()
    if name == "pH" or name in _MONEY:  # not picohenry: columns of acidity are common
        return {name: 1.0}, 0.0, None
    try:
        unit = registry.Unit(name)
        exponents = {str(d): float(p) for d, p in unit.dimensionality.items()}
        zero, one = (float(registry.Quantity(x, unit).to_base_units().magnitude) for x in (0.0, 1.0))
    except Exception:  # noqa: BLE001 - any error of pint means that the name is no unit
        raise UnknownUnit from None
    is_temperature = exponents == {"[temperature]": 1.0}
    if zero and not is_temperature:  # a logarithmic unit
        return {name: 1.0}, 0.0, None
    if not one - zero > 0 or not math.isfinite(one):
        raise UnknownUnit
    size = round(math.log10(one - zero), 12)
    return exponents, size, zero if is_temperature and not name.startswith(("delta_", "Δ")) else None


@lru_cache(maxsize=1)
def _registry() -> Any:
    try:
        import pint
    except ImportError:
        raise UnknownUnit("units need the package pint; install it with: pip install pint") from None
    return pint.UnitRegistry()
