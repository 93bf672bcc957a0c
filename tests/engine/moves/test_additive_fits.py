"""Additive fits: sums grow term by term, all coefficients are refitted together, terms can be replaced."""

from __future__ import annotations

import numpy as np

from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, ExprKind, mul, var
from xnet.engine.moves.additive_fits import additive_fits, term_replacements
from xnet.engine.moves.targets import root_target
from xnet.engine.search.records import StepContext
from xnet.engine.search.schedule import scheduled_task
from xnet.engine.search.tasks import run_task

X = np.random.default_rng(0).uniform(1, 3, (300, 3))
LAW = 2 * X[:, 0] * X[:, 1] - np.sin(X[:, 2]) + 0.5 * X[:, 0] ** 2 / X[:, 2] + 0.1 * np.exp(X[:, 1])


def made(noise: float, **options: object) -> Problem:
    y = LAW + noise * np.random.default_rng(1).normal(size=len(LAW))
    return Problem.from_arrays(X, y, **options)  # type: ignore[arg-type]


def losses_of(problem: Problem, found: list[Expr]) -> list[float]:
    return [problem.search.loss_of(evaluate(e, problem.search.columns, {})) for e in found]


def test_sums_grow_one_term_at_a_time_and_their_loss_falls() -> None:
    problem = made(0.0)
    target = root_target(problem.search)
    found = list(additive_fits(target, lambda e: e, [], problem.search, problem.library(2000, wide=True), 8))
    losses = losses_of(problem, found)
    assert len(found) >= 3
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-3
    assert all(len(e.args) <= 3 * (i + 1) for i, e in enumerate(found))  # a candidate may itself be a sum


def test_forward_selection_on_noise_ends_early() -> None:
    y = np.random.default_rng(2).normal(size=300)
    problem = Problem.from_arrays(X, y)
    target = root_target(problem.search)
    found = list(additive_fits(target, lambda e: e, [], problem.search, problem.library(600, wide=True), 28))
    assert len(found) < 28
    assert not found or losses_of(problem, found)[-1] > 0.5


def test_a_wrong_term_is_replaced() -> None:
    problem = made(0.0)
    target = root_target(problem.search)
    wrong = [mul([(var(0), 1.0), (var(1), 1.0)]), mul([(var(2), -3.0)])]
    before = losses_of(problem, list(additive_fits(target, lambda e: e, wrong, problem.search,
                                                problem.library(600, wide=True), 1)))[0]
    found = list(term_replacements(target, lambda e: e, wrong, problem.search, problem.library(2000, wide=True), 3))
    losses = losses_of(problem, found)
    assert found
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < before
    assert all(len(e.args) <= 2 for e in found)


def test_without_terms_there_is_nothing_to_replace() -> None:
    problem = made(0.0)
    target = root_target(problem.search)
    assert list(term_replacements(target, lambda e: e, [], problem.search, problem.library(600, wide=True), 3)) == []


def test_noisy_data_of_many_inputs_get_a_sum_within_the_allowed_complexity() -> None:
    problem = made(0.3, max_complexity=30)
    step = next(k for k in range(40) if scheduled_task(k)[0] == "sums")
    with np.errstate(all="ignore"):
        outcome = run_task(StepContext(step), problem)
    assert min(t.loss for t in outcome.trials) < 0.06
    assert any(to_expression(t.network).kind is ExprKind.SUM for t in outcome.trials)
    assert all(t.complexity <= 30 for t in outcome.trials)
