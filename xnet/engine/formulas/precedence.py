"""What the printers of formulas share: precedence, brackets, and closed forms of constants."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from xnet.engine.networks.network import Network, Neuron

Printed = tuple[str, int]
_SUM, _NEG, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4, 5


def closed_form(c: float) -> tuple[Fraction, str] | None:
    """c as (fraction, "" | "pi" | "1/pi") when that is what it is to the last digits; None for other numbers."""
    for unit, value in (("", 1.0), ("pi", np.pi), ("1/pi", 1.0 / np.pi)):
        if not 1e-6 < abs(c / value) < 1e6:
            continue
        fraction = Fraction(c / value).limit_denominator(48 if unit == "" else 16)
        if fraction and abs(float(fraction) * value - c) <= 4e-16 * abs(c) and abs(fraction.numerator) <= 10_000:
            short = unit == "" and len(f"{c!r}") <= 6
            return None if short and fraction.denominator > 1 else (fraction, unit)
    return None


def _wrapped(item: Printed, least: int) -> str:
    return item[0] if item[1] >= least else f"({item[0]})"


def _product(first: Printed) -> int:
    """A product that starts with a minus sign binds like one: -3*x is fine, a + -3*x is not."""
    return _NEG if first[1] == _NEG else _PRODUCT


def _print(network: Network, leaf: Callable[[Neuron], Printed],
           inner: Callable[[str, list[Printed]], Printed]) -> str:
    return _print_all(network, leaf, inner)[-1]


def _print_all(network: Network, leaf: Callable[[Neuron], Printed],
               inner: Callable[[str, list[Printed]], Printed]) -> list[str]:
    found: list[str] = []

    def combine(i: int, neuron: Neuron, below: list[Printed]) -> Printed:
        printed = inner(neuron.activation, below) if below else leaf(neuron)
        found.append(printed[0])
        return printed

    network.fold(combine)
    return found
