"""`constants_`: the printed constants of the model beside the fitted ones."""

from __future__ import annotations

import numpy as np

from xnet import XNetRegressor


def test_constants_stand_beside_their_fit_and_their_intervals() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(0.5, 3.0, (80, 1))
    y = 2.37 * X[:, 0] + 1.13 + rng.normal(0, 0.02, 80)
    model = XNetRegressor(budget_seconds=1e5, budget_steps=2, random_state=0).fit(X, y)
    table = model.constants_

    assert list(table) == ["name", "value", "fitted", "error", "low", "high", "method"]
    assert sorted(table["value"]) == sorted(model.network_.constants)
    assert model.n_parameters_ == int((table["method"] != "held").sum())
    assert ((table["low"] < table["fitted"]) & (table["fitted"] < table["high"])).all()
    assert (np.abs(table["value"] - table["fitted"]) < 3 * table["error"]).all()
