"""Rows that are held out: those of the caller, and a share of every class."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.sampling import split_rows
from xnet.errors import DataError

X = np.arange(30.0)[:, None]
Y = X[:, 0] ** 2


def test_the_given_rows_are_held_out_and_their_positions_are_kept():
    held = np.zeros(30, dtype=bool)
    held[[3, 29]] = True
    problem = Problem.from_arrays(X, Y, holdout=held)
    assert problem.holdout is not None
    assert problem.holdout.y.tolist() == [9, 841]
    assert problem.holdout_index.tolist() == [3, 29]
    assert len(problem.train.y) == 28


def test_a_mask_may_hold_out_no_row():
    problem = Problem.from_arrays(X, Y, holdout=np.zeros(30, dtype=bool))
    assert problem.holdout is None
    assert len(problem.holdout_index) == 0


def test_a_random_split_keeps_places_too():
    problem = Problem.from_arrays(X, Y, seed=3)
    assert problem.holdout is not None
    np.testing.assert_array_equal(problem.holdout.y, Y[problem.holdout_index])


def test_with_weights_the_best_constant_leaves_everything_unexplained():
    weight = 1 / (1 + Y)
    rows = Problem.from_arrays(X, Y, sample_weight=weight, holdout_fraction=0).train
    best = Network((Neuron("constant", (), 0),), (float(np.average(Y, weights=weight)),), 1)
    assert rows.loss(best) == pytest.approx(1.0)


@pytest.mark.parametrize(("held", "says"), [
    (np.ones(30, dtype=bool), "Only 0 training rows are left"), (np.zeros(29, dtype=bool), r"shape \(29,\)"),
    (np.zeros(30), "type float64"), (np.array([3, 4]), r"expected \(30,\) truth values")])
def test_an_invalid_split_is_refused(held, says):
    with pytest.raises(DataError, match=says):
        Problem.from_arrays(X, Y, holdout=held)


@pytest.mark.parametrize("seed", range(8))
def test_a_stratified_split_holds_out_the_same_share_of_every_class(seed: int) -> None:
    y = np.repeat([0.0, 1.0, 2.0], [70, 20, 10])
    train, held = split_rows(y, 0.2, np.random.default_rng(seed), stratified=True)

    assert np.bincount(y[held].astype(int)).tolist() == [14, 4, 2]
    assert sorted([*train, *held]) == list(range(100))
