"""The structure of an expression without its numbers."""

from __future__ import annotations

from .expressions import Expr, ExprKind


def shape(expr: Expr) -> str:
    """The structure without its numbers; signs and whole or half powers belong to the structure.

    The shape is computed once per expression and kept in it.
    """
    if not expr.cached_shape:
        expr.cached_shape = _make_shape(expr)
    return expr.cached_shape


def _make_shape(expr: Expr) -> str:
    if expr.kind is ExprKind.VAR:
        return expr.key
    if expr.kind is ExprKind.CALL:
        return f"{expr.name}({','.join(shape(a) for a in expr.args)})"
    if expr.kind is ExprKind.PROD:
        bases = ((f"({shape(f)})" if f.kind is ExprKind.PROD else shape(f), p) for f, p in expr.args)
        return "*".join(sorted(f"{base}^{p if 2 * p == round(2 * p) else 'c'}" for base, p in bases))
    parts = sorted(f"{'' if c == 1.0 else '-' if c == -1.0 else 'c'}{shape(t)}" for t, c in expr.args)
    return "(" + "+".join(parts) + ("+k" if expr.value else "") + ")"
