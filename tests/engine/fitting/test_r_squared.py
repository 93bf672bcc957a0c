"""R² is scikit-learn's, of its own rows and weights, and does not exist where the target does not vary."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from xnet.arrays import Array
from xnet.engine import Network, Problem
from xnet.engine.fitting.r_squared import loss_scale, r_squared, target_variance
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.networks.network import Neuron
from xnet.evidence.scores import front_scores, score

RNG = np.random.default_rng(3)
X = RNG.uniform(-2, 2, (60, 2))
Y = X[:, 0] ** 2 + X[:, 1] + RNG.normal(0, 0.5, 60)
SQUARE = Network((Neuron("variable", (), 0), Neuron("square", (0,))), (), 2)
WEIGHTS = {"none": None, "fractions": RNG.uniform(0.1, 4, 60), "counts and gaps": RNG.integers(0, 4, 60).astype(float)}


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
def test_r_squared_is_that_of_scikit_learn(weight: Array | None) -> None:
    f = X[:, 0] ** 2
    assert r_squared(f, Y, weight) == pytest.approx(r2_score(Y, f, sample_weight=weight), abs=1e-12)
    assert score(f, Y, weight).r2 == pytest.approx(r2_score(Y, f, sample_weight=weight), abs=1e-12)


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
@pytest.mark.parametrize("loss", ["squared_error", "huber"])
def test_entries_of_a_front_score_their_own_rows(weight: Array | None, loss: str) -> None:
    problem = Problem.from_arrays(X, Y, sample_weight=weight, loss=loss, seed=1)
    found = front_scores(make_entry(SQUARE, problem), problem)
    for rows, index, part in ((problem.train, problem.train_index, "train"),
                              (problem.holdout, problem.holdout_index, "holdout")):
        assert rows is not None
        expected = r2_score(Y[index], X[index, 0] ** 2, sample_weight=None if weight is None else weight[index])
        assert found[f"r2_{part}"] == pytest.approx(expected, abs=1e-12)
    assert ("robust_r2_train" in found) == (loss == "huber")


def test_robust_r_squared_compares_robust_scales() -> None:
    problem = Problem.from_arrays(X, np.where(np.arange(60) == 7, 1e3, Y), loss="huber", holdout_fraction=0)
    found = front_scores(make_entry(SQUARE, problem), problem)
    assert (found["r2_train"] or 0) < 0.1
    assert (found["robust_r2_train"] or 0) > 0.4


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
def test_the_mean_of_the_training_rows_has_0_there_and_at_most_0_elsewhere(weight: Array | None) -> None:
    problem = Problem.from_arrays(X, Y, sample_weight=weight, seed=1)
    mean = float(np.average(problem.train.y, weights=problem.train.weight))
    found = front_scores(make_entry(Network((Neuron("constant"),), (mean,), 2), problem), problem)
    assert found["r2_train"] == pytest.approx(0.0, abs=1e-12)
    assert found["r2_holdout"] is not None
    assert found["r2_holdout"] <= 1e-12


def test_without_variance_or_with_one_effective_row_there_is_no_r_squared() -> None:
    ramp = np.arange(4.0)
    assert r_squared(ramp, np.full(4, 3.0)) is None
    assert r_squared(ramp, np.full(4, 0.1) + np.array([0, 1e-17, 0, 0])) is None
    assert r_squared(ramp, ramp, np.eye(4)[2]) is None
    assert r_squared(ramp[:1], ramp[:1]) is None
    assert loss_scale(np.full(4, 3.0)) == 9.0
    assert score(ramp, np.full(4, 3.0)).r2 is None


def test_a_held_out_set_without_variance_has_no_r_squared() -> None:
    y, held_out = Y.copy(), np.arange(60) < 5
    y[:5] = 1.0
    problem = Problem.from_arrays(X, y, holdout=held_out)
    found = front_scores(make_entry(SQUARE, problem), problem)
    assert found["r2_holdout"] is None
    assert found["r2_train"] == pytest.approx(r2_score(y[5:], X[5:, 0] ** 2))


def test_a_small_spread_around_a_large_mean_is_a_variance() -> None:
    y = X[:, 0] * X[:, 1] + 1e13
    assert target_variance(y) == pytest.approx(np.var(X[:, 0] * X[:, 1]), rel=1e-2)
    assert r_squared(np.full(60, 1e13), y) == pytest.approx(r2_score(y, np.full(60, 1e13)), abs=1e-9)


def test_an_entry_without_shares_has_no_r_squared() -> None:
    made = FrontEntry(SQUARE, 2, 0, 0.5, 0.25)
    assert (made.explained_train, made.explained_holdout, made.shown_loss) == (None, None, 0.5)


def test_a_row_without_weight_has_no_part_in_the_rounding_of_the_target() -> None:
    y, weight = np.array([1.0, 2.0, 1e30]), np.array([1.0, 1.0, 0.0])

    assert target_variance(y, weight) == pytest.approx(0.25)
    assert r_squared(np.array([1.0, 2.0, 0.0]), y, weight) == 1.0
