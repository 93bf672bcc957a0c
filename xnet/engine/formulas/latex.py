"""Networks as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.known_values import KnownValue, form_of
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.notation import Precedence, Printed

from .precedence import closed_form, print_neurons, reading_digits, root_form
from .printed_network import printed_network

_LATEX_ESCAPES = {"\\": r"\backslash ", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\hat{\ }", "%": r"\%", "$": r"\$",
                  "#": r"\#", "&": r"\&", "~": r"\sim ", "`": "'", " ": r"\ ",
                  # Beside letters, mathematics would draw them as signs of arithmetic with space on both sides.
                  **{sign: rf"\text{{{sign}}}" for sign in "-+=<>*/:"}}
_GREEK = frozenset(["alpha", "beta", "gamma", "delta", "epsilon", "theta", "kappa", "lambda", "mu", "nu", "rho",
                    "sigma", "tau", "phi", "chi", "psi", "omega"])


def latex_name(name: str) -> str:
    """A column name in LaTeX.

    A letter, or the name of a Greek one, is a variable, with a number behind it as its index; words are upright and
    escaped.
    """
    match = re.fullmatch(r"([A-Za-z]|" + "|".join(_GREEK) + r")_?(\d*)", name)
    if match:
        head = "\\" + match[1] if match[1] in _GREEK else match[1]
        return f"{head}_{{{match[2]}}}" if match[2] else head
    text = "".join(_LATEX_ESCAPES.get(ch, ch) for ch in name if ch.isprintable())
    # LaTeX has letters with accents in text alone, not in formulas.
    return r"\mathrm{" + re.sub(r"[^\x00-\x7f]+", lambda run: rf"\text{{{run[0]}}}", text) + "}"


def _latex_constant(c: float, known: tuple[KnownValue, ...]) -> Printed:
    c += 0.0
    if (named := form_of(c, known)) is not None:
        text = named.latex.format(latex_name(named.name))
        return (f"-{text}", Precedence.NEGATION) if c < 0 else (text, named.latex_precedence)
    if (root := root_form(c)) is not None:
        text = (f"{root.top} " if root.top > 1 else "") + rf"\sqrt{{{root.radicand}}}"
        text = text if root.bottom == 1 else rf"\frac{{{text}}}{{{root.bottom}}}"
        alone = Precedence.PRODUCT if root.top > 1 and root.bottom == 1 else Precedence.ATOM
        return (f"-{text}", Precedence.NEGATION) if c < 0 else (text, alone)
    form = closed_form(c)
    if form is None:
        mantissa, _, exponent = reading_digits(repr(float(c))).partition("e")
        if exponent:
            power = rf"10^{{{int(exponent)}}}"
            if mantissa in ("1", "-1"):
                return mantissa[:-1] + power, Precedence.NEGATION if c < 0 else Precedence.POWER
            return rf"{mantissa} \cdot {power}", Precedence.NEGATION if c < 0 else Precedence.PRODUCT
        return mantissa, Precedence.NEGATION if c < 0 else Precedence.ATOM
    fraction, unit = form
    top, bottom = str(abs(fraction.numerator)), str(fraction.denominator)
    if unit == "pi":
        top = r"\pi" if top == "1" else rf"{top} \pi"
    if unit == "1/pi":
        bottom = r"\pi" if bottom == "1" else rf"{bottom} \pi"
    text = top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"
    return ("-" + text, Precedence.NEGATION) if fraction < 0 else (text, Precedence.ATOM)


def to_latex(network: Network, names: Sequence[str], target_name: str | None = None) -> str:
    """The formula in LaTeX; with a target name as an equation."""
    network = printed_network(network)

    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            name = names[neuron.index]  # an exponent after several words would seem to belong to the last of them
            return latex_name(name), Precedence.ATOM if name.isidentifier() else Precedence.POWER
        if neuron.activation == "own" and network.own is not None:
            return f"{network.own.letter(neuron.index)}_{{{latex_name(names[network.own.column])}}}", Precedence.ATOM
        if neuron.activation == "constant":
            return _latex_constant(network.constants[neuron.index], network.known)
        return str(neuron.index), Precedence.ATOM

    text = print_neurons(network, leaf, lambda name: ACTIVATIONS[name].latex, joined_powers=True)[-1]
    return text if target_name is None else f"{latex_name(target_name)} = {text}"
