"""The agenda of a search: what each step does, and that it ends when nothing is left."""

from __future__ import annotations

import numpy as np

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.search.schedule import scheduled_task


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
