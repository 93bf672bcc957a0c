"""Formulas in words: a network read aloud, e.g. "period is 365.2 times the square root of (axis cubed)".

Brackets stand wherever a listener could group the words in two ways. Numbers are shortened to four digits: the words
are for understanding, the formula itself is for computing.
"""

from __future__ import annotations

from collections.abc import Sequence

from xnet.engine.formulas.precedence import closed_form
from xnet.engine.networks.network import Network, Neuron

Phrase = tuple[str, int]
_SUM, _PRODUCT, _CALL, _ATOM = 1, 2, 3, 4
_CALLS = {"sqrt": "the square root of", "exp": "the exponential of", "log": "the natural logarithm of",
          "sin": "the sine of", "cos": "the cosine of", "tan": "the tangent of",
          "tanh": "the smooth step (tanh) of", "arcsin": "the inverse sine of", "arccos": "the inverse cosine of",
          "arctan": "the inverse tangent of", "abs": "the size without its sign of", "reciprocal": "one over",
          "neg": "minus"}


def formula_in_words(network: Network, names: Sequence[str], target: str) -> str:
    """The formula as a sentence without its full stop.

    Args:
        names: the inputs' names, in the order of the network's columns.
        target: the name of what the formula gives.
    """
    def say(i: int, neuron: Neuron, below: list[Phrase]) -> Phrase:
        if neuron.activation == "variable":
            return names[neuron.index], _ATOM
        if neuron.activation == "constant":
            return number_in_words(network.constants[neuron.index])
        return number_in_words(float(neuron.index)) if neuron.activation == "number" else _joined(neuron, below)

    return f"{target} is {network.fold(say)[0]}"


def number_in_words(value: float) -> Phrase:
    """A constant as it is said: simple fractions and multiples of pi by name, others with four digits."""
    size, form = abs(value), closed_form(value)
    if form is None:
        text, level = f"{size:.4g}", _ATOM
    else:
        fraction, unit = form
        top, bottom = abs(fraction.numerator), fraction.denominator
        above = str(top) if unit != "pi" else "pi" if top == 1 else f"{top} pi"
        under = str(bottom) if unit != "1/pi" else "pi" if bottom == 1 else f"({bottom} pi)"
        text, level = (above, _ATOM) if under == "1" else (f"{above}/{under}", _CALL)
    return (f"minus {text}", _CALL) if value < 0 else (text, level)


def _joined(neuron: Neuron, below: list[Phrase]) -> Phrase:
    """What a neuron says of its children."""
    name, first = neuron.activation, below[0]
    if name in ("add", "sub"):
        return _sum(name, first, below[1])
    if name == "mul":
        return f"{_within(first, _PRODUCT)} times {_within(below[1], _CALL)}", _PRODUCT
    if name == "div":
        return f"{_within(first, _PRODUCT)} divided by {_within(below[1], _CALL)}", _PRODUCT
    if name == "pow":
        return f"{_within(first, _ATOM)} to the power {_within(below[1], _ATOM)}", _CALL
    if name in ("square", "cube"):
        return f"{_within(first, _ATOM)} {'squared' if name == 'square' else 'cubed'}", _CALL
    return f"{_CALLS[name]} {_within(first, _ATOM)}", _CALL


def _sum(name: str, first: Phrase, second: Phrase) -> Phrase:
    text, level = second
    negative = text.startswith("minus ")
    sign = "plus" if (name == "add") != negative else "minus"
    rest = text.removeprefix("minus ") if negative else text
    # "minus (2 plus x)" keeps its bracket; a sum that is taken away needs one.
    return f"{first[0]} {sign} {_within((rest, level), _PRODUCT)}", _SUM


def _within(phrase: Phrase, least: int) -> str:
    return phrase[0] if phrase[1] >= least else f"({phrase[0]})"


def says_unit(name: str, unit: str) -> bool:
    """Whether a column's name tells its unit already, as `speed (m/s)` does, so that it need not be written twice."""
    return f"({unit})" in name or f"[{unit}]" in name
