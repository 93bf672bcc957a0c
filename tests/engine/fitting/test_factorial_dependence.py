"""Experiments of two levels: products of factors are seen in few runs, and noise is not."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet import XNetRegressor
from xnet.engine.fitting.curved_dependence import curve_p_value
from xnet.engine.fitting.factorial_dependence import factorial_p_value, is_two_level

RUNS = np.array([*product((-1.0, 1.0), repeat=4)])
#: The filtration rate of Montgomery, Design and analysis of experiments (2013), example 6.2, of temperature (the last
#: column, which changes fastest), pressure, formaldehyde and stirring.
RATE = np.array([45.0, 71, 48, 65, 68, 60, 80, 65, 43, 100, 45, 104, 75, 86, 70, 96])


def test_products_of_factors_open_the_gate() -> None:
    assert curve_p_value(rows_of(RUNS, RATE)) <= 0.001
    assert curve_p_value(rows_of(40 + 10 * RUNS, RATE)) <= 0.001, "levels need not be coded"
    model = XNetRegressor(budget_steps=2, random_state=0).fit(RUNS, RATE)
    assert model.plain_kind_ == "second-degree"
    assert model.score(RUNS, RATE) > 0.95


@pytest.mark.parametrize("kind", ["normal", "heavy", "skewed"])
def test_the_test_keeps_its_level(kind: str) -> None:
    rng = np.random.default_rng(4)
    draw = {"normal": rng.normal, "heavy": lambda size: rng.standard_t(1.5, size),
            "skewed": lambda size: rng.exponential(size=size)}[kind]
    for runs in (RUNS, np.tile(RUNS[::2, :3], (2, 1))):
        found = [factorial_p_value(list(runs.T), draw(size=16), 1000) for _ in range(300)]
        assert np.mean(np.array(found) <= 0.05) <= 0.09, "0.05 is expected, with a standard error of 0.0126"


def test_aliases_count_once_and_other_designs_are_left_to_the_other_tests() -> None:
    half = np.column_stack([RUNS[::2, :3], RUNS[::2, :3].prod(axis=1)])
    rate, noise = 3 * half[:, 0] + 2 * half[:, 1] * half[:, 2], np.random.default_rng(1).normal(size=24)
    assert factorial_p_value(list(np.tile(half, (3, 1)).T), np.tile(rate, 3) + noise, 500) <= 0.01, (
        "seven effects of four factors in eight different runs")
    assert factorial_p_value(list(half.T), rate, 500) == 1.0, "eight constants in eight runs"
    assert factorial_p_value(list(RUNS[:13].T), RATE[:13], 500) == 1.0, "not orthogonal"
    assert not is_two_level([RUNS[:, 0]])
    assert not is_two_level([RUNS[:, 0], np.arange(16.0)])
