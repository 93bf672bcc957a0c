"""Direct fits of Hill curves: responses that rise or fall from one level to another with a fitted steepness.

b + a / (1 + k x^h) is the curve of doses and responses (four-parameter logistic curve of the logarithm; Hill 1910), of
the binding of ligands and of retention. Without its offset it has three constants, and falls or, as
a (1 - 1 / (1 + k x^h)), rises from zero. It is fitted over a grid of half-way points and exponents, as in `curve_fits`;
Levenberg-Marquardt starts from the best points. Rows at zero, such as controls without a dose, have the first level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .targets import root_target

#: Exponents (no whole ones, which a fit does not change), quantiles of the positive values where the curve is half-way,
#: and how many inputs are tried at most.
_EXPONENTS, _CENTRES, _INPUTS = (0.6, 0.85, 1.2, 1.7, 2.4, 3.4, 4.8, 6.8), tuple(np.linspace(0.05, 0.95, 9)), 12
#: Different values of an input that a curve of four constants needs.
_FEWEST_VALUES = 5


def hill_fits(rows: Rows, activations: Sequence[str], each: int = 2) -> Iterator[tuple[Expr, float, str]]:
    """The best Hill curves of every input that is never negative: with an offset, falling to zero, rising from zero.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
        each: fits for each input and kind.

    Returns:
        Triples of expression, weighted squared error, and name of the curve.
    """
    if not {"pow", "add", "mul"} <= set(activations) or not {"div", "reciprocal"} & set(activations):
        return
    target = root_target(rows)
    for expr, column in rows.inputs()[:_INPUTS]:
        if column.min() < 0.0 or len(np.unique(column)) < _FEWEST_VALUES:
            continue
        poll()
        fits = list(_fits(expr, column, target.values, target.weight))
        for kind in range(3):
            yield from sorted((f[1:] for f in fits if f[0] == kind), key=lambda f: f[1])[:each]


def _fits(expr: Expr, column: Array, y: Array, w: Array) -> Iterator[tuple[int, Expr, float, str]]:
    """All fits of the grid: the kind, the expression, its weighted squared error and the name."""
    one = np.ones_like(column)
    positive = column[column > 0.0]
    for centre in np.unique(np.quantile(positive, _CENTRES)):
        for h in _EXPONENTS:
            values = 1.0 / (1.0 + (column / centre) ** h)
            curve = mul([(add([(float(centre**-h), mul([(expr, h)]))], 1.0), -1.0)])
            rising = add([(-1.0, curve)], 1.0)
            for kind, (terms, columns) in enumerate((
                    ([curve, ONE], [values, one]), ([curve], [values]), ([rising], [1.0 - values]))):
                b = weighted_least_squares(columns, y, w)
                if b is not None and np.isfinite(values).all():
                    r = y - sum(k * v for k, v in zip(b, columns, strict=True))
                    yield kind, add(zip(b.tolist(), terms, strict=True)), float(w @ (r * r)), "Hill curve"
