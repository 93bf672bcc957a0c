"""The simulation of islands: clocks, what is searched, and the figures."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cluster import command
from benchmarks.cluster.command import Row, closing, islands_of
from benchmarks.cluster.real import measure
from benchmarks.cluster.simulation import (
    START_S,
    Simulated,
    TakingTurns,
    simulate,
    simulated_clock,
    starting_processes,
)
from benchmarks.formulas.known_formulas import Formula
from xnet.engine import Budget, Problem, SearchState, advance, start
from xnet.engine.formulas.parser import read_formula
from xnet.engine.islands import advance_call
from xnet.engine.islands.workers import Workers
from xnet.engine.search.stopping import StopReason

A_FORMULA = Formula("a formula", "a family", "2*x", ("x",), np.array([1.0]), np.array([2.0]),
                    read_formula("2*x", ("x",)))


def noisy() -> Problem:
    """A problem with small libraries that a few steps do not solve."""
    X = np.random.default_rng(0).uniform(1, 3, (60, 2))
    return Problem.from_arrays(X, X[:, 0] / X[:, 1] + np.random.default_rng(1).normal(size=60),
                               activations=("add", "mul"), max_complexity=9)


def epoch(island: object) -> str:
    """Work for a twentieth of a second."""
    begun = time.process_time()
    while time.process_time() - begun < 0.05:
        pass
    return "an island"


def test_an_epoch_counts_on_another_clock_and_arrives_when_its_seconds_are_over() -> None:
    first, _ = advance(start(noisy()), noisy(), Budget(steps=1))
    with simulated_clock() as clock:
        turns, before = TakingTurns(clock), clock()
        future = turns.submit(epoch, replace(first.islands[0], number=3))
        assert clock() - before < 0.04
        assert not future.done()
        clock.others -= turns.seconds[3]  # as if the first island had computed for so long
        assert (future.done(), future.result()) == (True, "an island")
    assert turns.seconds[3] >= 0.05
    assert time.perf_counter is not clock


def test_processes_start_when_they_are_first_asked_for() -> None:
    with simulated_clock() as clock, starting_processes(clock):
        workers = Workers(noisy(), 2, TakingTurns(clock))
        assert not workers.gather()
        clock.others -= 0.9 * START_S
        assert not workers.gather()
        clock.others -= 0.1 * START_S
        assert workers.gather()


@pytest.mark.slow
def test_the_first_simulated_island_searches_as_a_search_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)

    found = simulate(noisy(), 3, START_S + 0.3)

    problem = noisy()
    alone, _ = advance(start(problem), problem, Budget(steps=found.state.step))
    assert found.state.islands[0] == alone.islands[0]
    assert len(found.state.islands) == 3
    assert found.busy > found.end >= found.steps[-1]
    assert 0.0 < found.exchange < found.busy
    assert len(found.steps) == found.state.step
    assert list(found.steps) == sorted(found.steps)


def test_durations_are_compared_on_the_clock_of_the_search_alone() -> None:
    state: SearchState = start(noisy())
    alone = Simulated(state, (1.0, 2.0, 3.0, 8.0), 8.0, 0.0, 8.0)
    several = Simulated(state, (1.5, 3.0), 3.25, 0.25, 6.0)  # two steps and a part of one, on a machine that was busy

    assert several.duration(alone) == 2.5
    assert several.times_sooner(alone) == 3.2
    assert alone.times_sooner(alone) == 1.0
    assert Simulated(state, (), 0.5, 0.0, 1.0).times_sooner(alone) == 16.0


def test_real_processes_are_measured_by_the_clock(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                                  ) -> None:
    asked = []

    def measured(problem: Problem, n_jobs: int, seconds: float) -> tuple[float, SearchState]:
        asked.append((len(problem.train.y), n_jobs, seconds))
        return 6.0 / n_jobs, replace(start(noisy()), stop_reason=StopReason.EXACT)

    monkeypatch.setattr(command, "measure", measured)
    monkeypatch.setattr(command, "load", lambda *names, file: [A_FORMULA])
    command.main(["--real", "--family", "a formula", "--seconds", "9"])

    assert [(jobs, seconds) for _, jobs, seconds in asked] == [(1, 9.0), (2, 9.0)]
    assert capsys.readouterr().out.splitlines()[-1] == "  2 islands: 1 of 1 exact, 2.00 times sooner"


def test_a_search_in_a_real_process() -> None:
    X = np.random.default_rng(0).uniform(1, 3, (60, 1))
    took, state = measure(Problem.from_arrays(X, 2 * X[:, 0] ** 2), 1, 5.0)

    assert 0.0 < took < 5.0
    assert state.stop_reason is StopReason.EXACT


def test_the_last_lines_sum_what_one_island_finds() -> None:
    def row(name: str, islands: int, exact: bool, seconds: float) -> Row:
        return Row(name, islands, exact, seconds, 1.0, 5, "0", seconds, 7, "x")

    rows = [row("a", 1, True, 6.0), row("a", 2, True, 3.0), row("b", 1, False, 20.0), row("b", 2, True, 10.0)]
    assert closing(rows).splitlines() == ["  1 islands: 1 of 2 exact, 1.00 times sooner",
                                          "  2 islands: 2 of 2 exact, 2.00 times sooner"]
    assert islands_of("2, 64") == (2, 64)
    with pytest.raises(ArgumentTypeError, match="above 1"):
        islands_of("1,2")
