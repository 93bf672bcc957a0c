"""Many searches at once: jobs, the journal from which an interrupted sweep goes on, and the processes that search.

The journal is one JSON file. It holds the settings of the sweep, the run of each job, and the result of each job that
has ended. It is replaced as a whole before a search starts and after it ends, so a sweep that is killed loses nothing:
a run without a result is carried on from its last checkpoint.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError
from xnet.errors import XNetError
from xnet.one_thread import child_environment

from .run import Run
from .store import open_run

FORMAT, VERSION = "xnet sweep", 1
#: Seconds between two looks at the processes.
_LOOK_S = 0.1


class Job(NamedTuple):
    """One search of a sweep: a target of a table, with a seed."""

    table: str
    target: str
    seed: int


@dataclass
class Journal:
    """What a sweep has done so far.

    Attributes:
        path: the file.
        settings: the options of all searches, and for each table the hash of its rows; JSON.
        runs: job -> the id of its run.
        results: job -> its result, a flat object of JSON.
    """

    path: Path
    settings: Mapping[str, Any]
    runs: dict[Job, str] = field(default_factory=dict)
    results: dict[Job, dict[str, Any]] = field(default_factory=dict)

    def write(self) -> None:
        """Replace the file.

        Raises:
            RunError: it cannot be written.
        """
        jobs = [{**job._asdict(), "run": run, "result": self.results.get(job)} for job, run in self.runs.items()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.path, {"format": FORMAT, "version": VERSION, "settings": self.settings, "jobs": jobs})
        except OSError as error:
            raise RunError(f"The journal {str(self.path)!r} of the sweep cannot be written ({error.strerror}). Choose "
                           "another file with --csv, or free some space.") from error


def open_journal(path: Path, settings: Mapping[str, Any]) -> Journal:
    """The journal of a sweep: a new one, or the one that an earlier call has left.

    Args:
        path: the file.
        settings: of this call. An earlier call may have had other tables, but the same options, and tables of the same
            name must hold the same.

    Raises:
        RunError: the file is not a journal, or belongs to a sweep with other options or other tables.
    """
    if not path.exists():
        return Journal(path, settings)
    tree = read_json(path)
    if tree is None or tree.get("format") != FORMAT or tree.get("version") != VERSION:
        raise RunError(f"{str(path)!r} is not the journal of a sweep. Choose another file with --csv.")
    try:
        before, jobs = dict(tree["settings"]), {Job(str(one["table"]), str(one["target"]), int(one["seed"])): one
                                                for one in tree["jobs"]}
        tables = dict(before["tables"])
        runs = {job: str(one["run"]) for job, one in jobs.items()}
        results = {job: dict(one["result"]) for job, one in jobs.items() if one["result"] is not None}
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"The journal {str(path)!r} of the sweep is damaged. Delete it to begin again, or choose "
                       "another file with --csv.") from error
    again = f"Choose another file with --csv, or delete {str(path)!r} to begin again."
    for option, value in settings.items():
        if option != "tables" and before.get(option) != value:
            raise RunError(f"The sweep in {str(path)!r} has {option} = {before.get(option)}, not {value}. {again}")
    for name, content in settings["tables"].items():
        if tables.setdefault(name, content) != content:
            raise RunError(f"The table {name!r} has changed since the sweep began. {again}")
    return Journal(path, {**settings, "tables": tables}, runs, results)


def carry_out(journal: Journal, jobs: Iterable[Job], n_processes: int, create: Callable[[Job], Run],
              result_of: Callable[[Run], Mapping[str, Any]], on_result: Callable[[Job], None]) -> None:
    """Search all jobs that have no result yet, several at once, each in a process of its own.

    The processes end with this one: they stop and save their search when it is gone.

    Args:
        journal: of the sweep; it is written before each search and after it.
        jobs: the jobs, in their order.
        n_processes: how many searches run at the same time.
        create: makes the run of a job. An `XNetError` of it is the result of the job.
        result_of: the result of a run that has ended.
        on_result: called after each job.

    Raises:
        RunError: the journal cannot be written.
        KeyboardInterrupt: the searches that had begun are saved first.
    """
    waiting = deque(job for job in jobs if job not in journal.results)
    working: dict[Job, tuple[Run, subprocess.Popen[bytes]]] = {}

    def keep(job: Job, result: Mapping[str, Any]) -> None:
        journal.results[job] = dict(result)
        journal.write()
        on_result(job)

    try:
        while waiting or working:
            while waiting and len(working) < n_processes:
                job = waiting.popleft()
                try:
                    run = _run_of(job, journal, create)
                except XNetError as error:
                    journal.runs.setdefault(job, "")
                    keep(job, {"state": "refused", "message": str(error)})
                    continue
                if run.status()["state"] == "finished":  # an earlier call was killed before it wrote this
                    keep(job, result_of(run))
                else:
                    working[job] = run, _start(run)
            for job, (run, process) in list(working.items()):
                if process.poll() is not None:
                    del working[job]
                    _stop([process])
                    keep(job, result_of(run))
            time.sleep(_LOOK_S if working else 0.0)
    finally:
        _stop([process for _, process in working.values()])


def _run_of(job: Job, journal: Journal, create: Callable[[Job], Run]) -> Run:
    """The run of a job: the one that an earlier call has begun, or a new one."""
    if job in journal.runs:
        with suppress(RunError):  # deleted in the Library: search again
            run = open_run(journal.runs[job])
            _wait_for_worker(run)
            return run
    run = create(job)
    journal.runs[job] = run.id
    journal.write()
    return run


def _wait_for_worker(run: Run, patience_s: float = 30.0) -> None:
    """Wait for the worker of a call that was killed, which is saving its search."""
    until = time.monotonic() + patience_s
    while run.status()["pid"] is not None and run.is_alive():
        if time.monotonic() > until:
            raise XNetError(f"Another process works on the run {run.id}. Stop it in the Library, then sweep again.")
        time.sleep(_LOOK_S)


def _start(run: Run) -> subprocess.Popen[bytes]:
    """A worker that stops when its standard input closes; Ctrl-C does not reach it."""
    return subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", str(run.folder)], stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                            env=child_environment(os.environ.get("PYTHONPATH", "")))


def _stop(processes: Sequence[subprocess.Popen[bytes]], patience_s: float = 20.0) -> None:
    """Close the inputs of workers, and wait until they have saved their searches and ended."""
    for process in processes:
        if process.stdin is not None:
            process.stdin.close()
    until = time.monotonic() + patience_s
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
