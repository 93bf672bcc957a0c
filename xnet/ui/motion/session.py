"""The search of the Motion page: a child process and its folder, kept in the session."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from xnet.atomic_files import read_json
from xnet.dynamics.job import start_job
from xnet.dynamics.trajectories import Trajectories, from_columns
from xnet.tables.table import Table

from . import keys
from .roles import Roles


@dataclass(eq=False)
class MotionJob:
    """One search.

    Attributes:
        table: name of its table.
        data: the trajectories.
        path: the folder of its files; it is removed when the session forgets the search.
        process: the child process.
        seconds: its budget.
    """

    table: str
    data: Trajectories
    path: Path
    process: subprocess.Popen[bytes]
    seconds: int
    final: dict[str, Any] | None = field(default=None)

    def __post_init__(self) -> None:
        self._end = weakref.finalize(self, _end, self.process, self.path)

    @property
    def running(self) -> bool:
        """Whether the process searches."""
        return self.process.poll() is None

    def progress(self) -> dict[str, Any] | None:
        """The last report; None before the first."""
        return read_json(self.path / "progress.json")

    def result(self) -> dict[str, Any]:
        """The result of a process that has ended."""
        if self.final is None:
            self.final = read_json(self.path / "result.json") or {
                "error": "The search ended without a result. Start it again."}
        return self.final

    def stop(self) -> None:
        """Ask the search to end; what it found is kept."""
        (self.path / "stop").touch()

    def forget(self) -> None:
        """End the process and remove the files; it also happens when the session is gone."""
        self._end()


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    process.kill()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def current_job() -> MotionJob | None:
    """The search of this session."""
    job = st.session_state.get(keys.JOB)
    return job if isinstance(job, MotionJob) else None


def forget_job() -> None:
    """End the search of this session and remove its files."""
    job = current_job()
    st.session_state[keys.JOB] = None
    if job is not None:
        job.forget()


def start(table: Table, roles: Roles, seconds: int) -> None:
    """Start a search.

    Raises:
        DataError: the columns cannot be used.
    """
    assert roles.time is not None  # the button is disabled without it
    data = from_columns(table.frame, roles.time, roles.states, roles.trajectory, roles.inputs)
    forget_job()
    folder = Path(tempfile.mkdtemp(prefix="xnet-motion-"))
    options = {"budget_seconds": seconds, "second_order": list(roles.second_order), "random_state": 0}
    process = start_job(folder, data, options)
    st.session_state[keys.JOB] = MotionJob(table.name, data, folder, process, seconds)
