"""Starting workers from a server: detached processes, one of them kept warm.

`multiprocessing` would run the app's own script again in the child; so a worker is our own interpreter on
`-m xnet.runs.worker`. Importing the numerical libraries takes seconds on a busy machine, therefore `prewarm` keeps
one idle worker that has done so already; `launch` gives it the run's folder. Workers outlive the server: what they do
is in the run's folder, not in this process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from xnet.config.run_options import RunError

from .control import ONE_THREAD
from .run import Run

_lock = threading.Lock()
_warm: subprocess.Popen[bytes] | None = None
_started: list[subprocess.Popen[bytes]] = []


def launch(run: Run) -> int:
    """Start a worker on the run, a warm one if there is one; returns its process id.

    Raises:
        RunError: the run's folder is gone or cannot be written, or no process can be started.
    """
    global _warm
    with _lock:
        worker, _warm = _warm, None
        try:
            if worker is None or not _hand_over(worker, run):
                with (run.folder / "log.txt").open("ab") as log:  # what goes wrong before the worker keeps its own log
                    worker = _start(str(run.folder), "--detach", stdin=subprocess.DEVNULL, stderr=log)
                _say_starting(run, worker)
        except OSError as error:
            raise RunError(f"The search cannot be started ({error.strerror}): its folder is gone or cannot be "
                           "written, or the server is short of memory. Make room, then try again.") from error
        _started.append(worker)
        _forget_ended()
    return worker.pid


def prewarm() -> None:
    """Keep one worker ready in this process; costs nothing when there is one already."""
    global _warm
    with _lock:
        if _warm is None or _warm.poll() is not None:
            if _warm is not None and _warm.stdin is not None:
                _warm.stdin.close()
            _warm = _start("--warm", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        _forget_ended()


def cool_down() -> None:
    """Send the idle worker away, if there is one; runs go on."""
    global _warm
    with _lock:
        worker, _warm = _warm, None
        if worker is not None:
            worker.communicate()  # closes its input, on which it leaves
        _forget_ended()


def _hand_over(worker: subprocess.Popen[bytes], run: Run) -> bool:
    """Give a warm worker its run; False if it has died."""
    assert worker.stdin is not None
    with worker.stdin:
        if worker.poll() is not None:
            return False
        _say_starting(run, worker)  # before it starts: from then on the status is the worker's
        try:
            worker.stdin.write(f"{run.folder}\n".encode())
            worker.stdin.flush()
        except OSError:
            return False
    return True


def _say_starting(run: Run, worker: subprocess.Popen[bytes]) -> None:
    run.write_status("starting", "Starting the engine.", pid=worker.pid)


def _start(*arguments: str, stdin: int, stderr: int | IO[bytes]) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[2])
    environment = os.environ | ONE_THREAD | {
        "PYTHONPATH": os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH")) if p)}
    return subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", *arguments], stdin=stdin, stderr=stderr,
                            stdout=subprocess.DEVNULL, env=environment, start_new_session=True)


def _forget_ended() -> None:
    """Take note of the workers that have ended, so that the system can forget them."""
    _started[:] = [worker for worker in _started if worker.poll() is None]
