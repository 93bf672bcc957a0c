"""Permutation tests of a linear dependence: exact for every distribution, of the target and of its ranks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.fitting.linear_dependence import linear_p_value
from xnet.engine.fitting.permutation_tests import least_p_value, ranks
from xnet.engine.fitting.rows import Rows


def rows_of(X: Array, y: Array, weight: Array | None = None) -> Rows:
    return Problem.from_arrays(X, y, sample_weight=weight).all_rows


def f_test(X: Array, y: Array) -> float:
    n, d = X.shape
    A = np.column_stack([np.ones(n), X])
    left = float(np.linalg.lstsq(A, y, rcond=None)[1][0])
    return float(stats.f.sf((np.var(y) * n - left) / d / (left / (n - d - 1)), d, n - d - 1))


def test_the_p_value_is_the_share_of_all_orders_that_fit_as_well() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=7)
    y = 0.9 * x + rng.normal(size=7)
    shares = []
    for target in (y, stats.rankdata(y)):
        squares = np.array([np.corrcoef(x, order)[0, 1] ** 2 for order in permutations(target)])
        shares.append((squares >= np.corrcoef(x, target)[0, 1] ** 2 - 1e-12).mean())
    expected = min(shares)

    assert 0.005 < expected < 0.2
    assert linear_p_value(rows_of(x[:, None], y)) == pytest.approx(expected, abs=4 * np.sqrt(expected / 2000) + 0.01)


def test_heavy_tails_of_inputs_and_target_give_no_dependence() -> None:
    rng = np.random.default_rng(0)
    tables = [(rng.lognormal(0, 1.5, (50, 5)), rng.lognormal(0, 1.5, 50)) for _ in range(300)]
    level = 0.005

    assert np.mean([f_test(X, y) <= level for X, y in tables]) > 0.03, "the F-test finds it in noise"
    assert np.mean([linear_p_value(rows_of(X, y)) <= level for X, y in tables]) <= 0.02, "0.01 is expected at most"


@pytest.mark.parametrize("exact", [False, True])
def test_weights_make_no_dependence_whatever_they_say(exact: bool) -> None:
    """They are numbers of equal rows, or one over the variance of a row."""
    rng = np.random.default_rng(2)
    found, kept = [], []
    for _ in range(150):
        X, weight = rng.random((60, 3)), rng.lognormal(0, 1.5, 60)
        noise = rng.normal(size=60) / (np.sqrt(weight) if exact else 1.0)
        found.append(linear_p_value(rows_of(X, noise, weight)) <= 0.005)
        kept.append(linear_p_value(rows_of(X, 4.0 * X[:, 0] - 2.0 * X[:, 1] + noise, weight)) <= 0.005)

    assert np.mean(found) <= 0.02, "with the roots of the weights alone it is 0.3 where weights are no variances"
    assert np.mean(kept) > 0.6


def test_ranks_show_what_a_few_large_values_hide() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 3, 60)
    y = np.exp(x) * rng.lognormal(0, 1.5, 60)

    assert f_test(x[:, None], y) > 0.005
    assert linear_p_value(rows_of(x[:, None], y)) < 0.001


def test_a_clear_dependence_needs_no_permutations_and_too_many_inputs_have_no_test() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(100, 3))

    assert linear_p_value(rows_of(X, X @ [1.0, 2.0, 0.0] + 0.1 * rng.normal(size=100))) < 1e-6
    assert linear_p_value(rows_of(rng.normal(size=(15, 60)), rng.normal(size=15))) == 1.0
    assert linear_p_value(rows_of(np.ones((30, 2)), rng.normal(size=30))) == 1.0, "no input varies"


def test_with_few_rows_for_each_input_a_strong_dependence_is_shown_and_a_weak_one_says_nothing() -> None:
    """The 32 reactors of Cox and Snell: ten inputs, adjusted R² 0.8, and two or three rows for each input."""
    rng = np.random.default_rng(6)
    X, noise = rng.normal(size=(25, 10)), rng.normal(size=25)

    assert linear_p_value(rows_of(X, X @ np.ones(10) + 0.7 * noise)) <= 0.001
    assert linear_p_value(rows_of(X, 0.6 * X[:, 0] + noise)) == 1.0
    found = [linear_p_value(rows_of(rng.normal(size=(20, 12)), rng.standard_t(2, 20))) <= 0.005 for _ in range(300)]
    assert np.mean(found) <= 0.02, "0.01 is expected at most"


def test_a_copy_of_an_input_and_equal_weights_change_nothing() -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 2))
    y = 0.5 * X[:, 0] + rng.normal(size=40)
    p = linear_p_value(rows_of(X, y))

    assert 0.0005 < p < 0.2
    assert linear_p_value(rows_of(np.column_stack([X, 3 * X[:, 0] + 1]), y)) == p
    assert linear_p_value(rows_of(X, y, np.full(40, 2.0))) == p


def test_ranks_of_equal_values_are_their_mean() -> None:
    y = np.random.default_rng(5).integers(0, 5, 50).astype(float)

    assert np.array_equal(ranks(y), stats.rankdata(y))


def test_the_true_order_counts_so_that_no_p_value_is_zero() -> None:
    """Phipson and Smyth (2010): (1 + orders as good) / (1 + orders drawn)."""
    assert least_p_value(lambda orders: np.zeros(1), 12, 200) == pytest.approx(1 / 200)
    assert least_p_value(lambda orders: np.array([len(orders) / 10.0, len(orders)]), 12, 101) == pytest.approx(11 / 101)


def test_stated_errors_keep_the_level_and_find_as_much_as_chi_square() -> None:
    """Ranks of the target are not alike in rows whose errors differ; those of deviations in standard errors are."""
    rng = np.random.default_rng(3)
    share = {}
    for slope in (0.0, 0.25):
        found, by_chi_square = [], []
        for _ in range(200):
            X, error = rng.normal(size=(50, 3)), rng.uniform(0.3, 2.0, 50)
            y = slope * X[:, 0] + error * rng.normal(size=50)
            rows = Problem.from_arrays(X, y, sample_error=error).all_rows
            A = np.column_stack([np.ones(50), X]) / error[:, None]
            left = [np.linalg.lstsq(M, y / error, rcond=None)[1][0] for M in (A[:, :1], A)]
            found.append(linear_p_value(rows))
            by_chi_square.append(stats.chi2.sf(left[0] - left[1], 3))
        share[slope] = np.mean(np.array(found) <= 0.005), np.mean(np.array(by_chi_square) <= 0.005)
    assert share[0.0][0] <= 0.015, "0.01 is expected at most"
    assert share[0.25][0] > 0.8 * share[0.25][1] > 0.05
