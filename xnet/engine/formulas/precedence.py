"""Shared by the printers of formulas: one pass over a network, and closed forms of constants.

`xnet.engine.networks.notation` has the rules of precedence and brackets; each activation's record has its notations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Notation, Precedence, Printed

#: Roots of these numbers are printed as roots, times a fraction with a numerator up to `ROOT_TOPS` and these
#: denominators; and the square of each numerator times root -> both.
ROOTS, ROOT_TOPS, ROOT_BOTTOMS = (2, 3, 5, 6, 7, 10), 3, (1, 2, 3, 4, 5, 6, 8, 10)
_FRACTIONS = {top * top * k: (top, k) for k in ROOTS for top in range(ROOT_TOPS, 0, -1)}
#: Activations that raise to a whole power, and the exponent.
_WHOLE_POWERS = {"square": 2, "cube": 3}
#: The share of a number that counts as rounding.
_ROUNDING = 4e-16


def closed_form(c: float) -> tuple[Fraction, str] | None:
    """A constant as (fraction, unit), unit "", "pi" or "1/pi", where fraction * unit equals it up to rounding.

    Returns:
        None for all other constants, and for fractions that are longer than the constant's decimal digits.
    """
    for unit, value in (("", 1.0), ("pi", np.pi), ("1/pi", 1.0 / np.pi)):
        if not 1e-6 < abs(c / value) < 1e6:
            continue
        fraction = Fraction(c / value).limit_denominator({"": 48, "pi": 180}.get(unit, 16))
        if fraction and abs(float(fraction) * value - c) <= _ROUNDING * abs(c) and abs(fraction.numerator) <= 10_000:
            short = unit == "" and len(f"{c!r}") <= 6
            return None if short and fraction.denominator > 1 else (fraction, unit)
    return None


class Root(NamedTuple):
    """A number top * sqrt(radicand) / bottom, without its sign."""

    top: int
    radicand: int
    bottom: int


def root_form(c: float) -> Root | None:
    """The root that a constant is up to rounding and its sign; None for another constant.

    It is the root of a whole number below 100, or a small fraction times the root of a small number.

    >>> tuple(root_form(8.0**0.5)), tuple(root_form(-(2.0**0.5) / 4.0)), root_form(1.4142), root_form(3.0)
    ((1, 8, 1), (1, 2, 4), None, None)
    """
    size = abs(c)
    for bottom in ROOT_BOTTOMS if size < 10.0 else ():
        square = (size * bottom) ** 2
        n = round(square)
        if n < 2 or abs(square - n) > 10.0 * _ROUNDING * square:
            continue
        top, radicand = (1, n) if bottom == 1 else _FRACTIONS.get(n, (0, 1))
        if math.isqrt(radicand) ** 2 != radicand and abs(top * math.sqrt(radicand) / bottom - size) <= _ROUNDING * size:
            return Root(top, radicand, bottom)
    return None


def reading_digits(text: str) -> str:
    """A decimal number for reading: without a zero behind the point, and with a power of ten for its last zeros.

    >>> [reading_digits(text) for text in ("12345.0", "3350000000.0", "879.2", "1e-05")]
    ['12345', '3.35e+09', '879.2', '1e-05']
    """
    whole = text.removesuffix(".0")
    digits = whole.lstrip("-").rstrip("0")
    if not whole.lstrip("-").isdigit() or len(whole.lstrip("-")) < 7 or len(whole) - len(digits) < 4:
        return whole
    return f"{float(text):.{len(digits) - 1}e}"


def print_neurons(network: Network, leaf: Callable[[Neuron], Printed],
                  notation: Callable[[str], Notation], joined_powers: bool = False) -> list[str]:
    """What every neuron computes, as text; the last is the whole formula.

    Args:
        leaf: prints a neuron without children.
        notation: the notation for the name of an activation.
        joined_powers: whether the square of a square is printed as a fourth power, and other whole powers likewise.
    """
    texts: list[str] = []
    powers: list[tuple[Printed, int]] = []  # of each neuron: base and exponent

    def combine(i: int, neuron: Neuron, below: list[Printed]) -> Printed:
        printed = notation(neuron.activation)(below) if below else leaf(neuron)
        power = (printed, 1)
        if joined_powers and neuron.activation in _WHOLE_POWERS:
            base, exponent = powers[neuron.children[0]]
            power = (base, exponent * _WHOLE_POWERS[neuron.activation])
            if exponent > 1:
                printed = notation("pow")([base, (str(power[1]), Precedence.ATOM)])
        powers.append(power)
        texts.append(printed[0])
        return printed

    network.fold(combine)
    return texts
