"""Matching with PyTorch finds the same candidates as matching with NumPy, on every device."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from xnet import XNetRegressor
from xnet.engine import Budget, DataError, Problem, advance, start
from xnet.engine.candidates.matching import MatchQuery, best_matches
from xnet.engine.candidates.numpy_kernels import NumpyScreener
from xnet.engine.candidates.torch_kernels import TorchScreener

RNG = np.random.default_rng(0)
X = RNG.uniform(1, 3, (120, 3))
Y = np.exp(-X[:, 0]) * np.sin(3 * X[:, 1]) + X[:, 2]
DEVICES = ["torch:cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(),
                                                                      reason="needs a GPU that PyTorch can use"))]


def queries(kind: str, problem: Problem) -> list[MatchQuery]:
    """Forty queries of one kind: random mixtures as targets, random weights, regressors and multipliers."""
    rng = np.random.default_rng(5)
    x = problem.search.columns[:, problem.match]
    one = np.ones(x.shape[1])
    found = []
    for _ in range(40):
        y = x[0] ** rng.integers(1, 3) * x[1] + 0.3 * rng.normal(size=len(one))
        w = rng.uniform(0.1, 1, len(one))
        if kind == "logs":
            found.append(MatchQuery(np.log(np.abs(y)), w, (one, np.log(x[2])), in_logs=True))
        elif kind == "fixed":
            found.append(MatchQuery(y, w, (), unscaled=True, floor=0.1))
        else:
            regressors = (one, x[2]) if rng.random() < 0.5 else (x[1],)
            found.append(MatchQuery(y, w, regressors, multiplier=None if rng.random() < 0.5 else x[1], floor=0.2))
    return found


@pytest.mark.parametrize("kind", ["plain", "logs", "fixed"])
@pytest.mark.parametrize("device", DEVICES)
def test_the_same_candidates_win(device: str, kind: str) -> None:
    numpy_problem = Problem.from_arrays(X, Y, parameters=kind != "fixed")
    torch_problem = Problem.from_arrays(X, Y, parameters=kind != "fixed", device=device)
    batch = queries(kind, numpy_problem)
    expected = best_matches(numpy_problem.library(3000), batch, 6)
    found = best_matches(torch_problem.library(3000), batch, 6)

    assert len(found) == len(expected) == 6 * len(batch)
    np.testing.assert_allclose([f.predicted_loss for f in found], [f.predicted_loss for f in expected],
                               rtol=2e-3, atol=1e-3)
    same = np.mean([a.candidate == b.candidate for a, b in zip(found, expected, strict=True)])
    assert same > 0.95
    assert [f.query for f in found] == [f.query for f in expected]


@pytest.mark.parametrize("device", DEVICES)
def test_candidates_that_are_not_finite_or_in_the_span_never_win(device: str) -> None:
    problem = Problem.from_arrays(X, Y, device=device)
    x = problem.search.columns[:, problem.match]
    inside = best_matches(problem.library(600), [MatchQuery(x[0], np.ones(x.shape[1]), (np.ones(x.shape[1]), x[1]))], 3)
    no_target = MatchQuery(x[0] * np.nan, np.ones(x.shape[1]), (x[1],), unscaled=True)
    nothing = best_matches(problem.library(600), [no_target], 3)
    keys = [problem.library(600).expression(f.candidate).key for f in inside]

    assert "x0" in keys
    assert "x1" not in keys
    assert nothing == []


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
def test_a_search_on_a_device_finds_the_law_and_repeats(device: str) -> None:
    y = np.exp(-X[:, 0]) * X[:, 1] + X[:, 2]
    problem = Problem.from_arrays(X, y, device=device)
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    first, second = (advance(start(p), p, Budget(steps=10))[0] for p in (problem, again))

    assert first.best.loss < 1e-20
    assert first.front == second.front


def test_the_library_is_moved_once() -> None:
    problem = Problem.from_arrays(X, Y, device="torch:cpu")

    assert problem.library(600).screener is problem.library(600).screener
    assert isinstance(problem.library(600).screener, TorchScreener)
    assert isinstance(Problem.from_arrays(X, Y).library(600).screener, NumpyScreener)


@pytest.mark.parametrize("device", ["cuda:99", "nonsense", "torch:nonsense", "meta:cpu:1", ""])
def test_an_unavailable_device_is_refused_in_one_sentence(device: str) -> None:
    with pytest.raises(DataError, match="not available here; use one of cpu, torch:cpu"):
        XNetRegressor(device=device, budget_steps=1).fit(X, Y)


def test_the_estimator_matches_on_a_device() -> None:
    model = XNetRegressor(device="torch:cpu", budget_steps=4, random_state=0).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])

    assert model.formula_ == "2*x0**2/x1"
    assert clone(model).get_params()["device"] == "torch:cpu"
    assert pickle.loads(pickle.dumps(model)).formula_ == model.formula_  # noqa: S301 - our own bytes
