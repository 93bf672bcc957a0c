"""Whether a formula stays near the target's range a little outside the rows."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Groups, Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.steadiness import is_steady
from xnet.engine.front.support import support_of
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import from_inputs

X = np.column_stack([np.linspace(1.0, 9.0, 81), np.tile([0.0, 1.0, 2.0], 27)])
Y = 10.0 * np.sin(X[:, 0]) + X[:, 1]


@pytest.mark.parametrize(("formula", "steady"), [
    ("10*sin(a) + b", True), ("a + b", True), ("sqrt(a) + log(a)", True), ("sqrt(b)", True),
    ("a**2", False),  # 9**2 in a range of 21.8
    ("sqrt(a - 1)", False), ("1/(9.4 - a)", False), ("1/(11 - a)", True), ("log(a - 0.9)", False),
    ("4*a*b - 30", False)])  # each input alone stays below 26, both together reach 80
def test_values_beyond_the_outermost_rows(formula: str, steady: bool) -> None:
    problem = Problem.from_arrays(X, Y)

    assert is_steady(read_formula(formula, ("a", "b")), problem.all_rows) is steady


def test_an_input_that_is_never_negative_stays_so() -> None:
    problem = Problem.from_arrays(X - [0.0, 1.0], Y)

    assert is_steady(read_formula("sqrt(a)", ("a", "b")), problem.all_rows)
    below = Problem.from_arrays(X - [1.5, 0.0], Y)
    assert not is_steady(read_formula("sqrt(a + 0.8)", ("a", "b")), below.all_rows)


@pytest.mark.parametrize(("n", "tail", "steady"), [(600, 0.0, True), (600, 1.0, False), (14, 0.0, False)])
def test_rows_are_expected_farther_out_in_few_rows_and_with_heavy_tails(n: int, tail: float, steady: bool) -> None:
    x = np.linspace(0.01, 0.99, n)
    x = 3.0 * x if not tail else x / (1.0 - x)
    problem = Problem.from_arrays(x[:, None], np.exp(x / x.max() * 3.0), holdout_fraction=0.0)

    assert is_steady(read_formula(f"exp(a*{3.0 / x.max()})", ("a",)), problem.all_rows) is steady


def test_an_input_of_a_few_values_is_not_moved() -> None:
    choice = np.tile([0.0, 1.0], 20)
    assert is_steady(read_formula("1/(1.2 - a)", ("a",)), Problem.from_arrays(choice[:, None], 5.0 * choice).all_rows)


def test_formulas_of_groups_are_not_checked() -> None:
    codes = np.repeat(np.arange(3), 27)
    table = np.column_stack([X[:, 0], codes])
    network = from_inputs(read_formula("a*x", ["x", "g", "a"]), OwnConstants(1, ((1.0, 2.0, 4.0),), tuple("abc")))
    grouped = Problem.from_arrays(table, Y, names=("x", "g"), holdout_fraction=0.0, groups=Groups(1, tuple("abc")))

    assert support_of(network, grouped).is_steady is None
    assert support_of(read_formula("x", ["x", "g"]), Problem.from_arrays(table, Y)).is_steady
