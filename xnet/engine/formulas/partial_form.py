"""A form with unknown parts: `f(x1, x2) + a*g(x3)`, read by the parser of formulas.

A call of a name that is no function is a *hole*, an unknown part of the columns that it is called with. A *letter* (a,
b, c0) is a constant to be fitted. Numbers stay as they are. The arguments of a hole are formulas of columns and letters
themselves, as in `f(Re*r**a)`, and a hole may be called several times, as in `f(x1) - f(x2)`: then it is one function.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import Expr, ExprKind, num, var
from xnet.engine.networks.activations import find_activation
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network
from xnet.errors import FormulaError

from .parser import FREE_CONSTANT, NUMBERS, Reader, check_finite, parsed, refusal, unknown_name
from .text import to_text

#: The most holes of a form.
MOST_HOLES = 3
#: Names of the arguments of a hole that is called with formulas, or several times.
_ARGUMENTS = ("u", "v", "w", "s", "t")
_HOW = "Write the known part as it is and an unknown part like a function of columns, such as f(x1, x2) + a*g(x3)."


@dataclass(frozen=True)
class Hole:
    """An unknown part.

    Attributes:
        name: as it is called in the form.
        arguments: the names of its arguments: columns where it is called once with columns, else u, v, w.
    """

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class HoleCall:
    """A call of a hole.

    Attributes:
        hole: the position of the hole.
        arguments: networks of the columns and, behind them, the letters.
    """

    hole: int
    arguments: tuple[Network, ...]


@dataclass(frozen=True)
class PartialForm:
    """A form with unknown parts.

    Attributes:
        text: as it was written.
        columns: the names of the columns.
        letters: the names of the letters, in the order of their first appearance.
        holes, calls: the holes, and their different calls.
        network: the form; its inputs are the columns, the letters and the calls.
        known: bounds, start and kind of every letter, in their order.
        of_all: the form before its letters were given to groups (`letters_of_groups`); None where they were not.
    """

    text: str
    columns: tuple[str, ...]
    letters: tuple[str, ...]
    holes: tuple[Hole, ...]
    calls: tuple[HoleCall, ...]
    network: Network
    known: tuple[Letter, ...] = ()
    of_all: PartialForm | None = None

    @property
    def n_inputs(self) -> int:
        """The number of columns."""
        return len(self.columns)

    @property
    def columns_of_holes(self) -> tuple[tuple[int, ...], ...]:
        """For every hole the columns that its arguments read, ascending."""
        return tuple(tuple(sorted({i for call in self.calls if call.hole == k for network in call.arguments
                                   for i in network.variables if i < self.n_inputs}))
                     for k in range(len(self.holes)))

    def describe(self) -> str:
        """One line for people: "f of x1 and x2, g of u (x3*a); a is fitted"."""
        parts = [f"{hole.name} of {_listed([self._explained(k, j) for j in range(len(hole.arguments))])}"
                 for k, hole in enumerate(self.holes)]
        fitted = f"; {_listed(self.letters)} {'is' if len(self.letters) == 1 else 'are'} fitted" if self.letters else ""
        return ", ".join(parts) + fitted

    def _explained(self, k: int, j: int) -> str:
        """Argument j of hole k, with what stands there in every call where it is no column."""
        name = self.holes[k].arguments[j]
        given = [to_text(call.arguments[j], (*self.columns, *self.letters)) for call in self.calls if call.hole == k]
        return name if name in self.columns else f"{name} ({'; '.join(given)})"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def read_partial_form(text: str, names: Sequence[str], functions: Sequence[str] = (),
                      fixed: Mapping[str, float] | None = None,
                      known: Mapping[str, Letter] | None = None) -> PartialForm:
    """Read a form with unknown parts.

    >>> read_partial_form("f(x1, x2) + a*g(x3)", ["x1", "x2", "x3"]).describe()
    'f of x1 and x2, g of x3; a is fitted'

    Args:
        text: the form.
        names: the names of the columns.
        functions: definitions of own functions that the form may call.
        fixed: named constants with their values.
        known: named constants to be fitted, which are letters, with their bounds, start and kind.

    Raises:
        FormulaError: the form cannot be read, has no unknown part or more than three, or an unknown part cannot be
            used; the message says which and what to write.
    """
    tree, places, quoted = parsed(text, names)
    reader = _FormReader(places, quoted, functions, fixed or {}, known or {})
    expr = reader.read(tree, 0)
    check_finite(expr)
    if not reader.holes:
        raise FormulaError(f"The template {text!r} has no unknown part. {_HOW} A formula without one is an initial "
                           "formula.")
    if len(reader.holes) > MOST_HOLES:
        raise FormulaError(f"The template has {len(reader.holes)} unknown parts ({', '.join(reader.holes)}); at most "
                           f"{MOST_HOLES} can be searched together. Join some of them into one of more columns.")
    both = [letter for letter in reader.letters if letter in reader.holes]
    if both:
        raise FormulaError(f"The template uses {both[0]!r} as a constant and as an unknown part. Rename one of them.")
    return _form_of(text, expr, reader)


class _FormReader(Reader):
    """Reads a form: letters and calls of holes become variables behind the columns."""

    def __init__(self, places: dict[str, int], quoted: dict[str, int], functions: Sequence[str],
                 fixed: Mapping[str, float], known: Mapping[str, Letter]) -> None:
        super().__init__(places, quoted, None, functions)
        self.taken = {match[1].lower() for name in places if (match := FREE_CONSTANT.fullmatch(name))}
        self.fixed, self.known = fixed, known
        self.first_letter = len(places)
        self.first_call = self.first_letter + 1000  # the number of letters is known at the end only
        self.letters: list[str] = []
        self.holes: dict[str, int] = {}  # hole -> its number of arguments
        self.calls: list[tuple[str, tuple[Expr, ...]]] = []

    def read_name(self, node: ast.Name) -> Expr:
        """A column, a number, a fixed constant, or a letter to be fitted."""
        name = node.id
        if name in self.quoted or name in self.places or name in NUMBERS:
            return super().read_name(node)
        if name in self.fixed:
            return num(self.fixed[name])
        match = FREE_CONSTANT.fullmatch(name)
        if name not in self.known and (match is None or match[1].lower() in self.taken):
            raise refusal(node, unknown_name(name, self.places))
        if name not in self.letters:
            self.letters.append(name)
        return var(self.first_letter + self.letters.index(name))

    def read_call(self, node: ast.Call, depth: int) -> Expr:
        """A function, or a hole."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not name or name in self.own or name in ("log2", "log10") or find_activation(name) is not None:
            return super().read_call(node, depth)
        if name in self.places or name in self.quoted or name in NUMBERS or name in {**self.fixed, **self.known}:
            raise refusal(node, f"calls {name!r}, which is the name of a column or a number. Give the unknown part "
                                "another name, such as f")
        if not node.args or node.keywords:
            raise refusal(node, f"calls the unknown part {name!r} without columns. Name the columns that it depends "
                                f"on, such as {name}({next(iter(self.places))})")
        arguments = tuple(self.read(argument, depth + 1) for argument in node.args)
        self._check_arguments(node, name, arguments)
        self.holes.setdefault(name, len(arguments))
        called = (name, arguments)
        if called not in self.calls:
            self.calls.append(called)
        return var(self.first_call + self.calls.index(called))

    def _check_arguments(self, node: ast.Call, name: str, arguments: Sequence[Expr]) -> None:
        for given, argument in zip(node.args, arguments, strict=True):
            read = variables(argument)
            if any(i >= self.first_call for i in read):
                raise refusal(node, f"has an unknown part inside the unknown part {name!r}. Write one unknown part of "
                                    "all their columns instead")
            if isinstance(given, ast.Name) and not any(i < self.first_letter for i in read):
                raise refusal(node, f"calls the unknown part {name!r} with {given.id!r}, which is no column. Give it "
                                    f"columns, such as {name}({next(iter(self.places))})")
            if not any(i < self.first_letter for i in read):
                raise refusal(node, f"calls the unknown part {name!r} with a value that depends on no column. Call it "
                                    "with columns alone; the search finds its numbers")
        if len(set(arguments)) < len(arguments):
            raise refusal(node, f"names a column twice in the unknown part {name!r}. Name it once")
        if self.holes.get(name, len(arguments)) != len(arguments):
            raise refusal(node, f"calls the unknown part {name!r} with {len(arguments)} values, and elsewhere with "
                                f"{self.holes[name]}. Call it with as many values everywhere")


def variables(expr: Expr) -> set[int]:
    """The variables that an expression reads."""
    if expr.kind is ExprKind.VAR:
        return {expr.index}
    parts = expr.args if expr.kind is ExprKind.CALL else [part for part, _ in expr.args]
    return set().union(*map(variables, parts)) if parts else set()


def _form_of(text: str, expr: Expr, reader: _FormReader) -> PartialForm:
    d, n_letters, names = reader.first_letter, len(reader.letters), list(reader.holes)
    calls = tuple(HoleCall(names.index(name), tuple(_network(a, d + n_letters) for a in arguments))
                  for name, arguments in reader.calls)
    columns = list(reader.places)
    holes = tuple(Hole(name, _argument_names(name, reader, columns)) for name in names)
    network = _network(expr, reader.first_call + len(calls))
    neurons = tuple(replace(n, index=n.index - reader.first_call + d + n_letters)
                    if n.activation == "variable" and n.index >= reader.first_call else n for n in network.neurons)
    network = Network(neurons, network.constants, d + n_letters + len(calls))
    return PartialForm(text, tuple(columns), tuple(reader.letters), holes, calls, network,
                       tuple(reader.known.get(letter, Letter()) for letter in reader.letters))


def _argument_names(name: str, reader: _FormReader, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a hole that is called once with columns, else u, v, w (u1, u2, ... where these are taken)."""
    calls = [arguments for called, arguments in reader.calls if called == name]
    if len(calls) == 1 and all(a.kind is ExprKind.VAR for a in calls[0]):
        return tuple(columns[a.index] for a in calls[0])
    free = [u for u in _ARGUMENTS if u not in (*columns, *reader.letters, *reader.holes)]
    k = reader.holes[name]
    return tuple(free[:k]) if k <= len(free) else tuple(f"u{i + 1}" for i in range(k))


def _network(expr: Expr, n_inputs: int) -> Network:
    """The network of an expression, its whole numbers as exact ones, which nothing fits."""
    network = to_network(expr, n_inputs)
    assert network is not None  # the library of all activations expresses what the parser reads
    whole = [float(c).is_integer() and abs(c) < 1e9 for c in network.constants]
    place = {i: sum(not w for w in whole[:i]) for i in range(len(whole))}
    neurons = tuple(n if n.activation != "constant" else replace(n, activation="number",
                    index=int(network.constants[n.index])) if whole[n.index] else replace(n, index=place[n.index])
                    for n in network.neurons)
    return Network(neurons, tuple(c for c, w in zip(network.constants, whole, strict=True) if not w), n_inputs)
