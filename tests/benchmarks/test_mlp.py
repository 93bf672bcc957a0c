"""MLPs learn numbers and classes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import mlp
from benchmarks.accuracy import r_squared
from benchmarks.mlp import count_parameters, fit_mlp


@pytest.mark.slow
def test_an_mlp_learns_numbers_and_classes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mlp, "_ADAM_STEPS", 400)  # ends by its steps, not by the clock
    X = np.random.default_rng(0).uniform(-1, 1, (60, 2))
    model = fit_mlp(X, X[:, 0] * X[:, 1] + 3, (8,), seconds=60, starts=1)
    assert model.n_parameters == count_parameters(2, (8,)) == 33
    assert r_squared(model.predict(X), X[:, 0] * X[:, 1] + 3) > 0.98
    classes = (X[:, 0] > 0).astype(int)
    proba = fit_mlp(X, classes, (4,), seconds=60, starts=2, classes=2).predict(X)
    assert proba.sum(axis=1) == pytest.approx(np.ones(60))
    assert np.mean(proba.argmax(axis=1) == classes) > 0.95
