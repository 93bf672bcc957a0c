"""Scores of a formula on an array of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.r_squared import r_squared

#: Errors below this share of the target's spread are rounding; nobody sees them.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Score:
    """How a formula does on some rows.

    Attributes:
        r2: 1 - mean squared error over the target's variance in the whole table; None without a single value.
        rmse: in units of the target; None likewise.
        rows, missing: how many rows there are, and for how many of them the formula has no value (left out).
    """

    r2: float | None
    rmse: float | None
    rows: int
    missing: int


def score(predicted: Array, y: Array, variance: float, weight: Array | None = None) -> Score:
    """Score predictions (n,) against y (n,).

    Args:
        predicted, y: NaN in `predicted` where there is no value.
        variance: that of the target in the whole table, weighed if rows are.
        weight: (n,) how much each row counts, on average 1 in the whole table; None: all alike.
    """
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    if not there.any():
        return Score(None, None, len(y), missing)
    squares = (predicted[there] - y[there]) ** 2
    weights = np.ones_like(squares) if weight is None else weight[there]
    if not weights.any():
        return Score(None, None, len(y), missing)
    # The search divides by the number of rows, whatever they weigh; a typical error is that of a row as it weighs.
    return Score(r_squared(float(np.mean(weights * squares)), variance),
                 float(np.sqrt(np.average(squares, weights=weights))), len(y), missing)
