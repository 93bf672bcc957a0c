"""The process that carries out one run: `python -m xnet.runs.worker FOLDER`.

Without options, the worker reads commands (pause, resume, stop) as lines of its standard input, and stops when the
input closes: it ends with its parent. With `--detach` it outlives its parent and reads commands only from the file
`command` of the run folder. With `--warm` it imports the libraries, waits for a folder name on its standard input, and
continues as with `--detach`; if the input closes first, it exits. The exit code is 0 when the run has ended, for
whatever reason (see `status.json`), and 2 when the folder holds no run.
"""

from __future__ import annotations

import argparse
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from xnet.config.run_options import RunError
from xnet.one_thread import ONE_THREAD

from .execution import execute
from .run import Run


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
    log_to(run.folder / "log.txt")
    commands = run.take_command if options.detach or options.warm else commands_of_parent(run)
    os.environ.update(ONE_THREAD)
    with threadpool_limits(limits=1):  # the parent may not have set the variables before NumPy was loaded
        logging.getLogger(__name__).info("Run %s: %s s of searching, process %s", run.id, seconds, os.getpid())
        execute(run, commands=commands)
    logging.getLogger(__name__).info("Ended: %s", run.status()["message"])
    return 0


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
