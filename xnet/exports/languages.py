"""A formula in other languages: JavaScript, a cell of a spreadsheet, and Python code that builds it in SymPy.

Every neuron is printed with its own brackets, so no language's rules of precedence matter (in a spreadsheet -A2^2 is
(-A2)^2). Column names are data: they appear only as quoted text, or turned into identifiers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from xnet.engine.formulas.precedence import closed_form, root_form
from xnet.engine.formulas.printed_network import printed_network
from xnet.engine.formulas.python_code import python_names
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import with_names
from xnet.tables.column_recipes import ColumnRecipe

from .column_code import column_letters, derived_description, readable, spreadsheet_line, with_semicolons

#: Reserved words of JavaScript that are not reserved in Python.
_RESERVED = frozenset([
    "arguments", "case", "catch", "const", "debugger", "default", "delete", "do", "enum", "eval", "export", "extends",
    "false", "function", "implements", "instanceof", "interface", "let", "Math", "new", "null", "package", "private",
    "protected", "public", "static", "super", "switch", "this", "throw", "true", "typeof", "undefined", "var", "void",
    "NaN", "Infinity"])
#: The longest formula that Excel accepts in a cell, in characters.
LONGEST_CELL = 8192
#: The error function, which JavaScript lacks, by its series of positive terms (Abramowitz and Stegun 7.1.6).
_JAVASCRIPT_ERF = """function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

"""


def to_javascript(network: Network, names: Sequence[str], target_name: str) -> str:
    """A JavaScript function `predict(...)` of the used columns, numbers in and a number out.

    A group is its number (from 0) or its name, a text; an unknown one gives NaN.
    """
    # No name of `python_names` ends in an underscore, so one more keeps them apart.
    own, used = network.own, network.variables
    network, names = with_names(network, names)
    identifiers = [f"{name}_" if name in _RESERVED else name for name in python_names(names)]
    look_up = "" if own is None else _look_up(own, identifiers[own.column], identifiers[-len(own.values):])
    body = _printed(network, "javascript", lambda i: identifiers[i], _number)
    group = None if own is None else own.column
    lines = "".join(f"// {identifiers[i]}: column {_quoted(names[i])}"
                    f"{', the number of the group or its name' * (i == group)}\n" for i in used)
    helper = _JAVASCRIPT_ERF if "erf(" in body else ""
    return (f"{helper}// Predicts {_quoted(target_name)} from a row of the table.\n{lines}"
            f"function predict({', '.join(identifiers[i] for i in used)}) {{\n{look_up}  return {body};\n}}\n\n"
            'if (typeof module !== "undefined") module.exports = { predict };\n')


def _look_up(own: OwnConstants, group: str, letters: Sequence[str]) -> str:
    """The lines of a JavaScript function that look up the constants of a row's group; their names end in "_"."""
    return (f"  const groups_ = {json.dumps(own.labels)};\n"
            f"  const values_ = {json.dumps(list(zip(*own.values, strict=True)))};\n"
            f"  const place_ = typeof {group} === \"number\" ? {group} : groups_.indexOf({group});\n"
            f"  const [{', '.join(letters)}] = values_[place_] || values_[0].map(() => NaN);\n")


def to_excel(network: Network, names: Sequence[str], target_name: str,
             derived: Mapping[str, ColumnRecipe] | None = None, columns: Sequence[str] = (), row: int = 2) -> str:
    """The formula for a cell of Excel, LibreOffice or Google Sheets, below lines that name the input of each cell.

    For each derived column a line states its recipe, with a cell formula. The cells are those of one row, by default
    row 2 below a row of headings. The formula is written twice: with decimal commas and semicolons, and (the last
    line) with decimal points and commas; a spreadsheet reads the one that suits its language settings.

    Args:
        network: the formula.
        names: the inputs.
        target_name: the target.
        derived: recipes of derived columns, by name.
        columns: all columns of the person's table in their order; by default the inputs.
        row: the row of the person's table for which the formula is written, from 1.
    """
    own, used = network.own, network.variables
    network, all_names = with_names(network, names)
    places = list(columns) if set(names) - set(derived or {}) <= set(columns) else list(names)
    places += [name for name in all_names if name not in places]
    cells = [f"{column_letters(places.index(name))}{row}" for name in all_names]
    formula = "=" + _printed(network, "spreadsheet", lambda i: cells[i], lambda c: _number(c).upper())
    lines = [f"{readable(target_name)} as a formula for a cell in row {row}; paste it there and copy it down.",
             "An empty cell counts as 0.",
             *(f"{cells[i]} is {readable(names[i])}" for i in used), *_own_lines(own, cells, all_names)]
    for name, recipe in (derived or {}).items():
        description = derived_description(recipe, readable)
        lines.append(f"{readable(name)} is {description}.{spreadsheet_line(recipe, row, places)}")
    if len(formula) > LONGEST_CELL:
        lines.append(f"The formula has {len(formula)} characters, Excel accepts {LONGEST_CELL}: split it over cells.")
    return "\n".join([*lines, "", "With decimal commas (1,5):", with_semicolons(formula), "",
                      "With decimal points (1.5):", formula, ""])


def _own_lines(own: OwnConstants | None, cells: Sequence[str], names: Sequence[str]) -> list[str]:
    """The cells of the own constants, and their values in every group."""
    if own is None:
        return []
    k = len(own.values)
    head = [f"{cell} is {readable(name)}, the value for the group of the row:"
            for cell, name in zip(cells[-k:], names[-k:], strict=True)]
    return head + [f"  {readable(label)}: {', '.join(map(repr, values))}"
                   for label, values in zip(own.labels, zip(*own.values, strict=True), strict=True)]


def to_sympy_code(network: Network, names: Sequence[str], target_name: str) -> str:
    """Python code that builds the formula as the SymPy expression `formula`, exact numbers kept exact."""
    own = network.own
    network, names = with_names(network, names)
    identifiers = [f"{name}_" if name in ("sp", "formula") else name for name in python_names(names)]
    symbols = "".join(f"{identifiers[i]} = sp.Symbol({names[i]!a})\n" for i in network.variables)
    body = _printed(network, "sympy_code", lambda i: identifiers[i], _sympy_number)
    return f"import sympy as sp\n\n# {target_name!a} is\n{symbols}formula = {body}\n" + (
        "" if own is None else f"\n# the values of {', '.join(identifiers[-len(own.values):])} in every group\n"
        f"own_constants = {dict(zip(own.labels, zip(*own.values, strict=True), strict=True))!a}\n")


def _printed(network: Network, language: Literal["javascript", "spreadsheet", "sympy_code"],
             variable: Callable[[int], str], constant: Callable[[float], str]) -> str:
    """The network in a language, named by the field of `Activation` that holds its templates."""
    network = printed_network(network)

    def combine(i: int, neuron: Neuron, below: list[str]) -> str:
        if below:
            template: str = getattr(ACTIVATIONS[neuron.activation], language)
            if language == "spreadsheet" and neuron.activation == "pow" and _is_odd_root(
                    network, network.neurons[neuron.children[1]]):
                below = [f"SQRT({below[0]})", f"(2*{below[1]})"]
            return template.format(*below)
        if neuron.activation == "variable":
            return variable(neuron.index)
        if neuron.activation == "constant":
            return constant(network.constants[neuron.index])
        # Division of two Python integers gives a Python float, so SymPy would lose the exact number.
        text = f"sp.Integer({neuron.index})" if language == "sympy_code" else str(neuron.index)
        return f"({text})" if neuron.index < 0 else text

    return network.fold(combine)


def _is_odd_root(network: Network, exponent: Neuron) -> bool:
    """Whether an exponent is 1/3, -1/5 and the like, for which spreadsheets give powers of negative numbers."""
    value = network.constants[exponent.index] if exponent.activation == "constant" else 0.0
    return 0.0 < abs(value) < 1.0 and abs(1.0 / value - round(1.0 / value)) < 1e-9 and round(1.0 / value) % 2 == 1


def _number(value: float) -> str:
    return f"({value!r})" if value < 0 else repr(value + 0.0)


def _sympy_number(value: float) -> str:
    form, root = closed_form(value), root_form(value)
    if root is not None:
        return f"(sp.Rational({root.top if value > 0 else -root.top}, {root.bottom}) * sp.sqrt({root.radicand}))"
    if form is None:
        return f"sp.Float('{value!r}', 17)"
    fraction, unit = form
    text = f"sp.Rational({fraction.numerator}, {fraction.denominator})"
    return f"({text} * sp.pi)" if unit == "pi" else f"({text} / sp.pi)" if unit else text


def _quoted(text: str) -> str:
    """Text in quotes on one line of plain ASCII, for a comment."""
    return json.dumps(text)
