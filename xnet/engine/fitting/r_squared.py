"""R², the coefficient of determination: the only place where it is computed."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

#: A variance below this share of the largest squared value is rounding, so it cannot be divided by.
_SMALLEST_SHARE = 1e-24


def target_variance(y: Array, weight: Array | None = None) -> float:
    """The variance that squared errors are divided by.

    Args:
        y: (n,) the target in the whole table, training and held-out rows together.
        weight: (n,) weights of the rows; None: all rows count alike.

    Returns:
        The (weighted) variance; for a target that does not vary, its mean square, which is never zero here.
    """
    variance = float(np.var(y) if weight is None else np.average((y - np.average(y, weights=weight)) ** 2,
                                                                 weights=weight))
    floor = _SMALLEST_SHARE * float(np.max(np.abs(y))) ** 2
    return variance if variance > floor and np.isfinite(variance) else max(float(np.mean(y * y)), 1e-300)


def r_squared(mean_squared_error: float, variance: float = 1.0) -> float:
    """1 - mean squared error / variance.

    Args:
        mean_squared_error: mean (weighted) squared error over some rows.
        variance: of the target in the whole table; 1 for an error that was divided by it already, as the losses of a
            search are.
    """
    return 1.0 - mean_squared_error / variance
