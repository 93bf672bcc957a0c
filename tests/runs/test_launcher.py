"""Launching: a warm worker is used and replaced, and a run outlives the server that began it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.worker_runs import ROOT, WAIT_S, make_run, running, state, wait_for
from xnet.processes import process_lives
from xnet.runs import launch, launcher, prewarm


@pytest.fixture
def no_warm_worker() -> Iterator[None]:
    """No warm worker before the test, and none after it; nor one that is still leaving."""
    launcher.cool_down()
    yield
    for worker in launcher._started:
        worker.wait(WAIT_S)
    launcher.cool_down()


@pytest.mark.slow
def test_launch_uses_the_warm_worker_and_else_a_fresh_one(tmp_path: Path, no_warm_worker: None) -> None:
    prewarm()
    prewarm()
    warm = launcher._warm
    assert warm is not None
    first, second = make_run(tmp_path, easy=True), make_run(tmp_path, easy=True)

    assert launch(first) == warm.pid
    assert launch(second) != warm.pid
    assert first.is_alive()
    assert second.is_alive()
    wait_for(lambda: state(first) == state(second) == "finished", "both runs")
    wait_for(lambda: not process_lives(warm.pid), "the worker's leaving")


@pytest.mark.slow
def test_a_dead_warm_worker_is_replaced(tmp_path: Path, no_warm_worker: None) -> None:
    prewarm()
    assert launcher._warm is not None
    os.kill(launcher._warm.pid, signal.SIGKILL)
    launcher._warm.wait()
    run = make_run(tmp_path, easy=True)

    launch(run)

    wait_for(lambda: state(run) == "finished", "the run")


def test_a_launched_run_outlives_its_server(tmp_path: Path) -> None:
    run = make_run(tmp_path, seconds=30)
    server = "import sys, pathlib, xnet.runs as r; print(r.launch(r.Run(pathlib.Path(sys.argv[1]))))"
    done = subprocess.run([sys.executable, "-c", server, str(run.folder)], cwd=ROOT, capture_output=True, check=True,
                          timeout=WAIT_S)
    pid = json.loads(done.stdout)

    wait_for(lambda: running(run), "the search")
    run.command("stop")

    wait_for(lambda: state(run) == "stopped", "the stop")
    assert run.status()["pid"] == pid
