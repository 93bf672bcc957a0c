"""Networks as formulas in plain text.

Every form is printed from the same neurons and the same constants, so each evaluates to what the network evaluates
to. A constant that is a simple fraction or a multiple of pi is printed as one. Column names are data: they are quoted
in text, escaped in LaTeX and turned into identifiers in Python.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from xnet.engine.networks.network import Network, Neuron

from .precedence import _ATOM, _NEG, _POWER, _PRODUCT, _SUM, Printed, _print_all, _product, _wrapped, closed_form

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def constant_text(c: float) -> Printed:
    """A constant as text that evaluates to it, and its precedence."""
    c += 0.0  # no negative zero: its sign would stand without brackets
    form = closed_form(c)
    if form is None:
        text = repr(float(c))
        return text, _NEG if c < 0 else _ATOM
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
    sign = "-" if fraction < 0 else ""
    return sign + text, _NEG if sign else _PRODUCT if below or len(above) > 1 else _ATOM


def quoted_name(name: str) -> str:
    """A column name in a formula's text: as it is when it is an identifier, else between backticks (doubled within)."""
    plain = _IDENTIFIER.match(name) and not keyword.iskeyword(name)
    return name if plain else "`" + name.replace("`", "``") + "`"


def _text_of(name: str, args: list[Printed]) -> Printed:
    a = args[0]
    if name in ("add", "sub"):
        sign = "+" if name == "add" else "-"
        return f"{_wrapped(a, _SUM)} {sign} {_wrapped(args[1], _PRODUCT)}", _SUM
    if name == "mul":
        return f"{_wrapped(a, _NEG)}*{_wrapped(args[1], _POWER if '/' in args[1][0] else _PRODUCT)}", _product(a)
    if name == "div":
        return f"{_wrapped(a, _NEG)}/{_wrapped(args[1], _POWER)}", _product(a)
    if name == "pow":
        return f"{_wrapped(a, _ATOM)}**{_wrapped(args[1], _ATOM)}", _POWER
    if name == "neg":
        return f"-{_wrapped(a, _PRODUCT)}", _NEG
    if name == "reciprocal":
        return f"1/{_wrapped(a, _POWER)}", _PRODUCT
    if name in ("square", "cube"):
        return f"{_wrapped(a, _ATOM)}**{2 if name == 'square' else 3}", _POWER
    return f"{name}({a[0]})", _ATOM


def to_text(network: Network, names: Sequence[str], target_name: str | None = None) -> str:
    """The formula as text, e.g. `2.5*sin(x) + 1`; with a target name as `y = ...`."""
    text = neuron_texts(network, names)[-1]
    return text if target_name is None else f"{quoted_name(target_name)} = {text}"


def neuron_texts(network: Network, names: Sequence[str]) -> list[str]:
    """What every neuron computes, as text; the last is the whole formula."""
    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            return quoted_name(names[neuron.index]), _ATOM
        if neuron.activation == "constant":
            return constant_text(network.constants[neuron.index])
        return str(neuron.index), _ATOM if neuron.index >= 0 else _NEG

    return _print_all(network, leaf, _text_of)
