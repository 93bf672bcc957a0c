"""Networks as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xnet.engine.networks.network import Network, Neuron

from .precedence import _ATOM, _NEG, _POWER, _PRODUCT, _SUM, Printed, _print, _product, closed_form

_LATEX_ESCAPES = {"\\": r"\backslash ", "{": r"\{", "}": r"\}", "_": r"\_", "^": r"\hat{\ }", "%": r"\%", "$": r"\$",
                  "#": r"\#", "&": r"\&", "~": r"\sim ", "`": "'", " ": r"\ "}
_GREEK = frozenset(["alpha", "beta", "gamma", "delta", "epsilon", "theta", "kappa", "lambda", "mu", "nu", "rho",
                    "sigma", "tau", "phi", "chi", "psi", "omega"])


def latex_name(name: str) -> str:
    """A column name in LaTeX: letters as variables, a trailing number as an index, words upright and escaped."""
    match = re.fullmatch(r"([A-Za-z]|" + "|".join(_GREEK) + r")_?(\d*)", name)
    if match:
        head = "\\" + match[1] if match[1] in _GREEK else match[1]
        return f"{head}_{{{match[2]}}}" if match[2] else head
    text = "".join(_LATEX_ESCAPES.get(ch, ch) for ch in name if ch.isprintable())
    return r"\mathrm{" + text + "}"


def _latex_constant(c: float) -> Printed:
    c += 0.0
    form = closed_form(c)
    if form is None:
        mantissa, _, exponent = repr(float(c)).partition("e")
        if exponent:
            return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", _NEG if c < 0 else _PRODUCT
        return mantissa, _NEG if c < 0 else _ATOM
    fraction, unit = form
    top, bottom = str(abs(fraction.numerator)), str(fraction.denominator)
    if unit == "pi":
        top = r"\pi" if top == "1" else rf"{top} \pi"
    if unit == "1/pi":
        bottom = r"\pi" if bottom == "1" else rf"{bottom} \pi"
    text = top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"
    return ("-" + text, _NEG) if fraction < 0 else (text, _ATOM)


def _latex_group(item: Printed, least: int) -> str:
    return item[0] if item[1] >= least else rf"\left({item[0]}\right)"


_LATEX_CALLS = {"exp": r"\exp", "log": r"\log", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "tanh": r"\tanh",
                "arcsin": r"\arcsin", "arccos": r"\arccos", "arctan": r"\arctan"}


def _latex_of(name: str, args: list[Printed]) -> Printed:
    a = args[0]
    if name in ("add", "sub"):
        sign = "+" if name == "add" else "-"
        return f"{a[0]} {sign} {_latex_group(args[1], _PRODUCT)}", _SUM
    if name == "mul":
        dot = r" \cdot " if re.match(r"[\d.]", args[1][0]) or "mathrm" in a[0] + args[1][0] else r" \, "
        return f"{_latex_group(a, _NEG)}{dot}{_latex_group(args[1], _PRODUCT)}", _product(a)
    if name == "div":
        return rf"\frac{{{a[0]}}}{{{args[1][0]}}}", _PRODUCT
    if name == "pow":
        return rf"{_latex_group(a, _ATOM)}^{{{args[1][0]}}}", _POWER
    if name == "neg":
        return f"-{_latex_group(a, _PRODUCT)}", _NEG
    if name == "reciprocal":
        return rf"\frac{{1}}{{{a[0]}}}", _PRODUCT
    if name in ("square", "cube"):
        return f"{_latex_group(a, _ATOM)}^{2 if name == 'square' else 3}", _POWER
    if name == "sqrt":
        return rf"\sqrt{{{a[0]}}}", _ATOM
    if name == "abs":
        return rf"\left|{a[0]}\right|", _ATOM
    return rf"{_LATEX_CALLS[name]}\left({a[0]}\right)", _ATOM


def to_latex(network: Network, names: Sequence[str], target_name: str | None = None) -> str:
    """The formula in LaTeX; with a target name as an equation."""
    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            name = names[neuron.index]  # an exponent behind several words or a unit would seem to belong to the last
            return latex_name(name), _ATOM if name.isidentifier() else _POWER
        if neuron.activation == "constant":
            return _latex_constant(network.constants[neuron.index])
        return str(neuron.index), _ATOM

    text = _print(network, leaf, _latex_of)
    return text if target_name is None else f"{latex_name(target_name)} = {text}"
