"""Logistic regression by Newton's method, until the gradient is gone, with or without smoothed labels and weights.

Where the inputs separate the classes, the likelihood has no maximum. With smoothed labels (`losses.Logistic`) it always
has one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from xnet.arrays import Array

#: Steps of Newton's method, and the gradient (for each row) at which it ends.
_STEPS, _SMALL = 60, 1e-8
#: Log-odds beyond this mean without smoothing that the inputs separate the classes, so that no maximum exists.
_SEPARATE = 25.0


class LogisticRegression(NamedTuple):
    """A logistic regression.

    Attributes:
        coefficients: (1 + k,) the constant and the coefficients of the log-odds.
        log_likelihood: the sum over the rows, with their weights.
    """

    coefficients: Array
    log_likelihood: float


def logistic_regression(X: Array, y: Array, weight: Array | None = None,
                        smoothing: float = 0.0) -> LogisticRegression | None:
    """The logistic regression of a class on k inputs.

    Args:
        X: (n, k) the inputs; k may be 0.
        y: (n,) of 0 and 1.
        weight: (n,) weights of the rows, which multiply their log likelihoods; None for equal ones.
        smoothing: the probability with which every label counts as wrong.

    Returns:
        None where the likelihood has no maximum, because the inputs separate the classes, and where the steps do not
        reach it.
    """
    n, k = X.shape
    weight = np.ones(n) if weight is None else weight
    soft = y + smoothing * (1.0 - 2.0 * y)
    centre, size = X.mean(axis=0), X.std(axis=0)
    size = np.where(size > 0.0, size, 1.0)
    A = np.column_stack([np.ones(n), (X - centre) / size])
    theta, value = np.zeros(k + 1), -float(weight.sum()) * np.log(2.0)
    for _ in range(_STEPS):
        f = A @ theta
        if not np.abs(f).max() <= (np.inf if smoothing else _SEPARATE):
            return None
        e = np.exp(-np.abs(f))
        p = np.where(f >= 0.0, 1.0, e) / (1.0 + e)
        gradient = A.T @ (weight * (soft - p))
        if np.abs(gradient).max() <= _SMALL * weight.sum():
            slopes = theta[1:] / size
            return LogisticRegression(np.append(theta[0] - slopes @ centre, slopes), value)
        curvature = weight * e / (1.0 + e) ** 2
        step = np.linalg.lstsq((A * curvature[:, None]).T @ A, gradient, rcond=None)[0]
        while (after := _log_likelihood(A @ (theta + step), soft, weight)) < value - 1e-9 and (
                np.abs(step).max() > 1e-12):
            step = step / 2.0
        theta, value = theta + step, after
    return None


def _log_likelihood(f: Array, soft: Array, weight: Array) -> float:
    return float(weight @ (soft * f - np.logaddexp(0.0, f)))
