"""Islands: repeatable however they are scheduled, never worse than one process, and hard to kill."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.search.test_search import noisy as any_noisy
from tests.engine.search.test_search import same_run
from xnet import XNetRegressor
from xnet.engine import Budget, Islands, Problem, SearchState, advance, start
from xnet.engine.front.front import SMALL_GAIN
from xnet.engine.islands import advance_call, process_pool, workers
from xnet.engine.islands.exchange import Exchange
from xnet.engine.islands.migration import problem_of_island, with_worker_islands
from xnet.engine.search.schedule import MANY_ISLANDS, WORKERS_BEGIN
from xnet.engine.search.state import combined_state, merged_front
from xnet.engine.search.stopping import StopReason

ROUND = advance_call.ALONE_STEPS + advance_call.EPOCH_STEPS


def noisy() -> Problem:
    """A problem with small libraries, so that the steps are quick."""
    return any_noisy(activations=["add", "mul", "sin", "exp"], max_complexity=22)


class AtOnce:
    """An executor that computes in this process, in an order of its own."""

    def __init__(self, fails_at: int = 10**9) -> None:
        self.calls, self.fails_at = 0, fails_at

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        if self.calls >= self.fails_at:
            future.set_exception(MemoryError("no room"))
        else:
            future.set_result(function(*arguments))
        return future


def whole(state: SearchState) -> tuple:
    """Everything of a state but the clock."""
    return same_run(state)


@pytest.fixture(scope="module")
def ended() -> tuple[Problem, SearchState]:
    """Two islands after two rounds, in this process."""
    problem = noisy()
    with Islands(problem, 2, AtOnce()) as two:
        state, _ = two.advance(two.start(), Budget(steps=ROUND + advance_call.EPOCH_STEPS))
    return problem, state


@pytest.mark.slow
def test_processes_give_the_same_run_as_this_one(ended: tuple[Problem, SearchState]) -> None:
    problem = noisy()
    with Islands(problem, 2) as two:
        state, events = two.advance(two.start(), Budget(steps=ROUND))
        pid = two.workers.processes[0].pid
        state, more = two.advance(state, Budget(steps=advance_call.EPOCH_STEPS))

    assert whole(state) == whole(ended[1])
    improved = [e for e in events + more if e.kind == "improved"]
    assert improved[-1].network == state.best.network
    assert [e.step for e in events + more] == sorted(e.step for e in events + more)

    # The next search of this process finds the process still there, and a killed one costs nothing but a log line.
    with Islands(problem, 2) as two:
        two.workers.gather()
        assert two.workers.processes[0].pid == pid
        os.kill(pid, signal.SIGKILL)
        state, _ = two.advance(two.start(), Budget(steps=ROUND + advance_call.EPOCH_STEPS))
    assert whole(state) == whole(ended[1])


@pytest.mark.slow
def test_the_first_island_does_what_a_search_alone_does(ended: tuple[Problem, SearchState]) -> None:
    alone, _ = advance(start(ended[0]), ended[0], Budget(steps=ended[1].step))

    assert ended[1].islands[0] == alone.islands[0]


def test_the_merged_front_is_a_front_and_no_island_has_a_better_one(ended: tuple[Problem, SearchState]) -> None:
    front = ended[1].front

    assert all(a.complexity < b.complexity and a.loss > b.loss for a, b in pairwise(front))
    for island in ended[1].islands:
        for entry in island.front:  # within the share that a more complex network has to win to be on a front
            simpler = [e for e in front if e.complexity <= entry.complexity]
            assert any(e.loss <= entry.loss * 1.02 for e in simpler) or any(
                e.loss_holdout <= entry.loss_holdout and e.loss * SMALL_GAIN <= entry.loss for e in simpler) or any(
                e.loss_holdout < entry.loss_holdout / 2 for e in front)


def test_the_second_island_searches_other_networks(ended: tuple[Problem, SearchState]) -> None:
    first, worker = ended[1].islands
    problem = ended[0]
    large = Problem.from_arrays(*table(400))

    assert (worker.number, worker.n_islands) == (1, 2)
    assert worker.step == WORKERS_BEGIN + 2 * advance_call.EPOCH_STEPS
    assert worker.fitted_shapes - first.fitted_shapes
    assert problem_of_island(problem, 1).match.tolist() == problem.match.tolist()  # all rows are match rows
    assert set(problem_of_island(large, 1).match) != set(large.match)
    assert len(problem_of_island(large, 1).match) == len(large.match)


def table(n: int) -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(3).uniform(1, 3, (n, 2))
    return X, X[:, 0] / X[:, 1] + np.sin(X[:, 0])


def test_an_exchange_hands_on_what_others_know(ended: tuple[Problem, SearchState]) -> None:
    first = ended[1].islands[0]
    before = with_worker_islands(replace(first, beam=first.beam[:6]), 2)
    exchange = Exchange()
    exchange.learn((first, replace(before[1], fitted_shapes=frozenset({"mine"}))))
    worker = exchange.after_migration(before[1])

    assert worker.expansions == first.expansions
    assert worker.fitted_shapes == first.fitted_shapes | {"mine"}
    assert {t.shape for t in worker.beam} < {t.shape for t in first.beam}
    assert worker.front == merged_front([before[1].front, first.front])


def test_an_exchange_learns_what_has_changed(ended: tuple[Problem, SearchState]) -> None:
    first, worker = ended[1].islands
    slowly, at_once = Exchange(), Exchange()
    slowly.learn((with_worker_islands(first, 2)[1],))
    slowly.learn((first, worker))
    slowly.learn((first, worker))
    at_once.learn((first, worker))

    one, other = slowly.after_migration(worker), at_once.after_migration(worker)
    assert {t.shape for t in one.beam} == {t.shape for t in other.beam}
    assert one.fitted_shapes == first.fitted_shapes | worker.fitted_shapes


def test_an_exact_formula_on_any_island_ends_the_search(ended: tuple[Problem, SearchState]) -> None:
    first, worker = ended[1].islands

    assert combined_state((first, replace(worker, stop_reason=StopReason.EXACT)), 0.0).stop_reason == "exact"
    assert combined_state((first, replace(worker, stop_reason=StopReason.EXHAUSTED)), 0.0).stop_reason is None
    assert combined_state((replace(first, stop_reason=StopReason.EXHAUSTED), worker), 0.0).stop_reason == "exhausted"


def test_an_executor_that_fails_costs_one_line(ended: tuple[Problem, SearchState],
                                               caplog: pytest.LogCaptureFixture) -> None:
    executor = AtOnce(fails_at=1)
    with caplog.at_level(logging.WARNING), Islands(ended[0], 2, executor) as two:
        state, _ = two.advance(two.start(), Budget(steps=advance_call.ALONE_STEPS + 1))

    assert [island.step for island in state.islands] == [advance_call.ALONE_STEPS + 1, WORKERS_BEGIN + 1]
    assert executor.calls == 1
    assert [r.message for r in caplog.records] == [
        "The process of island 1 of 2 is lost (no room); the search goes on without it."]


@pytest.mark.slow
def test_with_a_budget_in_seconds_workers_are_called_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)
    monkeypatch.setattr(advance_call, "EPOCH_S", 0.01)
    monkeypatch.setattr(advance_call, "_LOOK_S", float("inf"))  # look between steps alone
    executor, asked = AtOnce(), 0

    def interrupt() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    with Islands(noisy(), 3, executor) as three:
        state, _ = three.advance(three.start(), Budget(seconds=60), interrupt)
        state, _ = three.finish(state)

    assert state.step == 4
    assert executor.calls == 8
    assert [i.number for i in state.islands] == [0, 1, 2]
    assert all(i.step > WORKERS_BEGIN for i in state.islands[1:])
    assert min(e.loss for i in state.islands for e in i.front) == pytest.approx(state.front[-1].loss, rel=0.02)
    assert pickle.loads(pickle.dumps(state)) == state  # noqa: S301 - our own


def test_a_budget_in_seconds_ends_the_workers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)
    with Islands(noisy(), 2) as two:
        two.workers.gather()
        two.workers.processes[0].ready.result(timeout=60)
        state, _ = two.advance(two.start(), Budget(steps=None, seconds=0.2))
        state, _ = two.finish(state, at_most_s=60)

        assert not two.workers._futures
        assert state.islands[1].step > WORKERS_BEGIN
        assert two.workers.processes[0].submit(os.getpid).result(timeout=60) == two.workers.processes[0].pid


def test_no_process_is_started_for_a_short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "acquire", None)
    monkeypatch.setattr(advance_call, "ALONE_S", 60.0)  # on a busy machine a short search takes longer
    X, _ = table(40)

    model = XNetRegressor(n_jobs=2, random_state=0).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])

    assert model.formula_ == "2*x0**2/x1"


@pytest.mark.parametrize(("n_islands", "calls"), [(MANY_ISLANDS - 1, 0), (MANY_ISLANDS, 1)])
def test_processes_of_many_islands_start_at_once(n_islands: int, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = []
    monkeypatch.setattr(workers.Workers, "gather", lambda self: gathered.append(self) or False)
    monkeypatch.setattr(advance_call, "ALONE_S", 60.0)
    with Islands(noisy(), n_islands, AtOnce()) as many:
        state, _ = many.advance(many.start(), Budget(seconds=0.01))

    assert len(gathered) == calls
    assert len(state.islands) == 1


def test_epochs_of_many_islands_are_short_until_there_are_more_of_them() -> None:
    def epoch(n_islands: int) -> float | None:
        problem = noisy()
        islands = Islands(problem, n_islands, AtOnce())
        return advance_call.AdvanceCall(problem, islands.workers, islands.start(), Budget(), None).epoch().seconds

    assert [epoch(n) for n in (2, 7, 8, 16, 64)] == pytest.approx([0.4, 0.4, 0.2, 0.4, 1.6])


@pytest.mark.slow
def test_a_killed_parent_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"  # no `if __name__ == "__main__"`: it must not be run again by the workers
    script.write_text("import os, time\nfrom xnet.engine.islands.process_pool import PoolProcess\n"
                      "process = PoolProcess()\nprocess.ready.result()\n"
                      "process.submit(time.sleep, 600)\nprint(process.pid, flush=True)\nos.kill(os.getpid(), 9)\n")
    out = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100,
                         env=os.environ | {"PYTHONPATH": str(Path(workers.__file__).parents[3])}, check=False).stdout

    pid = int(out)
    until = time.monotonic() + 20
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not runs(pid)


def runs(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_forgotten_islands_give_their_processes_back() -> None:
    two = Islands(noisy(), 2)
    two.workers.gather()
    process = two.workers.processes[0]
    del two

    assert process in process_pool._idle
    process_pool.close_idle()
    assert not process.alive()


@pytest.mark.slow
def test_a_helper_that_left_during_a_long_pause_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advance_call, "ALONE_S", 0.0)
    process_pool.close_idle()
    with Islands(noisy(), 2) as two:
        monkeypatch.setattr(process_pool, "IDLE_S", 0.01)
        two.workers.gather()
        gone = two.workers.processes[0]
        gone._process.wait(60)
        monkeypatch.setattr(process_pool, "IDLE_S", 60)
        two.workers.gather()

        assert gone.exited_idle()
        assert two.workers.processes[0].ready.result(timeout=60) == two.workers.processes[0].pid != gone.pid
        assert two.workers.executors == {1: two.workers.processes[0]}


