"""Exponentials as powers of a simple base in print: exp(c e) is 2**e, 1.05**e, 10**(k e), 2**(e/T) or (1/2)**(e/T).

A growth by 5 % a year is written 1.05**t, and a decay with a half-life of 5.27 years (1/2)**(t/5.27). The network
itself keeps its exponential: it is stored, searched and differentiated with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.rates import Rate, rates

from .logarithms import is_short, short_number

#: A function of a constant.
Conversion = Callable[[float], float]
_LN_2, _LN_10 = math.log(2.0), math.log(10.0)


class PowerForm(NamedTuple):
    """How exp(c e) is written as a power.

    Attributes:
        name: the function of the exponent ("exp2", "exp10", "exphalf"), or "pow" where the constant is the base.
        number: the constant as it is printed: the base, a factor of e, or what e is divided by.
        divides: whether e is divided by the number.
        convert: the printed number of any value of c.
        slope: the derivative of `convert`.
    """

    name: str
    number: float
    divides: bool
    convert: Conversion
    slope: Conversion


def power_form(c: float) -> PowerForm | None:
    """The power that exp(c e) is written as; None where c is as simple, or is no simple multiple of such a logarithm.

    >>> [power_form(c)[:3] for c in (math.log(2.0), math.log(1.05), -math.log(2.0) / 5.27, 0.4 * math.log(10.0))]
    [('pow', 2.0, False), ('pow', 1.05, False), ('exphalf', 5.27, True), ('exp10', 0.4, False)]
    >>> power_form(0.05) is None, power_form(0.0513) is None, power_form(0.123456) is None
    (True, True, True)
    """
    if is_short(c) or abs(c) > 100.0:
        return None
    base = _short_base(c)
    if base is not None:
        return PowerForm("pow", base, False, np.exp, np.exp)
    tens = short_number(c / _LN_10)
    if tens is not None:
        return PowerForm("exp10", tens, False, *_scaled(_LN_10))
    time = short_number(_LN_2 / abs(c))
    if time is not None:
        return PowerForm("exp2" if c > 0 else "exphalf", time, True, _time, lambda c: -_time(c) / c)
    twos = short_number(c / _LN_2)
    return None if twos is None else PowerForm("exp2", twos, False, *_scaled(_LN_2))


def _short_base(c: float) -> float | None:
    """exp(c) where it has at most three digits, or 1 + r with a growth r of two, up to rounding; else None."""
    for base in (float(f"{math.exp(c):.3g}"), round(1.0 + float(f"{math.expm1(c):.2g}"), 12)):
        if base > 0.0 and base != 1.0 and abs(math.log(base) - c) <= 1e-15 + 1e-15 * abs(c):
            return base
    return None


def _scaled(ln: float) -> tuple[Conversion, Conversion]:
    return lambda c: c / ln, lambda c: 1.0 / ln


def _time(c: float) -> float:
    """The doubling time, or the half-life, of a rate; infinite for the rate 0."""
    return _LN_2 / abs(c) if c else math.inf


def with_short_powers(network: Network, *, fitted_bases: bool = True) -> Network:
    """The network with powers of simple bases in the place of exponentials; every neuron keeps its position.

    Args:
        fitted_bases: whether a constant may become a base, as in 1.05**t, whose exponent can have a unit then.
    """
    forms = [(rate, form) for rate, form in _forms(network) if fitted_bases or form.name != "pow"]
    if not forms:
        return network
    neurons, constants = list(network.neurons), list(network.constants)
    for rate, form in forms:
        constants[neurons[rate.constant].index] = form.number
        factor = next(c for c in neurons[rate.product].children if c != rate.constant)
        if form.name == "pow":
            neurons[rate.product] = neurons[factor]
        elif form.divides:
            neurons[rate.product] = Neuron("div", (factor, rate.constant))
        exponent = neurons[rate.exponential].children
        neurons[rate.exponential] = Neuron(form.name, (rate.constant, *exponent) if form.name == "pow" else exponent)
    return replace(network, neurons=tuple(neurons), constants=tuple(constants))


def conversions(network: Network) -> dict[int, tuple[Conversion, Conversion]]:
    """What the constants of short powers are in print, by their index.

    Returns:
        For each the printed number as a function of the constant in the network, and its derivative.
    """
    return {network.neurons[rate.constant].index: (form.convert, form.slope) for rate, form in _forms(network)}


def bases(network: Network) -> dict[int, float]:
    """The constants that are printed as bases, by their index, with the base: 1.05 in 1.05**t."""
    return {network.neurons[rate.constant].index: form.number for rate, form in _forms(network) if form.name == "pow"}


def _forms(network: Network) -> list[tuple[Rate, PowerForm]]:
    found = ((rate, power_form(network.constants[network.neurons[rate.constant].index])) for rate in rates(network))
    return [(rate, form) for rate, form in found if form is not None]
