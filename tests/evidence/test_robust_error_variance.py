"""Standard errors of constants under Huber's robust scale: the scatter of refits to drawn tables."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import rows_of
from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.constants import constant_estimates
from xnet.evidence.error_variance import error_variance

LINE = read_formula("2*a + 4", ["a"])


@pytest.mark.parametrize(("n", "wild"), [(1000, 0), (100, 12)])
def test_standard_errors_are_the_scatter_of_the_constants(n: int, wild: int) -> None:
    """The errors were 12 % too small without wild rows, and 40 % too large with many."""
    slopes, errors = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        x = rng.uniform(0, 10, n)
        y = 4 + 2 * x + rng.normal(0, 0.3, n)
        y[:wild] += rng.normal(0, 100, wild)
        rows = Problem.from_arrays(x[:, None], y, names=("a",), holdout_fraction=0, loss="huber").all_rows
        slope = constant_estimates(LINE, rows)[0]
        slopes.append(slope.fitted)
        errors.append(slope.error)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(slopes), rel=0.09)


def test_exact_rows_have_no_error_and_other_losses_their_own() -> None:
    x = np.linspace(0, 10, 40)
    y = 4 + 2 * x
    y[::10] += 50
    exact = Problem.from_arrays(x[:, None], y, names=("a",), holdout_fraction=0, loss="huber").all_rows
    theta = np.array(LINE.constants)
    assert error_variance(LINE, exact, theta, exact.loss(LINE, theta), 2) == pytest.approx(0.0, abs=1e-20)
    squares = rows_of(x[:, None], y)
    expected = np.sum((y - 4 - 2 * x) ** 2) / 38
    assert error_variance(LINE, squares, theta, squares.loss(LINE, theta), 2) == pytest.approx(expected)
