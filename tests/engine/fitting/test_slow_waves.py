"""Waves on inputs of whole steps are as slow as they can be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.fitting.slow_waves import with_slow_waves
from xnet.engine.formulas.parser import read_formula

MONTHS = np.tile(np.arange(1.0, 13.0), 6)


def problem(x: np.ndarray) -> Problem:
    y = 10 - 8 * np.cos(math.tau * x / 12) + np.random.default_rng(30).normal(0, 1.5, len(x))
    return Problem.from_arrays(x[:, None], y, names=("month",), holdout_fraction=0)


@pytest.mark.parametrize(("formula", "slow"), [
    ("7.9*sin(5.75*month - 0.94) + 10", 5.75 - math.tau), ("cos(month*6.8)", 6.8 - math.tau),
    ("sin(0.5*month)", 0.5), ("sin(5.75*month**2)", 5.75)])
def test_a_frequency_above_half_a_turn_a_step_becomes_the_slow_one_of_its_values(formula: str, slow: float) -> None:
    rows, network = problem(MONTHS).train, read_formula(formula, ("month",))
    found = with_slow_waves(network, rows)
    assert found.constants[0] == pytest.approx(slow)
    np.testing.assert_allclose(found.evaluate(rows.columns.T), network.evaluate(rows.columns.T), atol=1e-9)


def test_values_between_the_steps_tell_frequencies_apart() -> None:
    network = read_formula("sin(5.75*month)", ("month",))
    assert with_slow_waves(network, problem(MONTHS + 0.01 * np.arange(72.0) ** 1.5).train) is network


def test_the_season_of_months_is_found_with_its_period() -> None:
    rows = problem(MONTHS).train
    fitted = simplify_constants(read_formula("7.9*sin(5.75*month - 0.94) + 10", ("month",)), rows,
                                ("sin", "add", "sub", "mul", "neg")).network
    assert min(abs(abs(c) - math.tau / 12) for c in fitted.constants) < 0.03
