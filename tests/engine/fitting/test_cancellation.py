"""Networks whose values are rounding are known as such; large constants alone are none."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.fitting.cancellation import rests_on_rounding
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry

HOURS = np.arange(0.25, 8.1, 0.25)
TIMES = 1.6e9 + 3600.0 * np.arange(60)


@pytest.mark.parametrize(("x", "y", "formula", "rests"), [
    (HOURS, 2 * np.ceil(HOURS), "2*x + 1296000000000*sin(4*pi*x - 3.1415926535895986)", True),
    (HOURS, 2 * np.ceil(HOURS), "2*x + 50000000000000*sin(4*pi*x)", True),
    (HOURS, 2 * np.ceil(HOURS), "2*x + 0.75", False),
    (HOURS, 3e12 * HOURS, "3000000000000*x + 20000000", False),
    (TIMES, np.exp(-(TIMES - 1.6e9) / 9e4), "exp(-(x - 1600000000)/90000)", False)])
def test_a_formula_that_rests_on_rounding_is_not_admitted(x: np.ndarray, y: np.ndarray, formula: str, *,
                                                          rests: bool) -> None:
    """The fee of a car park, 2 for each hour begun, was explained by the rounding of sin(4*pi*x)."""
    problem = Problem.from_arrays(x[:, None], y, names=("x",), holdout_fraction=0.0)
    network = read_formula(formula, ("x",))
    assert rests_on_rounding(network, problem.search) is rests
    assert make_entry(network, problem).admitted is not rests
