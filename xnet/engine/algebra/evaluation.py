"""Values of expressions on rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS

from .expressions import Expr, ExprKind
from .powers import split_power


def evaluate(expr: Expr, columns: Array, memo: dict[Expr, Array]) -> Array:
    """Values (n,) of an expression.

    Args:
        columns: (d, n) the inputs.
        memo: values of expressions on these columns; those of the expression and its parts are looked up and added.
    """
    known = memo.get(expr)
    if known is not None:
        return known
    if expr.kind is ExprKind.VAR:
        result = columns[expr.index]
    elif expr.kind is ExprKind.CALL:
        power_of = split_power(expr)
        if power_of is None:
            result = ACTIVATIONS[expr.name].value(*(evaluate(a, columns, memo) for a in expr.args))
        else:  # not exp(exponent * log(base)): a negative base has whole powers, but no logarithm
            result = np.power(*(evaluate(part, columns, memo) for part in power_of))
    elif expr.kind is ExprKind.SUM:
        total: Any = expr.value
        for term, c in expr.args:
            total = total + c * evaluate(term, columns, memo)
        result = total if expr.args else np.full(columns.shape[1], total)
    else:
        product: Any = 1.0
        for factor, p in expr.args:
            value = evaluate(factor, columns, memo)
            product = product * (value if p == 1.0 else np.sqrt(value) if p == 0.5 else np.power(value, p))
        result = product
    memo[expr] = result
    return result
