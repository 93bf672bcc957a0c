"""A traced step is the same as the untraced step, and its trace is correct."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import oracle
from tests.engine.search.test_search import noisy, same_run
from xnet.engine import Budget, Islands, Problem, StepTrace, advance, start, traced_step
from xnet.engine.search.schedule import scheduled_task


def traces(problem: Problem, steps: int) -> list[StepTrace | None]:
    state, found = start(problem), []
    for _ in range(steps):
        state, _, trace = traced_step(state, problem)
        found.append(trace)
    return found


@pytest.mark.slow
def test_a_traced_search_is_the_search() -> None:
    problem, state, events = noisy(), start(noisy()), []
    for _ in range(6):
        state, new, _ = traced_step(state, problem)
        events += new
    whole, expected = advance(start(noisy()), noisy(), Budget(steps=6))

    assert same_run(state) == same_run(whole)
    assert [(e.kind, e.step, e.reason) for e in events] == [(e.kind, e.step, e.reason) for e in expected]
    assert state.seconds > 0


@pytest.mark.slow
def test_a_trace_holds_the_network_its_candidates_and_their_fits() -> None:
    problem = noisy()
    found = [t for t in traces(problem, 7) if t is not None]

    assert [t.task for t in found] == [scheduled_task(t.step)[0] for t in found]
    expanded = next(t for t in found if t.task == "expand")
    assert not expanded.from_scratch
    before, _ = advance(start(noisy()), noisy(), Budget(steps=expanded.step))
    assert expanded.network in [t.network for t in before.islands[0].beam]
    scratch = next(t for t in found if t.task == "simple")
    assert scratch.from_scratch
    assert [n.activation for n in scratch.network.neurons] == ["constant"]
    rows = problem.search
    for trace in found:
        assert trace.taken.loss == min(t.loss for t in trace.considered)
        assert 1 <= len(trace.considered) <= 5
        for trial in trace.considered:
            assert trial.loss <= trial.matched * (1 + 1e-9), "fitting makes nothing worse"
            assert len(trial.begun) == trial.network.n_parameters
            before = oracle(trial.network.with_constants(trial.begun), rows.columns.T)
            loss = np.mean((before - rows.y) ** 2) / rows.scale
            np.testing.assert_allclose(loss, trial.matched, rtol=1e-6)


def test_a_step_that_gives_a_new_best_says_so() -> None:
    problem = noisy()
    state, _, trace = traced_step(start(problem), problem)

    assert trace is not None
    assert trace.improved is not None
    assert trace.improved.network == state.best.network


def test_without_parameters_every_second_step_makes_numbers() -> None:
    found = traces(noisy(parameters=False), 4)

    assert [t.task for t in found if t is not None and t.step % 2] == ["realise"] * sum(
        1 for t in found if t is not None and t.step % 2)
    assert all(not t.taken.network.constants for t in found if t is not None)


@pytest.mark.slow
def test_with_several_islands_the_first_one_is_traced() -> None:
    problem = noisy()
    with Islands(problem, 2) as islands:
        state, _ = islands.advance(islands.start(), Budget(steps=9))
    later, _, trace = traced_step(state, problem)

    assert later.step == state.step + 1
    assert len(later.islands) == 2  # type: ignore[attr-defined]
    assert later.seconds > state.seconds
    assert trace is not None
    assert trace.step == state.step
