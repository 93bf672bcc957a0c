"""Ordinary models of a table with groups have a constant of their own in every group."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.fitting.error_losses import Logarithmic
from xnet.engine.formulas.parser import read_formula
from xnet.engine.problem.groups import Groups
from xnet.evidence.baselines import fit_baselines
from xnet.evidence.comparison import compare
from xnet.evidence.group_columns import GroupColumns, group_columns
from xnet.evidence.simple_models import is_linear, simple_model
from xnet.evidence.verdict import verdict
from xnet.evidence.weighted_rows import WeightedRows

LEVELS = np.array([5.0, -3.0, 40.0, 0.0])
GROUPS = GroupColumns(1, len(LEVELS))


def table(n: int, seed: int, *, noise: float = 0.1) -> WeightedRows:
    """y = 2 x + the level of the group + noise; the groups' numbers, the second input, are no measure of the levels."""
    rng = np.random.default_rng(seed)
    x, code = rng.uniform(0, 3, n), np.arange(n) % len(LEVELS)
    y = 2 * x + LEVELS[code] + rng.normal(0, noise, n)
    return WeightedRows(np.column_stack([x, code]), y)


def test_the_line_is_the_least_squares_line_with_a_level_for_every_group() -> None:
    train = table(80, 0)
    found = simple_model(train, train, groups=GROUPS)
    code = train.X[:, 1]
    design = np.column_stack([train.X[:, 0], *(code == k for k in range(4))])
    expected = design @ np.linalg.lstsq(design, train.y, rcond=None)[0]
    np.testing.assert_allclose(found.values(train.X), expected, rtol=1e-10)
    assert found.n_parameters == 5
    assert found.name == "a straight line with a constant of its own in each of the 4 groups"


def test_a_formula_that_lacks_the_levels_of_groups_is_worse_than_that_line() -> None:
    formula = read_formula("2*x + 40*exp(-50*(group - 2)**2)", ("x", "group"))  # a level in one group only
    found = verdict(compare(formula, table(80, 0), table(40, 1), 2, groups=GROUPS))
    assert found.level == "line"
    assert found.sentence.startswith("A straight line with a constant of its own in each of the 4 groups is clearly "
                                     "better on the held-out rows (R² 0.99")


@pytest.mark.parametrize("n", [8, 200])
def test_levels_of_groups_keep_a_formula_linear(n: int) -> None:
    X = table(n, 0).X
    assert is_linear(read_formula("2*x + group**2", ("x", "group")), X, GROUPS)
    assert not is_linear(read_formula("2*x*group", ("x", "group")), X, GROUPS)
    assert not is_linear(read_formula("x**2 + group", ("x", "group")), X, GROUPS)
    assert is_linear(read_formula("exp(2*x + group**2)", ("x", "group")), X, GROUPS, logarithm=True)


def test_logarithms_have_a_factor_for_every_group() -> None:
    rows = table(80, 0, noise=0.0)
    positive = rows._replace(y=np.exp(rows.y / 10))
    found = simple_model(positive, positive, Logarithmic(), GROUPS)
    np.testing.assert_allclose(found.values(positive.X), positive.y, rtol=1e-9)
    assert found.name == "a log-linear formula with a constant of its own in each of the 4 groups"


def test_the_other_models_get_the_groups_as_columns() -> None:
    found = {b.name: b for b in fit_baselines(table(80, 0), table(40, 1), groups=GROUPS)}
    line = found["Linear formula, a constant per group"]
    assert line.r2_holdout is not None
    assert line.r2_holdout > 0.999
    assert line.parameters == 5
    plain = {b.name: b for b in fit_baselines(table(80, 0), table(40, 1))}["Linear formula of both inputs"]
    assert plain.r2_holdout is not None
    assert plain.r2_holdout < 0.5


def test_the_groups_of_a_problem() -> None:
    rows = table(80, 0)
    groups = Groups(1, ("a", "b", "c", "d"))
    assert group_columns(Problem.from_arrays(rows.X, rows.y, names=("x", "group"), groups=groups)) == GROUPS
    assert group_columns(Problem.from_arrays(rows.X, rows.y, names=("x", "group"))) is None
