"""Scores of a formula on some rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.r_squared import r_squared

#: Errors below this share of the target's standard deviation are rounding errors.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Score:
    """Scores of a formula on some rows.

    Attributes:
        r2: 1 - mean squared error / variance of the target in the whole table; None if the formula has no value.
        rmse: root mean squared error in units of the target; None if the formula has no value.
        rows, missing: number of rows, and of rows without a value of the formula, which are left out.
    """

    r2: float | None
    rmse: float | None
    rows: int
    missing: int


def score(predicted: Array, y: Array, variance: float, weight: Array | None = None) -> Score:
    """Score predictions.

    Args:
        predicted: (n,) values of the formula, NaN where it has none.
        y: (n,) values of the target.
        variance: of the target in the whole table, weighted if rows have weights.
        weight: (n,) weights of the rows, on average 1 in the whole table; None for equal weights.
    """
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    if not there.any():
        return Score(None, None, len(y), missing)
    squares = (predicted[there] - y[there]) ** 2
    weights = np.ones_like(squares) if weight is None else weight[there]
    if not weights.any():
        return Score(None, None, len(y), missing)
    # Like the search, R² divides by the number of rows; the RMSE divides by the sum of the weights.
    return Score(r_squared(float(np.mean(weights * squares)), variance),
                 float(np.sqrt(np.average(squares, weights=weights))), len(y), missing)
