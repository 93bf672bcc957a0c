"""A formula that a person types: what is fitted, and what counts as one of its fitted numbers."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_numbers_of_a_typed_formula_stay_beside_letters() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.uniform(20, 90, 80), rng.uniform(50, 100, 80), rng.uniform(0.5, 2.0, 80)])
    y = (137.0 - X[:, 0]) * X[:, 1] / (71.0 * X[:, 2]) * np.exp(0.05 * rng.standard_normal(80))
    problem = Problem.from_arrays(X, y, names=("age", "weight", "creatinine"), holdout_fraction=0.0)
    scored = score_text("(140 - age)*weight/(a*creatinine)", problem)
    base = (140.0 - X[:, 0]) * X[:, 1] / X[:, 2]
    a = base @ base / (base @ y)

    assert (scored.fitted, scored.n_parameters) == (("a",), 1)
    assert "140 - age" in scored.text
    assert scored.train.rmse == pytest.approx(np.sqrt(np.mean((base / a - y) ** 2)), rel=1e-6)
