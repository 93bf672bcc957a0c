"""The one logistic regression of the program, beside that of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from xnet.engine.fitting.logistic_regression import logistic_regression
from xnet.engine.fitting.losses import Logistic


@pytest.mark.parametrize("weighted", [False, True])
def test_coefficients_and_likelihood_are_those_of_scikit_learn(weighted: bool, rng: np.random.Generator) -> None:
    X = rng.normal(size=(150, 3)) * np.array([1.0, 1e-3, 1e4]) + np.array([0.0, 5.0, 1e5])
    y = (rng.random(150) < 1 / (1 + np.exp(-(X[:, 0] + 800 * (X[:, 1] - 5))))).astype(float)
    weight = rng.lognormal(0, 1, 150) if weighted else None
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(scaled, y, sample_weight=weight)
    slopes = model.coef_[0] / X.std(axis=0)
    found = logistic_regression(X, y, weight)
    assert found is not None
    assert found.coefficients[1:] == pytest.approx(slopes, rel=1e-4)
    assert found.coefficients[0] == pytest.approx(model.intercept_[0] - slopes @ X.mean(axis=0), rel=1e-4)
    f = found.coefficients[0] + X @ found.coefficients[1:]
    assert -2 * found.log_likelihood == pytest.approx(Logistic().values(f, y, weight).sum())


def test_a_weight_of_two_is_a_row_twice(rng: np.random.Generator) -> None:
    X, y, weight = rng.normal(size=(60, 2)), (np.arange(60) % 3 == 0).astype(float), rng.integers(1, 4, 60)
    one = logistic_regression(X, y, weight.astype(float))
    other = logistic_regression(np.repeat(X, weight, axis=0), np.repeat(y, weight))
    assert one is not None
    assert other is not None
    assert one.coefficients == pytest.approx(other.coefficients)
    assert one.log_likelihood == pytest.approx(other.log_likelihood)


def test_separated_classes_have_no_maximum_but_one_with_smoothed_labels(rng: np.random.Generator) -> None:
    X = rng.normal(size=(80, 2))
    y = (X[:, 0] > 0.1).astype(float)
    assert logistic_regression(X, y) is None
    found = logistic_regression(X, y, smoothing=0.1 / 80)
    assert found is not None
    loss, f = Logistic(0.1 / 80), found.coefficients[0] + X @ found.coefficients[1:]
    g = loss.working_response(f, y, None)[0]
    assert np.abs(np.column_stack([np.ones(80), X]).T @ g).max() < 1e-5
