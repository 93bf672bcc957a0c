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
    ("a**2", False),  # 11**2 in a range of 21.8
    ("sqrt(a - 1)", False), ("1/(11 - a)", False), ("log(a - 0.9)", False),
    ("4*a*b - 30", False)])  # each input alone stays below 26, both together reach 80
def test_values_half_as_far_again_from_the_median(formula: str, steady: bool) -> None:
    problem = Problem.from_arrays(X, Y)

    assert is_steady(read_formula(formula, ("a", "b")), problem.all_rows) is steady


def test_an_input_that_is_never_negative_stays_so() -> None:
    problem = Problem.from_arrays(X - [0.0, 1.0], Y)

    assert is_steady(read_formula("sqrt(a)", ("a", "b")), problem.all_rows)
    assert not is_steady(read_formula("sqrt(b + 1.2)", ("a", "b")), problem.all_rows)


def test_formulas_of_groups_are_not_checked() -> None:
    codes = np.repeat(np.arange(3), 27)
    table = np.column_stack([X[:, 0], codes])
    network = from_inputs(read_formula("a*x", ["x", "g", "a"]), OwnConstants(1, ((1.0, 2.0, 4.0),), tuple("abc")))
    grouped = Problem.from_arrays(table, Y, names=("x", "g"), holdout_fraction=0.0, groups=Groups(1, tuple("abc")))

    assert not support_of(network, grouped).is_steady
    assert support_of(read_formula("x", ["x", "g"]), Problem.from_arrays(table, Y)).is_steady
