"""The store of runs: the folder that holds one folder a run, and how runs are made, found and listed."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import pandas as pd

from xnet import engine
from xnet.atomic_files import write_json
from xnet.config.run_options import RunError, RunOptions, further_columns, make_config
from xnet.errors import XNetError
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable

from .data_file import one_line
from .run import Run

_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def create_run(table: pd.DataFrame, *, target: str, inputs: Sequence[str], source: str, root: str | Path | None = None,
               **options: Unpack[RunOptions]) -> Run:
    """Make the folder of a new run; nothing is searched yet.

    Args:
        table: the table; rows with a gap in a used column are left out (see `fill_gaps` in `RunOptions`).
        target: the column to explain.
        inputs: the columns to explain it by, in the order of the formula's variables.
        source: where the table came from (a sample's or a file's name).
        root: the folder that holds the runs; XNET_RUNS or ./runs when left out.
        options: see `RunOptions`.

    Raises:
        TableError: a column is missing, not numeric, or not usable.
        ActivationError: an activation is unknown.
        DataError: the engine cannot use the numbers, or rows cannot be held out or weighed as asked.
        ConstraintError, FormulaError: the prior knowledge names what is not there, or cannot be read.
        RunError: an option is out of range, or the folder cannot be written.
    """
    run = Run(runs_root(root) / new_id())
    inputs = [str(c) for c in inputs]
    config = make_config(run.id, target=target, inputs=inputs, source=source, options=options)
    data = usable(Table(frame=table, name=source), target, inputs, fill_gaps=config["fill_gaps"],
                  further=further_columns(config))
    try:
        run.folder.mkdir(parents=True)
        one_line(data).to_csv(run.folder / "data.csv", index=False, encoding="utf-8")
        write_json(run.folder / "config.json", config)
        run.write_status("queued", "Waiting to start.")
    except OSError as error:
        raise RunError(f"The run cannot be written to {str(run.folder.parent)!r} ({error.strerror}); choose another "
                       "folder, or make room.") from error
    try:
        problem = run.problem()  # what the engine cannot use is said now, not by a run that fails
        if config["prior"].get("initial_formula"):
            engine.start(problem)
    except XNetError:
        shutil.rmtree(run.folder)
        raise
    return run


def new_id() -> str:
    """An id that nobody can guess."""
    # A command line would take an id that begins with a dash for an option.
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made


def runs_root(root: str | Path | None = None) -> Path:
    """The folder that holds the runs: `root`, or the variable XNET_RUNS, or `runs` in the working folder."""
    return Path(root or os.environ.get("XNET_RUNS") or "runs").absolute()


def is_run_id(text: object) -> bool:
    """Whether a text can be the id of a run, and so the name of its folder."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def open_run(run_id: str, root: str | Path | None = None) -> Run:
    """The run with this id.

    Raises:
        RunError: the id is not one, or no such run is kept here.
    """
    if not is_run_id(run_id):
        raise RunError("That is not a run's id: expected 16 to 64 letters, digits, - and _. Copy the whole address of "
                       "the run, or start a new one.")
    run = Run(runs_root(root) / run_id)
    if not (run.folder / "config.json").is_file():
        raise RunError(f"No run {run_id!r} is kept here; it may have been cleaned up. Start a new search.")
    return run


def list_runs(root: str | Path | None = None) -> list[Run]:
    """All runs, newest first; folders that are no runs are passed over."""
    folder = runs_root(root)
    if not folder.is_dir():
        return []
    configs = [path for path in folder.glob("*/config.json") if _ID.fullmatch(path.parent.name)]
    return [Run(path.parent) for path in sorted(configs, key=_modified, reverse=True)]


def delete_run(run: Run) -> None:
    """Delete the run's folder.

    Raises:
        RunError: the search is still on, or its files cannot be deleted.
    """
    if run.is_alive() and run.status()["pid"] is not None:
        raise RunError(f"Run {run.id!r} is still searching; stop it first, then delete it.")
    shutil.rmtree(run.folder, ignore_errors=True)
    if (run.folder / "config.json").exists():
        raise RunError(f"The files of run {run.id!r} cannot be deleted: let the server write in {str(run.folder)!r}, "
                       "then try again.")


def clean_up(older_than_s: float, root: str | Path | None = None) -> list[str]:
    """Delete the runs that ended more than `older_than_s` seconds ago; returns their ids."""
    deleted = []
    for run in list_runs(root):
        newest = max((_modified(path) for path in run.folder.iterdir()), default=0.0)
        if time.time() - newest > older_than_s:
            try:
                delete_run(run)
            except RunError:
                continue  # still searching, or paused over the week-end: not ours to take away
            deleted.append(run.id)
    return deleted


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
