"""Starts workers from a server: detached processes, one of them kept warm.

A worker is a Python process of `-m xnet.runs.worker`, because `multiprocessing` would run the app's script again in the
child. Importing the numerical libraries takes seconds on a busy machine; `prewarm` therefore keeps one idle worker that
has imported them, and `launch` passes the run folder to it. Workers outlive the server: all their results are in the
run folder, none in this process.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from typing import IO

import psutil

from xnet.config.run_options import RunError
from xnet.environment import positive_count
from xnet.one_thread import child_environment
from xnet.processes import process_lives
from xnet.run_queue import RunQueue

from .permutation import ask_for_check, read_permutation
from .run import ACTIVE, Run
from .sharing import SharedRun
from .store import reason_of

_lock = threading.Lock()
_warm: subprocess.Popen[bytes] | None = None
_started: list[subprocess.Popen[bytes]] = []


def launch(run: Run, session: str = "", counts: bool = True) -> int:
    """Start a process on the run and return its id; while too many searches compute, it waits in line.

    The warm worker is used if there is one and the run need not wait. A run that a process works on is left alone.

    Args:
        run: the run.
        session: who asks for it; the sessions of a server take turns.
        counts: whether the session must have fewer than `most_of_session` searches.

    Raises:
        RunError: the session has `most_of_session` searches already, the run folder is gone or cannot be written, or no
            process can be started.
    """
    with _lock:
        status = run.status()
        if status["state"] in ACTIVE and status["pid"] is not None:
            return status["pid"]
        queue = RunQueue(run.folder.parent)
        try:
            if session and counts and sum(queue.count(session)) >= (most := most_of_session()):
                raise RunError(f"You have {most} searches that run or wait. Stop one of them, or wait for its end.")
            queue.enter(run.id, session, seconds_left(run))
            place = queue.place(run.id)
            worker = _start_worker(run) if place is None else _start_waiting(run, place.text())
            queue.hand_over(run.id, worker.pid)
        except (OSError, sqlite3.Error) as error:
            why = reason_of(error) if isinstance(error, OSError) else str(error)
            raise RunError(f"The search cannot be started ({why}): its folder is gone or cannot be "
                           "written, or the server is short of memory. Free some space, then try again.") from error
        _started.append(worker)
        _forget_ended()
    return worker.pid


def most_of_session() -> int:
    """How many searches of one session may run or wait at once: XNET_MAX_SEARCHES, by default 4."""
    return positive_count("XNET_MAX_SEARCHES", 4)


def seconds_left(run: Run) -> float:
    """The seconds of its budget that a search has not used."""
    snapshot = run.snapshot()
    return max(0.0, float(run.config["seconds"]) - (float(snapshot["seconds"]) if snapshot else 0.0))


def end_worker(run: Run) -> None:
    """End the process that works on a run, also one that does not answer any more; the best formula so far is kept."""
    status = run.status()
    if status["state"] in ACTIVE and status["pid"] not in (None, os.getpid()) and process_lives(
            status["pid"], status.get("pid_created")):
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(status["pid"])
            process.kill()
            process.wait(5.0)


def _start_worker(run: Run) -> subprocess.Popen[bytes]:
    """The warm worker on the run, else a new one."""
    global _warm
    worker, _warm = _warm, None
    if worker is None or not _pass_run(worker, run):
        with (run.folder / "log.txt").open("ab") as log:  # errors from before the worker has its own log
            worker = _start(str(run.folder), "--detach", stdin=subprocess.DEVNULL, stderr=log)
        _write_starting(run, worker)
    return worker


def _start_waiting(run: Run, message: str) -> subprocess.Popen[bytes]:
    """The small process that waits for the turn of a run."""
    with (run.folder / "log.txt").open("ab") as log:
        worker = _start(str(run.folder), stdin=subprocess.DEVNULL, stderr=log, module="xnet.run_queue")
    run.write_status("queued", message, pid=worker.pid)
    return worker


def launch_check(run: Run, n_shuffled: int) -> None:
    """Start a process that carries out a permutation check of a run (`xnet.runs.permutation_worker`).

    Args:
        run: a run that has ended.
        n_shuffled: the number of shuffled tables.

    Raises:
        RunError: the run is shared for reading only, its search or another check has not ended, the run folder is gone
            or cannot be written, or no process can be started.
    """
    if isinstance(run, SharedRun):
        raise RunError("This link only shows the search. To check it, ask the person who sent you the link.")
    record = read_permutation(run)
    if run.is_alive() or (record is not None and record["state"] == "running"):
        raise RunError("The search or an earlier check is still running. Wait for its end, or stop it.")
    with _lock:
        try:
            with (run.folder / "log.txt").open("ab") as errors:
                process = _start(str(run.folder), stdin=subprocess.DEVNULL, stderr=errors,
                                 module="xnet.runs.permutation_worker")
            ask_for_check(run, n_shuffled, process.pid)  # before its libraries are imported, which takes a second
        except OSError as error:
            raise RunError(f"The check cannot be started ({error.strerror}): the run folder is gone or cannot be "
                           "written, or the server is short of memory.") from error
        _started.append(process)
        _forget_ended()


def prewarm() -> None:
    """Start the warm worker of this process, unless there is one."""
    global _warm
    with _lock:
        if _warm is None or _warm.poll() is not None:
            if _warm is not None and _warm.stdin is not None:
                _warm.stdin.close()
            _warm = _start("--warm", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        _forget_ended()


def cool_down() -> None:
    """End the warm worker, if there is one; running searches continue."""
    global _warm
    with _lock:
        worker, _warm = _warm, None
        if worker is not None:
            worker.communicate()  # closes its input, and then it exits
        _forget_ended()


def _pass_run(worker: subprocess.Popen[bytes], run: Run) -> bool:
    """Pass a run to the warm worker; False if the worker has died."""
    assert worker.stdin is not None
    with worker.stdin:
        if worker.poll() is not None:
            return False
        _write_starting(run, worker)  # before the worker starts, which then writes the status itself
        try:
            worker.stdin.write(f"{run.folder}\n".encode())
            worker.stdin.flush()
        except OSError:
            return False
    return True


def _write_starting(run: Run, worker: subprocess.Popen[bytes]) -> None:
    run.write_status("starting", "Starting the engine.", pid=worker.pid)


def _start(*arguments: str, stdin: int, stderr: int | IO[bytes],
           module: str = "xnet.runs.worker") -> subprocess.Popen[bytes]:
    environment = child_environment(os.environ.get("PYTHONPATH", ""))
    return subprocess.Popen([sys.executable, "-m", module, *arguments], stdin=stdin, stderr=stderr,
                            stdout=subprocess.DEVNULL, env=environment, start_new_session=True)


def _forget_ended() -> None:
    """Poll the workers, so that the system can release the processes that have ended."""
    _started[:] = [worker for worker in _started if worker.poll() is None]
