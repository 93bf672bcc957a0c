"""Squares of waves beside a constant, as the wave of twice the angle: 23 - 70 sin(u)^2 is 35 cos(2 u) - 12."""

from __future__ import annotations

from .expressions import Expr, ExprKind, add, call
from .traversal import with_parts


def with_double_angles(expr: Expr) -> Expr:
    """The expression with c sin(u)^2 and c cos(u)^2 as c/2 -+ c/2 cos(2 u) in every sum that has a constant."""
    if expr.kind is not ExprKind.SUM:
        return with_parts(expr, with_double_angles)
    terms, constant = [], expr.value
    for term, c in expr.args:
        wave = _squared_wave(term) if expr.value else None
        if wave is None:
            terms.append((c, with_double_angles(term)))
        else:
            half = 0.5 * c
            constant += half
            angle = with_double_angles(wave.args[0])
            terms.append((half if wave.name == "cos" else -half, call("cos", add([(2.0, angle)]))))
    return add(terms, constant)


def _squared_wave(term: Expr) -> Expr | None:
    """sin(u) or cos(u) where the term is its square, else None."""
    if term.kind is not ExprKind.PROD or len(term.args) != 1:
        return None
    base, p = term.args[0]
    return base if p == 2.0 and base.name in ("sin", "cos") else None
