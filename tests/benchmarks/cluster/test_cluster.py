"""The simulation of islands: clocks, what is searched, and the figures."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cluster.command import Row, closing, islands_of
from benchmarks.cluster.simulation import START_S, Simulated, TakingTurns, simulate, simulated_clock
from xnet.engine import Budget, Problem, SearchState, advance, start
from xnet.engine.islands import advance_call


def noisy() -> Problem:
    """A problem with small libraries that a few steps do not solve."""
    X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    return Problem.from_arrays(X, X[:, 0] / X[:, 1] + np.random.default_rng(1).normal(size=60),
                               activations=("add", "mul"), max_complexity=9)


def test_an_epoch_counts_on_another_clock_and_arrives_when_its_seconds_are_over() -> None:
    def epoch(island: object) -> str:
        begun = time.process_time()
        while time.process_time() - begun < 0.05:
            pass
        return "an island"

    first, _ = advance(start(noisy()), noisy(), Budget(steps=1))
    with simulated_clock() as clock:
        turns, before = TakingTurns(clock), clock()
        future = turns.submit(epoch, replace(first.islands[0], number=3))
        assert clock() - before < 0.04
        assert not future.done()
        clock.others -= START_S + 0.05  # as if the first island had computed for so long
        assert (future.done(), future.result()) == (True, "an island")
    assert turns.seconds[3] >= 0.05
    assert time.perf_counter is not clock


@pytest.mark.slow
def test_the_first_simulated_island_searches_as_a_search_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)

    found = simulate(noisy(), 3, 0.3)

    problem = noisy()
    alone, _ = advance(start(problem), problem, Budget(steps=found.state.step))
    assert found.state.islands[0] == alone.islands[0]
    assert len(found.state.islands) == 3
    assert found.busy > found.seconds[-1]
    assert len(found.seconds) == found.state.step
    assert list(found.seconds) == sorted(found.seconds)


def test_durations_are_compared_on_the_clock_of_the_search_alone() -> None:
    state: SearchState = start(noisy())
    alone = Simulated(state, (1.0, 2.0, 3.0, 8.0), 0, 8.0)

    assert Simulated(state, (1.5, 3.0), 1, 6.0).times_sooner(alone) == 4.0  # two steps, on a machine that was busy
    assert alone.times_sooner(alone) == 1.0


def test_the_last_lines_sum_what_one_island_finds() -> None:
    def row(name: str, islands: int, exact: bool, seconds: float) -> Row:
        return Row(name, islands, exact, seconds, 1.0, 5, "0", seconds, 7, "x")

    rows = [row("a", 1, True, 6.0), row("a", 2, True, 3.0), row("b", 1, False, 20.0), row("b", 2, True, 10.0)]
    assert closing(rows).splitlines() == ["  1 islands: 1 of 2 exact, 1.00 times sooner",
                                          "  2 islands: 2 of 2 exact, 2.00 times sooner"]
    assert islands_of("2, 64") == (2, 64)
    with pytest.raises(ArgumentTypeError, match="above 1"):
        islands_of("1,2")
