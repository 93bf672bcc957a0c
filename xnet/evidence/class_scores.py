"""Scores of the probability of a class: rows right and log loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

#: Probabilities are kept this far from 0 and 1 in the log loss, where one sure mistake would be infinite.
SURE = 1e-15


@dataclass(frozen=True)
class ClassScore:
    """How the probabilities of a class do on some rows.

    Attributes:
        accuracy: the share of rows that are given their class: a probability above one half says that it is the class.
        log_loss: mean of -log(probability of what the row is); 0 is sure and right, 0.69 a tossed coin.
        rows, missing: how many rows there are, and for how many the formula has no value (left out).
    """

    accuracy: float | None
    log_loss: float | None
    rows: int
    missing: int


def class_score(predicted: Array, y: Array) -> ClassScore:
    """Score probabilities (n,) against y (n,) of 0 and 1."""
    there = np.isfinite(predicted)
    missing = int((~there).sum())
    if not there.any():
        return ClassScore(None, None, len(y), missing)
    p, y = predicted[there], y[there]
    accuracy = float(np.mean((p > 0.5) == (y > 0.5)))
    return ClassScore(accuracy, float(binary_log_losses(p, y).mean()), len(predicted), missing)


def binary_log_losses(p: Array, y: Array) -> Array:
    """The log loss of every row: probabilities p (n,) against y (n,) of 0 and 1."""
    right = np.where(y > 0.5, p, 1.0 - p)
    return -np.log(np.clip(right, SURE, 1.0))
