"""The queue: so many searches at once, the others in line by turns, and no dead process in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.fakes import use_fake
from tests.runs.test_execution import make_run as fake_run
from tests.runs.test_worker import ROOT, make_run, running, state, wait_for
from xnet.config.run_options import RunError
from xnet.run_queue import Place, RunQueue, most_running
from xnet.runs import execute, launch, launcher, waiting
from xnet.runs.waiting import LOW_SPACE


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunQueue:
    monkeypatch.setenv("XNET_MAX_RUNNING", "1")
    return RunQueue(tmp_path)


@pytest.fixture
def tidy() -> Iterator[None]:
    """Ends the processes that a test launched."""
    launcher.cool_down()
    yield
    for worker in launcher._started:
        worker.kill()
        worker.wait()
    launcher.cool_down()


def test_by_default_one_core_stays_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XNET_MAX_RUNNING", raising=False)
    assert most_running() == max(1, len(os.sched_getaffinity(0)) - 1)


def test_the_line_moves(queue: RunQueue) -> None:
    for name, seconds in (("a", 60), ("b", 30), ("c", 10)):
        queue.enter(name, "", seconds)
    assert queue.place("a") is None, "its turn has come"
    assert queue.place("a") is None
    b, c = queue.place("b"), queue.place("c")
    assert b is not None
    assert c is not None
    assert (b.number, c.number) == (1, 2)
    assert 50 < b.seconds <= 60
    assert 80 < c.seconds <= 90
    assert c.text() == "2nd in line, about 1 min."
    queue.leave("a")
    assert queue.place("c") == Place(2, 30)
    assert queue.place("b") is None
    assert queue.count() == (1, 1)


def test_sessions_take_turns(queue: RunQueue) -> None:
    for name, session in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("b2", "b")):
        queue.enter(name, session, 10)
    assert queue.place("a1") is None
    order = sorted(("a2", "a3", "b1", "b2"), key=lambda name: queue.place(name) or Place(0, 0))
    assert order == ["b1", "a2", "b2", "a3"]
    assert queue.count("a") == (1, 2)


def test_a_dead_process_never_blocks_the_line(queue: RunQueue) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    for name in ("running", "waiting"):
        queue.enter(name, "", 3600)
        queue.hand_over(name, dead.pid)
    assert queue.place("running") is None
    queue.enter("mine", "", 10)
    assert queue.place("mine") is not None
    dead.communicate()
    assert queue.place("mine") is None
    assert queue.count() == (1, 0)


def test_a_pause_gives_the_turn_to_others(queue: RunQueue) -> None:
    queue.enter("a", "", 60)
    queue.enter("b", "", 60)
    assert queue.place("a") is None
    queue.pause("a")
    assert queue.place("b") is None
    queue.resume("a")
    assert queue.place("a") is not None
    queue.leave("b")
    assert queue.place("a") is None


@pytest.mark.slow
def test_searches_wait_run_and_are_stopped_in_line(tmp_path: Path, queue: RunQueue, tidy: None) -> None:
    first, second, third = make_run(tmp_path), make_run(tmp_path, easy=True), make_run(tmp_path, easy=True)
    pids = [launch(run) for run in (first, second, third)]
    assert launch(first) == pids[0], "who presses twice starts no second process"
    wait_for(lambda: running(first), "the first search")
    wait_for(lambda: "in line, about" in second.status()["message"], "the place")
    assert (state(second), state(third)) == ("queued", "queued")
    assert third.status()["message"].startswith("2nd in line")
    third.command("stop")
    wait_for(lambda: state(third) == "stopped", "the stop in line")
    assert second.snapshot() is None
    first.command("stop")
    wait_for(lambda: state(second) == "finished", "the turn of the second")
    assert second.status()["pid"] == pids[1], "the process that waited became the worker"
    snapshot = second.snapshot()
    assert snapshot is not None
    assert snapshot["seconds"] < 20, "the time in line is not of the budget"


def test_a_session_has_a_limit(tmp_path: Path, queue: RunQueue, tidy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XNET_MAX_SEARCHES", "2")
    for _ in range(2):
        launch(make_run(tmp_path), "me")
    with pytest.raises(RunError, match="You have 2 searches that run or wait"):
        launch(make_run(tmp_path), "me")
    launch(make_run(tmp_path), "you")


@pytest.mark.slow
def test_the_line_outlives_the_server(tmp_path: Path, queue: RunQueue) -> None:
    runs = [make_run(tmp_path), make_run(tmp_path, easy=True)]
    server = "import sys, pathlib, xnet.runs as r; [r.launch(r.Run(pathlib.Path(p))) for p in sys.argv[1:]]"
    subprocess.run([sys.executable, "-c", server, *(str(run.folder) for run in runs)], cwd=ROOT, check=True, timeout=60)
    wait_for(lambda: running(runs[0]), "the first search")
    assert state(runs[1]) == "queued"
    runs[0].command("stop")
    wait_for(lambda: state(runs[1]) == "finished", "the second search")


@pytest.mark.slow
def test_two_workers_never_work_in_one_folder(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    command = [sys.executable, "-m", "xnet.runs.worker", str(run.folder), "--detach"]
    workers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    wait_for(lambda: sum(worker.poll() is not None for worker in workers) == 2, "the end of the others")
    assert sorted(str(worker.poll()) for worker in workers) == ["3", "3", "None"]
    wait_for(lambda: running(run), "the search")
    run.command("stop")
    for worker in workers:
        worker.communicate(timeout=60)
    assert state(run) == "stopped"


@pytest.mark.slow
def test_a_full_disk_pauses_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=3)
    run = fake_run(tmp_path)
    free = iter([LOW_SPACE - 1] * 3)
    monkeypatch.setattr(waiting, "free_space", lambda run: next(free, LOW_SPACE))
    seen: list[str] = []
    snapshot = execute(run, commands=lambda: seen.append(run.status()["message"]))
    assert any("The disk of the server is full" in line for line in seen)
    assert snapshot is not None
    assert snapshot["state"] == "finished"


def test_a_disk_that_is_full_all_the_same_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, fail_at=2, error=OSError(28, "No space left on device"))
    run = fake_run(tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert "the disk is full" in run.status()["message"]
    assert run.status()["state"] == "failed"
