"""Islands end the search for a simpler exact network together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.engine import Problem, start
from xnet.engine.islands import settling
from xnet.engine.islands.settling import have_settled
from xnet.engine.search.schedule import WORKERS_BEGIN


@pytest.mark.parametrize(("steps", "since", "complexity", "settled"), [
    ((9, 24), (-1, -1), 20, False),  # nothing exact
    ((9, 24), (-1, 22), 20, False),  # the worker island's step that found it, one more, and as many of island 0
    ((9, 25), (-1, 22), 20, True),
    ((9, 24), (-1, 22), 12, True),
    ((20, 24), (17, 23), 40, False),  # found by island 0 in step 17: 4 + 17 // 4 steps
    ((23, 26), (17, 23), 40, True),
    ((9, 23, 23, 23), (-1, 22, 22, 22), 20, False),
    ((9, 24, 24, 23), (-1, 22, 22, 22), 20, True)])
def test_the_steps_of_all_islands_count(steps: tuple[int, ...], since: tuple[int, ...], complexity: int, settled: bool,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(0).uniform(1, 2, (30, 1))
    problem = Problem.from_arrays(X, X[:, 0] ** 2)
    island = start(problem).islands[0]
    best = replace(island.best, complexity=complexity)
    islands = tuple(replace(island, number=k, step=step, exact_since_step=begun)
                    for k, (step, begun) in enumerate(zip(steps, since, strict=True)))

    monkeypatch.setattr(settling, "is_exact", lambda best, problem: False)
    assert not have_settled(islands, best, problem)
    monkeypatch.setattr(settling, "is_exact", lambda best, problem: True)
    assert have_settled(islands, best, problem) == settled
    assert not have_settled(islands[:1], best, problem)
    assert WORKERS_BEGIN == 21
