"""The worker as a process: it is steered, killed and left alone, and what was found stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from tests.runs.worker_runs import ROOT, WAIT_S, make_run, running, state, wait_for
from xnet.engine import Budget, ClusterError
from xnet.engine.islands.islands import search_on_islands
from xnet.processes import process_lives
from xnet.runs import worker as worker_module


@pytest.fixture
def work() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers, and ends those that a test left."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, stdin: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", *arguments], stdin=stdin,
                                        stderr=subprocess.PIPE, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stderr):
            if stream is not None:
                stream.close()


def say(process: subprocess.Popen[bytes], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{word}\n".encode())
    process.stdin.flush()


@pytest.mark.slow
def test_a_run_is_carried_out_to_its_end(tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path, easy=True)

    process = work(str(run.folder))

    assert process.wait(WAIT_S) == 0
    assert state(run) == "finished"
    best = run.best()
    assert best is not None
    assert best["r2_train"] > 1 - 1e-12
    assert "Ended: The formula fits every training row exactly" in (run.folder / "log.txt").read_text("utf-8")
    assert (run.status()["pid"], process_lives(process.pid)) == (process.pid, False)


@pytest.mark.slow
def test_the_parent_steers_by_lines(tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path)
    process = work(str(run.folder))
    wait_for(lambda: running(run), "the search")

    say(process, "pause")
    wait_for(lambda: state(run) == "paused", "the pause")
    frozen, beat = run.snapshot(), run.status()["heartbeat"]
    time.sleep(0.6)
    assert run.snapshot() == frozen
    wait_for(lambda: run.status()["heartbeat"] > beat, "a heartbeat during the pause")
    assert state(run) == "paused"
    say(process, "resume")
    wait_for(lambda: running(run), "going on")
    say(process, "stop")

    assert process.wait(WAIT_S) == 0
    assert state(run) == "stopped"
    assert run.best() is not None


@pytest.mark.slow
def test_several_processes_stop_with_their_worker(tmp_path: Path,
                                                  work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path, n_jobs=2)
    process = work(str(run.folder))
    (helper,) = wait_for(lambda: psutil.Process(process.pid).children(), "the second process")
    wait_for(lambda: helper.cpu_times().user > 0.8, "the second process's search")

    say(process, "pause")
    wait_for(lambda: state(run) == "paused", "the pause")
    say(process, "resume")
    wait_for(lambda: running(run), "going on")
    say(process, "stop")

    assert process.wait(WAIT_S) == 0
    assert state(run) == "stopped"
    assert not helper.is_running()
    log = (run.folder / "log.txt").read_text("utf-8")
    assert "is lost" not in log
    assert "broke off" not in log


@pytest.mark.slow
def test_a_worker_whose_parent_leaves_finishes(tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path)
    process = work(str(run.folder))
    wait_for(lambda: running(run), "the search")

    assert process.stdin is not None
    process.stdin.close()

    assert process.wait(WAIT_S) == 0
    assert state(run) == "stopped"


@pytest.mark.slow
def test_a_detached_worker_stays_and_listens_to_the_folder(tmp_path: Path,
                                                           work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path)
    process = work(str(run.folder), "--detach", stdin=subprocess.DEVNULL)
    wait_for(lambda: running(run), "the search")
    niceness = psutil.Process().nice() + worker_module.NICENESS
    assert psutil.Process(process.pid).nice() == min(19, niceness), "it gives way to the server"

    run.command("pause")
    wait_for(lambda: state(run) == "paused", "the pause")
    run.command("resume")
    wait_for(lambda: running(run), "going on")
    run.command("stop")

    assert process.wait(WAIT_S) == 0
    assert state(run) == "stopped"


def test_a_killed_worker_leaves_a_failed_run_with_its_best(tmp_path: Path,
                                                           work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path)
    process = work(str(run.folder))
    wait_for(lambda: running(run), "the search")
    assert run.is_alive()

    process.kill()
    process.wait(WAIT_S)

    assert state(run) == "failed"
    assert "is kept" in run.status()["message"]
    best, snapshot = run.best(), run.snapshot()
    assert best is not None
    assert snapshot is not None
    assert snapshot["state"] == "failed"


@pytest.mark.slow
def test_sigterm_keeps_the_best_formula(tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path)
    process = work(str(run.folder), "--detach")
    wait_for(lambda: running(run), "the search")

    process.send_signal(signal.SIGTERM)

    assert process.wait(WAIT_S) == 0
    assert state(run) == "stopped"


@pytest.mark.slow
def test_a_worker_without_a_run_says_so(tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = work(str(tmp_path / "nothing"))
    _, errors = process.communicate(timeout=WAIT_S)

    assert process.returncode == 2
    assert b"no readable config.json" in errors
    assert b"Traceback" not in errors


@pytest.mark.slow
@pytest.mark.parametrize(("address", "n_jobs", "expected"), [
    ("tcp://127.0.0.1:8786", 2, "a cluster"), ("tcp://127.0.0.1:8786", 1, None), ("", 2, None), ("nowhere", 2, None)])
def test_the_servers_cluster_computes_for_runs_of_several_processes(
        address: str, n_jobs: int, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    @contextmanager
    def connect(address: str) -> Iterator[Any]:
        if address == "nowhere":
            raise ClusterError("No Dask scheduler answers.")
        yield "a cluster"

    monkeypatch.setenv("XNET_CLUSTER", address)
    monkeypatch.setattr(worker_module, "connect", connect)
    with ExitStack() as stack:
        assert worker_module._cluster(make_run(tmp_path, n_jobs=n_jobs), stack) == expected
    assert ("This machine computes alone: No Dask scheduler answers." in caplog.text) == (address == "nowhere")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of Dask
@pytest.mark.timeout(600)
def test_a_real_cluster_computes_for_the_server_also_after_a_worker_is_killed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    run = make_run(tmp_path, n_jobs=3, steps=14, seconds=600)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                                  dashboard_address=None) as local, distributed.Client(local) as client:
        monkeypatch.setenv("XNET_CLUSTER", local.scheduler_address)
        workers = [psutil.Process(pid) for pid in client.run(os.getpid).values()]
        process = work(str(run.folder), "--detach")
        wait_for(lambda: running(run), "the search, which begins when the workers are checked")
        begun = [worker.cpu_times().user for worker in workers]
        wait_for(lambda: all(w.cpu_times().user > b + 0.5 for w, b in zip(workers, begun, strict=True)), "both islands")
        workers[0].kill()
        helpers = psutil.Process(process.pid).children()
        assert process.wait(8 * WAIT_S) == 0
    assert "computes alone" not in (run.folder / "log.txt").read_text("utf-8")
    assert helpers == []

    one_machine, _ = search_on_islands(run.problem(), Budget(steps=14), 3)
    last = run.snapshot()
    assert last is not None
    assert last["stop_reason"] == "steps"
    assert [f["network"] for f in last["front"]] == [e.network.to_json() for e in one_machine.front]


@pytest.mark.slow
def test_a_warm_worker_waits_for_its_run_and_leaves_when_none_comes(
        tmp_path: Path, work: Callable[..., subprocess.Popen[bytes]]) -> None:
    run = make_run(tmp_path, easy=True)
    process, idle = work("--warm"), work("--warm")

    process.communicate(f"{run.folder}\n".encode(), timeout=WAIT_S)
    idle.communicate(timeout=WAIT_S)

    assert (process.returncode, idle.returncode) == (0, 0)
    assert state(run) == "finished"
