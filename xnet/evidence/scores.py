"""Scores of a formula on some rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.losses import Huber, Logistic, SquaredError
from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem

from .loss_scores import loss_scores, score_name

#: Errors below this share of the target's standard deviation are rounding errors.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Score:
    """Scores of a formula on some rows.

    Attributes:
        r2: R² in these rows (`r_squared`), weighted where rows have weights; None if the formula has no value, or the
            target does not vary in these rows.
        rmse: root mean square error in units of the target, the same for every row that counts: a weight is no size of
            an error; None if the formula has no value.
        rows, missing: number of rows, and of rows without a value of the formula, which are left out.
    """

    r2: float | None
    rmse: float | None
    rows: int
    missing: int


def score(predicted: Array, y: Array, weight: Array | None = None) -> Score:
    """Score predictions.

    Args:
        predicted: (n,) values of the formula, NaN where it has none.
        y: (n,) values of the target.
        weight: (n,) weights of the rows; None for equal weights.
    """
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    used = None if weight is None else weight[there]
    if not there.any() or (used is not None and not used.any()):
        return Score(None, None, len(y), missing)
    predicted, actual = predicted[there], y[there]
    squares = (predicted - actual) ** 2
    return Score(r_squared(predicted, actual, used),
                 float(np.sqrt(np.mean(squares if used is None else squares[used > 0]))), len(y), missing)


def front_scores(entry: FrontEntry, problem: Problem) -> dict[str, float | None]:
    """The scores of an entry of a front, as files and tables name them.

    Returns:
        `r2_train` and `r2_holdout`: R² in the training and in the held-out rows; None where a set has no variance.
        Under Huber's scale also `robust_r2_train` and `robust_r2_holdout`: 1 minus the ratio of the squared robust
        scales of the errors and of the target. Under other losses also a score in their words (`loss_scores`).
    """
    explained = {"train": entry.explained_train, "holdout": entry.explained_holdout}
    loss = problem.train.loss_function
    if isinstance(loss, SquaredError | Logistic):
        return {f"r2_{part}": share for part, share in explained.items()}
    found: dict[str, float | None] = {}
    own: dict[str, float | None] = {}
    for part, rows in (("train", problem.train), ("holdout", problem.holdout)):
        if rows is None:
            found[f"r2_{part}"], own[f"{score_name(problem.train)}_{part}"] = None, None
            continue
        f = entry.network.evaluate(rows.columns.T)
        found[f"r2_{part}"] = r_squared(f, rows.y, rows.weight)
        own |= loss_scores(f, rows, part)
    if isinstance(loss, Huber):
        own = {f"robust_r2_{part}": share for part, share in explained.items()}
    return found | own
