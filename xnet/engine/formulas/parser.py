"""A safe reader of formulas: text to network by an allowlist of syntax, without evaluating code.

Python's `ast` parses the text into names, numbers, + - * / ** and calls of activations; anything else is refused with
its position. Column names that are not identifiers stand in backticks, as `to_text` prints them. A *template* may also
name free constants, which are fitted later: `a*exp(b*x0) + c`.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from xnet.counts import counted
from xnet.engine.algebra.conversion import apply_activation, to_network
from xnet.engine.algebra.expressions import Expr, ExprKind, add, call, mul, num, var
from xnet.engine.algebra.powers import raise_to
from xnet.engine.networks.activations import ACTIVATIONS, find_activation
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_functions import is_definition, short_name
from xnet.errors import FormulaError

from .typed_notation import COMPOSED, in_known_notation, what_is_wrong, with_products

#: Limits of a formula: characters, levels of nesting, and the absolute value of a power.
LONGEST, DEEPEST, LARGEST_POWER = 2000, 60, 64
#: Numbers of a formula are smaller than this.
_LARGEST = 1e300
#: The names that a free constant may have: a Latin or Greek letter, perhaps with digits.
FREE_CONSTANT = re.compile(r"([A-Za-zΑ-Ωα-ω])(\d*)")
#: A name of several words, perhaps with a unit or symbol in square brackets behind them.
_WORDS = re.compile(r"\w+(?: \w+)*(?: \w+| \[[^\[\]]*\])")
#: Numbers that have a name.
NUMBERS = {"pi": math.pi, "e": math.e}
#: Logarithms of another base, which are logarithms divided by a number.
_LOGARITHMS = {"log10": 10.0, "log2": 2.0}


def read_formula(text: str, names: Sequence[str], functions: Sequence[str] = ()) -> Network:
    """The network of a formula in the columns `names`, e.g. `2.5*sin(x) + 1`.

    Args:
        text: the formula.
        names: names of the columns, in the order of the network's inputs.
        functions: definitions of own functions that the formula may call; other names among them are left out.

    Raises:
        FormulaError: the text is too long or deep, is not a formula, names an unknown column or function, or has a part
            without a finite value.
    """
    tree, places, quoted = parsed(text, names)
    expr = Reader(places, quoted, functions=functions).read(tree, 0)
    check_finite(expr)
    network = to_network(expr, len(names))
    if network is None:
        raise FormulaError(f"The formula {text!r} cannot be made of the known activations.")
    return network


@dataclass(frozen=True)
class Template:
    """A formula with free constants.

    Attributes:
        free: names of the free constants, in the order of their first appearance.
        expression: (values of the free constants, in that order) -> the formula with these values.
    """

    free: tuple[str, ...]
    expression: Callable[[Sequence[float]], Expr]


def read_template(text: str, names: Sequence[str], constants: Container[str] = (),
                  functions: Sequence[str] = ()) -> Template:
    """A formula in the columns `names` that may name constants to be fitted.

    A free constant is named by one letter, with or without digits after it (a, b, c0). The letter must not be that of
    a column with such a name: beside columns x0 and x1, a name x5 or X is probably a typing error. Names of columns
    take precedence over e; pi is always the number, and a column of this name stands in backticks.

    Args:
        text: the formula.
        names: names of the columns.
        constants: names of further free constants, of any length.
        functions: as in `read_formula`.

    Raises:
        FormulaError: as `read_formula`; also for names that are neither columns nor possible free constants.
    """
    tree, places, quoted = parsed(text, names)
    taken = {match[1].lower() for name in names if (match := FREE_CONSTANT.fullmatch(name))}
    free: list[str] = []

    def collect(name: str) -> float | None:
        match = FREE_CONSTANT.fullmatch(name)
        if name not in constants and (match is None or match[1].lower() in taken):
            return None
        if name not in free:
            free.append(name)
        return math.sqrt(2.0 + len(free))  # distinct irrational values, so that no terms merge or cancel

    def expression(values: Sequence[float]) -> Expr:
        return Reader(places, quoted, dict(zip(free, values, strict=True)).get, functions).read(tree, 0)

    check_finite(Reader(places, quoted, collect, functions).read(tree, 0))
    return Template(tuple(free), expression)


def parsed(given: object, names: Sequence[str]) -> tuple[ast.expr, dict[str, int], dict[str, int]]:
    """The syntax tree, the positions of columns by name, and the positions of quoted columns by their placeholders."""
    if not isinstance(given, str) and not hasattr(given, "free_symbols"):
        raise FormulaError(f"A formula is a text, such as '2.5*sin(x) + 1', and not {_article(type(given).__name__)}.")
    text = str(given)  # also of an expression of SymPy
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text)} characters; at most {LONGEST} are read.")
    places = {name: i for i, name in enumerate(names)}
    source, quoted = _without_quotes(text, places)
    odd = next((name for name in names if not name.isidentifier() and not _WORDS.fullmatch(name) and name in text
                and f"`{name}`" not in text), "")
    source = (source if odd else in_known_notation(source, names)).replace("^", "**")
    try:
        tree = _tree(source, strict=bool(odd))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = error.offset if isinstance(error, SyntaxError) and source == text and "^" not in text else None
        hint = f" Write a column with signs in its name between backticks: `{odd}`." if odd else ""
        raise FormulaError(f"The formula {text!r} cannot be read{what_is_wrong(text, offset)}; write it like "
                           f"2.5*sin(x) + 1.{hint}") from None
    return tree.body, places, quoted


def _tree(source: str, *, strict: bool) -> ast.Expression:
    """The syntax tree of a text; where it is none, that of the text with the signs of its products."""
    try:
        return ast.parse(source, mode="eval")
    except SyntaxError:
        if strict or (longer := with_products(source)) == source:
            raise
        return ast.parse(longer, mode="eval")


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _without_quotes(text: str, places: dict[str, int]) -> tuple[str, dict[str, int]]:
    """Replace names in backticks by identifiers that do not occur otherwise; two backticks stand for one.

    Names of several words need no backticks, because words side by side mean nothing else in a formula, nor do words of
    Python such as lambda.
    """
    quoted: dict[str, int] = {}
    mark = "quoted_"
    while mark in text or any(mark in name for name in places):
        mark += "_"

    def replace(match: re.Match[str]) -> str:
        column = match[1].replace("``", "`")
        if column not in places:
            raise FormulaError(f"The formula names the column {column!r}; known columns: {', '.join(places)}.")
        name = f"{mark}{len(quoted)}"
        quoted[name] = places[column]
        return f" {name} "

    source = re.sub(r"`((?:[^`]|``)*)`", replace, text).strip()
    words = (column for column in places if _WORDS.fullmatch(column) or iskeyword(column))
    for column in sorted(words, key=len, reverse=True):
        name = f"{mark}{len(quoted)}"
        source, count = re.subn(rf"(?<!\w){re.escape(column)}(?!\w)", f" {name} ", source)
        if count:
            quoted[name] = places[column]
    return source.strip(), quoted


def unknown_name(name: str, columns: Iterable[str]) -> str:
    """What is wrong with a name in an initial formula or a form that is neither a column nor a constant."""
    return (f"names {name!r}, which is neither a column nor a constant to be fitted (one letter, digits after it or "
            f"not, unlike any column's: a, b, c0; a longer name if it is given among the constants, as {name}[:]); "
            f"known columns: {', '.join(columns)}")


class Reader:
    """Reads a syntax tree recursively.

    `free` gives the value of a free constant by its name, None for other names; without it there are no free constants.
    """

    def __init__(self, places: dict[str, int], quoted: dict[str, int],
                 free: Callable[[str], float | None] | None = None, functions: Sequence[str] = ()) -> None:
        self.places, self.quoted, self.free = places, quoted, free
        self.own = {short_name(f): f for f in functions if is_definition(f)}

    def read(self, node: ast.expr, depth: int) -> Expr:
        """The expression of a node.

        Raises:
            FormulaError: it has a part that is not allowed or not known.
        """
        if depth > DEEPEST:
            raise FormulaError(f"The formula nests deeper than {DEEPEST} levels.")
        if isinstance(node, ast.Constant):
            return _number(node)
        if isinstance(node, ast.Name):
            return self.read_name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.read(node.operand, depth + 1)
            return add([(-1.0, inner)]) if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp):
            return self._binary(node, depth)
        if isinstance(node, ast.Call):
            return self.read_call(node, depth)
        if isinstance(node, ast.Tuple):
            raise refusal(node, "has a comma outside a function; write decimals with a point, such as 1.5")
        raise refusal(node, "has a part that is not allowed; use + - * / ** and functions")

    def read_name(self, node: ast.Name) -> Expr:
        """A column, a number or a free constant."""
        if node.id in self.quoted:
            return var(self.quoted[node.id])
        if node.id in self.places and node.id != "pi":  # a column of this name stands in backticks
            return var(self.places[node.id])
        if node.id in NUMBERS:
            return num(NUMBERS[node.id])
        value = None if self.free is None else self.free(node.id)
        if value is not None:
            return num(value)
        if self.free is not None:
            raise refusal(node, unknown_name(node.id, self.places))
        raise refusal(node, f"names {node.id!r}, which is no column; known columns: {', '.join(self.places)}")

    def _binary(self, node: ast.BinOp, depth: int) -> Expr:
        a, b = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
        if isinstance(node.op, ast.Add):
            return add([(1.0, a), (1.0, b)])
        if isinstance(node.op, ast.Sub):
            return add([(1.0, a), (-1.0, b)])
        if isinstance(node.op, ast.Mult):
            return mul([(a, 1.0), (b, 1.0)])
        if isinstance(node.op, ast.Div):
            return mul([(a, 1.0), (b, -1.0)])
        if isinstance(node.op, ast.Pow):
            if b.is_constant and abs(b.value) > LARGEST_POWER:
                raise refusal(node, f"has a power above {LARGEST_POWER}")
            return raise_to(a, b)
        raise refusal(node, "has an operator that is not known; use + - * / **")

    def read_call(self, node: ast.Call, depth: int) -> Expr:
        """A function of one or two values."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _LOGARITHMS and len(node.args) == 1 and not node.keywords:
            return add([(1.0 / math.log(_LOGARITHMS[name]), call("log", self.read(node.args[0], depth + 1)))])
        composed = COMPOSED.get(name) if name not in self.own and not node.keywords else None
        if composed and len(node.args) == len(composed[0]):
            return self._composed(node, *composed, depth)
        activation = ACTIVATIONS[self.own[name]] if name in self.own else find_activation(name) or find_activation(
            name.lower())
        if activation is None or node.keywords or len(node.args) != activation.arity:
            unary = ", ".join([*self.own, *(n for n, a in ACTIVATIONS.items() if a.arity == 1)])
            raise refusal(node, f"calls {name or 'something'!r} with {counted(len(node.args), 'value')}; known "
                                f"functions of one value: {unary}")
        return apply_activation(activation.name, [self.read(a, depth + 1) for a in node.args])


    def _composed(self, node: ast.Call, arguments: str, form: str, depth: int) -> Expr:
        """A function that is written with others, such as log1p(x) = log(1 + x)."""
        given = {a: ast.unparse(value) for a, value in zip(arguments, node.args, strict=True)}
        tree = ast.parse("".join(f"({given[c]})" if c in given else c for c in form), mode="eval").body
        return self.read(tree, depth + 1)


def check_finite(expr: Expr) -> None:
    """Raise a `FormulaError` where a number of the expression is infinite, undefined or too large to be read again."""
    is_call = expr.kind is ExprKind.CALL
    parts = expr.args if is_call else [part for part, _ in expr.args]
    numbers = [] if is_call else [expr.value, *(number for _, number in expr.args)]
    if not all(abs(number) < _LARGEST for number in numbers):
        raise FormulaError("The formula has a part without a finite value, such as 1e200**2, 1/0 or log(-1).")
    for part in parts:
        check_finite(part)


def refusal(node: ast.expr, why: str) -> FormulaError:
    """The error of a part of a formula, with its place."""
    return FormulaError(f"At character {node.col_offset + 1} the formula {why}.")


def _number(node: ast.Constant) -> Expr:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise refusal(node, f"has {str(node.value)[:20]!r} where a number is expected")
    if not abs(node.value) < _LARGEST:
        raise refusal(node, "has a number that is too large")
    return num(float(node.value))
