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
from joblib import Parallel, delayed

from tests.engine.search.test_search import noisy as any_noisy
from tests.engine.search.test_search import same_run
from xnet import XNetRegressor
from xnet.engine import Budget, DataError, Islands, Problem, SearchState, advance, count_jobs, start
from xnet.engine.front.front import SMALL_GAIN
from xnet.engine.islands import islands, process_pool
from xnet.engine.islands.migration import exchanged, joined, variant
from xnet.engine.search.schedule import HELPERS_BEGIN
from xnet.engine.search.state import IslandsState, merged, together
from xnet.engine.search.stopping import StopReason

ROUND = islands.ALONE_STEPS + islands.EPOCH_STEPS


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
    assert isinstance(state, IslandsState)
    return same_run(state), tuple(map(same_run, state.islands))


@pytest.fixture(scope="module")
def ended() -> tuple[Problem, IslandsState]:
    """Two islands after two rounds, in this process."""
    problem = noisy()
    with Islands(problem, 2, AtOnce()) as two:
        state, _ = two.advance(two.start(), Budget(steps=ROUND + islands.EPOCH_STEPS))
    assert isinstance(state, IslandsState)
    return problem, state


def test_processes_give_the_same_run_as_this_one(ended: tuple[Problem, IslandsState]) -> None:
    problem = noisy()
    with Islands(problem, 2) as two:
        state, events = two.advance(two.start(), Budget(steps=ROUND))
        pid = two._lanes[0].pid
        state, more = two.advance(state, Budget(steps=islands.EPOCH_STEPS))

    assert whole(state) == whole(ended[1])
    improved = [e for e in events + more if e.kind == "improved"]
    assert improved[-1].network == state.best.network
    assert [e.step for e in events + more] == sorted(e.step for e in events + more)

    # The next search of this process finds the process still there, and a killed one costs nothing but a log line.
    with Islands(problem, 2) as two:
        two.gather()
        assert two._lanes[0].pid == pid
        os.kill(pid, signal.SIGKILL)
        state, _ = two.advance(two.start(), Budget(steps=ROUND + islands.EPOCH_STEPS))
    assert whole(state) == whole(ended[1])


def test_the_first_island_does_what_a_search_alone_does(ended: tuple[Problem, IslandsState]) -> None:
    alone, _ = advance(start(ended[0]), ended[0], Budget(steps=ended[1].step))

    assert same_run(ended[1].islands[0]) == same_run(alone)


def test_the_merged_front_is_a_front_and_no_island_has_a_better_one(ended: tuple[Problem, IslandsState]) -> None:
    front = ended[1].front

    assert all(a.complexity < b.complexity and a.loss > b.loss for a, b in pairwise(front))
    for island in ended[1].islands:
        for entry in island.front:  # within the share that a more complex network has to win to be on a front
            simpler = [e for e in front if e.complexity <= entry.complexity]
            assert any(e.loss <= entry.loss * 1.02 for e in simpler) or any(
                e.loss_holdout <= entry.loss_holdout and e.loss * SMALL_GAIN <= entry.loss for e in simpler) or any(
                e.loss_holdout < entry.loss_holdout / 2 for e in front)


def test_the_helper_looks_elsewhere(ended: tuple[Problem, IslandsState]) -> None:
    first, helper = ended[1].islands
    problem = ended[0]
    large = Problem.from_arrays(*table(400))

    assert (helper.island, helper.n_islands) == (1, 2)
    assert helper.step == HELPERS_BEGIN + 2 * islands.EPOCH_STEPS
    assert helper.seen - first.seen
    assert variant(problem, 1).match.tolist() == problem.match.tolist()  # all rows are match rows
    assert set(variant(large, 1).match) != set(large.match)
    assert len(variant(large, 1).match) == len(large.match)


def table(n: int) -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(3).uniform(1, 3, (n, 2))
    return X, X[:, 0] / X[:, 1] + np.sin(X[:, 0])


def test_an_exchange_hands_on_what_others_know(ended: tuple[Problem, IslandsState]) -> None:
    first = ended[1].islands[0]
    before = joined(replace(first, pool=first.pool[:6]), 2)
    helper = exchanged((first, replace(before[1], seen=frozenset({"mine"}))), 1)

    assert helper.expanded == first.expanded
    assert helper.seen == first.seen | {"mine"}
    assert {t.shape for t in helper.pool} < {t.shape for t in first.pool}
    assert helper.front == merged([before[1].front, first.front])


def test_an_exact_formula_on_any_island_ends_the_search(ended: tuple[Problem, IslandsState]) -> None:
    first, helper = ended[1].islands

    assert together((first, replace(helper, stop_reason=StopReason.EXACT)), 0.0).stop_reason == "exact"
    assert together((first, replace(helper, stop_reason=StopReason.EXHAUSTED)), 0.0).stop_reason is None
    assert together((replace(first, stop_reason=StopReason.EXHAUSTED), helper), 0.0).stop_reason == "exhausted"


def test_an_executor_that_fails_costs_one_line(ended: tuple[Problem, IslandsState],
                                               caplog: pytest.LogCaptureFixture) -> None:
    executor = AtOnce(fails_at=1)
    with caplog.at_level(logging.WARNING), Islands(ended[0], 2, executor) as two:
        state, _ = two.advance(two.start(), Budget(steps=islands.ALONE_STEPS + 1))

    assert isinstance(state, IslandsState)
    assert [island.step for island in state.islands] == [islands.ALONE_STEPS + 1, HELPERS_BEGIN + 1]
    assert executor.calls == 1
    assert [r.message for r in caplog.records] == [
        "The process of island 1 of 2 is lost (no room); the search goes on without it."]


def test_with_a_budget_in_seconds_helpers_are_called_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "ALONE_S", 0.0)
    monkeypatch.setattr(islands, "EPOCH_S", 0.01)
    executor, asked = AtOnce(), 0

    def interrupt() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    with Islands(noisy(), 3, executor) as three:
        state, _ = three.advance(three.start(), Budget(seconds=60), interrupt)
        state, _ = three.finish(state)

    assert isinstance(state, IslandsState)
    assert state.step == 4
    assert executor.calls == 8
    assert [i.island for i in state.islands] == [0, 1, 2]
    assert all(i.step > HELPERS_BEGIN for i in state.islands[1:])
    assert min(e.loss for i in state.islands for e in i.front) == pytest.approx(state.front[-1].loss, rel=0.02)
    assert pickle.loads(pickle.dumps(state)) == state  # noqa: S301 - our own


def test_a_budget_in_seconds_ends_the_helpers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "ALONE_S", 0.0)
    with Islands(noisy(), 2) as two:
        two.gather()
        two._lanes[0].ready.result(timeout=60)
        state, _ = two.advance(two.start(), Budget(steps=None, seconds=0.2))
        state, _ = two.finish(state, at_most_s=60)

        assert not two._flying
        assert isinstance(state, IslandsState)
        assert state.islands[1].step > HELPERS_BEGIN
        assert two._lanes[0].submit(os.getpid).result(timeout=60) == two._lanes[0].pid


def test_no_process_is_started_for_a_short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "lend", None)
    X, _ = table(40)

    model = XNetRegressor(n_jobs=2, random_state=0).fit(X, 2 * X[:, 0] ** 2 / X[:, 1])

    assert model.formula_ == "2*x0**2/x1"


def test_a_killed_parent_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"  # no `if __name__ == "__main__"`: it must not be run again by the helpers
    script.write_text("import os, time\nfrom xnet.engine.islands.process_pool import Lane\n"
                      "lane = Lane()\nlane.ready.result()\n"
                      "lane.submit(time.sleep, 600)\nprint(lane.pid, flush=True)\nos.kill(os.getpid(), 9)\n")
    out = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100,
                         env=os.environ | {"PYTHONPATH": str(Path(islands.__file__).parents[3])}, check=False).stdout

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
    two.gather()
    lane = two._lanes[0]
    del two

    assert lane in process_pool._idle
    process_pool.close_idle()
    assert not lane.alive()


def test_a_helper_that_left_during_a_long_pause_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "ALONE_S", 0.0)
    process_pool.close_idle()
    with Islands(noisy(), 2) as two:
        monkeypatch.setattr(process_pool, "IDLE_S", 0.01)
        two.gather()
        gone = two._lanes[0]
        gone._process.wait(60)
        monkeypatch.setattr(process_pool, "IDLE_S", 60)
        two.gather()

        assert gone.rests()
        assert two._lanes[0].ready.result(timeout=60) == two._lanes[0].pid != gone.pid
        assert two._helpers == {1: two._lanes[0]}


def inside() -> int:
    return count_jobs(2)


def test_jobs_are_counted_as_scikit_learn_counts_them() -> None:
    assert [count_jobs(n) for n in (None, 1, 3, np.int64(2))] == [1, 1, 3, 2]
    assert count_jobs(-1) >= 1
    assert count_jobs(-10_000) == 1
    assert Parallel(n_jobs=2, backend="threading")(delayed(inside)() for _ in range(2)) == [1, 1]
    for wrong in (0, 1.5, True, "all"):
        with pytest.raises(DataError, match="expected a whole number of processes"):
            count_jobs(wrong)  # type: ignore[arg-type]


def test_inside_a_process_of_joblib_there_is_one() -> None:
    assert Parallel(n_jobs=2, backend="loky")(delayed(count_jobs)(2) for _ in range(2)) == [1, 1]
