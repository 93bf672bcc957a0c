"""The agenda of a search: what each step does, and that it ends when nothing is left."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.search.schedule import WORKERS_BEGIN, ScheduledTask, TaskKind, scheduled_task


def test_a_task_counts_how_often_it_came_before() -> None:
    tasks = [scheduled_task(step) for step in range(120)]

    for step, (kind, size, turn, *_) in enumerate(tasks):
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


@pytest.mark.parametrize("n_islands", [2, 3, 7])
def test_a_few_worker_islands_divide_the_tasks_that_island_0_does_late(n_islands: int) -> None:
    first = {scheduled_task(step)[:2] for step in range(60)}
    begun = [scheduled_task(WORKERS_BEGIN + step, k, n_islands)[:2] for k in range(1, n_islands) for step in range(16)]
    own = [scheduled_task(WORKERS_BEGIN, k, n_islands)[:2] for k in range(1, n_islands)]

    assert set(begun) <= first
    assert own[0] == (TaskKind.LIBRARY, LibrarySize.LARGE)
    assert len(set(own)) == len(own)
    assert begun.count((TaskKind.LIBRARY, LibrarySize.LARGE)) == 1  # others build it when they need it


@pytest.mark.parametrize("n_islands", [8, 16, 64])
def test_many_worker_islands_divide_also_the_queries_of_a_task(n_islands: int) -> None:
    first = {scheduled_task(step)[:3] for step in range(300)}
    shares: dict[tuple[ScheduledTask, ...], set[int]] = {}
    for k in range(1, n_islands):
        share = tuple(scheduled_task(WORKERS_BEGIN + step, k, n_islands) for step in range(2))
        assert {task[:2] for task in share} <= {task[:2] for task in first}
        same = tuple(ScheduledTask(task.kind, task.size, 0, 0, task.parts) for task in share)
        shares.setdefault(same, set()).add(share[0].part)

    assert len(shares) == 7
    assert all(parts == set(range(same[0].parts)) for same, parts in shares.items())
    assert scheduled_task(WORKERS_BEGIN, 5, n_islands)[:3] == (TaskKind.POLYNOMIALS, LibrarySize.SMALL, 1)


def test_the_parts_of_a_task_are_all_of_it() -> None:
    items = list(range(11))
    parts = [ScheduledTask(TaskKind.ROOT, LibrarySize.LARGE, 0, part, 3).portion(items) for part in range(3)]

    assert sorted(k for part in parts for k in part) == items
    assert max(map(len, parts)) == 4
    assert ScheduledTask(TaskKind.ROOT, LibrarySize.LARGE, 0).portion(items) == items


@pytest.mark.parametrize("n_islands", [2, 3, 8, 16, 64])
def test_no_two_worker_islands_take_the_same_seeds(n_islands: int) -> None:
    tasks = [task for k in range(1, n_islands) for step in range(30)
             if (task := scheduled_task(WORKERS_BEGIN + step, k, n_islands))[:2] == (TaskKind.SEEDS, LibrarySize.LARGE)]
    taken = [(task.turn, task.part) for task in tasks]

    assert len(set(taken)) == len(taken)
    assert set(range(n_islands - 1)) <= {task.turn for task in tasks}
