"""Accuracy of predictions."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array


def largest_error(values: Array, y: Array) -> float:
    """Largest error of predictions (n,) in standard deviations of y; infinite where a value is missing."""
    error = np.abs(values - y)
    return float(error.max() / y.std()) if np.isfinite(error).all() else float("inf")


def r_squared(values: Array, y: Array) -> float:
    """R2 of predictions (n,); minus infinity where a value is missing."""
    r = values - y
    return 1.0 - float(np.mean(r * r)) / float(np.var(y)) if np.isfinite(r).all() else float("-inf")
