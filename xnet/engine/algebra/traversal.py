"""Expressions with their parts changed, for rewritings that begin at the leaves."""

from __future__ import annotations

from collections.abc import Callable

from .expressions import Expr, ExprKind, add, call_of, mul


def with_parts(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with every argument, factor or term changed."""
    if expr.kind is ExprKind.VAR:
        return expr
    if expr.kind is ExprKind.CALL:
        return call_of(expr.name, [change(a) for a in expr.args])
    if expr.kind is ExprKind.PROD:
        return mul([(change(f), p) for f, p in expr.args])
    return add([(c, change(t)) for t, c in expr.args], expr.value)
