"""The likelihood-ratio test of the inputs of a logistic regression beside the intervals of its coefficients."""

from __future__ import annotations

import numpy as np

from xnet.engine.fitting.logistic_regression import logistic_regression
from xnet.engine.fitting.losses import Logistic
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.constants import constant_estimates
from xnet.evidence.likelihood_ratio import likelihood_ratio_p_values


def test_an_interval_of_a_logistic_regression_holds_zero_where_the_likelihood_ratio_test_shows_no_effect() -> None:
    """Wald's intervals said otherwise in 3 % of the inputs."""
    network, found = read_formula("1.2*a + 0.8*b + 0.3*c + 0.1", ["a", "b", "c"]), []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(50, 3))
        y = (rng.random(50) < 1 / (1 + np.exp(-X @ [1.2, -0.8, 0.5]))).astype(float)
        loss = Logistic(0.1 / 50)
        p_values = likelihood_ratio_p_values(X, y, loss.smoothing)
        fitted = logistic_regression(X, y, None, loss.smoothing)
        if p_values is None or fitted is None:
            continue
        estimates = constant_estimates(network, Rows(X.T.copy(), y, 1.0, loss_function=loss))
        for p, slope in zip(p_values, fitted.coefficients[1:], strict=True):
            e = min(estimates, key=lambda e: abs(e.fitted - slope))
            assert e.low is not None
            assert e.high is not None
            assert (e.low <= 0.0 <= e.high) == (p > 0.05)
            found.append(0.02 < p < 0.1)
    assert sum(found) > 5
