"""The likelihood-ratio test of every input of a logistic regression.

Twice the difference of the log likelihoods with and without an input has, without an effect, a chi-square distribution
of one degree of freedom (Wilks 1938). Wald's test has no power where an effect is large (Hauck & Donner 1977).
"""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.logistic_regression import logistic_regression

#: The most steps of multiplication: rows times the cube of the inputs.
_MOST = 3e8


def likelihood_ratio_p_values(X: Array, y: Array, smoothing: float = 0.0) -> Array | None:
    """The p-values (k,) of the inputs X (n, k) for the class y (n,) of 0 and 1, each beside all others.

    Args:
        smoothing: the probability with which every label counts as wrong, as in the fit of the constants: so the
            interval of a coefficient holds 0 where the p-value is above 0.05, and only there.

    Returns:
        None where the inputs separate the classes, and for tables that would take seconds.
    """
    n, k = X.shape
    if n * k**3 > _MOST:
        return None
    whole = logistic_regression(X, y, None, smoothing)
    if whole is None or logistic_regression(X, y) is None:
        return None
    parts = [logistic_regression(np.delete(X, j, axis=1), y, None, smoothing) for j in range(k)]
    gains = [np.nan if part is None else max(whole.log_likelihood - part.log_likelihood, 0.0) for part in parts]
    return np.array([math.erfc(math.sqrt(gain)) for gain in gains])
