"""Leave-one-out losses: equal to refits without each row, and honest about rows that a network follows."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.fitting.leave_one_out import leave_one_out
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.parser import read_formula

RNG = np.random.default_rng(0)
X = RNG.uniform(0.5, 10.0, 40)
WILD = 7


def rows(y: np.ndarray) -> Rows:
    return Rows(X[None], y, float(np.var(y)))


def line() -> np.ndarray:
    return np.asarray(3.0 * X + 2.0 + 0.1 * np.random.default_rng(1).normal(size=40))


def test_losses_of_a_line_are_those_of_refits_without_each_row() -> None:
    y = line()
    found = leave_one_out(read_formula("2*x + 1", ["x"]), rows(y))
    assert found is not None
    for i in range(0, 40, 13):
        rest = np.arange(40) != i
        slope, intercept = np.polyfit(X[rest], y[rest], 1)
        assert found.losses[i] == pytest.approx((slope * X[i] + intercept - y[i]) ** 2 / np.var(y), rel=1e-6)
    assert not found.follows_a_row


def test_a_pole_through_one_row_predicts_nothing_about_that_row() -> None:
    y = line()
    y[WILD] = 300.0
    pole = read_formula(f"3*x + 2 + 0.0002/(x - {float(X[WILD]) - 1e-6!r})", ["x"])
    found = leave_one_out(pole, rows(y))
    assert found is not None
    assert found.loss < 1e-4, "the pole passes through the wild row"
    assert found.follows_a_row
    assert found.losses[WILD] > 100 * found.loss
