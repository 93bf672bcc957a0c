"""Budgets count the seconds that a search computes, not the clock of a busy machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.runs.worker_runs import make_run
from xnet import stopwatch
from xnet.engine import Budget, Problem, advance, search_on_islands, start
from xnet.engine.search import search
from xnet.runs import execute
from xnet.stopwatch import MOST_CLOCK, Stopwatch


class Machine:
    """Stands in for the module `time`: while a program computes, the clock runs faster by the load of the machine."""

    def __init__(self, load: float) -> None:
        self.load, self.clock, self.processor = load, 100.0, 3.0

    def perf_counter(self) -> float:
        return self.clock

    def process_time(self) -> float:
        return self.processor

    def compute(self, seconds: float, threads: int = 1) -> None:
        self.processor += seconds * threads
        self.clock += seconds * self.load


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which every step of a search takes 0.1 s of the processor; its load can be changed."""
    new = Machine(1.0)
    monkeypatch.setattr(stopwatch, "time", new)

    def step(island: Any, problem: Problem) -> tuple[Any, list[Any], None]:
        new.compute(0.1)
        return replace(island, step=island.step + 1), [], None

    monkeypatch.setattr(search, "step", step)
    return new


@pytest.fixture
def problem() -> Problem:
    X = np.random.default_rng(0).normal(size=(20, 2))
    return Problem.from_arrays(X, X[:, 0] + X[:, 1] ** 2)


def test_a_stopwatch_counts_the_time_that_this_process_has_the_core(machine: Machine) -> None:
    watch = Stopwatch()
    assert watch.seconds() == 0.0
    machine.compute(2.0)
    assert watch.seconds() == pytest.approx(2.0)
    machine.load = 3.0
    machine.compute(2.0)
    assert watch.seconds() == pytest.approx(4.0)
    assert Stopwatch().seconds() == 0.0


def test_threads_at_once_count_as_one(machine: Machine) -> None:
    watch = Stopwatch()
    machine.compute(2.0, threads=8)
    assert watch.seconds() == pytest.approx(2.0)


def test_waiting_counts_too_but_less(machine: Machine) -> None:
    watch = Stopwatch()
    machine.clock += 60.0
    assert watch.seconds() == pytest.approx(60.0 / MOST_CLOCK)


#: Load of the machine -> steps in a budget of 1 s of which each takes 0.1 s. Beyond `MOST_CLOCK` the clock ends it.
LOADS = {1.0: 10, 2.0: 10, 3.9: 10, 8.0: 5}


def steps_by_load(machine: Machine, search_steps: Callable[[], int]) -> dict[float, int]:
    steps = {}
    for machine.load in LOADS:
        steps[machine.load] = search_steps()
    return steps


def test_a_search_beside_other_programs_does_as_many_steps_as_alone(machine: Machine, problem: Problem) -> None:
    begun, budget = start(problem), Budget(seconds=0.99)
    assert steps_by_load(machine, lambda: advance(begun, problem, budget)[0].step) == LOADS
    assert steps_by_load(machine, lambda: search_on_islands(problem, budget, 1)[0].step) == LOADS


def test_a_run_beside_other_programs_does_as_many_steps_as_alone(machine: Machine, tmp_path: Path) -> None:
    def steps() -> int:
        snapshot = execute(make_run(tmp_path, seconds=0.99), commands=lambda: None)
        assert snapshot is not None
        assert (snapshot["stop_reason"], snapshot["seconds"]) == ("budget", pytest.approx(1.0))
        assert snapshot["slowdown"] == pytest.approx(min(machine.load, MOST_CLOCK))
        return snapshot["step"]

    assert steps_by_load(machine, steps) == LOADS
