"""Weighted least squares: coefficients, their errors, and what columns that say nothing do to them."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.least_squares import inverse_diagonal, least_squares_with_errors, weighted_least_squares

N = 60


def test_weighted_least_squares_is_the_textbooks(rng: np.random.Generator) -> None:
    A, y, w = rng.normal(size=(N, 3)) * [1.0, 1e6, 1e-6], rng.normal(size=N), rng.uniform(0.1, 2, N)
    expected = np.linalg.solve(A.T @ (w[:, None] * A), A.T @ (w * y))

    np.testing.assert_allclose(weighted_least_squares(list(A.T), y, w), expected, rtol=1e-6)


def test_weighted_least_squares_of_degenerate_columns(rng: np.random.Generator) -> None:
    a, y, w = rng.normal(size=N), rng.normal(size=N), np.ones(N)

    np.testing.assert_allclose(weighted_least_squares([a, np.zeros(N)], y, w), [(a @ y) / (a @ a), 0], rtol=1e-10)
    assert weighted_least_squares([np.full(N, np.inf)], y, w) is None
    assert weighted_least_squares([np.zeros(N)], y, w) is None
    twice = weighted_least_squares([a, a], y, w)
    assert twice is not None
    assert twice.sum() == pytest.approx((a @ y) / (a @ a))


def test_the_errors_of_weighted_least_squares_are_the_textbooks(rng: np.random.Generator) -> None:
    A, y, w = rng.normal(size=(N, 3)) * [1.0, 1e6, 1e-6], rng.normal(size=N), rng.uniform(0.1, 2, N)

    fit = least_squares_with_errors(list(A.T), y, w)

    assert fit is not None
    np.testing.assert_array_equal(fit[0], weighted_least_squares(list(A.T), y, w))
    covariance = np.linalg.inv(A.T @ (w[:, None] * A)) * (w @ (y - A @ fit[0]) ** 2) / (N - 3)
    np.testing.assert_allclose(fit[1], np.sqrt(np.diag(covariance)), rtol=1e-6)
    assert least_squares_with_errors([np.zeros(N)], y, w) is None


def test_the_diagonal_of_a_pseudo_inverse_leaves_dependent_directions_out(rng: np.random.Generator) -> None:
    A = rng.normal(size=(N, 3))
    A = np.column_stack([A, A[:, 0] + A[:, 1]])

    np.testing.assert_allclose(inverse_diagonal(A.T @ A, 1e-12), np.diag(np.linalg.pinv(A.T @ A, rcond=1e-12)))
