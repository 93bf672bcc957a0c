"""Logistic curves as people write them, L / (1 + exp(-k (x - x0))), and hyperbolic functions.

The canonical form splits exp(b + e) into e^b exp(e), so a logistic curve becomes A / (c + exp(-k x)): L and x0 are
mixed. `emission` writes it with a 1 again, and these functions say where.
"""

from __future__ import annotations

import math

from .expressions import Expr, ExprKind, add, call, call_of, mul
from .traversal import with_parts

#: exp(e + shift) is written for shifts up to this size; larger ones overflow.
_LARGEST_SHIFT = 60.0
#: Coefficients whose relative difference is at most this count as equal.
_SAME = 1e-6


def exponential_beside_one(expr: Expr) -> tuple[Expr, float] | None:
    """(e, shift) where the expression is 1 + exp(e + shift) with a shift that is not 0, else None."""
    if expr.kind is not ExprKind.SUM or expr.value != 1.0 or len(expr.args) != 1:
        return None
    term, c = expr.args[0]
    if term.kind is not ExprKind.CALL or term.name != "exp" or c <= 0.0 or c == 1.0:
        return None
    shift = math.log(c)
    return (term.args[0], shift) if abs(shift) <= _LARGEST_SHIFT else None


def with_one_beside_exponentials(coefficient: float, denominator: list[tuple[Expr, float]],
                                 ) -> tuple[float, list[tuple[Expr, float]]]:
    """coefficient / product of (c + b exp(e)) with each c > 0 divided out, so that it is 1.

    Args:
        coefficient: the coefficient of the fraction; it takes up the numbers c, so it should not be 1 or -1.
        denominator: (factor, power) pairs with positive powers.
    """
    changed = []
    for factor, p in denominator:
        scale = factor.value if factor.kind is ExprKind.SUM and p == 1.0 else 0.0
        divided = add([(1.0 / scale, factor)]) if scale > 0.0 and scale != 1.0 else factor
        if divided is not factor and exponential_beside_one(divided) is not None:
            coefficient, factor = coefficient / scale, divided
        changed.append((factor, p))
    return coefficient, changed


def in_short_forms(expr: Expr) -> Expr:
    """The expression with c exp(u) + c exp(-u) as 2 c cosh(u), their difference as sinh, and b + b tanh(u) as logistic.

    b + b tanh(u) is 2 b / (1 + exp(-2 u)), and 2 max(0, u) - u is |u|.
    """
    if expr.kind is not ExprKind.SUM:
        return with_parts(expr, in_short_forms)
    return _kink_sum(_logistic_sum(_hyperbolic_sum([(c, in_short_forms(t)) for t, c in expr.args], expr.value)))


def _hyperbolic_sum(terms: list[tuple[float, Expr]], constant: float) -> Expr:
    """A sum of (coefficient, term) pairs with pairs of exponentials joined."""
    for i, (a, left) in enumerate(terms):
        for j, (b, right) in enumerate(terms[:i]):
            opposite = left.name == right.name == "exp" and add([(1.0, left.args[0]), (1.0, right.args[0])]).is_constant
            if opposite and abs(abs(a) - abs(b)) <= _SAME * abs(a):
                name = "cosh" if a * b > 0.0 else "sinh"
                rest = [t for k, t in enumerate(terms) if k not in (i, j)]
                return _hyperbolic_sum([*rest, (2.0 * a, call(name, left.args[0]))], constant)
    return add(terms, constant)


def _logistic_sum(expr: Expr) -> Expr:
    """A sum whose constant is the size of a step tanh(u), with the step as a logistic curve."""
    for term, c in expr.args if expr.kind is ExprKind.SUM and expr.value else ():
        if term.name == "tanh" and abs(abs(expr.value) - abs(c)) <= _SAME * abs(c):
            towards = -2.0 if c * expr.value > 0.0 else 2.0
            curve = mul([(add([(1.0, call("exp", add([(towards, term.args[0])])))], 1.0), -1.0)])
            return add([(k, t) for t, k in expr.args if t is not term] + [(2.0 * expr.value, curve)])
    return expr


def _kink_sum(expr: Expr) -> Expr:
    """A sum with b x + a max(0, x - c), where b is -a/2, as a/2 |x - c| and a constant."""
    terms = dict(expr.args) if expr.kind is ExprKind.SUM else {}
    for hinge, a in terms.items():
        inner = hinge.args[0] if hinge.name == "hinge" else None
        if inner is None or inner.kind is not ExprKind.SUM or len(inner.args) != 1:
            continue
        x, sign = inner.args[0]
        if abs(2.0 * terms.get(x, 0.0) + sign * a) <= _SAME * abs(a):
            rest = [(c, t) for t, c in terms.items() if t not in (hinge, x)]
            return add([*rest, (0.5 * a, call("abs", inner))], expr.value + 0.5 * a * inner.value)
    return expr


def as_named_curves(expr: Expr) -> Expr:
    """The expression with 1 / (1 + exp(e)) as sigmoid(-e), and exp(-k u^2) as gauss(sqrt(k) u)."""
    if expr.kind is ExprKind.VAR:
        return expr
    if expr.kind is ExprKind.CALL:
        args = [as_named_curves(a) for a in expr.args]
        root = _root_of_negative(args[0]) if expr.name == "exp" else None
        return call_of(expr.name, args) if root is None else call("gauss", root)
    if expr.kind is ExprKind.PROD:
        return _as_sigmoid([(as_named_curves(f), p) for f, p in expr.args])
    return add([(c, as_named_curves(t)) for t, c in expr.args], expr.value)


def _root_of_negative(expr: Expr) -> Expr | None:
    """sqrt(k) u where the expression is -k u^2 with k > 0, else None."""
    if expr.kind is not ExprKind.SUM or expr.value or len(expr.args) != 1:
        return None
    square, k = expr.args[0]
    whole = square.kind is ExprKind.PROD and all(p % 2.0 == 0.0 for _, p in square.args)
    return add([(math.sqrt(-k), mul([(f, p / 2.0) for f, p in square.args]))]) if whole and k < 0.0 else None


def _as_sigmoid(factors: list[tuple[Expr, float]]) -> Expr:
    """A product with a factor 1 / (c + b exp(e)), b and c > 0, as sigmoid(-e - log(b / c)) / c."""
    for k, (f, p) in enumerate(factors):
        single = f.kind is ExprKind.SUM and len(f.args) == 1 and f.value > 0.0 and p == -1.0
        if single and f.args[0][0].name == "exp" and f.args[0][1] > 0.0:
            exponent = add([(-1.0, f.args[0][0].args[0])], -math.log(f.args[0][1] / f.value))
            return mul([*factors[:k], *factors[k + 1:], (call("sigmoid", exponent), 1.0)], 1.0 / f.value)
    return mul(factors)
