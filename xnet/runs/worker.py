"""The process that carries out one run: `python -m xnet.runs.worker FOLDER`.

Without options, the worker reads commands (pause, resume, stop) as lines of its standard input, and stops when the
input closes: it ends with its parent. With `--detach` it outlives its parent and reads commands only from the file
`command` of the run folder. With `--warm` it imports the libraries, waits for a folder name on its standard input, and
continues as with `--detach`; if the input closes first, it exits. The exit code is 0 when the run has ended, for
whatever reason (see `status.json`), 2 when the folder holds no run or cannot be written, and 3 when another process
works on the run: a worker holds the file `worker.lock` of the run folder, which the system releases when it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from threadpoolctl import threadpool_limits

from xnet.config.dynamics_runs import is_dynamics
from xnet.config.run_options import RunError
from xnet.engine import Cluster, ClusterError, connect
from xnet.one_thread import ONE_THREAD
from xnet.run_queue import RunQueue

from .execution import execute
from .housekeeping import remove_drafts
from .run import Run

LOCK = "worker.lock"
#: How far the workers of a server give way to the server.
NICENESS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a run and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m xnet.runs.worker", description="Carry out one run.")
    parser.add_argument("folder", nargs="?", help="the run folder")
    parser.add_argument("--detach", action="store_true", help="outlive the parent process; read commands from a file")
    parser.add_argument("--warm", action="store_true",
                        help="import the libraries, then wait for a folder name on standard input")
    options = parser.parse_args(arguments)
    folder = sys.stdin.readline().strip() if options.warm else options.folder
    if not folder:
        return 0 if options.warm else parser.error("expected a run folder")
    run = Run(Path(folder).absolute())
    try:
        seconds = run.config["seconds"]
    except RunError as error:
        print(error, file=sys.stderr)
        return 2
    lock = FileLock(run.folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        print("Another process works on this run.", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"The run folder cannot be written ({error.strerror}).", file=sys.stderr)
        return 2
    with lock:
        remove_drafts(run.folder)
        log_to(run.folder / "log.txt")
        detached = options.detach or options.warm
        _search(run, seconds, detached)
    return 0


def _search(run: Run, seconds: float, detached: bool) -> None:
    """Carry out the run; a detached worker holds a turn of the queue."""
    os.environ.update(ONE_THREAD)
    line = RunQueue(run.folder.parent) if detached else None
    if detached and hasattr(os, "nice"):
        os.nice(NICENESS)  # the server, which answers people, comes first
    with threadpool_limits(limits=1), contextlib.ExitStack() as stack:  # NumPy may be loaded without variables
        logging.getLogger(__name__).info("Run %s: %s s of searching, process %s", run.id, seconds, os.getpid())
        commands = run.take_command if detached else commands_of_parent(run)
        if is_dynamics(run.config):
            from .dynamics_execution import execute_dynamics  # other runs do not need its libraries

            execute_dynamics(run, commands=commands, queue=line)
        else:
            execute(run, commands=commands, queue=line, cluster=_cluster(run, stack) if detached else None)
    logging.getLogger(__name__).info("Ended: %s", run.status()["message"])
    if line is not None:
        with contextlib.suppress(sqlite3.Error):
            line.leave(run.id)


def _cluster(run: Run, stack: contextlib.ExitStack) -> Cluster | None:
    """The Dask cluster of the server (XNET_CLUSTER) for a run of several processes; None where there is none.

    A cluster that cannot be used costs nothing but its help: this machine computes, and the log says why.
    """
    address = os.environ.get("XNET_CLUSTER", "")
    if not address or run.config["n_jobs"] == 1:
        return None
    try:
        return stack.enter_context(connect(address))
    except ClusterError as error:
        logging.getLogger(__name__).warning("This machine computes alone: %s", error)
        return None


def log_to(path: Path) -> None:
    """Write the log of this process to a file, and nowhere else."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)


def commands_of_parent(run: Run) -> Callable[[], str | None]:
    """Read commands from standard input, line by line, and from the run folder; a closed input means stop."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line.strip())
        lines.put("stop")

    threading.Thread(target=read, name="xnet-stdin", daemon=True).start()

    def next_command() -> str | None:
        try:
            return lines.get_nowait()
        except queue.Empty:
            return run.take_command()

    return next_command


if __name__ == "__main__":
    sys.exit(main())
