"""Direct fits of one curve with an inner constant: growth, decay, steps, waves and peaks beside an offset.

a exp(k x) + b, a tanh(k x + c) + b, a sin(k x + c) + b, a cosh(k x + c) + b and a peak a exp(-(k x + c)^2) + b are in
every textbook, and a match with the plain library does not find them: scale and bias are free in a match, k and c are
not. So each curve is fitted over a grid of k (and c) in units of the input's range, the outer constants by least
squares at every point of the grid; Levenberg-Marquardt starts from the best points. Constants that enter linearly are
eliminated, which is the idea of variable projection (Golub & Pereyra 1973).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, call
from xnet.engine.candidates.curve_templates import PERIODS, PHASES, RATES
from xnet.engine.candidates.matching import orthonormal_basis
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS

from .targets import root_target

#: Quantiles of the input: where steps and peaks are tried, and how many inputs are tried at most.
_STEP_CENTRES, _PEAK_CENTRES, _INPUTS = (0.0, 0.25, 0.5, 0.75, 1.0), tuple(np.linspace(0.05, 0.95, 10)), 12


def curve_fits(rows: Rows, activations: Sequence[str], each: int = 3) -> Iterator[tuple[Expr, float, str]]:
    """The best curves of every input, alone and beside all inputs.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.
        each: fits for each input, curve and set of regressors.

    Returns:
        Triples of expression, weighted squared error, and name of the curve.
    """
    inputs = rows.inputs()
    target = root_target(rows)
    one = (ONE, np.ones_like(rows.y))
    for expr, column in inputs[:_INPUTS]:
        for name in ("exp", "tanh", "sin", "cosh"):
            if name not in activations:
                continue
            peaked = name == "exp" and {"square", "add", "mul"} <= set(activations)
            for regressors in [[one]] + ([[one, *inputs]] if len(inputs) > 1 else []):
                yield from _best_fits(name, expr, column, regressors, target.values, target.weight, each)
                if peaked:
                    yield from _best_fits("peak", expr, column, regressors, target.values, target.weight, each)


def _grid(name: str, column: Array) -> list[tuple[float, float]]:
    """(k, c) of k x + c, k in units of one over the input's range."""
    width = float(np.ptp(column))
    if name == "sin":
        return [(2.0 * np.pi * p / width, phase) for p in PERIODS for phase in PHASES]
    if name == "exp":
        return [(sign * rate / width, 0.0) for rate in RATES for sign in (1.0, -1.0)]
    rates, centres = (RATES[1:], _PEAK_CENTRES) if name == "peak" else (RATES, _STEP_CENTRES)
    return [(rate / width, -rate / width * float(np.quantile(column, q))) for rate in rates for q in centres]


def _best_fits(name: str, expr: Expr, column: Array, regressors: list[tuple[Expr, Array]], y: Array, w: Array,
               each: int) -> list[tuple[Expr, float, str]]:
    """The `each` best fits of one curve of one input beside given regressors."""
    found = []
    terms, columns = [e for e, _ in regressors], [v for _, v in regressors]
    for k, c, values in _promising(name, column, columns, y, w, 2 * each + 2):
        coefficients = weighted_least_squares([values, *columns], y, w)
        if coefficients is None:
            continue
        r = y - sum(b * v for b, v in zip(coefficients, [values, *columns], strict=True))
        argument = add([(k, expr)], -k * float(column[0]) if name == "exp" else c)
        curve = call("exp", add([(-1.0, call("square", argument))])) if name == "peak" else call(name, argument)
        items = [(coefficients[0], curve), *zip(coefficients[1:], terms, strict=True)]
        found.append((add(items), float(w @ (r * r)), name))
    return sorted(found, key=lambda item: item[1])[:each]


def _promising(name: str, column: Array, regressors: list[Array], y: Array, w: Array,
              most: int) -> list[tuple[float, float, Array]]:
    """(k, c, values) of the `most` promising points of the grid, best first.

    The regressors are projected out of target and curve once, so that each point costs one product.
    """
    root = np.sqrt(w)
    basis = orthonormal_basis(np.stack([root * v for v in regressors]))
    y = root * y - basis.T @ (basis @ (root * y))
    scored = []
    for k, c in _grid(name, column):
        if name == "peak":
            values = np.exp(-np.square(k * column + c))
        else:
            values = ACTIVATIONS[name].value(k * (column - column[0]) if name == "exp" else k * column + c)
        if np.isfinite(values).all():
            v = root * values
            size = float(v @ v)
            v = v - basis.T @ (basis @ v)
            left = float(v @ v)
            gain = float(v @ y) ** 2 / left if left > 1e-20 * size else 0.0
            scored.append((gain, k, c, values))
    return [(k, c, values) for _, k, c, values in sorted(scored, key=lambda item: -item[0])[:most]]
