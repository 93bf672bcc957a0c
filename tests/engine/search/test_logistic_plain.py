"""Plain models of the probability of a class: logistic regressions, which compete with every network."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.front.plain_models import PlainKind, plain_models
from xnet.engine.front.selection import pick
from xnet.engine.search.plain_entries import plain_entries


def moulds(slope: float, n: int = 260) -> tuple[Array, Array]:
    """Temperature, pressure and humidity, and whether a part is rejected; `slope` 0: whatever they are."""
    rng = np.random.default_rng(7)
    X = np.column_stack([rng.uniform(150, 250, n), rng.uniform(1, 9, n), rng.uniform(10, 60, n)])
    log_odds = slope * (0.9 * (5 - X[:, 1]) + (200 - X[:, 0]) / 12)
    return X, (rng.uniform(size=n) < 1 / (1 + np.exp(-log_odds))).astype(float)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_plain_models_are_logistic_regressions(weighted: bool) -> None:
    X, y = moulds(1.0)
    weight = np.random.default_rng(1).uniform(0.5, 2.0, len(y)) if weighted else None
    problem = Problem.from_arrays(X, y, loss="logistic", sample_weight=weight, holdout_fraction=0.0)
    models = plain_models(problem.all_rows, problem.activations)
    assert {kind for kind, _ in models} == {PlainKind.LINEAR}
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    exact = LogisticRegression(C=1e8).fit(Z, y, sample_weight=weight).decision_function(Z)
    assert models[-1][1].evaluate(X) == pytest.approx(exact, abs=0.05)


def test_a_class_of_linear_log_odds_gets_the_logistic_regression() -> None:
    X, y = moulds(1.0)
    entries = plain_entries(Problem.from_arrays(X, y, loss="logistic"))
    assert pick(entries).plain is PlainKind.LINEAR


def test_a_class_that_no_input_explains_gets_its_share() -> None:
    X, y = moulds(0.0)
    chosen = pick(plain_entries(Problem.from_arrays(X, y, loss="logistic")))
    assert not chosen.network.variables
    share = 1 / (1 + np.exp(-chosen.network.constants[0]))
    assert share == pytest.approx(y.mean(), abs=0.02)
