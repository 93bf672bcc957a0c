"""Poles between the rows."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.between import points_between, tame
from xnet.engine.parameters import Rows
from xnet.engine.reader import read_formula

COLUMNS = np.linspace(1, 4, 20)[None, :]
Y = 3.0 / COLUMNS[0]


@pytest.mark.parametrize(("formula", "fine"), [
    ("3/x0", True), ("3/x0 + 0.01/(x0 - 2.5)", False), ("log(x0 - 0.99)", False), ("x0*1e9", False), ("0.2*x0", True)])
def test_a_pole_between_rows_or_just_beyond_them_is_not_tame(formula: str, fine: bool) -> None:
    rows = Rows(COLUMNS, Y, float(np.var(Y)))
    assert tame(read_formula(formula, ("x0",)), points_between(COLUMNS), rows) is fine


def test_points_lie_between_neighbours_and_a_little_beyond() -> None:
    points = points_between(COLUMNS)[0]
    assert points.min() < 1 < 4 < points.max()
    assert points.min() > 0.7
    assert np.isfinite(points).all()
    assert points_between(np.ones((2, 3))).shape[0] == 2
    assert points_between(np.ones((1, 2))).shape[0] == 1


def test_no_formula_of_the_front_has_a_pole_between_the_rows_of_a_small_noisy_table() -> None:
    y = Y * (1 + 0.01 * np.random.default_rng(0).normal(size=20))
    problem = Problem.from_arrays(COLUMNS.T.copy(), y)
    state, _ = advance(start(problem), problem, Budget(steps=10))
    between = np.linspace(1, 4, 2000)[:, None]
    for entry in state.front:
        values = entry.network.evaluate(between)
        assert np.isfinite(values).all()
        assert np.abs(values).max() < 10
