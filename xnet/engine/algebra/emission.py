"""An expression written as neurons, as few as possible.

Equal powers share one neuron (v^2/c^2 is one square over one quotient), equal coefficients are pulled out of a sum
(1/2 (u^2 + v^2 + w^2) has one constant), and a power of 4 is a `pow` with an exact number or a square of a square.
Where the library lacks an activation others replace it (a - b is a + -b).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .expressions import Expr, ExprKind, add, call, mul
from .logistic import exponential_beside_one, with_one_beside_exponentials
from .network_builder import NetworkBuilder, NotExpressible
from .powers import split_power

#: Coefficients whose relative difference is at most this count as equal.
_SAME = 1e-7
#: The largest whole power that is written by squares, cubes and products.
_LARGEST_WHOLE_POWER = 16

Factors = list[tuple[Expr, float]]


def emit(builder: NetworkBuilder, expr: Expr) -> int:
    """Append the neurons of an expression; returns the position of its last neuron.

    Raises:
        NotExpressible: the builder's library cannot express it.
    """
    if expr.kind is ExprKind.VAR:
        return builder.leaf("variable", expr.index)
    if expr.kind is ExprKind.CALL:
        return _emit_call(builder, expr)
    return _emit_product(builder, expr, 1.0) if expr.kind is ExprKind.PROD else _emit_sum(builder, expr)


def _emit_call(builder: NetworkBuilder, expr: Expr) -> int:
    power_of = split_power(expr) if "pow" in builder.library else None
    if power_of is not None:
        base = emit(builder, power_of[0])
        return builder.neuron("pow", base, emit(builder, power_of[1]))
    if expr.name == "abs" and "abs" not in builder.library:
        return _emit_power(builder, mul([(expr.args[0], 2.0)]), 0.5)
    if expr.name == "sign" and "sign" not in builder.library:
        return builder.quotient(emit(builder, expr.args[0]), emit(builder, call("abs", expr.args[0])))
    if expr.name == "hinge" and "hinge" not in builder.library:
        return builder.neuron("max", builder.leaf("number", 0), emit(builder, expr.args[0]))
    return builder.neuron(expr.name, *(emit(builder, a) for a in expr.args))


def _emit_sum(builder: NetworkBuilder, expr: Expr) -> int:
    if not expr.args:
        return builder.constant(expr.value)
    common = _common_coefficient(expr)
    if common != 1.0:
        inner = add([(c / common, t) for t, c in expr.args], expr.value / common)
        return _emit_multiple(builder, common, emit(builder, inner))
    terms = sorted(_grouped_by_size(expr.args) if builder.grouped else expr.args, key=lambda item: item[1] < 0)
    starts_with_constant = bool(expr.value) and terms[0][1] < 0
    if starts_with_constant:
        total = builder.constant(expr.value)
    else:
        total = _emit_scaled(builder, *terms[0])
        terms = terms[1:]
    for term, c in terms:
        if c < 0 and "sub" in builder.library:
            total = builder.neuron("sub", total, _emit_scaled(builder, term, -c))
        else:
            total = builder.neuron("add", total, _emit_scaled(builder, term, c))
    if expr.value and not starts_with_constant:
        sign = "sub" if expr.value < 0 and "sub" in builder.library else "add"
        total = builder.neuron(sign, total, builder.constant(abs(expr.value) if sign == "sub" else expr.value))
    return total


def _emit_scaled(builder: NetworkBuilder, term: Expr, coefficient: float) -> int:
    """coefficient * term."""
    if coefficient == 1.0:
        return emit(builder, term)
    if coefficient == -1.0:
        return builder.negative(emit(builder, term))
    if term.kind is ExprKind.PROD:
        return _emit_product(builder, term, coefficient)
    return _emit_multiple(builder, coefficient, emit(builder, term))


def _emit_multiple(builder: NetworkBuilder, coefficient: float, i: int) -> int:
    """coefficient * neuron i."""
    if builder.prefers_division(coefficient):
        return builder.quotient(i, builder.constant(1.0 / coefficient))
    return builder.neuron("mul", builder.constant(coefficient), i)


def _common_coefficient(expr: Expr) -> float:
    """The absolute coefficient that all terms of a sum share, its constant included; 1 if there is none."""
    sizes = {abs(c) for _, c in expr.args}
    if len(expr.args) < 2 or len(sizes) != 1:
        return 1.0
    size = sizes.pop()
    return size if size != 1.0 and (expr.value == 0.0 or abs(expr.value) == size) else 1.0


def _grouped_by_size(terms: Sequence[tuple[Expr, float]]) -> list[tuple[Expr, float]]:
    """Terms whose coefficients have the same size (other than 1) become one sum with that coefficient."""
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


def _emit_product(builder: NetworkBuilder, expr: Expr, coefficient: float) -> int:
    """coefficient * product, the factors sorted into a numerator and a denominator."""
    numerator: Factors = []
    denominator: Factors = []
    groups: dict[float, Factors] = {}
    for factor, p in expr.args:
        groups.setdefault(abs(p), []).append((factor, p))
    for size in sorted(groups, key=lambda s: (s != 1.0, s)):
        above = [f for f, p in groups[size] if p > 0]
        below = [f for f, p in groups[size] if p < 0]
        if size == 1.0 or not above or not below:
            numerator += [(f, size) for f in _under_one_power(above, size)]
            denominator += [(f, size) for f in _under_one_power(below, size)]
        else:
            numerator.append((mul([(f, 1.0) for f in above] + [(f, -1.0) for f in below]), size))
    return _emit_fraction(builder, numerator, denominator, coefficient)


def _under_one_power(factors: list[Expr], size: float) -> list[Expr]:
    """Factors that share a power other than 1 become one product, to be put under that power."""
    if size == 1.0 or len(factors) < 2:
        return factors
    return [mul([(f, 1.0) for f in factors])]


def _emit_fraction(builder: NetworkBuilder, numerator: Factors, denominator: Factors, coefficient: float) -> int:
    if builder.writes_logistic and coefficient not in (1.0, -1.0):
        coefficient, denominator = with_one_beside_exponentials(coefficient, denominator)
    upper = None
    if coefficient not in (1.0, -1.0) and not builder.prefers_division(coefficient):
        upper, coefficient = builder.constant(coefficient), 1.0
    for factor, p in numerator:
        upper = _multiplied(builder, upper, _emit_power(builder, factor, p))
    lower = None
    if coefficient not in (1.0, -1.0):
        lower, coefficient = builder.constant(abs(1.0 / coefficient)), math.copysign(1.0, coefficient)
    for factor, p in denominator:
        growth = exponential_beside_one(factor) if builder.writes_logistic and p == 1.0 else None
        below = _emit_power(builder, factor, p) if growth is None else _emit_one_and_exponential(builder, *growth)
        lower = _multiplied(builder, lower, below)
    if upper is None:
        assert lower is not None  # a product has factors
        result = builder.inverse(lower)
    else:
        result = upper if lower is None else builder.quotient(upper, lower)
    return builder.negative(result) if coefficient == -1.0 else result


def _emit_one_and_exponential(builder: NetworkBuilder, exponent: Expr, shift: float) -> int:
    """1 + exp(exponent + shift), of a single input as 1 + exp(k (x - x0)): the denominator of a logistic curve."""
    term, k = exponent.args[0] if exponent.kind is ExprKind.SUM and len(exponent.args) == 1 else (exponent, 1.0)
    one = builder.leaf("number", 1)
    if term.kind is ExprKind.VAR and k != 1.0 and k != -1.0 and not exponent.value:
        inner = _emit_multiple(builder, k, emit(builder, add([(1.0, term)], shift / k)))
    else:
        inner = emit(builder, add([(1.0, exponent)], shift))
    return builder.neuron("add", one, builder.neuron("exp", inner))


def _multiplied(builder: NetworkBuilder, left: int | None, right: int) -> int:
    return right if left is None else builder.neuron("mul", left, right)


def _emit_power(builder: NetworkBuilder, base: Expr, p: float) -> int:
    """base ** p for p > 0."""
    if p == 1.0:
        return emit(builder, base)
    if base.name == "abs" and "abs" not in builder.library:
        base, p = mul([(base.args[0], 2.0)]), p / 2.0
    name = {2.0: "square", 3.0: "cube", 0.5: "sqrt"}.get(p)
    if name in builder.library:
        return builder.neuron(name, emit(builder, base))
    whole = p == round(p)
    if whole and builder.avoids_pow(p):
        return _emit_whole_power(builder, base, int(p))
    if whole:
        return builder.neuron("pow", emit(builder, base), builder.leaf("number", int(p)))
    if 2 * p == round(2 * p) and "sqrt" in builder.library and (p in (0.5, 1.5) or "pow" not in builder.library):
        return builder.neuron("sqrt", _emit_power(builder, base, 2 * p))
    return builder.neuron("pow", emit(builder, base), builder.constant(p))


def _emit_whole_power(builder: NetworkBuilder, base: Expr, p: int) -> int:
    """base ** p by squares, cubes and products."""
    if p > _LARGEST_WHOLE_POWER:
        raise NotExpressible("pow")
    if p == 1:
        return emit(builder, base)
    if p % 2 == 0 and "square" in builder.library:
        return builder.neuron("square", _emit_whole_power(builder, base, p // 2))
    if p % 3 == 0 and "cube" in builder.library:
        return builder.neuron("cube", _emit_whole_power(builder, base, p // 3))
    return builder.neuron("mul", _emit_whole_power(builder, base, p - 1), emit(builder, base))
