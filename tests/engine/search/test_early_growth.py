"""Networks that grow early in tables of many rows that no short law explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from xnet.arrays import Array
from xnet.engine import Budget, Problem, advance, start
from xnet.engine.problem.constraints import Constraints
from xnet.engine.search import growth_tasks
from xnet.engine.search.records import Outcome, StepContext
from xnet.engine.search.schedule import EARLY_GROWTH_STEPS, TaskKind, scheduled_task
from xnet.engine.search.search import step_context


def surface(X: Array) -> Array:
    """A smooth surface that no short formula gives: a sum of eight waves in random directions."""
    rng = np.random.default_rng(7)
    return np.asarray(sum(rng.normal() * np.sin(X @ rng.normal(size=X.shape[1]) + rng.uniform(0, 6)) for _ in range(8)))


def problem_of(n: int, target: Callable[[Array], Array] = surface, **settings: object) -> Problem:
    X = np.random.default_rng(0).uniform(0.5, 2.0, (n, 3))
    settings = {"activations": ("add", "mul", "sin", "exp"), **settings}
    return Problem.from_arrays(X, target(X), **settings)  # type: ignore[arg-type]


def begun(problem: Problem) -> StepContext:
    """The context of the first step of early growth, with the beam of two steps."""
    state, _ = advance(start(problem), problem, Budget(steps=2))
    context = step_context(state.islands[0], problem)
    assert context is not None
    return replace(context, step=EARLY_GROWTH_STEPS[0])


def grown(problem: Problem, context: StepContext) -> Outcome:
    """What early growth adds to the outcome of a step without trials."""
    with np.errstate(all="ignore"):
        return growth_tasks.with_early_growth(Outcome.empty(context), context, problem)


def test_early_growth_is_in_two_expansions_before_the_first_step_of_tangent_growth() -> None:
    first = next(step for step in range(60) if scheduled_task(step).kind is TaskKind.TANGENT)

    assert len(EARLY_GROWTH_STEPS) == 2
    assert all(scheduled_task(step).kind is TaskKind.EXPAND and step < first for step in EARLY_GROWTH_STEPS)


@pytest.mark.slow
def test_a_smooth_surface_of_many_rows_is_explained_better_early() -> None:
    problem = problem_of(600)
    context = begun(problem)
    outcome = grown(problem, context)

    before = min(trial.loss for trial in context.beam)
    assert 0.01 < before < 0.7  # so it is no law, and no noise
    assert min(trial.loss for trial in outcome.trials) < 0.7 * before
    turns = [e.kind for e in outcome.expansions - context.expansions]
    assert set(turns) == {TaskKind.TANGENT}
    assert 1 < len(turns) <= 4
    assert outcome == grown(problem_of(600), context)  # the same in another process


@pytest.mark.parametrize(("problem", "why"), [
    (problem_of(300), "few rows"),
    (problem_of(600, constraints=Constraints(max_parameters=30)), "a constraint"),
    (problem_of(600, parameters=False), "no constants"),
    (problem_of(600, activations=("add", "sin")), "no products"),
    (problem_of(600, lambda X: X[:, 0] * X[:, 1]), "a law"),
    (problem_of(600, lambda X: np.random.default_rng(1).normal(size=len(X))), "noise"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_nothing_grows_early_elsewhere(problem: Problem, why: str) -> None:
    context = begun(problem)

    assert grown(problem, context) == Outcome.empty(context)


@pytest.mark.slow
def test_growth_ends_before_a_step_gets_long(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(600)
    context = begun(problem)
    monkeypatch.setattr(growth_tasks, "_MOST_OUTPUTS", 1)

    assert len(grown(problem, context).expansions - context.expansions) == 1


def test_nothing_grows_in_other_steps() -> None:
    problem = problem_of(600)
    context = replace(begun(problem), step=EARLY_GROWTH_STEPS[0] - 1)

    assert grown(problem, context) == Outcome.empty(context)
