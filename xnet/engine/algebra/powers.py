"""Powers whose exponent depends on inputs, which expressions hold as exp(exponent * log(base))."""

from __future__ import annotations

from .expressions import Expr, ExprKind, call, mul, power


def raise_to(base: Expr, exponent: Expr) -> Expr:
    """base ** exponent; if the exponent depends on inputs, exp(exponent * log(base))."""
    if exponent.is_constant:
        return power(base, exponent.value)
    return call("exp", mul([(exponent, 1.0), (call("log", base), 1.0)]))


def split_power(expr: Expr) -> tuple[Expr, Expr] | None:
    """(base, exponent) of exp(exponent * log(base)), the canonical form of a power with inputs in its exponent."""
    if expr.name != "exp" or expr.args[0].kind is not ExprKind.PROD:
        return None
    factors = expr.args[0].args
    logs = [f for f, p in factors if f.kind is ExprKind.CALL and f.name == "log" and p == 1.0]
    if not logs:
        return None
    return logs[0].args[0], mul([(f, p) for f, p in factors if f is not logs[0]])
