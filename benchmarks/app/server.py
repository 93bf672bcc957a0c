"""A server of the app with its own port and its own folder for runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.folders import ROOT
from xnet.one_thread import ONE_THREAD
from xnet.runs import list_runs


@dataclass(frozen=True)
class Server:
    """A running app.

    Attributes:
        url: address of the app.
        process: of the server.
        runs: folder of the runs.
    """

    url: str
    process: psutil.Process
    runs: Path

    def seconds(self) -> float:
        """Processor time used so far, in seconds."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def warm_worker(self) -> psutil.Process | None:
        """The warm worker, once it has imported all it needs; None if there is none within half a minute."""
        for _ in range(60):
            for child in self.process.children():
                try:
                    if "--warm" in child.cmdline() and not _is_taken(child, self.runs) and _is_idle(child):
                        return child
                except psutil.Error:
                    continue  # the process has ended in the meantime
            time.sleep(0.5)
        return None


def _is_taken(worker: psutil.Process, runs: Path) -> bool:
    return any(run.status()["pid"] == worker.pid for run in list_runs(runs))


def _is_idle(worker: psutil.Process) -> bool:
    """Whether a process has finished its imports: it has used processor time before, but none in the last 0.6 s."""
    before = sum(worker.cpu_times()[:2])
    time.sleep(0.6)
    return before > 0.3 and sum(worker.cpu_times()[:2]) - before < 0.02


@contextmanager
def serving() -> Iterator[Server]:
    """A new server, which is stopped with all its workers in the end."""
    with tempfile.TemporaryDirectory(prefix="xnet_bench_") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        runs = Path(folder) / "runs"
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true",
             "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD | {"XNET_RUNS": str(runs)})
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid), runs)
        finally:
            end_runs(runs)
            process.terminate()  # the warm worker exits when its input is closed
            process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - an address on this machine
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The app did not start within a minute; run `make app` to see its messages.")


def end_runs(runs: Path) -> None:
    """Stop all searches of a folder; kill those that have not stopped after 5 s."""
    alive = [run for run in list_runs(runs) if run.is_alive()]
    for run in alive:
        run.command("stop")
    until = time.monotonic() + 5
    for run in alive:
        while run.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        pid = run.status()["pid"]
        if run.is_alive() and pid is not None:
            psutil.Process(pid).kill()
