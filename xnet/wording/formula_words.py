"""Formulas in words: a network read aloud, e.g. "period is 365.2 times the square root of (axis cubed)".

Brackets avoid every ambiguous grouping. Numbers have the digits of the formula, because four digits of 999.1276 may
predict ten times worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xnet.engine.formulas.precedence import closed_form, root_form
from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.text import constant_text
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Precedence, Printed
from xnet.engine.networks.own_inputs import with_names


def formula_in_words(network: Network, names: Sequence[str], target: str) -> str:
    """The formula as a sentence without its full stop.

    Args:
        names: the inputs' names, in the order of the network's columns.
        target: the name of what the formula gives.
    """
    network, names = with_names(printed_network(network), names)

    def say(i: int, neuron: Neuron, below: list[Printed]) -> Printed:
        if neuron.activation == "variable":
            return names[neuron.index], Precedence.ATOM
        if neuron.activation == "constant":
            value = network.constants[neuron.index]
            if form_of(value, network.known) is None:
                return number_in_words(value)
            text, level = constant_text(value, network.known)
            return text.replace("**2", " squared").replace("*", " times "), min(level, Precedence.POWER)
        if neuron.activation == "number":
            return number_in_words(float(neuron.index))
        return ACTIVATIONS[neuron.activation].phrase(below)

    return f"{target} is {network.fold(say)[0]}"


def number_in_words(value: float) -> Printed:
    """A constant as it is said: fractions, multiples of pi and roots by name, others with their digits.

    >>> number_in_words(2**0.5)[0], number_in_words(-0.75)[0]
    ('(the square root of 2)', 'minus 0.75')
    """
    size, form, root = abs(value), closed_form(value), root_form(value)
    if root is not None:
        text, level = f"(the square root of {root.radicand})", Precedence.ATOM
        if root.top > 1 or root.bottom > 1:
            factor, divisor = f"{root.top} times " if root.top > 1 else "", f"/{root.bottom}" if root.bottom > 1 else ""
            text = f"{factor}{text}{divisor}"
            level = Precedence.POWER
    elif form is None:
        digits = Decimal(repr(float(size)))  # the shortest digits that are this number, as the formula has them
        text, level = f"{digits.normalize():f}", Precedence.ATOM
        if not 1e-4 <= size < 1e7 and size:
            mantissa = f"{digits.scaleb(-digits.adjusted()).normalize():f}"
            power = f"10 to the power {digits.adjusted()}".replace("-", "minus ")
            text, level = power if mantissa == "1" else f"{mantissa} times {power}", Precedence.NEGATION
    else:
        fraction, unit = form
        top, bottom = abs(fraction.numerator), fraction.denominator
        above = str(top) if unit != "pi" else "pi" if top == 1 else f"{top} pi"
        under = str(bottom) if unit != "1/pi" else "pi" if bottom == 1 else f"({bottom} pi)"
        text, level = (above, Precedence.ATOM) if under == "1" else (f"{above}/{under}", Precedence.POWER)
    return (f"minus {text}", Precedence.POWER) if value < 0 else (text, level)


def says_unit(name: str, unit: str) -> bool:
    """Whether a column's name contains its unit, as `speed (m/s)` does; the unit is then not repeated."""
    return f"({unit})" in name or f"[{unit}]" in name
