"""Expressions to networks and back.

`to_network` spends as few neurons as it can: equal powers share one neuron (v²/c² is one square over one quotient),
equal coefficients are pulled out of a sum (½ (u² + v² + w²) has one constant), a fourth power is a `pow` with an exact
number. Only activations of the given library are used; where one is missing it is said with others (a - b as a + -b),
and where that cannot be done the answer is None: such a network is not in the user's library.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron

from .exact_numbers import ExactNumbers, exact_numbers
from .expressions import Expr, add, call, mul, num, raise_to, split_power, var

#: Relative difference of coefficients that are taken to be the same.
_SAME = 1e-7


class _Missing(Exception):
    """The library has no way to say this."""


def to_network(expr: Expr, n_inputs: int, library: Iterable[str] = ACTIVATIONS,
               parameters: bool = True, grouped: bool = False) -> Network | None:
    """The network of an expression, or None where the activation library cannot express it.

    Args:
        n_inputs: number of columns of the data.
        library: names of the allowed activations.
        parameters: whether constants may stand in it; if not, they are made of the exact numbers 1 and 2.
        grouped: whether some terms of a sum with coefficients of the same size share one constant. That is shorter;
            apart, a fit can still take them from one another.
    """
    builder = _Builder(frozenset(library), parameters, grouped or not parameters)
    try:
        builder.emit(expr)
    except _Missing:
        return None
    return Network(tuple(builder.neurons), tuple(builder.constants), n_inputs)


def to_expression(network: Network) -> Expr:
    """The canonical expression of a network."""
    return node_expressions(network)[-1]


def node_expressions(network: Network) -> list[Expr]:
    """The expression of every neuron."""
    found: list[Expr] = []
    for neuron in network.neurons:
        if neuron.activation == "variable":
            found.append(var(neuron.index))
        elif neuron.activation == "constant":
            found.append(num(network.constants[neuron.index]))
        elif neuron.activation == "number":
            found.append(num(neuron.index))
        else:
            found.append(apply_activation(neuron.activation, [found[c] for c in neuron.children]))
    return found


def with_replaced(network: Network, expressions: Sequence[Expr], i: int, other: Expr) -> Expr:
    """The network's expression with another one in neuron i's place; `expressions` are its `node_expressions`."""
    found, changed = list(expressions), {i}
    found[i] = other
    for j, neuron in enumerate(network.neurons[i + 1:], i + 1):
        if not changed.isdisjoint(neuron.children):
            found[j] = apply_activation(neuron.activation, [found[c] for c in neuron.children])
            changed.add(j)
    return found[-1]


def apply_activation(name: str, args: list[Expr]) -> Expr:
    """An activation of expressions, canonical."""
    if len(args) == 1:
        return call(name, args[0])
    a, b = args
    if name == "add":
        return add([(1.0, a), (1.0, b)])
    if name == "sub":
        return add([(1.0, a), (-1.0, b)])
    if name == "mul":
        return mul([(a, 1.0), (b, 1.0)])
    if name == "div":
        return mul([(a, 1.0), (b, -1.0)])
    return raise_to(a, b)


class _Builder:
    """Emits neurons in topological order; every method returns the position of what it emitted."""

    def __init__(self, library: frozenset[str], parameters: bool, grouped: bool) -> None:
        self.library, self.parameters, self.grouped = library, parameters, grouped
        self.neurons: list[Neuron] = []
        self.constants: list[float] = []

    def neuron(self, name: str, *children: int) -> int:
        if name not in self.library:
            raise _Missing(name)
        self.neurons.append(Neuron(name, children))
        return len(self.neurons) - 1

    def constant(self, value: float) -> int:
        if not self.parameters:
            return self.exact(value)
        self.constants.append(value)
        self.neurons.append(Neuron("constant", (), len(self.constants) - 1))
        return len(self.neurons) - 1

    def number(self, value: int) -> int:
        self.neurons.append(Neuron("number", (), value))
        return len(self.neurons) - 1

    def exact(self, value: float) -> int:
        """A constant made of the numbers 1 and 2 by activations: the activations-only mode."""
        if value < 0:
            return self.negative(self.exact(-value))
        known = exact_numbers(self.library)
        at = known.find(value)
        if at is None:
            raise _Missing("constant")
        return self._numeral(known, at)

    def _numeral(self, known: ExactNumbers, at: int) -> int:
        if not known.name[at]:
            return self.number(int(known.value[at]))
        children = [self._numeral(known, int(c)) for c in (known.left[at], known.right[at]) if c >= 0]
        return self.neuron(known.name[at], *children)

    def emit(self, expr: Expr) -> int:
        if expr.kind == "var":
            self.neurons.append(Neuron("variable", (), expr.index))
            return len(self.neurons) - 1
        if expr.kind == "call":
            return self._call(expr)
        return self._product(expr, 1.0) if expr.kind == "prod" else self._sum(expr)

    def negative(self, i: int) -> int:
        if "neg" in self.library:
            return self.neuron("neg", i)
        minus_one = self.constant(-1.0) if self.parameters else self.neuron("sub", self.number(1), self.number(2))
        return self.neuron("mul", minus_one, i)

    def inverse(self, i: int) -> int:
        if "reciprocal" in self.library:
            return self.neuron("reciprocal", i)
        return self.neuron("div", self.number(1), i)

    def quotient(self, a: int, b: int) -> int:
        if "div" in self.library:
            return self.neuron("div", a, b)
        return self.neuron("mul", a, self.inverse(b))

    def _call(self, expr: Expr) -> int:
        power_of = split_power(expr) if "pow" in self.library else None
        if power_of is not None:
            base = self.emit(power_of[0])
            return self.neuron("pow", base, self.emit(power_of[1]))
        return self.neuron(expr.name, self.emit(expr.args[0]))

    def _scaled(self, term: Expr, coefficient: float) -> int:
        """coefficient * term."""
        if coefficient == 1.0:
            return self.emit(term)
        if coefficient == -1.0:
            return self.negative(self.emit(term))
        if term.kind == "prod":
            return self._product(term, coefficient)
        return self._times(coefficient, self.emit(term))

    def _times(self, coefficient: float, i: int) -> int:
        if self._below(coefficient):
            return self.quotient(i, self.constant(1.0 / coefficient))
        return self.neuron("mul", self.constant(coefficient), i)

    def _below(self, coefficient: float) -> bool:
        """Whether one over a coefficient is made of fewer neurons than the coefficient (activations only)."""
        if self.parameters:
            return False
        known = exact_numbers(self.library)
        above, below = (known.find(abs(c)) for c in (coefficient, 1.0 / coefficient))
        return below is not None and (above is None or known.cost[below] < known.cost[above])

    def _sum(self, expr: Expr) -> int:
        if not expr.args:
            return self.constant(expr.value)
        common = self._common(expr)
        if common != 1.0:
            inner = add([(c / common, t) for t, c in expr.args], expr.value / common)
            return self._times(common, self.emit(inner))
        terms = sorted(_by_size(expr.args) if self.grouped else expr.args, key=lambda item: item[1] < 0)
        start = expr.value if expr.value and terms[0][1] < 0 else 0.0
        if start:
            total = self.constant(start)
        else:
            total = self._scaled(*terms[0])
            terms = terms[1:]
        for term, c in terms:
            total = self._join(total, term, c)
        if expr.value and not start:
            sign = "sub" if expr.value < 0 and "sub" in self.library else "add"
            total = self.neuron(sign, total, self.constant(abs(expr.value) if sign == "sub" else expr.value))
        return total

    def _join(self, total: int, term: Expr, c: float) -> int:
        if c < 0 and "sub" in self.library:
            return self.neuron("sub", total, self._scaled(term, -c))
        return self.neuron("add", total, self._scaled(term, c))

    def _common(self, expr: Expr) -> float:
        """A coefficient that all terms (and the constant) share, else 1."""
        sizes = {abs(c) for _, c in expr.args}
        if len(expr.args) < 2 or len(sizes) != 1:
            return 1.0
        size = sizes.pop()
        return size if size != 1.0 and (expr.value == 0.0 or abs(expr.value) == size) else 1.0

    def _product(self, expr: Expr, coefficient: float) -> int:
        top, bottom = [], []
        groups: dict[float, list[tuple[Expr, float]]] = {}
        for factor, p in expr.args:
            groups.setdefault(abs(p), []).append((factor, p))
        for size in sorted(groups, key=lambda s: (s != 1.0, s)):
            above = [f for f, p in groups[size] if p > 0]
            below = [f for f, p in groups[size] if p < 0]
            if size == 1.0 or not above or not below:
                top += [(f, size) for f in _grouped(above, size)]
                bottom += [(f, size) for f in _grouped(below, size)]
            else:
                top.append((mul([(f, 1.0) for f in above] + [(f, -1.0) for f in below]), size))
        return self._fraction(top, bottom, coefficient)

    def _fraction(self, top: list, bottom: list, coefficient: float) -> int:
        upper = None
        if coefficient not in (1.0, -1.0) and not self._below(coefficient):
            upper, coefficient = self.constant(coefficient), 1.0
        for factor, p in top:
            upper = self._chain(upper, self._power(factor, p))
        lower = None
        if coefficient not in (1.0, -1.0):
            lower, coefficient = self.constant(abs(1.0 / coefficient)), 1.0 if coefficient > 0 else -1.0
        for factor, p in bottom:
            lower = self._chain(lower, self._power(factor, p))
        if upper is None:
            assert lower is not None  # a product has factors
            result = self.inverse(lower)
        else:
            result = upper if lower is None else self.quotient(upper, lower)
        return self.negative(result) if coefficient == -1.0 else result

    def _chain(self, left: int | None, right: int) -> int:
        return right if left is None else self.neuron("mul", left, right)

    def _power(self, base: Expr, p: float) -> int:
        named = {1.0: None, 2.0: "square", 3.0: "cube", 0.5: "sqrt"}
        if p in named:
            name = named[p]
            if name is None or name in self.library:
                i = self.emit(base)
                return i if name is None else self.neuron(name, i)
        if p == round(p) and (p in (4.0, 6.0, 9.0) or "pow" not in self.library or not self.parameters):
            return self._whole_power(base, int(p))
        if p == round(p):
            return self.neuron("pow", self.emit(base), self.number(int(p)))
        if 2 * p == round(2 * p) and "sqrt" in self.library and (p in (0.5, 1.5) or "pow" not in self.library):
            return self.neuron("sqrt", self._power(base, 2 * p))
        return self.neuron("pow", self.emit(base), self.constant(p))

    def _whole_power(self, base: Expr, p: int) -> int:
        if p > 16:
            raise _Missing("pow")
        if p == 1:
            return self.emit(base)
        if p % 2 == 0 and "square" in self.library:
            return self.neuron("square", self._whole_power(base, p // 2))
        if p % 3 == 0 and "cube" in self.library:
            return self.neuron("cube", self._whole_power(base, p // 3))
        return self.neuron("mul", self._whole_power(base, p - 1), self.emit(base))


def _by_size(terms: Sequence[tuple[Expr, float]]) -> list[tuple[Expr, float]]:
    """Terms whose coefficients have the same size (but for rounding, other than 1) become one sum under that."""
    groups: dict[float, list[tuple[Expr, float]]] = {}
    for term, c in terms:
        size = next((g for g in groups if abs(g - abs(c)) <= _SAME * g), abs(c))
        groups.setdefault(size, []).append((term, math.copysign(size, c)))
    found = []
    for size, group in groups.items():
        if size == 1.0 or len(group) == 1:
            found += group
        else:
            signed = size if any(c > 0 for _, c in group) else -size
            found.append((add([(c / signed, term) for term, c in group]), signed))
    return found


def _grouped(factors: list[Expr], size: float) -> list[Expr]:
    """Factors that share a power other than 1 become one product under that power."""
    if size == 1.0 or len(factors) < 2:
        return factors
    return [mul([(f, 1.0) for f in factors])]

