"""The store of runs: a folder with one folder per run. Creates, opens, lists and deletes runs."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from xnet import engine
from xnet.atomic_files import write_json
from xnet.config.input_proposal import MOST_PROPOSED
from xnet.config.run_options import RunError, RunOptions, make_config
from xnet.config.run_problem import further_columns
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.id_columns import id_column
from xnet.tables.row_names import RowNames
from xnet.tables.table import Table
from xnet.tables.usable_rows import usable

from .data_file import single_line_cells
from .other_columns import write_other_columns
from .run import Run

#: `DataFrame.attrs` of a table that was read from a run's folder: the columns of the file that the run came from.
FILE_COLUMNS = "file_columns"
#: The folder, in that of all runs, that holds runs which are being written.
DRAFTS = ".new"
#: How often the folder of a draft is made anew when another process removes the folder of drafts.
_ATTEMPTS = 20
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def create_run(table: pd.DataFrame, *, target: str, inputs: Sequence[str], source: str, root: str | Path | None = None,
               **options: Unpack[RunOptions]) -> Run:
    """Create the folder of a new run; the search does not start yet.

    Args:
        table: the table; rows with a missing value in a used column are left out (see `fill_gaps` in `RunOptions`).
        target: the column to explain.
        inputs: the columns that may explain the target, in the order of the formula's variables.
        source: the name of the sample or the file that the table came from.
        root: the folder that holds the runs; by default XNET_RUNS or ./runs.
        options: see `RunOptions`.

    Raises:
        TableError: a column is missing, not numeric, or unusable.
        ActivationError: an activation is unknown.
        DataError: the engine cannot use the numbers, or the split or the weights cannot be applied.
        ConstraintError, FormulaError: the prior knowledge names an unknown column, or cannot be read.
        RunError: an option is out of range, or the folder cannot be written.
    """
    with new_folder(root) as folder:
        run = Run(folder)
        inputs = [str(c) for c in inputs]
        options.setdefault("columns", table.attrs.get(FILE_COLUMNS) or [str(c) for c in table.columns])
        config = make_config(run.id, target=target, inputs=inputs, source=source, options=options)
        data = usable(Table(frame=table, name=source, derived=recipes_from_config(config)), target, inputs,
                      fill_gaps=config["fill_gaps"], extra_columns=further_columns(config))
        if data.attrs["medians"]:
            config["filled"] = data.attrs["medians"]
        kept = np.delete(np.arange(len(table)), data.attrs["left_out"])
        config["row_names"] = RowNames.from_config(options, len(table)).kept(kept).to_config()
        used, given = set(map(str, data.columns)), options.get("id_column")
        chosen = id_column(table, used) if given is None else given
        if chosen in table.columns:
            config["id_column"] = str(chosen)
        if len(inputs) == MOST_PROPOSED:  # as many as are proposed by their relation to the target
            config["chosen_from"] = len(table.drop(columns=[target]).select_dtypes("number").columns)
        write_other_columns(run.folder, table, kept, used, config.get("id_column"))
        single_line_cells(data).to_csv(run.folder / "data.csv", index=False, encoding="utf-8")
        write_json(run.folder / "config.json", config)
        run.write_status("queued", "Waiting to start.")
        problem = run.problem()  # data that the engine refuses raise an error now, instead of a run that fails later
        if config["prior"].get("initial_formula") or problem.template is not None:
            engine.start(problem)
    return Run(runs_root(root) / run.id)


@contextmanager
def new_folder(root: str | Path | None = None) -> Iterator[Path]:
    """A draft of the folder of a new run, whose name is the id; at the end it becomes the run as a whole.

    After an error nothing is left of it. A process that is killed leaves the draft, which `housekeeping` removes.

    Raises:
        RunError: the folder cannot be written.
    """
    folder = runs_root(root) / new_id()
    draft = folder.parent / DRAFTS / folder.name
    try:
        _make_draft(draft)
        yield draft
        draft.rename(folder)
    except OSError as error:
        raise RunError(f"The run cannot be written to {str(folder.parent)!r} ({reason_of(error)}). Choose another "
                       "folder, or free some space.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        with suppress(OSError):
            draft.parent.rmdir()  # unless it holds the drafts of others


def _make_draft(draft: Path) -> None:
    """Make the folder of a draft; another process may remove the folder of drafts at the same moment.

    Raises:
        OSError: the folder cannot be made.
    """
    for _ in range(_ATTEMPTS - 1):
        with suppress(FileNotFoundError):
            draft.mkdir(parents=True)
            return
    draft.mkdir(parents=True)  # the system has no such folder, as below /proc


def reason_of(error: OSError) -> str:
    """Why a file cannot be written; a full disk is named."""
    return "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error.strerror)


def new_id() -> str:
    """A random id that nobody can guess."""
    # A command line would read an id that begins with a dash as an option.
    while (run_id := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return run_id


def runs_root(root: str | Path | None = None) -> Path:
    """The folder that holds the runs: `root`, else the variable XNET_RUNS, else `runs` in the working folder."""
    return Path(root or os.environ.get("XNET_RUNS") or "runs").absolute()


def is_run_id(text: object) -> bool:
    """Whether a text has the form of a run id, which is also the name of the run folder."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def open_run(run_id: str, root: str | Path | None = None) -> Run:
    """The run with this id.

    Raises:
        RunError: the text is not a run id, or there is no such run.
    """
    if not is_run_id(run_id):
        raise RunError("This is not a run id, which has 16 to 64 letters, digits, - and _. Copy the whole address of "
                       "the run, or start a new search.")
    run = Run(runs_root(root) / run_id)
    if not (run.folder / "config.json").is_file():
        raise RunError(f"There is no run {run_id!r} here; it may have been deleted. Start a new search.")
    return run


def list_runs(root: str | Path | None = None) -> list[Run]:
    """All runs, newest first; other folders are skipped."""
    folder = runs_root(root)
    if not folder.is_dir():
        return []
    configs = [path for path in folder.glob("*/config.json") if _ID.fullmatch(path.parent.name)]
    return [Run(path.parent) for path in sorted(configs, key=_modified, reverse=True)]


def delete_run(run: Run) -> None:
    """Delete the folder of a run.

    Raises:
        RunError: the search still runs, or its files cannot be deleted.
    """
    if run.is_hung():
        raise RunError(f"Run {run.id!r} does not answer any more. Stop it, which ends its process, then delete it.")
    if run.is_alive() and run.status()["pid"] is not None:
        raise RunError(f"Run {run.id!r} is still searching. Stop it first, then delete it.")
    shutil.rmtree(run.folder, ignore_errors=True)
    if (run.folder / "config.json").exists():
        raise RunError(f"The files of run {run.id!r} cannot be deleted. Give the server write access to "
                       f"{str(run.folder)!r}, then try again.")


def clean_up(older_than_s: float, root: str | Path | None = None) -> list[str]:
    """Delete the runs that ended more than `older_than_s` seconds ago, and return their ids."""
    deleted = []
    for run in list_runs(root):
        newest = max((_modified(path) for path in run.folder.iterdir()), default=0.0)
        if time.time() - newest > older_than_s:
            try:
                delete_run(run)
            except RunError:
                continue  # still searching, or paused for a long time
            deleted.append(run.id)
    return deleted


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
