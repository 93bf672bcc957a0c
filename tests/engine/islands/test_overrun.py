"""A budget in seconds ends a long step."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.engine.islands.test_islands import noisy
from xnet.engine import Budget, Problem, search_on_islands
from xnet.engine.islands import advance_call, islands
from xnet.engine.search.records import Outcome, StepContext
from xnet.engine.search.schedule import scheduled_task
from xnet.engine.search.tasks import TASKS
from xnet.polling import poll


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_step_that_outlives_the_budget_is_abandoned(n_jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(context: StepContext, problem: Problem) -> Outcome:
        end = time.monotonic() + 60.0
        while time.monotonic() < end:
            poll()
        raise AssertionError("the step was not abandoned")

    kind = scheduled_task(2).kind
    monkeypatch.setitem(TASKS, kind, replace(TASKS[kind], search=endless))
    monkeypatch.setattr(advance_call, "ALONE_S", 60.0)
    monkeypatch.setattr(islands, "OVERRUN_S", 0.05)
    monkeypatch.setattr(islands, "FIRST_OVERRUN_S", 0.05)

    state, _ = search_on_islands(noisy(), Budget(seconds=0.5), n_jobs)

    assert state.step == 2
    assert state.stop_reason is None
