"""Scores in the words of the loss: what the errors of a formula are, where squared errors are not what they cost."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows


def loss_scores(f: Array, rows: Rows, part: str) -> dict[str, float | None]:
    """The score of a formula on some rows in the words of their loss.

    Args:
        f: (n,) the values of the formula.
        rows: the rows, under their loss.
        part: "train" or "holdout", the end of the key.

    Returns:
        One score, None where the formula has no value in some row; empty under squared errors and Huber's scale:
        `median_relative_error` (relative and logarithmic losses: the median of |f - y| / |y|, rows of y = 0 left out),
        `mean_absolute_error`, `share_below` (a quantile: the share of the rows below the formula),
        `explained_deviance` (counts: 1 - deviance / deviance of the mean; McCullagh & Nelder 1989) or
        `chi2_per_row` (known standard errors). Means and shares are weighted; the median is not.
    """
    name = score_name(rows)
    if name is None:
        return {}
    with np.errstate(all="ignore"):
        value = _score(f, rows) if np.isfinite(f).all() else None
    return {f"{name}_{part}": value if value is None or np.isfinite(value) else None}


def score_name(rows: Rows) -> str | None:
    """The name of the score in the words of the loss; None under squared errors and Huber's scale."""
    loss = rows.loss_function
    if isinstance(loss, Quantile):
        return "mean_absolute_error" if loss.share == 0.5 else "share_below"
    return {Relative: "median_relative_error", Logarithmic: "median_relative_error", Poisson: "explained_deviance",
            KnownError: "chi2_per_row"}.get(type(loss))


def _score(f: Array, rows: Rows) -> float:
    loss, y, weight = rows.loss_function, rows.y, rows.weight
    if isinstance(loss, Relative | Logarithmic):
        there = y != 0
        return float(np.median(np.abs(f[there] / y[there] - 1.0)))
    if isinstance(loss, Poisson):
        constant = loss.mean(np.full_like(y, loss.best_constant(y, weight)), y, weight)
        return 1.0 - loss.mean(f, y, weight) / constant if constant > 0 else np.nan
    if isinstance(loss, KnownError):
        return loss.mean(f, y, weight)
    errors = np.abs(f - y) if isinstance(loss, Quantile) and loss.share == 0.5 else (y < f).astype(np.float64)
    return float(np.average(errors, weights=weight))
