"""Sparse sums: the terms of a sum are found together, by a beam of sets of terms."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, add, call, mul, power, var
from xnet.engine.candidates.term_dictionary import build_term_dictionary
from xnet.engine.moves.sparse_sums import sparse_sums, with_free_powers
from xnet.engine.moves.targets import root_target
from xnet.engine.networks.activations import resolve_activations
from xnet.engine.search.schedule import OPENING_STEPS, TaskKind, scheduled_task

X = np.random.default_rng(0).uniform(-1.0, 1.0, (200, 3)) * (1.0, 30.0, 1.0)
x, t, v = X.T
LAW = 0.7 * np.sin(t) - 0.2 * v**3 - 0.3 * v - 0.3 * v * np.exp(-np.abs(x)) + 1.5


def found(y: np.ndarray, weight: np.ndarray | None = None) -> tuple[Problem, list[Expr]]:
    problem = Problem.from_arrays(X, y, sample_weight=weight, activations=resolve_activations("default"), seed=0)
    terms = build_term_dictionary(problem.search.columns, problem.activations)
    return problem, list(sparse_sums(root_target(problem.search), lambda e: e, problem.search, terms))


def loss(problem: Problem, expr: Expr) -> float:
    return problem.search.loss_of(evaluate(expr, problem.search.columns, {}))


def test_an_exact_sum_of_four_terms_ends_the_search_for_terms() -> None:
    problem, sums = found(LAW)
    assert len(sums) == 1
    assert loss(problem, sums[0]) < 1e-24
    assert len(sums[0].args) == 4


def test_weights_decide_which_rows_the_sum_explains() -> None:
    weight = np.where(x > -0.5, 1.0, 1e-9)
    problem, sums = found(np.where(x > -0.5, LAW, -LAW), weight)
    assert min(loss(problem, e) for e in sums) < 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_noise_gets_no_terms_or_few(seed: int) -> None:
    _, sums = found(np.random.default_rng(seed).normal(size=200))
    assert max((len(e.args) for e in sums), default=0) <= 2


def test_few_rows_get_few_terms() -> None:
    rng = np.random.default_rng(2)
    problem = Problem.from_arrays(rng.uniform(size=(12, 2)), rng.normal(size=12), holdout_fraction=0.0, seed=0)
    terms = build_term_dictionary(problem.search.columns, resolve_activations("default"))
    sums = list(sparse_sums(root_target(problem.search), lambda e: e, problem.search, terms))
    assert max((len(e.args) for e in sums), default=0) <= 3


def test_roots_become_powers_whose_exponents_can_be_fitted() -> None:
    size = call("abs", var(2))
    total = add([(2.0, mul([(var(0), 1.0), (call("cbrt", size), 1.0)])), (3.0, power(var(1), 2.0))], 1.0)
    free = with_free_powers(total)
    assert free == add([(2.0, mul([(var(0), 1.0), (size, 0.34)])), (3.0, power(var(1), 2.0))], 1.0)
    assert with_free_powers(power(var(1), 2.0)) is not None
    plain = add([(3.0, power(var(1), 2.0))], 1.0)
    assert with_free_powers(plain) is plain


def test_the_second_sums_of_powers_of_the_opening_find_a_law_with_a_free_exponent() -> None:
    kinds = [scheduled_task(step).kind for step in range(OPENING_STEPS)]
    until = kinds.index(TaskKind.POLYNOMIALS, 2) + 1
    y = -0.7 * (x + x**3) - 0.2 * x * np.abs(v) ** 0.37 + 0.4 * np.sin(t)
    problem = Problem.from_arrays(X, y, activations=resolve_activations("default"), seed=0)
    state, _ = advance(start(problem), problem, Budget(steps=until))
    assert state.front[-1].loss < 1e-20
