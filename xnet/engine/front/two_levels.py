"""Functions of an input of two values, such as yes and no: each is a constant in disguise.

Where smoker is 0 or 1, 1/cos(smoker) is 1 or 1.85. No row tells it from any other curve through these two points, and
of dozens of functions one has nearly the factor that the rows ask for. So a search that may choose the function fits a
constant without counting it. exp(0.6*smoker) counts its constant, and says what it means.
"""

from __future__ import annotations

from collections.abc import Collection

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, ExprKind, mul


def has_two_levels(column: Array) -> bool:
    """Whether a column (n,) has two values, such as yes and no."""
    low, high = column.min(), column.max()
    return bool(low < high and ((column == low) | (column == high)).all())


def hidden_constants(expr: Expr, two_levels: Collection[int]) -> int:
    """How many parts of an expression are functions of one input of two values, and hold no number of their own.

    Args:
        expr: a canonical expression.
        two_levels: positions of the inputs of two values.
    """
    if expr.kind is ExprKind.VAR:
        return 0
    inputs = _inputs(expr)
    if len(inputs) == 1 and next(iter(inputs)) in two_levels:
        is_line = expr.kind is ExprKind.SUM and all(term.kind is ExprKind.VAR for term, _ in expr.args)
        return 0 if is_line or _has_number(expr) else 1
    parts = _parts(expr)
    if expr.kind is ExprKind.SUM:  # 2.7*cos(smoker) is a line through the two points
        parts = [term for term, c in expr.args if abs(c) == 1.0 or len(_inputs(term)) > 1]
    if expr.kind is ExprKind.PROD:  # all factors of one such input are one factor
        of_levels = [base for base, _ in expr.args if len(_inputs(base)) == 1 and _inputs(base) <= set(two_levels)]
        levels = [mul([(base, p) for base, p in expr.args if base in of_levels and i in _inputs(base)]) for i in inputs]
        parts = [*levels, *(base for base, _ in expr.args if base not in of_levels)]
    return sum(hidden_constants(part, two_levels) for part in parts)


def _parts(expr: Expr) -> list[Expr]:
    return list(expr.args) if expr.kind is ExprKind.CALL else [part for part, _ in expr.args]


def _inputs(expr: Expr) -> set[int]:
    if expr.kind is ExprKind.VAR:
        return {expr.index}
    return {i for part in _parts(expr) for i in _inputs(part)}


def _has_number(expr: Expr) -> bool:
    """Whether a coefficient, a summand or an exponent could be fitted: whole exponents are part of the structure."""
    if expr.kind is ExprKind.SUM and (expr.value or any(abs(c) != 1.0 for _, c in expr.args)):
        return True
    if expr.kind is ExprKind.PROD and not all(float(2 * p).is_integer() for _, p in expr.args):
        return True
    return expr.kind is not ExprKind.VAR and any(_has_number(part) for part in _parts(expr))
