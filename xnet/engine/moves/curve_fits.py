"""Direct fits of one curve with an inner constant: growth, decay, steps, waves and peaks beside an offset.

a exp(k x) + b, a tanh(k x + c) + b, a sin(k x + c) + b, a cosh(k x + c) + b, a / (1 + exp(-(k x + c))) and a peak
a exp(-(k x + c)^2) + b are in every textbook, and a match with the plain library does not find them: scale and bias are
free in a match, k and c are not. So each curve is fitted over a grid of k (and c) in units of the input's range, the
outer constants by least squares at every point of the grid; Levenberg-Marquardt starts from the best points. Constants
that enter linearly are eliminated, which is the idea of variable projection (Golub & Pereyra 1973).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, call, call_of, mul, num
from xnet.engine.candidates.curve_templates import PERIODS, PHASES, RATES
from xnet.engine.candidates.matching import orthonormal_basis
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.own_functions import is_definition
from xnet.polling import poll

from .targets import Target, root_target

#: Quantiles of the input: where steps and peaks are tried, and how many inputs are tried at most.
_STEP_CENTRES, _PEAK_CENTRES, _INPUTS = (0.0, 0.25, 0.5, 0.75, 1.0), tuple(np.linspace(0.05, 0.95, 10)), 12

#: Numbers in the place of an argument of an own function, in units of the size of the other one.
_NUMBERS = np.geomspace(0.01, 100.0, 25)


def curve_fits(rows: Rows, activations: Sequence[str], each: int = 3) -> Iterator[tuple[Expr, float, str]]:
    """The best curves of every input, alone and beside all inputs; own functions of two arguments have one number.

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
        for name in curve_names(activations):
            # A logistic curve beside an offset is a step tanh, which has one constant more.
            beside: list[tuple[Expr, Array]] = [] if name == "logistic" else [one]
            for regressors in [beside, *([[*beside, *inputs]] if len(inputs) > 1 else [])]:
                poll()
                yield from _best_fits(name, expr, column, regressors, target.values, target.weight, each)
        for name in (n for n in activations if is_definition(n) and ACTIVATIONS[n].arity == 2):
            for first in (True, False):
                yield from _own_with_a_number(name, expr, column, first, target, each)


def _own_with_a_number(name: str, expr: Expr, column: Array, first: bool, target: Target,
                       each: int) -> Iterator[tuple[Expr, float, str]]:
    """f(x, c), or f(c, x), times a number, alone and beside an offset; c over a grid in units of the input's size."""
    size = float(np.median(np.abs(column))) or 1.0
    one = (ONE, np.ones_like(column))
    value, found = ACTIVATIONS[name].value, []
    for c in np.concatenate([size * _NUMBERS, -size * _NUMBERS]):
        values = value(column, np.full_like(column, c)) if first else value(np.full_like(column, c), column)
        call_expr = call_of(name, [expr, num(float(c))] if first else [num(float(c)), expr])
        if not np.isfinite(values).all():
            continue
        for beside in ([], [one]):
            columns = [values, *(v for _, v in beside)]
            b = weighted_least_squares(columns, target.values, target.weight)
            if b is not None:
                r = target.values - sum(k * v for k, v in zip(b, columns, strict=True))
                terms = [call_expr, *(e for e, _ in beside)]
                found.append((add(zip(b.tolist(), terms, strict=True)), float(target.weight @ (r * r)), name))
    yield from sorted(found, key=lambda item: item[1])[:each]


def curve_names(activations: Sequence[str]) -> list[str]:
    """The curves that the activations can express."""
    allowed = set(activations)
    names: list[str] = [name for name in ("exp", "tanh", "sin", "cosh") if name in allowed]
    if {"exp", "square", "add", "mul"} <= allowed:
        names.insert(1, "peak")
    if {"exp", "add", "mul"} <= allowed and allowed & {"div", "reciprocal"}:
        names.append("logistic")
    return [*names, *(n for n in ("sigmoid", "erf", "gauss", "arctanh") if n in allowed),
            *(n for n in activations if is_definition(n) and ACTIVATIONS[n].arity == 1)]


def curve_grid(name: str, column: Array) -> list[tuple[float, float]]:
    """(k, c) of k x + c, k in units of one over the input's range."""
    width = float(np.ptp(column))
    if name == "sin":
        return [(2.0 * np.pi * p / width, phase) for p in PERIODS for phase in PHASES]
    if name == "exp":
        return [(sign * rate / width, 0.0) for rate in RATES for sign in (1.0, -1.0)]
    if name in ("peak", "gauss"):
        return [(rate / width, -rate / width * float(np.quantile(column, q)))
                for rate in RATES[1:] for q in _PEAK_CENTRES]
    centres = _PEAK_CENTRES if is_definition(name) else _STEP_CENTRES
    signs = (1.0, -1.0) if name == "logistic" or is_definition(name) else (1.0,)
    return [(sign * rate / width, -sign * rate / width * float(np.quantile(column, q)))
            for rate in RATES for q in centres for sign in signs]


def curve_expression(name: str, argument: Expr) -> Expr:
    """The curve of an argument."""
    if name == "peak":
        return call("exp", add([(-1.0, call("square", argument))]))
    if name == "logistic":
        return mul([(add([(1.0, call("exp", add([(-1.0, argument)])))], 1.0), -1.0)])
    return call(name, argument)


def curve_values(name: str, column: Array, grid: Array) -> Array:
    """The curves (g, n) of k x + c for a grid (g, 2) of k and c.

    An exponential is that of k (x - x_1), because its factor is fitted.
    """
    k, c = grid[:, :1], grid[:, 1:]
    if name == "peak":
        return np.exp(-np.square(k * column + c))
    if name == "logistic":
        return 1.0 / (1.0 + np.exp(-(k * column + c)))
    return ACTIVATIONS[name].value(k * (column - column[0]) if name == "exp" else k * column + c)


def curve_argument(name: str, expr: Expr, column: Array, k: float, c: float) -> Expr:
    """k x + c, and k (x - x_1) for an exponential."""
    return add([(k, expr)], -k * float(column[0]) if name == "exp" else c)


def _best_fits(name: str, expr: Expr, column: Array, regressors: list[tuple[Expr, Array]], y: Array, w: Array,
               each: int) -> list[tuple[Expr, float, str]]:
    """The `each` best fits of one curve of one input beside given regressors."""
    found = []
    terms, columns = [e for e, _ in regressors], [v for _, v in regressors]
    for k, c, values in _promising(name, column, columns, y, w, each):
        coefficients = weighted_least_squares([values, *columns], y, w)
        if coefficients is None:
            continue
        r = y - sum(b * v for b, v in zip(coefficients, [values, *columns], strict=True))
        argument = curve_argument(name, expr, column, k, c)
        items = [(coefficients[0], curve_expression(name, argument)), *zip(coefficients[1:], terms, strict=True)]
        found.append((add(items), float(w @ (r * r)), name))
    return sorted(found, key=lambda item: item[1])[:each]


def _promising(name: str, column: Array, regressors: list[Array], y: Array, w: Array,
              most: int) -> list[tuple[float, float, Array]]:
    """(k, c, values) of the `most` promising points of the grid, best first.

    The regressors are projected out of the target and of all curves, whose gains are then one product.
    """
    root = np.sqrt(w)
    basis = orthonormal_basis(np.stack([root * v for v in regressors])) if regressors else np.zeros((0, len(y)))
    y = root * y - basis.T @ (basis @ (root * y))
    grid = np.array(curve_grid(name, column))
    values = curve_values(name, column, grid)
    finite = np.isfinite(values).all(axis=1)
    grid, values = grid[finite], values[finite]
    curves = root * values
    size = np.einsum("ij,ij->i", curves, curves)
    curves -= (curves @ basis.T) @ basis
    left = np.einsum("ij,ij->i", curves, curves)
    gain = np.where(left > 1e-20 * size, (curves @ y) ** 2 / np.where(left > 0.0, left, 1.0), 0.0)
    return [(float(grid[i, 0]), float(grid[i, 1]), values[i]) for i in np.argsort(-gain, kind="stable")[:most]]
