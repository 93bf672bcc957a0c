"""The gate under relative errors: noise larger than the target gives no formula, and a law in it is still found."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine.front.symmetric_error import symmetric_error
from xnet.estimators import XNetRegressor


def test_a_factor_does_not_change_the_symmetric_error_and_fitted_constants_count() -> None:
    rng = np.random.default_rng(0)
    f = rng.uniform(1.0, 9.0, 50)
    y = f * np.exp(0.3 * rng.normal(size=50))
    assert symmetric_error(f, f, None, 0) == 0.0
    assert symmetric_error(0.2 * f, y, None, 0) == pytest.approx(symmetric_error(f, y, None, 0), rel=0.02)
    assert symmetric_error(f, y, None, 2) == pytest.approx(symmetric_error(f, y, None, 0) * 52 / 48)
    assert symmetric_error(f, y, None, 0) < 0.3 * symmetric_error(np.full(50, 3.0), y, None, 0)
    assert symmetric_error(-f, y, None, 0) == pytest.approx(1.0)
    assert symmetric_error(np.zeros(50), y, None, 0) == 1.0


def _found(law: bool) -> list[bool]:
    found = []
    for seed in range(1000, 1030):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0.5, 3.0, (60, 3))
        y = (2 * X[:, 0] ** 2 / X[:, 1] if law else 10.0) * np.exp((1.0 if law else 1.5) * rng.standard_normal(60))
        model = XNetRegressor(loss="relative", budget_steps=2, budget_seconds=None, random_state=0).fit(X, y)
        found.append(bool(model.network_.variables))
    return found


@pytest.mark.slow
def test_noise_of_150_per_cent_gives_no_formula_under_relative_errors() -> None:
    assert sum(_found(law=False)) <= 1  # before, 7


def test_a_plain_model_whose_terms_were_simplified_away_is_a_constant() -> None:
    for seed in (1005, 1017):
        rng = np.random.default_rng(seed)
        X = rng.uniform(0.5, 3.0, (30, 3))
        y = 10 * (1 + 0.1 * rng.standard_normal(30))
        model = XNetRegressor(loss="relative", budget_steps=2, budget_seconds=None, random_state=0).fit(X, y)
        assert not model.network_.variables
        assert model.plain_kind_ is None  # before, "quadratic"


@pytest.mark.slow
def test_a_law_in_noise_of_100_per_cent_is_found_under_relative_errors() -> None:
    assert sum(_found(law=True)) >= 27
