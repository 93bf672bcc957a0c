"""Logarithms to the base 10 and 2 in print: c log(e) is k log10(e) where k is a simple number and c is none.

The network itself keeps its natural logarithms: it is stored, searched and differentiated with them.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xnet.engine.networks.network import Network, Neuron

from .precedence import closed_form

_BASES = {"log10": math.log(10.0), "log2": math.log(2.0)}
#: How far rounding errors move a product with a power of ln 10.
_ROUNDING = 2e-15
#: Digits of a simple decimal number, and the largest denominator of a simple fraction.
_DIGITS, _DENOMINATOR = 3, 12
#: Powers that a product may hold its factors in.
_POWERS = {"neg": 1, "square": 2, "cube": 3, "reciprocal": -1}
_PRODUCTS = frozenset(["mul", "div", *_POWERS])


@dataclass
class _Product:
    """The factors of a product.

    Attributes:
        numbers: positions of constants, each with its power.
        logarithms: positions of logarithms, also those of sums of logarithms.
        power: the sum of the powers of the logarithms and of the sums of logarithms.
    """

    numbers: dict[int, int] = field(default_factory=dict)
    logarithms: list[int] = field(default_factory=list)
    power: int = 0


def with_short_logarithms(network: Network) -> Network:
    """The network with neurons `log10` and `log2` in the place of natural logarithms times a number.

    Every neuron keeps its position. A product with k = 1 or -1 becomes its other factor or the negation of it.
    """
    if not any(n.activation == "log" for n in network.neurons):
        return network
    neurons, constants = list(network.neurons), list(network.constants)
    uses = Counter(child for n in neurons for child in n.children)
    shares = Counter(n.index for n in neurons if n.activation == "constant")
    inner = {c for n in neurons if n.activation in _PRODUCTS for c in n.children if uses[c] == 1}
    for root, neuron in enumerate(network.neurons):
        if neuron.activation not in _PRODUCTS or root in inner:
            continue
        product = _Product()
        _collect(product, network.neurons, root, 1, uses)
        number = _number_to_change(product, neurons, constants)
        if number is None or shares[neurons[number].index] > 1:
            continue
        index = neurons[number].index
        found = _short(constants[index], product.numbers[number], product.power)
        if found is not None:
            name, constants[index] = found
            for i in product.logarithms:
                neurons[i] = Neuron(name, neurons[i].children)
            _drop_one(neurons, number, constants[index])
    return replace(network, neurons=tuple(neurons), constants=tuple(constants))


def _number_to_change(product: _Product, neurons: list[Neuron], constants: list[float]) -> int | None:
    """The position of the number of a product; of several that which alone makes log10 or log2 of a logarithm."""
    if len(product.numbers) < 2:
        return next(iter(product.numbers), None)
    short = ((i, _short(constants[neurons[i].index], power, product.power)) for i, power in product.numbers.items())
    return next((i for i, found in short if found is not None and found[1] == 1.0), None)


def _collect(product: _Product, neurons: tuple[Neuron, ...], i: int, power: int, uses: Counter[int]) -> None:
    """Add the factors below neuron i, which has a power itself; a neuron with several parents is one factor."""
    neuron = neurons[i]
    if neuron.activation in ("mul", "div"):
        below = zip(neuron.children, (power, power if neuron.activation == "mul" else -power), strict=True)
    elif neuron.activation in _POWERS:
        below = zip(neuron.children, (power * _POWERS[neuron.activation],), strict=True)
    else:
        return
    for child, p in below:
        if uses[child] > 1:
            continue
        if neurons[child].activation == "constant":
            product.numbers[child] = p
        elif logarithms := _logarithms(neurons, child, uses):
            product.logarithms += logarithms
            product.power += p
        else:
            _collect(product, neurons, child, p, uses)


def _logarithms(neurons: tuple[Neuron, ...], i: int, uses: Counter[int]) -> list[int]:
    """The logarithm at position i, or those of a sum of logarithms; [] for any other neuron."""
    neuron = neurons[i]
    if uses[i] > 1:
        return []
    if neuron.activation == "log":
        return [i]
    if neuron.activation not in ("add", "sub"):
        return []
    parts = [_logarithms(neurons, child, uses) for child in neuron.children]
    return parts[0] + parts[1] if all(parts) else []


def _short(c: float, power: int, power_of_logarithms: int) -> tuple[str, float] | None:
    """The name of the logarithms and the number in the place of c; None where c is as simple.

    Args:
        power: of c in the product, 1 or -1.
        power_of_logarithms: in the product.
    """
    if abs(power) != 1 or not power_of_logarithms or is_short(c):
        return None
    for name, ln in _BASES.items():
        simple = short_number(c * ln ** (power * power_of_logarithms))
        if simple is not None:
            return name, simple
    return None


def is_short(c: float) -> bool:
    """Whether a number is printed as a fraction, as a part of pi, or with few digits."""
    return not math.isfinite(c) or float(f"{c:.{_DIGITS}g}") == c or closed_form(c) is not None


def short_number(k: float) -> float | None:
    """The decimal number of few digits, or the small fraction, that a number is up to rounding; None without one."""
    return next((simple for simple in (float(f"{k:.{_DIGITS}g}"), float(Fraction(k).limit_denominator(_DENOMINATOR)))
                 if simple and abs(simple - k) <= _ROUNDING * abs(k)), None)


def _drop_one(neurons: list[Neuron], number: int, k: float) -> None:
    """Replace the product with the number 1 by its other factor, and with -1 by the negation of it."""
    i = next(j for j, n in enumerate(neurons) if number in n.children)
    activation, children = neurons[i].activation, neurons[i].children
    if activation == "mul" or (activation == "div" and children[1] == number):
        other = children[0] if children[1] == number else children[1]
        if k == 1.0:
            neurons[i] = neurons[other]
        elif k == -1.0:
            neurons[i] = Neuron("neg", (other,))
