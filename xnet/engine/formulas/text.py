"""Networks as formulas in plain text.

All printers of this package start from the same neurons and constants, so every printed form evaluates to the
network's values. Constants that are simple fractions, multiples of pi or roots of whole
numbers are printed as such. Column names are data:
they are quoted in text, escaped in LaTeX and turned into identifiers in Python.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.known_values import KnownValue, form_of
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Precedence, Printed

from .precedence import closed_form, print_neurons, root_form
from .printed_network import printed_network

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def constant_text(c: float, known: tuple[KnownValue, ...] = ()) -> Printed:
    """A constant as text that evaluates to it, by the name of a known constant where it is one; and its precedence."""
    c += 0.0  # turns -0.0 into 0.0: its sign would stand without brackets
    if (named := form_of(c, known)) is not None:
        return (f"-{named.text}", Precedence.NEGATION) if c < 0 else (named.text, named.precedence)
    if (root := root_form(c)) is not None:
        text = (f"{root.top}*" if root.top > 1 else "") + f"sqrt({root.radicand})" + (
            f"/{root.bottom}" if root.bottom > 1 else "")
        alone = Precedence.ATOM if root.top == root.bottom == 1 else Precedence.PRODUCT
        return (f"-{text}", Precedence.NEGATION) if c < 0 else (text, alone)
    form = closed_form(c)
    if form is None:
        text = repr(float(c)).removesuffix(".0")
        return text, Precedence.NEGATION if c < 0 else Precedence.ATOM
    fraction, unit = form
    top, bottom = abs(fraction.numerator), fraction.denominator
    above, below = [str(top)], [str(bottom)]
    if unit == "pi":
        above.append("pi")
    if unit == "1/pi":
        below.append("pi")
    above = [t for t in above if t != "1"] or ["1"]
    below = [t for t in below if t != "1"]
    text = "*".join(above)
    if below:
        text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
    if fraction < 0:
        return f"-{text}", Precedence.NEGATION
    return text, Precedence.PRODUCT if below or len(above) > 1 else Precedence.ATOM


def quoted_name(name: str) -> str:
    """A column name in a formula's text: identifiers as they are, others in backticks (backticks within doubled).

    A column `pi` stands in backticks, because pi is a number.
    """
    plain = _IDENTIFIER.match(name) and not keyword.iskeyword(name) and name != "pi"
    return name if plain else "`" + name.replace("`", "``") + "`"


def own_text(network: Network, neuron: Neuron, names: Sequence[str]) -> str:
    """A constant that every group has of its own, with the column of the groups: `a[molecule]`."""
    assert network.own is not None
    return f"{network.own.letter(neuron.index)}[{quoted_name(names[network.own.column])}]"


def to_text(network: Network, names: Sequence[str], target_name: str | None = None) -> str:
    """The formula as text, e.g. `2.5*sin(x) + 1`; with a target name as `y = ...`."""
    text = neuron_texts(printed_network(network), names)[-1]
    return text if target_name is None else f"{quoted_name(target_name)} = {text}"


def neuron_texts(network: Network, names: Sequence[str]) -> list[str]:
    """What every neuron computes, as text, with natural exponentials and logarithms; the last is the whole formula."""

    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            return quoted_name(names[neuron.index]), Precedence.ATOM
        if neuron.activation == "own":
            return own_text(network, neuron, names), Precedence.ATOM
        if neuron.activation == "constant":
            return constant_text(network.constants[neuron.index], network.known)
        return str(neuron.index), Precedence.ATOM if neuron.index >= 0 else Precedence.NEGATION

    return print_neurons(network, leaf, lambda name: ACTIVATIONS[name].text, joined_powers=True)
