"""Runs that search laws of motion: creating one, its trajectories, and what its files hold.

The run folder holds `config.json` (see `make_dynamics_config`), `data.csv` (times, states, driving inputs, and then the
column that tells trajectories apart), `status.json`, `command` and `log.txt` as every run folder. `snapshot.json` holds
`seq`, `time`, `seconds`, `seconds_total`, `state`, `stop_reason` and `message` as a `Snapshot`, and

    step        the number of steps of all searches so far
    stage       "search" or "simulate"; searched: the state whose derivative is searched, or ""
    networks    the best right-hand side of every state so far, null before there is one
    curves      the first trajectories, simulated from their first rows; null before there is a system
    front       the systems that were found, the suggested one first (see `front_record`); while it searches those so
                far, empty before the first
    best        the suggested system; missing before the first
    decisions   where the clock or a person ended a part of the search (see `xnet.dynamics.decisions`); missing while
                it searches

`best.json` holds the suggested system. While it searches, `state.json` holds the checkpoint from which an interrupted
search continues: `step` and `state` (see `xnet.dynamics.checkpoint`). It is written before the systems that are shown,
so that none of them is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from xnet.atomic_files import read_json, write_json
from xnet.config.dynamics_runs import MotionRoles, is_dynamics, make_dynamics_config
from xnet.config.run_options import RunError
from xnet.dynamics import Checkpoint, Trajectories, XNetDynamics, from_columns
from xnet.dynamics.code import to_latex_system
from xnet.dynamics.records import system_of
from xnet.errors import XNetError

from .data_file import read_columns, read_texts, single_line_cells
from .run import Run
from .store import new_folder, runs_root

CHECKPOINT = "state.json"
log = logging.getLogger(__name__)


def create_dynamics_run(table: pd.DataFrame, roles: MotionRoles, *, source: str, root: Any = None,
                        **options: Any) -> Run:
    """Create the folder of a new run that searches laws of motion; the search does not start yet.

    Args:
        table: the table.
        roles: the roles of its columns.
        source: the name of the sample or the file that the table came from.
        root: the folder that holds the runs; by default XNET_RUNS or ./runs.
        options: see `make_dynamics_config`.

    Raises:
        DataError: the columns cannot be used.
        ActivationError, RunError: an option cannot be used, or the folder cannot be written.
    """
    from_columns(table, roles.time, roles.states, roles.trajectory, roles.inputs)  # raises an error now, not later
    with new_folder(root) as folder:
        run = Run(folder)
        frame = table[roles.columns].astype(dict.fromkeys(roles.numbers, float))
        if roles.trajectory is not None:
            frame = single_line_cells(frame.astype({roles.trajectory: str}))
        frame.to_csv(folder / "data.csv", index=False, encoding="utf-8")
        write_json(folder / "config.json", make_dynamics_config(run.id, roles, source=source, options=options))
        run.write_status("queued", "Waiting to start.")
    return Run(runs_root(root) / run.id)


def table_of(run: Run) -> pd.DataFrame:
    """The rows of a run: numbers, and as text the column that tells trajectories apart.

    Raises:
        RunError: the run searches one formula, or its config names no columns.
        DataError: the file cannot be read.
    """
    config = run.config
    if not is_dynamics(config):
        raise RunError(f"Run {run.id!r} searches one formula, no laws of motion. Open it on the page Results.")
    roles = MotionRoles.from_config(config)
    frame = read_columns(run.folder / "data.csv", roles.numbers)
    if roles.trajectory is not None:
        frame[roles.trajectory] = read_texts(run.folder / "data.csv", len(roles.numbers))
    return frame


def trajectories_of(run: Run) -> Trajectories:
    """The trajectories of a run.

    Raises:
        RunError, DataError: as `table_of`, or the columns cannot be used.
    """
    roles = MotionRoles.from_config(run.config)
    return from_columns(table_of(run), roles.time, roles.states, roles.trajectory, roles.inputs)


class StoredSearch(NamedTuple):
    """A search that is continued: the number of its steps so far, and its checkpoint."""

    step: int
    checkpoint: Checkpoint


def stored_search(run: Run) -> StoredSearch | None:
    """The search that a run has begun before; None if there is none, or if it cannot be read."""
    stored = read_json(run.folder / CHECKPOINT)
    if stored is None:
        return None
    try:
        return StoredSearch(int(stored["step"]), Checkpoint.from_json(stored["state"]))
    except (XNetError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        log.warning("The search starts again, because its checkpoint cannot be read: %s", error)
        return None


def model_of(config: Mapping[str, Any], **more: Any) -> XNetDynamics:
    """The estimator with the options of a config; `more` are further arguments."""
    return XNetDynamics(config["seconds"], budget_steps=config["steps"], random_state=config["seed"],
                        second_order=MotionRoles.from_config(config).second_order, activations=config["activations"],
                        max_complexity=config["max_complexity"], **more)


def front_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of a system (`xnet.dynamics.records`) with the keys of every front.

    `text` and `latex` hold all equations; `r2_train` is that of the state whose simulated curve follows its rows worst,
    and `loss` is 1 - `r2_train`. No rows are held out.
    """
    text = "; ".join(f"d {equation['state']}/dt = {equation['formula']}" for equation in record["equations"])
    return {**record, "text": text, "latex": to_latex_system(system_of(record)),
            "n_parameters": len(system_of(record).constants), "r2_train": record["r2"], "r2_holdout": None,
            "loss": 1.0 - record["r2"]}


def front_of(run: Run) -> list[dict[str, Any]]:
    """The systems that a run has found, the suggested one first.

    Raises:
        RunError: it has found none yet.
    """
    front: list[dict[str, Any]] = (read_json(run.folder / "snapshot.json") or {}).get("front") or []
    if not front:
        raise RunError(f"Run {run.id!r} has no system yet. Wait for the end of its search.")
    return front
