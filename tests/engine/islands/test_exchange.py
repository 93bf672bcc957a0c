"""Worker islands are heard within a step of the first island, and as soon as they are exact."""

from __future__ import annotations

import pytest

from tests.engine.islands.test_islands import AtOnce, noisy, table
from xnet.engine import Budget, Islands, Problem, start
from xnet.engine.islands import advance_call
from xnet.engine.search.search import advance_island
from xnet.engine.search.stopping import StopReason


def test_the_first_island_takes_results_within_a_step_and_abandons_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)
    monkeypatch.setattr(advance_call, "have_settled", lambda islands, best, problem: len(islands) == 2)
    executor = AtOnce()
    with Islands(noisy(), 2, executor) as two:
        state, _ = two.advance(two.start(), Budget(seconds=60))

    assert state.stop_reason is StopReason.EXACT
    assert state.step == 0  # the worker island was done before the first step was
    assert executor.calls == 1


def test_an_epoch_ends_once_its_island_is_exact() -> None:
    X, _ = table(40)
    problem = Problem.from_arrays(X, 2 * X[:, 0] ** 2 / X[:, 1])
    first = start(problem).islands[0]

    until, _, _ = advance_island(first, problem, Budget(steps=9, until_exact=True))
    on, _, _ = advance_island(until, problem, Budget(steps=1, until_exact=True))

    assert (until.step, until.exact_since_step) == (1, 0)
    assert on.step == 2
