"""The likelihood-ratio test of every input of a logistic regression.

Twice the difference of the log likelihoods with and without an input has, without an effect, a chi-square distribution
of one degree of freedom (Wilks 1938). Wald's test has no power where an effect is large (Hauck & Donner 1977).
"""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array

#: Steps of Newton's method, and the gradient (for each row) at which it ends.
_STEPS, _SMALL = 40, 1e-8
#: Log-odds beyond this mean that the inputs separate the classes, so that no maximum exists.
_SEPARATE = 25.0
#: The most steps of multiplication: rows times the cube of the inputs.
_MOST = 3e8


def likelihood_ratio_p_values(X: Array, y: Array) -> Array | None:
    """The p-values (k,) of the inputs X (n, k) for the class y (n,) of 0 and 1, each beside all others.

    Returns:
        None where the inputs separate the classes, and for tables that would take seconds.
    """
    n, k = X.shape
    if n * k**3 > _MOST:
        return None
    A = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(n)])
    whole = _log_likelihood(A, y)
    if whole is None:
        return None
    parts = [_log_likelihood(np.delete(A, j, axis=1), y) for j in range(k)]
    return np.array([np.nan if part is None else math.erfc(math.sqrt(max(whole - part, 0.0))) for part in parts])


def _log_likelihood(A: Array, y: Array) -> float | None:
    """The greatest log likelihood of a logistic regression on the columns A (n, k); None without a maximum."""
    theta = np.zeros(A.shape[1])
    value = _value(A, y, theta)
    for _ in range(_STEPS):
        f = A @ theta
        if np.abs(f).max() > _SEPARATE:
            return None
        p = 1.0 / (1.0 + np.exp(-f))
        gradient = A.T @ (y - p)
        if np.abs(gradient).max() <= _SMALL * len(y):
            return value
        step = np.linalg.lstsq((A * (p * (1.0 - p))[:, None]).T @ A, gradient, rcond=None)[0]
        while (after := _value(A, y, theta + step)) < value - 1e-9 and np.abs(step).max() > 1e-12:
            step = step / 2.0
        theta, value = theta + step, after
    return None


def _value(A: Array, y: Array, theta: Array) -> float:
    f = A @ theta
    return float(y @ f - np.logaddexp(0.0, f).sum())
