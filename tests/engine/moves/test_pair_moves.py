"""Pairs of candidates: the best pair agrees with all pairs fitted one by one; laws that single candidates miss."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.candidates.matching import MatchQuery
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.pair_moves import best_pairs, best_products
from xnet.engine.search.records import StepContext
from xnet.engine.search.schedule import OPENING_STEPS, scheduled_task
from xnet.engine.search.tasks import run_task


def left(columns: list[Array], query: MatchQuery) -> float:
    """The weighted squared error of the best combination of columns and regressors."""
    root = np.sqrt(query.weight)
    A = np.stack([*query.regressors, *columns], axis=1) * root[:, None]
    r = query.target * root - A @ np.linalg.lstsq(A, query.target * root, rcond=None)[0]
    return float(r @ r)


@pytest.mark.parametrize("product", [False, True])
def test_the_best_pair_is_the_best_of_all_pairs_fitted_one_by_one(product: bool, rng: np.random.Generator) -> None:
    C = rng.normal(size=(60, 40))
    truth = 3 * C[20] * C[41] if product else 2 * C[20] - C[41]
    w = rng.uniform(0.5, 2.0, 40)
    query = MatchQuery(truth + 0.5 + 0.3 * rng.normal(size=40), w, (np.ones(40),))
    cost = np.ones(60, np.float32)

    def loss(i: int, j: int) -> float:
        return left([C[i] * C[j]] if product else [C[i], C[j]], query)

    best = min(itertools.combinations(range(60), 2), key=lambda pair: loss(*pair))
    found = (best_products if product else best_pairs)(C, cost, query)
    assert sorted(found[0]) == list(best) == [20, 41]


def test_candidates_in_the_span_of_the_regressors_make_no_pair(rng: np.random.Generator) -> None:
    C = np.concatenate([np.ones((3, 30)), rng.normal(size=(1, 30))])
    assert best_pairs(C, np.ones(4, np.float32), MatchQuery(rng.normal(size=30), np.ones(30), (np.ones(30),))) == []


def test_a_target_that_the_regressors_explain_gets_no_pair(rng: np.random.Generator) -> None:
    query = MatchQuery(np.zeros(30), np.ones(30), (np.ones(30),))
    C = rng.normal(size=(5, 30))
    assert best_pairs(C, np.ones(5, np.float32), query) == best_products(C, np.ones(5, np.float32), query) == []


@pytest.mark.slow
@pytest.mark.parametrize(("law", "inputs", "largest", "size"), [
    (lambda x, y: 2 * np.sin(1.3 * x) * np.cos(y), 2, 1.0, LibrarySize.CURVES),
    (lambda x, y: 2 - 2.1 * np.cos(4.8 * x) * np.sin(1.3 * y), 2, 1.0, LibrarySize.CURVES),
    (lambda x: np.log(x + np.sqrt(x * x + 1)), 1, 100.0, LibrarySize.MEDIUM)])
def test_laws_of_two_candidates_are_found_in_one_step(law: Callable[..., Array], inputs: int, largest: float,
                                                      size: int, rng: np.random.Generator) -> None:
    X = rng.uniform(0.0, largest, (160, inputs))
    problem = Problem.from_arrays(X, law(*X.T), seed=1)
    step = [scheduled_task(k)[:2] for k in range(OPENING_STEPS)].index(("pairs", size))
    with np.errstate(all="ignore"):
        trials = run_task(StepContext(step), problem).trials
    assert min(trial.loss for trial in trials) < 1e-24
