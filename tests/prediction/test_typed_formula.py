"""A formula that a person types: what counts as one of its fitted numbers."""

from __future__ import annotations

import numpy as np

from xnet.engine import Problem
from xnet.engine.problem.named_constants import constants_of
from xnet.prediction.user_formula import score_text


def test_a_fixed_constant_of_a_typed_formula_is_no_fitted_number() -> None:
    h = np.random.default_rng(0).uniform(1.0, 9.0, (40, 1))
    y = 1.2 + 9.81 * h[:, 0] + 0.01 * np.random.default_rng(1).standard_normal(40)
    problem = Problem.from_arrays(h, y, names=("h",), constants=constants_of(["g=9.81"], ("h",)))
    scored = score_text("k + g*h", problem)

    assert scored.fitted == ("k",)
    assert scored.n_parameters == 1
