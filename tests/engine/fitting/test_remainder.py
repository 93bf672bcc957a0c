"""The strict tests of what a network leaves over."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.remainder import (
    LARGEST_RATIO,
    LEAST_P_VALUE,
    LEAST_POWER,
    correlation_p_value,
    kernel_eigen,
    median_power,
    scaled_ranks,
    smooth_likelihood_ratio,
)
from xnet.engine.fitting.residual_noise import nearest_rows

RNG = np.random.default_rng(0)
COLUMNS = RNG.uniform(1, 3, (3, 200))
RANKS = scaled_ranks(COLUMNS)


def test_ranks_run_from_minus_one_to_one() -> None:
    assert np.array_equal(scaled_ranks(np.array([[10.0, 7.0, 1e9]])), [[0.0, -1.0, 1.0]])


@pytest.mark.parametrize("left_over", [COLUMNS[0], COLUMNS[1] ** 2, COLUMNS[0] * COLUMNS[2],
                                       np.prod(COLUMNS - 2, axis=0)])
def test_a_product_of_inputs_that_is_left_over_correlates(left_over: np.ndarray) -> None:
    residuals = left_over / left_over.std() + RNG.normal(size=200)
    assert correlation_p_value(residuals, RANKS) < 1e-3


def test_p_values_of_noise_are_p_values() -> None:
    found = [correlation_p_value(np.random.default_rng(k).normal(size=200), RANKS) for k in range(200)]
    assert np.mean(np.array(found) <= LEAST_P_VALUE) <= LEAST_P_VALUE + 0.05, "Bonferroni's correction errs to one side"
    assert correlation_p_value(np.zeros(200), RANKS) == 1.0


def test_the_likelihood_prefers_a_smooth_function_only_where_there_is_one() -> None:
    chosen, eigen = kernel_eigen(RANKS)
    wave = np.sin(4 * COLUMNS[0]) * COLUMNS[1]
    noise = [smooth_likelihood_ratio(np.random.default_rng(k).normal(size=200), chosen, eigen) for k in range(60)]
    assert smooth_likelihood_ratio(wave + RNG.normal(size=200), chosen, eigen) > 20
    assert np.mean(np.array(noise) < LARGEST_RATIO) > 0.4
    assert max(noise) < 20
    assert smooth_likelihood_ratio(np.zeros(200), chosen, eigen) == 0.0


def test_a_large_table_is_tested_on_rows_from_end_to_end() -> None:
    chosen, eigen = kernel_eigen(scaled_ranks(RNG.uniform(size=(1, 1000))))
    assert (len(chosen), chosen[0], chosen[-1]) == (400, 0, 999)
    assert all(values.shape == (400,) for values, _ in eigen)


def test_the_test_of_neighbours_has_no_power_in_many_dimensions() -> None:
    assert median_power(RANKS, nearest_rows(COLUMNS)) >= LEAST_POWER
    many = RNG.uniform(size=(8, 100))
    assert median_power(scaled_ranks(many), nearest_rows(many)) < LEAST_POWER
