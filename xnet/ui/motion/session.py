"""The search of the Motion page: a child process and its folder, kept in the session."""

from __future__ import annotations

import subprocess
import tempfile
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


@dataclass
class MotionJob:
    """One search.

    Attributes:
        table: name of its table.
        data: the trajectories.
        folder: the files of the search; they go when the session forgets it.
        process: the child process.
        seconds: its budget.
    """

    table: str
    data: Trajectories
    folder: tempfile.TemporaryDirectory[str]
    process: subprocess.Popen[bytes]
    seconds: int
    final: dict[str, Any] | None = field(default=None)

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder.name)

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


def current_job() -> MotionJob | None:
    """The search of this session."""
    job = st.session_state.get(keys.JOB)
    return job if isinstance(job, MotionJob) else None


def forget_job() -> None:
    """End the search of this session and remove its files."""
    job = current_job()
    st.session_state[keys.JOB] = None
    if job is not None:
        job.process.kill()
        job.process.wait()
        job.folder.cleanup()


def start(table: Table, roles: Roles, seconds: int) -> None:
    """Start a search.

    Raises:
        DataError: the columns cannot be used.
    """
    assert roles.time is not None  # the button is disabled without it
    data = from_columns(table.frame, roles.time, roles.states, roles.trajectory, roles.inputs)
    forget_job()
    folder = tempfile.TemporaryDirectory(prefix="xnet-motion-")
    options = {"budget_seconds": seconds, "second_order": list(roles.second_order), "random_state": 0}
    process = start_job(Path(folder.name), data, options)
    st.session_state[keys.JOB] = MotionJob(table.name, data, folder, process, seconds)
