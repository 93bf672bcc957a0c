"""Scores of the probability of a class: accuracy and log loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

#: The log loss clips probabilities to this distance from 0, because one certain mistake would make it infinite.
SURE = 1e-15


@dataclass(frozen=True)
class ClassScore:
    """Scores of probabilities on some rows.

    Attributes:
        accuracy: (weighted) share of rows that are classified correctly; a probability above 0.5 predicts the class.
        log_loss: (weighted) mean of -log(probability of the actual class); 0 is certain and correct, 0.69 is a coin
            toss.
        rows, missing: number of rows, and of rows without a value of the formula, which are left out.
    """

    accuracy: float | None
    log_loss: float | None
    rows: int
    missing: int


def class_score(predicted: Array, y: Array, weight: Array | None = None) -> ClassScore:
    """Score probabilities (n,) against y (n,) of 0 and 1, with weights (n,) of the rows, or None."""
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    used = None if weight is None else weight[there]
    if not there.any() or (used is not None and not used.any()):
        return ClassScore(None, None, len(y), missing)
    p, y = predicted[there], y[there]
    accuracy = float(np.average((p > 0.5) == (y > 0.5), weights=used))
    return ClassScore(accuracy, float(np.average(binary_log_losses(p, y), weights=used)), len(predicted), missing)


def binary_log_losses(p: Array, y: Array) -> Array:
    """The log loss of every row: probabilities p (n,) against y (n,) of 0 and 1."""
    right = np.where(y > 0.5, p, 1.0 - p)
    return -np.log(np.clip(right, SURE, 1.0))
