"""Accuracy of predictions: the largest error, the share of small relative errors, and R²."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array


def largest_error(values: Array, y: Array) -> float:
    """Largest error of predictions (n,) in standard deviations of y (n,); infinite if a prediction is not finite."""
    error = np.abs(values - y)
    return float(error.max() / y.std()) if np.isfinite(error).all() else float("inf")


def share_within(values: Array, y: Array, error: float) -> float:
    """The share of the predictions (n,) whose relative error against y (n,) is at most `error`."""
    return float(np.mean(np.abs(values - y) <= error * np.abs(y)))


def r_squared(values: Array, y: Array) -> float:
    """R² of predictions (n,) against y (n,); minus infinity if a prediction is not finite."""
    r = values - y
    return 1.0 - float(np.mean(r * r)) / float(np.var(y)) if np.isfinite(r).all() else float("-inf")
