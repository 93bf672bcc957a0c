"""Islands end the search for a simpler exact network together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.engine import Island, Problem, start
from xnet.engine.islands import settling
from xnet.engine.islands.settling import have_settled
from xnet.engine.search.schedule import WORKERS_BEGIN


def _island(first: Island, k: int, step: int, since: int) -> Island:
    """Island k; the steps of worker islands are counted from the one at which they begin."""
    begin = WORKERS_BEGIN if k else 0
    return replace(first, number=k, step=begin + step, exact_since_step=begin + since if since >= 0 else since)


@pytest.mark.parametrize(("steps", "since", "complexity", "settled"), [
    ((9, 3), (-1, -1), 20, False),  # nothing exact
    ((9, 2), (-1, 1), 20, False),  # the worker island's step that found it
    ((9, 3), (-1, 1), 20, True),  # one more, and as many of island 0 as the worker island has done in all
    ((9, 3), (-1, 1), 12, True),
    ((20, 3), (17, 2), 40, False),  # found by island 0 in step 17: 4 + 17 // 4 steps
    ((23, 5), (17, 2), 40, True),
    ((9, 2, 2, 2), (-1, 1, 1, 1), 20, True),
    ((9, 2, 2), (-1, 1, -1), 20, False),  # one step of island 0 is not enough
    ((9, 3, 2), (-1, 1, -1), 20, True),
    ((15, 5), (12, -1), 18, True),  # five steps of the worker island beside those of island 0
    ((15, 4), (12, -1), 18, False),
    ((14, 9), (12, -1), 18, False)])
def test_the_steps_of_all_islands_count(steps: tuple[int, ...], since: tuple[int, ...], complexity: int, settled: bool,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(0).uniform(1, 2, (30, 1))
    problem = Problem.from_arrays(X, X[:, 0] ** 2)
    island = start(problem).islands[0]
    best = replace(island.best, complexity=complexity)
    islands = tuple(_island(island, k, step, begun) for k, (step, begun) in enumerate(zip(steps, since, strict=True)))

    monkeypatch.setattr(settling, "is_exact", lambda best, problem: False)
    assert not have_settled(islands, best, problem)
    monkeypatch.setattr(settling, "is_exact", lambda best, problem: True)
    assert have_settled(islands, best, problem) == settled
    assert not have_settled(islands[:1], best, problem)
