"""R², the coefficient of determination, and the variance it is relative to: the only place where it is computed.

R² belongs to a set of rows. It compares the squared errors in these rows with the squared deviations of the target
from its own (weighted) mean in the same rows, as `sklearn.metrics.r2_score` does. The mean of the training rows
therefore has R² 0 on training rows and at most 0 on held-out rows.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

#: Deviations below this share of the largest absolute value are rounding errors of the target itself.
_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


def target_variance(y: Array, weight: Array | None = None) -> float | None:
    """The (weighted) variance of the target.

    Args:
        y: (n,) the target in some rows.
        weight: (n,) weights of the rows; None: all rows count alike.

    Returns:
        The variance, or None where there is none: fewer than two rows with a weight above 0, or a target that does not
        vary by more than its own rounding.
    """
    if weight is not None:
        y, weight = y[weight > 0], weight[weight > 0]
    if len(y) < 2 or not np.ptp(y) > 0:
        return None
    variance = float(np.var(y) if weight is None else np.average((y - np.average(y, weights=weight)) ** 2,
                                                                 weights=weight))
    rounding = (_ROUNDING * float(np.max(np.abs(y)))) ** 2
    return variance if variance > rounding and np.isfinite(variance) else None


def loss_scale(y: Array, weight: Array | None = None) -> float:
    """The number that a search divides its squared errors by, in training and held-out rows alike.

    Args:
        y: (n,) the target in the whole table.
        weight: (n,) weights of the rows, or None.

    Returns:
        The variance; for a target that does not vary, its mean square, which is never zero here.
    """
    variance = target_variance(y, weight)
    return max(float(np.mean(y * y)), 1e-300) if variance is None else variance


def r_squared(predicted: Array, y: Array, weight: Array | None = None) -> float | None:
    """R² of predictions, as `sklearn.metrics.r2_score(y, predicted, sample_weight=weight)` defines it.

    Args:
        predicted: (n,) finite values of a model.
        y: (n,) the target in the same rows.
        weight: (n,) weights of the rows, or None.

    Returns:
        R²; None where the rows have no variance (`target_variance`).
    """
    variance = target_variance(y, weight)
    return None if variance is None else 1.0 - float(np.average((predicted - y) ** 2, weights=weight)) / variance
