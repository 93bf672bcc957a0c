"""Residuals in the words of the loss."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.evidence.residuals import PLAIN, residual_title, residuals, table_weights

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 5, (40, 1))
Y = np.round(10 * X[:, 0]) + 1.0
F = Y * 1.1
ERROR = RNG.uniform(0.5, 2.0, 40)


def problem_of(loss: str, error: np.ndarray | None = None) -> Problem:
    return Problem.from_arrays(X, Y, loss=loss, sample_error=error)


@pytest.mark.parametrize(("loss", "expected"), [
    ("squared_error", Y - F), ("huber", Y - F), ("absolute", Y - F), ("quantile:0.9", Y - F),
    ("relative", (Y - F) / Y), ("log", np.log(Y / F)), ("poisson", (Y - F) / np.sqrt(F))])
def test_residuals_are_those_of_the_loss(loss: str, expected: np.ndarray) -> None:
    kind = problem_of(loss).train.loss_function

    np.testing.assert_allclose(residuals(Y, F, None, kind), expected)
    assert (residual_title(kind) == PLAIN) == bool(np.array_equal(expected, Y - F))


def test_known_errors_standardise_the_residuals() -> None:
    problem = problem_of("squared_error", ERROR)
    weight = table_weights(problem)

    np.testing.assert_allclose(residuals(Y, F, weight, problem.train.loss_function), (Y - F) / ERROR)
    assert table_weights(problem_of("squared_error")) is None


def test_rows_without_a_residual_have_none() -> None:
    kind = problem_of("log").train.loss_function

    assert np.isnan(residuals(np.array([1.0, 2.0]), np.array([-1.0, np.nan]), None, kind)).all()
