"""A run is a folder: everything that is known about one search lies in files, so that anybody can follow it.

    runs/<id>/config.json     what was asked for; only its time can grow
              data.csv        the columns that are used: inputs, then target, then what rows are split and weighed by
              status.json     the state, the worker's process and its heartbeat
              snapshot.json   what a viewer shows now
              best.json       the best network so far, written at every improvement
              events.jsonl    one improvement a line
              frames.jsonl    every best network, drawn, for the replay
              state.json      the search itself, from time to time and at its end: what it goes on from
              trace.json      the last step phase by phase, while it goes step by step
              command         a word of `COMMANDS`, left by a viewer for the worker
              log.txt         the worker's log

The id is the capability: who knows it may see and steer the run, so it is random, and checked before it touches a
path. Files that are read while they may be written are replaced atomically; a reader sees the old or the new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xnet.atomic_files import read_json, write_json, write_text
from xnet.config.run_options import RunError, check_number, further_columns, problem_from

from .data_file import read_columns
from .processes import process_created, process_lives

if TYPE_CHECKING:
    from xnet.engine import Problem

#: A heartbeat older than this many seconds, from a worker that is gone, means that the run has failed.
STALE_S = 10.0

#: What a worker understands: three that steer, three paces, and "do the next step" for the last of them.
COMMANDS = ("pause", "resume", "stop", "real_time", "slow", "step_by_step", "step")
ACTIVE = ("queued", "starting", "running", "paused")


@dataclass(frozen=True)
class Run:
    """One run: a view of its folder that reads the files afresh at every call."""

    folder: Path

    @property
    def id(self) -> str:
        """The run's id, which is its folder's name."""
        return self.folder.name

    @property
    def config(self) -> dict[str, Any]:
        """What was asked for.

        Raises:
            RunError: the folder holds no readable config.
        """
        config = read_json(self.folder / "config.json")
        if config is None:
            raise RunError(f"Run {self.id!r} has no readable config.json; it was deleted or never finished being made. "
                           "Start a new search.")
        return config

    def status(self) -> dict[str, Any]:
        """The state, as `{"state", "pid", "heartbeat", "message"}`; a run whose worker is gone reads as failed."""
        status = self._status()
        if status["state"] in ACTIVE and self._lost(status):
            status = self._status()  # the worker may have written its last word between the two readings
            if status["state"] in ACTIVE:
                kept = "; the best formula so far is kept" if (self.folder / "best.json").exists() else ""
                status |= {"state": "failed", "message": f"The search ended unexpectedly{kept}. Carry on with it, or "
                                                         "start a new one."}
        return status

    def _status(self) -> dict[str, Any]:
        unknown = {"state": "queued", "pid": None, "heartbeat": 0.0, "message": "Waiting to start."}
        return unknown | (read_json(self.folder / "status.json") or {})

    def _lost(self, status: Mapping[str, Any]) -> bool:
        """Whether nobody works on this run any more."""
        if status["pid"] is not None:
            return not process_lives(status["pid"], status.get("pid_created"))
        # No process yet: a queued run may wait for a place as long as it likes, a starting one may not.
        return status["state"] != "queued" and time.time() - status["heartbeat"] > STALE_S

    def is_alive(self) -> bool:
        """Whether the search is on (or waits, or is paused)."""
        return self.status()["state"] in ACTIVE

    def snapshot(self) -> dict[str, Any] | None:
        """What a viewer shows now; None before the first network. Its state is that of `status()`."""
        snapshot = read_json(self.folder / "snapshot.json")
        if snapshot is None:
            return None
        snapshot = with_stop_reason(snapshot)
        if snapshot.get("state") in ACTIVE:
            status = self.status()
            if status["state"] == "failed":
                snapshot |= {"state": "failed", "message": status["message"]}
        return snapshot

    def trace(self) -> dict[str, Any] | None:
        """The last step phase by phase (see `xnet.phases`); None where no step was told."""
        return read_json(self.folder / "trace.json")

    def checkpoint(self) -> dict[str, Any] | None:
        """The search as it was put away, `{"seconds", "state"}`; None before the first time."""
        return read_json(self.folder / "state.json")

    def best(self) -> dict[str, Any] | None:
        """The best network so far with its formula and scores; None before the first one."""
        return read_json(self.folder / "best.json")

    def events(self) -> Iterator[dict[str, Any]]:
        """The improvements so far, oldest first; a line that is still being written is left out."""
        path = self.folder / "events.jsonl"
        if not path.exists():
            return
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

    def data(self) -> pd.DataFrame:
        """The rows that the search sees: the inputs' columns, then the target's, as float64."""
        return read_columns(self.folder / "data.csv", [*self.config["inputs"], self.config["target"]])

    def table(self) -> pd.DataFrame:
        """The same rows with the columns that they are split and weighed by, which may be text."""
        config = self.config
        return read_columns(self.folder / "data.csv", [*config["inputs"], config["target"]], further_columns(config))

    def problem(self) -> Problem:
        """The search problem of this run.

        Raises:
            DataError: the data cannot be used.
        """
        return problem_from(self.config, self.table())

    def command(self, word: str) -> None:
        """Leave a command for the worker, one of `COMMANDS`.

        Raises:
            RunError: the word is no command, or the run's folder is gone or cannot be written.
        """
        if word not in COMMANDS:
            raise RunError(f"A run was told {word!r}; it understands {', '.join(COMMANDS)}.")
        with self._told():
            write_text(self.folder / "command", word)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Around what a person tells a run: the folder may be gone, or not ours to write."""
        try:
            yield
        except OSError as error:
            raise RunError(f"The search cannot be told anything, as its folder cannot be written ({error.strerror}). "
                           "If it was deleted, start a new one; else make room, or let the server write there."
                           ) from error

    def take_command(self) -> str | None:
        """The command that was left, which is thereby used up (for the worker)."""
        path = self.folder / "command"
        try:
            word = path.read_text(encoding="utf-8").strip()
            path.unlink()
        except OSError:
            return None
        return word if word in COMMANDS else None

    def add_time(self, seconds: float) -> None:
        """Give the search more time than it was given; one that is on takes notice within a moment.

        Raises:
            RunError: that would be more than a search may have, or the run's folder cannot be written.
        """
        config = self.config
        total = config["seconds"] + seconds
        check_number("seconds", total)
        with self._told():
            write_json(self.folder / "config.json", config | {"seconds": total})

    def write_status(self, state: str, message: str, *, pid: int | None = None) -> None:
        """Write the state with a fresh heartbeat; `pid` is the process that does the work."""
        write_json(self.folder / "status.json", {
            "state": state, "pid": pid, "pid_created": process_created(pid), "heartbeat": time.time(),
            "message": message})


def with_stop_reason(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot with the key `stop_reason`, which older files call `stopped`."""
    renamed = dict(snapshot)
    old = renamed.pop("stopped", None)
    return {"stop_reason": old} | renamed
