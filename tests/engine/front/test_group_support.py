"""Leave-one-out losses of formulas with groups, beside refits without a row."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from xnet.arrays import Array
from xnet.engine import Groups, Problem
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.group_support import group_leave_one_out
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import from_inputs


def _exact_cost(x: Array, y: Array, share: float) -> float:
    """The mean pinball loss of every row under the line of the others, by linear programming."""
    design = np.column_stack([x, np.ones(len(x))])
    costs = []
    for i in range(len(y)):
        A, rest = np.delete(design, i, axis=0), np.delete(y, i)
        n = len(rest)
        found = linprog(np.r_[np.zeros(4), np.full(n, share), np.full(n, 1 - share)],
                        A_eq=np.c_[A, -A, np.eye(n), -np.eye(n)], b_eq=rest, method="highs").x
        r = y[i] - design[i] @ (found[:2] - found[2:4])
        costs.append((share if r > 0 else share - 1) * r)
    return float(np.mean(costs))


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_losses_of_a_quantile_are_those_of_refits_without_a_row(share: float) -> None:
    ratios = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        codes, x = np.repeat(np.arange(3), 20), rng.uniform(0, 4, 60)
        y = np.array([1.0, 2.0, 4.0])[codes] * x + 3 + rng.normal(size=60)
        problem = Problem.from_arrays(np.stack([x, codes], axis=1), y, names=("x", "g"), holdout_fraction=0.0,
                                      loss=f"quantile:{share}", groups=Groups(1, tuple("abc")))
        network = from_inputs(read_formula("a*x + b", ["x", "g", "a", "b"]),
                              OwnConstants(1, ((1.0, 2.0, 4.0), (3.0, 3.0, 3.0)), tuple("abc")))
        found = group_leave_one_out(network, problem)
        assert found is not None
        exact = np.mean([_exact_cost(x[codes == g], y[codes == g], share) for g in range(3)])
        ratios.append(found.losses.mean() * problem.train.scale / exact**2)
    assert 0.75 < np.exp(np.mean(np.log(ratios))) < 1.33
