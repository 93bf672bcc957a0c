"""Laws of every task: pure, repeatable, and never the same shape twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.search.test_search import noisy
from xnet.engine import Budget, Problem, SearchState, advance, start
from xnet.engine.search.records import Outcome, StepContext
from xnet.engine.search.schedule import TaskKind, scheduled_task
from xnet.engine.search.search import step_context
from xnet.engine.search.tasks import TASKS, Task

#: Steps before the tasks are run, so that there is a beam.
STEPS = 4


def small(parameters: bool) -> Problem:
    """A problem on which every step is quick."""
    return noisy(activations=["add", "mul", "sin"], max_complexity=22, parameters=parameters)


@pytest.fixture(scope="module", params=[True, False], ids=["with parameters", "parameter-free"])
def begun(request: pytest.FixtureRequest) -> tuple[Problem, SearchState]:
    """A search after some steps."""
    problem = small(request.param)
    return problem, advance(start(problem), problem, Budget(steps=STEPS))[0]


def context_of(kind: TaskKind, problem: Problem, state: SearchState) -> StepContext:
    """The context of the first step after the opening ones that runs a task of this kind."""
    island = state.islands[0]
    context = step_context(replace(island, step=0), problem)
    assert context is not None
    return replace(context, step=next(step for step in range(60) if scheduled_task(step).kind is kind))


def run(context: StepContext, problem: Problem) -> Outcome:
    with np.errstate(all="ignore"):
        return TASKS[context.task.kind].run(context, problem)


def test_every_kind_is_scheduled_and_has_a_task() -> None:
    assert {scheduled_task(step).kind for step in range(60)} == set(TaskKind) == set(TASKS)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_task_keeps_the_laws(kind: TaskKind, begun: tuple[Problem, SearchState]) -> None:
    problem, state = begun
    context = context_of(kind, problem, state)
    same = replace(context)

    outcome = run(context, problem)
    again = run(context, small(problem.parameters))  # a fresh problem, as in another process

    assert context == same
    assert outcome == again
    assert outcome.expansions >= context.expansions
    assert outcome.fitted_shapes >= context.fitted_shapes
    assert all(np.isfinite(trial.loss) for trial in outcome.trials)
    new = run(replace(context, fitted_shapes=outcome.fitted_shapes), problem)
    assert not {t.network for t in new.trials} & {t.network for t in outcome.trials}


def test_a_decomposition_that_does_not_converge_costs_a_step_and_not_the_search(
        monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(context: StepContext, problem: Problem) -> Outcome:
        np.linalg.svd(np.full((2, 2), np.nan))
        raise AssertionError("NumPy refuses this matrix")

    problem = small(parameters=True)
    monkeypatch.setitem(TASKS, TaskKind.POWER_LAWS, Task(diverge))
    kinds = {scheduled_task(step).kind for step in range(STEPS)}

    state, _ = advance(start(problem), problem, Budget(steps=STEPS))

    assert TaskKind.POWER_LAWS in kinds
    assert state.step == STEPS
