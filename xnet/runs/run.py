"""A run is a folder: its files hold everything about one search, so that every process can follow the search.

    runs/<id>/config.json     the configuration of the search; only its budget in seconds can grow
              data.csv        the columns that are used: inputs, target, then the columns of the split and the weights
              other_columns.csv  the other columns of the person's table, for exports
              status.json     the state, the process of the worker and its heartbeat
              snapshot.json   the current state of the search for viewers
              best.json       the best network so far, written at every improvement
              events.jsonl    one improvement per line
              frames.jsonl    every best network with its drawing, for the replay
              attempts.jsonl  networks that were tried in between, one a snapshot, for the replay
              state.json      the checkpoint of the search, written from time to time and at its end
              permutation.json  the permutation check, once it was carried out
              trace.json      the last step phase by phase, at the pace "step_by_step"
              command         the next command for the worker, one of `COMMANDS`
              log.txt         the log of the worker

`xnet.runs.schema` describes the objects in the JSON files, and `xnet.runs.dynamics_run` those of a search for laws of
motion.

The id is a capability: everybody who has it can see and steer the run. Ids are therefore random, and an id is checked
before it becomes part of a path. Files that may be read during a write are replaced atomically: a reader sees either
the old file or the new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from xnet.atomic_files import read_json, write_json, write_text
from xnet.config.dynamics_runs import is_dynamics
from xnet.config.run_options import RunError, check_number, with_current_keys
from xnet.config.run_problem import further_columns, problem_from
from xnet.processes import process_created, process_lives

from .data_file import read_columns
from .other_columns import read_other_columns
from .schema import Checkpoint, DrawnFormula, EventRecord, Snapshot, Status, Trace

if TYPE_CHECKING:
    from xnet.engine import Problem

#: A run without a process is lost when its heartbeat is older than this many seconds.
STALE_S = 10.0
#: A process whose heartbeat is older than this many seconds does not answer any more; it may have been halted.
HUNG_S = 30.0

#: The commands of a worker: pause, resume and stop, the three paces, and a request for the next step.
COMMANDS = ("pause", "resume", "stop", "real_time", "slow", "step_by_step", "step")
#: The states of a run that has not ended.
ACTIVE = ("queued", "starting", "running", "paused")
#: The states of a run that has ended.
ENDED = ("finished", "stopped", "failed")


@dataclass(frozen=True)
class Run:
    """One run: a view of its folder, which reads the files at every call.

    Attributes:
        folder: the run folder.
    """

    folder: Path

    @property
    def id(self) -> str:
        """The id of the run, which is the name of its folder."""
        return self.folder.name

    @property
    def config(self) -> dict[str, Any]:
        """The configuration of the run, a `Config` with the keys of today.

        Raises:
            RunError: the folder holds no readable config.
        """
        config = read_json(self.folder / "config.json")
        if config is None:
            raise RunError(f"Run {self.id!r} has no readable config.json; it was deleted, or its creation was "
                           "interrupted. Start a new search.")
        return with_current_keys(config)

    def status(self) -> Status:
        """The state of the run; a run whose worker is gone reads as failed."""
        status = self._status()
        if status["state"] in ACTIVE and self._is_lost(status):
            status = self._status()  # the worker may have written its final status between the two readings
            if status["state"] in ACTIVE:
                best = self.best()
                what = "" if best is None else "system" if "equations" in best else "formula"
                kept = f"; the best {what} so far is kept" if what else ""
                status["state"] = "failed"
                status["message"] = f"The search ended unexpectedly{kept}. Continue it, or start a new one."
        return status

    def _status(self) -> Status:
        """The status as it is written; one that is damaged reads as that of a failed run."""
        queued = {"state": "queued", "pid": None, "pid_created": None, "heartbeat": 0.0,
                  "message": "Waiting to start."}
        found = queued | (read_json(self.folder / "status.json") or {})
        numbers = [found["heartbeat"], found["pid_created"] or 0.0, found["pid"] or 0]
        known = isinstance(found["pid"], int | None) and isinstance(found["pid_created"], int | float | None)
        if found["state"] in (*ACTIVE, *ENDED) and known and all(
                isinstance(number, (int, float)) and abs(number) < 2**53 for number in numbers):
            return cast(Status, found | {"message": str(found["message"])})
        return cast(Status, queued | {"state": "failed", "message": "The file status.json of this search is damaged. "
                                      "Continue the search, or start a new one."})

    def is_hung(self) -> bool:
        """Whether a process works on the run and has not given a sign of life for `HUNG_S` seconds."""
        status = self.status()
        return (status["state"] in ACTIVE and status["pid"] is not None
                and time.time() - status["heartbeat"] > HUNG_S)

    def _is_lost(self, status: Status) -> bool:
        """Whether no process works on this run any more."""
        if status["pid"] is not None:
            return not process_lives(status["pid"], status.get("pid_created"))
        # No process yet: a queued run may wait without limit, a starting run may not.
        return status["state"] != "queued" and time.time() - status["heartbeat"] > STALE_S

    def is_alive(self) -> bool:
        """Whether the search has not ended: it is queued, starting, running or paused."""
        return self.status()["state"] in ACTIVE

    def snapshot(self) -> Snapshot | None:
        """The last snapshot, with the state of `status()`; None before the first network."""
        tree = read_json(self.folder / "snapshot.json")
        if tree is None:
            return None
        snapshot = cast(Snapshot, with_stop_reason(tree))
        if snapshot.get("state") in ACTIVE:
            status = self.status()
            if status["state"] == "failed":
                snapshot["state"], snapshot["message"] = "failed", status["message"]
        return snapshot

    def trace(self) -> Trace | None:
        """The last step phase by phase; None if no step was traced."""
        return cast("Trace | None", read_json(self.folder / "trace.json"))

    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint of the search; None before the first one."""
        return cast("Checkpoint | None", read_json(self.folder / "state.json"))

    def best(self) -> DrawnFormula | None:
        """The best formula so far; None before the first one."""
        return cast("DrawnFormula | None", read_json(self.folder / "best.json"))

    def events(self) -> Iterator[EventRecord]:
        """The improvements so far, oldest first; an unfinished last line is left out."""
        path = self.folder / "events.jsonl"
        if not path.exists():
            return
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

    def data(self) -> pd.DataFrame:
        """The rows of the search: the columns of the inputs, then of the target, as float64.

        Raises:
            RunError: the run searches laws of motion (see `xnet.runs.dynamics_run`).
            DataError: the file cannot be read.
        """
        config = self._config_of_one_formula()
        return read_columns(self.folder / "data.csv", [*config["inputs"], config["target"]])

    def table(self) -> pd.DataFrame:
        """The same rows, followed by the columns of the split and the weights, which may be text."""
        config = self._config_of_one_formula()
        return read_columns(self.folder / "data.csv", [*config["inputs"], config["target"]], further_columns(config))

    def other_columns(self) -> pd.DataFrame | None:
        """The person's columns that the search does not use, as text, row by row; None if they are not known.

        The column that names the rows, `config["id_column"]`, is the first.
        """
        return read_other_columns(self.folder, len(self.data()))

    def row_labels(self) -> tuple[str, ...]:
        """The names of the rows in the column that names them; empty without such a column."""
        column, others = self.config.get("id_column"), self.other_columns()
        return () if others is None or column not in others else tuple(others[column])

    def problem(self) -> Problem:
        """The search problem of this run.

        Raises:
            DataError: the data cannot be used.
        """
        return problem_from(self.config, self.table())

    def _config_of_one_formula(self) -> dict[str, Any]:
        config = self.config
        if is_dynamics(config):
            raise RunError(f"Run {self.id!r} searches laws of motion, a system of formulas. Open it on the page "
                           "Motion, or export it with the command export.")
        return config

    def command(self, command: str) -> None:
        """Send a command to the worker.

        Args:
            command: one of `COMMANDS`.

        Raises:
            RunError: the command is unknown, or the run folder is gone or cannot be written.
        """
        if command not in COMMANDS:
            raise RunError(f"A run does not know the command {command!r}; it understands {', '.join(COMMANDS)}.")
        with self._writing():
            write_text(self.folder / "command", command)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn errors of writing to the run folder into a sentence for the user."""
        try:
            yield
        except OSError as error:
            raise RunError(f"The search cannot be changed, because its folder cannot be written ({error.strerror}). If "
                           "it was deleted, start a new search. Otherwise free some space, or give the server write "
                           "access to the folder.") from error

    def take_command(self) -> str | None:
        """The pending command, which is deleted by reading it (for the worker); None if there is none."""
        path = self.folder / "command"
        try:
            command = path.read_text(encoding="utf-8").strip()
            path.unlink()
        except OSError:
            return None
        return command if command in COMMANDS else None

    def add_time(self, seconds: float) -> None:
        """Extend the budget of the search by some seconds; a running search reads it within a moment.

        Raises:
            RunError: the new budget exceeds the limit, or the run folder cannot be written.
        """
        config = self.config
        total = config["seconds"] + seconds
        check_number("seconds", total)
        with self._writing():
            write_json(self.folder / "config.json", config | {"seconds": total})

    def write_status(self, state: str, message: str, *, pid: int | None = None) -> None:
        """Write the state with a fresh heartbeat; `pid` is the process that does the work."""
        status: Status = {"state": state, "pid": pid, "pid_created": process_created(pid), "heartbeat": time.time(),
                          "message": message}
        write_json(self.folder / "status.json", status)


def with_stop_reason(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot with the key `stop_reason`, which older releases called `stopped`."""
    renamed = dict(snapshot)
    old = renamed.pop("stopped", None)
    return {"stop_reason": old} | renamed
