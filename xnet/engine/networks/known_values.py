"""Known constants: numbers with a name, such as g = 9.81, recognised in formulas and printed by their name.

A constant of a network that has exactly the value of a known constant, or of a simple form of it (2 g, g/2, 1/g,
sqrt(2/g)), is printed with the name, as multiples of pi are. The search tries these values where the rows allow them
(`xnet.engine.fitting.simple_numbers`). The network itself holds the number, so its values need no table of names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from .notation import Precedence

#: Known values that would be met in most formulas by chance: whole numbers and quarters below this size.
_COMMON = 1000.0


class KnownValue(NamedTuple):
    """A known constant: its name, an identifier, and its value."""

    name: str
    value: float


class KnownForm(NamedTuple):
    """A simple form of a known constant, such as g/2.

    Attributes:
        value: the number, positive.
        name: of the known constant.
        text, latex, python: the form as it is printed; the name in LaTeX is still to be filled in, as {0}.
        precedence, latex_precedence: of what is printed.
        is_plain: whether it is the known constant itself.
    """

    value: float
    name: str
    text: str
    latex: str
    python: str
    precedence: Precedence
    latex_precedence: Precedence
    is_plain: bool


class _Shape(NamedTuple):
    value: Callable[[float], float]
    text: str
    latex: str
    python: str
    precedence: Precedence
    latex_precedence: Precedence


_PRODUCT, _POWER, _ATOM = Precedence.PRODUCT, Precedence.POWER, Precedence.ATOM


def _multiple(k: int) -> list[_Shape]:
    """k g, g/k and k/g."""
    return [_Shape(lambda g: k * g, f"{k}*{{0}}", f"{k} {{0}}", f"{k} * {{0}}", _PRODUCT, _PRODUCT),
            _Shape(lambda g: g / k, f"{{0}}/{k}", rf"\frac{{{{{{0}}}}}}{{{{{k}}}}}", f"{{0}} / {k}", _PRODUCT, _ATOM),
            _Shape(lambda g: k / g, f"{k}/{{0}}", rf"\frac{{{{{k}}}}}{{{{{{0}}}}}}", f"{k} / {{0}}", _PRODUCT, _ATOM)]


_SHAPES: tuple[_Shape, ...] = (
    _Shape(lambda g: g, "{0}", "{0}", "{0}", _ATOM, _ATOM),
    _Shape(lambda g: 1 / g, "1/{0}", r"\frac{{1}}{{{0}}}", "1 / {0}", _PRODUCT, _ATOM),
    _Shape(lambda g: g * g, "{0}**2", "{0}^{{2}}", "{0} ** 2", _POWER, _POWER),
    *_multiple(2), *_multiple(3), *_multiple(4),
    _Shape(math.sqrt, "sqrt({0})", r"\sqrt{{{0}}}", "np.sqrt({0})", _ATOM, _ATOM),
    _Shape(lambda g: 1 / math.sqrt(g), "1/sqrt({0})", r"\frac{{1}}{{\sqrt{{{0}}}}}", "1 / np.sqrt({0})", _PRODUCT,
           _ATOM),
    _Shape(lambda g: math.sqrt(2 * g), "sqrt(2*{0})", r"\sqrt{{2 {0}}}", "np.sqrt(2 * {0})", _ATOM, _ATOM),
    _Shape(lambda g: math.sqrt(2 / g), "sqrt(2/{0})", r"\sqrt{{\frac{{2}}{{{0}}}}}", "np.sqrt(2 / {0})", _ATOM, _ATOM),
    _Shape(lambda g: 2 * math.pi / math.sqrt(g), "2*pi/sqrt({0})", r"\frac{{2 \pi}}{{\sqrt{{{0}}}}}",
           "2 * np.pi / np.sqrt({0})", _PRODUCT, _ATOM),
    _Shape(lambda g: 2 * math.pi * g, "2*pi*{0}", r"2 \pi {0}", "2 * np.pi * {0}", _PRODUCT, _PRODUCT))


@lru_cache(maxsize=64)
def known_forms(known: tuple[KnownValue, ...]) -> dict[float, KnownForm]:
    """The simple forms of known constants by their size; of two forms of one size the first one stands."""
    found: dict[float, KnownForm] = {}
    for shape in _SHAPES:  # all plain values first
        for name, given in known:
            value = shape.value(abs(given)) if given and not is_common(given) else 0.0
            if 1e-300 < value < 1e300 and not is_common(value):
                found.setdefault(value, KnownForm(
                    value, name, shape.text.format(name), shape.latex, shape.python.format(name), shape.precedence,
                    shape.latex_precedence, shape is _SHAPES[0]))
    return found


def is_common(value: float) -> bool:
    """Whether a number is met by chance in most formulas, such as 2 or 0.75, so that no name is read into it."""
    return abs(value) < _COMMON and 4 * value == round(4 * value)


def form_of(c: float, known: tuple[KnownValue, ...]) -> KnownForm | None:
    """The form of a known constant whose value has exactly the size of c; None if there is none."""
    return known_forms(known).get(abs(c)) if known else None


def used_values(constants: tuple[float, ...], known: tuple[KnownValue, ...]) -> tuple[KnownValue, ...]:
    """The known constants that some constants of a network are forms of."""
    names = {form.name for c in constants if (form := form_of(c, known)) is not None}
    return tuple(value for value in known if value.name in names)
