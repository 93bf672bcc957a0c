"""Networks as formulas: text, LaTeX, Python, SymPy, and a safe reader for formulas that people type.

Every form is printed from the same neurons and the same constants, so each evaluates to what the network evaluates
to. A constant that is a simple fraction or a multiple of pi is printed as one. Column names are data: they are quoted
in text, escaped in LaTeX and turned into identifiers in Python, and nothing is ever evaluated to read a formula.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .activations import ACTIVATIONS
from .network import Network, Neuron

Printed = tuple[str, int]
_SUM, _NEG, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4, 5
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


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


def _wrapped(item: Printed, least: int) -> str:
    return item[0] if item[1] >= least else f"({item[0]})"


def _product(first: Printed) -> int:
    """A product that starts with a minus sign binds like one: -3*x is fine, a + -3*x is not."""
    return _NEG if first[1] == _NEG else _PRODUCT


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


def python_names(names: Sequence[str]) -> tuple[str, ...]:
    """A different Python identifier for every column name."""
    taken: set[str] = {"np"}
    result = []
    for name in names:
        base = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "x"
        base = f"x_{base}" if base[0].isdigit() or keyword.iskeyword(base) else base
        unique, k = base, 2
        while unique in taken:
            unique, k = f"{base}_{k}", k + 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


def to_python(network: Network, names: Sequence[str], target_name: str = "y") -> str:
    """A NumPy function `predict(...)` of the used columns, as source text."""
    identifiers = python_names(names)

    def leaf(neuron: Neuron) -> Printed:
        if neuron.activation == "variable":
            return identifiers[neuron.index], _ATOM
        if neuron.activation == "constant":
            return repr(network.constants[neuron.index]), _ATOM if network.constants[neuron.index] >= 0 else _NEG
        return f"{float(neuron.index)!r}", _ATOM

    def inner(name: str, args: list[Printed]) -> Printed:
        return ACTIVATIONS[name].python.format(*(_wrapped(a, _ATOM) for a in args)), _ATOM

    used = network.variables
    lines = "".join(f"    {identifiers[i]}: column {names[i]!r}\n" for i in used)
    body = _print(network, leaf, inner)
    doc = repr(f"Predict {target_name} from columns of a table (numbers or NumPy arrays).")[1:-1].replace('"', "'")
    return (f"import numpy as np\n\n\ndef predict({', '.join(identifiers[i] for i in used)}):\n"
            f'    """{doc}\n\n{_docstring_safe(lines)}    """\n    return {body}\n')


def _docstring_safe(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


def to_sympy(network: Network, names: Sequence[str]) -> Any:
    """The SymPy expression; columns become symbols; constants fractions, multiples of pi or floats."""
    import sympy as sp  # only where a SymPy form is asked for: importing it takes longer than a short search

    def constant(c: float) -> Any:
        form = closed_form(c)
        if form is None:
            return sp.Float(repr(float(c)), 17)
        fraction, unit = form
        value = sp.Rational(fraction.numerator, fraction.denominator)
        return value * sp.pi if unit == "pi" else value / sp.pi if unit else value

    def combine(i: int, neuron: Neuron, below: list[Any]) -> Any:
        if neuron.activation == "variable":
            return sp.Symbol(names[neuron.index])
        if neuron.activation == "constant":
            return constant(network.constants[neuron.index])
        if neuron.activation == "number":
            return sp.Integer(neuron.index)
        return ACTIVATIONS[neuron.activation].sympy(sp, *below)

    return network.fold(combine)
