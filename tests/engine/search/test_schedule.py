"""The agenda of a search: what each step does, and that it ends when nothing is left."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.search.schedule import WORKERS_BEGIN, TaskKind, scheduled_task


def test_a_task_counts_how_often_it_came_before() -> None:
    tasks = [scheduled_task(step) for step in range(120)]

    for step, (kind, size, turn) in enumerate(tasks):
        assert turn == sum(task[:2] == (kind, size) for task in tasks[:step])


def test_a_search_with_nothing_left_to_try_says_so() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(1.0, 3.0, (60, 1))
    y = X[:, 0] + rng.normal(size=60)
    problem = Problem.from_arrays(X, y, activations=("add", "sub"), max_complexity=3)
    state, _ = advance(start(problem), problem, Budget(steps=200))

    assert state.stop_reason == "exhausted"
    assert state.step < 200
    assert advance(state, problem, Budget(steps=5)) == (state, [])


@pytest.mark.parametrize("n_islands", [2, 3, 8, 64])
def test_worker_islands_divide_the_tasks_that_island_0_does_late(n_islands: int) -> None:
    first = {scheduled_task(step)[:2] for step in range(60)}
    begun = [scheduled_task(WORKERS_BEGIN + step, k, n_islands)[:2] for k in range(1, n_islands) for step in range(16)]
    own = [scheduled_task(WORKERS_BEGIN, k, n_islands)[:2] for k in range(1, n_islands)]

    assert set(begun) <= first
    assert own[0] == (TaskKind.LIBRARY, LibrarySize.LARGE)
    assert len(set(own)) == min(len(own), 12)  # six shares, and six other tasks of the cycle
    assert begun.count((TaskKind.LIBRARY, LibrarySize.LARGE)) == 1  # others build it when they need it


@pytest.mark.parametrize("n_islands", [2, 3, 8])
def test_no_two_worker_islands_take_the_same_seeds(n_islands: int) -> None:
    turns = [task.turn for k in range(1, n_islands) for step in range(30)
             if (task := scheduled_task(WORKERS_BEGIN + step, k, n_islands))[:2] == (TaskKind.SEEDS, LibrarySize.LARGE)]

    assert len(set(turns)) == len(turns)
    assert set(range(2 * (n_islands - 1))) <= set(turns)
