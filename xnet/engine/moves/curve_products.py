"""Curves of one input whose height and level depend on the other inputs.

y = a + b z + (c + d z) f(k x + c) is the cooling of bodies of several temperatures, (T0 - T) exp(-k t) + T, the
discharge of capacitors from several voltages, and every response whose size another input sets. A library without
fitted constants does not lead to it: k, the level and the height have to be right together. All of them but k and c
are linear, so they are eliminated (variable projection: Golub & Pereyra 1973); k and c are found on a grid that is
refined twice. Terms that the rows do not need are left out one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.candidates.matching import orthonormal_basis
from xnet.engine.fitting.least_squares import explained_by_blocks, least_squares_with_errors
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .curve_fits import curve_argument, curve_expression, curve_grid, curve_names, curve_values
from .targets import Target, root_target

#: Inputs that have a curve, and inputs that its height and level depend on; different values that a curve needs.
_INPUTS, _MODIFIERS, _FEWEST_VALUES = 8, 4, 5
#: Points of the grid that are refined, and the steps of a refinement in units of the argument's size.
_POINTS, _STEPS = 2, (0.2, 0.05)
#: The share of what the levels alone leave that a curve of the first grid has to explain, or it is not refined.
_EXPLAINS = 0.5
#: The most terms of a proposal.
_MOST_TERMS = 6

Term = tuple[Expr, Array]


def curve_products(rows: Rows, activations: Sequence[str]) -> Iterator[tuple[Expr, str]]:
    """The best curves with heights and levels that are linear in the inputs, of every input and curve.

    Args:
        rows: the rows to explain.
        activations: names of the allowed activations.

    Yields:
        Pairs of expression and name of the curve.
    """
    inputs = rows.inputs()
    if not {"add", "mul"} <= set(activations) or len(inputs) < 2:
        return
    target = root_target(rows)
    for expr, column in inputs[:_INPUTS]:
        if len(np.unique(column)) < _FEWEST_VALUES:
            continue
        others = [item for item in inputs if item[0] != expr][:_MODIFIERS]
        for name in curve_names(activations):
            poll()
            for found in _of_one_curve(name, (expr, column), [(ONE, np.ones_like(column)), *others], target):
                yield found, f"{name} with a height that depends on other inputs"


def _of_one_curve(name: str, item: Term, levels: list[Term], target: Target) -> Iterator[Expr]:
    """The sums of the best points of the grid, refined."""
    expr, column = item
    columns = np.stack([values for _, values in levels])
    for point, share in _best_points(name, column, columns, curve_grid(name, column), target, _POINTS):
        if share < _EXPLAINS:
            continue
        for step in _STEPS:
            point, _ = _best_points(name, column, columns, _near(name, point, step), target, 1)[0]
        curve = (curve_expression(name, curve_argument(name, expr, column, *point)),
                 curve_values(name, column, np.array([point]))[0])
        yield from _sums(curve, levels, target)


def _near(name: str, point: tuple[float, float], step: float) -> list[tuple[float, float]]:
    """Points (k, c) around one: other rates about the same centre, and other centres where the curve has one."""
    k, c = point
    centre = -c / k
    moves = (-2, -1, 0, 1, 2)
    rates = [k * (1.0 + step) ** i for i in moves]
    if name == "exp":
        return [(rate, 0.0) for rate in rates]
    centres = [centre + step * i / abs(k) for i in moves]
    return [(rate, -rate * x) for rate in rates for x in centres]


def _best_points(name: str, column: Array, levels: Array, grid: list[tuple[float, float]], target: Target,
                 most: int) -> list[tuple[tuple[float, float], float]]:
    """The points whose curve, alone and times every level, explains most beside the levels; best first.

    With each the share of what the levels leave that it explains.
    """
    root = np.sqrt(target.weight)
    basis = orthonormal_basis(root * levels)
    y = root * target.values
    y = y - basis.T @ (basis @ y)
    values = curve_values(name, column, np.array(grid))
    finite = np.isfinite(values).all(axis=1)
    gains = np.full(len(grid), -np.inf)
    products = (root * values[finite])[:, None, :] * levels[None]
    products = products - (products @ basis.T) @ basis
    size = np.linalg.norm(products, axis=2)
    products /= np.where(size > 0.0, size, 1.0)[:, :, None]
    gains[finite] = explained_by_blocks(products @ products.transpose(0, 2, 1), products @ y)
    left = max(float(y @ y), 1e-300)
    return [(grid[i], float(gains[i]) / left) for i in np.argsort(-gains, kind="stable")[:most]]


def _sums(curve: Term, levels: list[Term], target: Target) -> Iterator[Expr]:
    """The sum of the levels and products that the rows need, and the one with a term less.

    The weakest term is left out until its F statistic exceeds ln n, what Schwarz's criterion charges for a term. Only
    sums with a height that depends on an input are given: `curve_fits` has the others.
    """
    kept = [(level, times) for times in (False, True) for level in levels]
    proposed = 0
    while proposed < 2 and any(times and level[0] is not ONE for level, times in kept):
        columns = [values * curve[1] if times else values for (_, values), times in kept]
        fit = least_squares_with_errors(columns, target.values, target.weight)
        if fit is None:
            return
        ratios = np.abs(fit[0]) / np.where(fit[1] > 0.0, fit[1], 1e-300)
        weakest = int(np.argmin(ratios))
        if proposed or ratios[weakest] ** 2 > np.log(len(target.values)):
            proposed += 1
            if len(kept) <= _MOST_TERMS:
                yield _sum(curve[0], kept, fit[0])
        del kept[weakest]


def _sum(curve: Expr, kept: list[tuple[Term, bool]], coefficients: Array) -> Expr:
    height = [(b, level[0]) for b, (level, times) in zip(coefficients.tolist(), kept, strict=True) if times]
    others = [(b, level[0]) for b, (level, times) in zip(coefficients.tolist(), kept, strict=True) if not times]
    return add([(1.0, mul([(add(height), 1.0), (curve, 1.0)])), *others])
