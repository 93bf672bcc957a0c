"""Restores a bundle of a search for laws of motion as a run of this workspace; see `xnet.archive.restore`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xnet.atomic_files import write_json
from xnet.config.dynamics_runs import MotionRoles, make_dynamics_config
from xnet.config.run_options import RunError
from xnet.dynamics import Trajectories, XNetDynamics
from xnet.dynamics.records import first_states_of, records_of, system_of
from xnet.dynamics.system import System
from xnet.engine import StopReason
from xnet.runs.dynamics_run import front_record, model_of, trajectories_of
from xnet.runs.run import Run

from .bundle import Bundle
from .checks import AGAIN, checked_part, is_name, number_of, steps_of, text_of, write_files

#: The most systems of a front, and the most decisions of a search.
MOST_SYSTEMS, MOST_DECISIONS = 100, 10_000
_OPTIONS = ("name", "units", "activations", "max_complexity", "seed", "seconds", "steps")


def restore_dynamics(bundle: Bundle, folder: Path) -> Run:
    """Write the run of a bundle to a folder; the systems are scored again on the rows.

    Raises:
        XNetError: the table, the config or the systems of the bundle are not valid.
    """
    run, data = unpack_dynamics(bundle, folder)
    model = checked_part("front", lambda: scored(run.config, data, bundle))
    front = [front_record(record) for record in records_of(model)]
    snapshot, reason = bundle.snapshot, bundle.snapshot.get("stop_reason")
    run_state = "finished" if snapshot.get("state") == "finished" else "stopped"
    message = text_of(snapshot.get("message")) or "Opened from a saved search."
    write_json(folder / "snapshot.json", {
        "seq": 1, "time": number_of(snapshot.get("time")), "step": steps_of(bundle), "state": run_state,
        "seconds": number_of(snapshot.get("seconds")), "seconds_total": run.config["seconds"], "message": message,
        "stop_reason": reason if reason in list(StopReason) else None, "stage": "simulate", "searched": "",
        "networks": [equation["network"] for equation in front[0]["equations"]], "curves": None, "front": front,
        "best": front[0], "decisions": decisions_of(bundle)})
    write_json(folder / "best.json", front[0])
    run.write_status(run_state, message)
    return run


def unpack_dynamics(bundle: Bundle, folder: Path) -> tuple[Run, Trajectories]:
    """Write config and table of a bundle to a folder, as a run that has not started, and read its trajectories.

    Raises:
        XNetError: the config or the table is not valid.
    """
    config = bundle.config
    roles = checked_part("config", lambda: MotionRoles.from_config(config))
    if not all(map(is_name, (*roles.columns, config.get("source")))):
        raise RunError(f"The config of the bundle does not name its columns or the source of its table. {AGAIN}")
    options = {option: config[option] for option in _OPTIONS if option in config}
    found = checked_part("config", lambda: make_dynamics_config(folder.name, roles, source=config["source"],
                                                                options=options))
    write_files(bundle, folder, found, roles.columns)
    run = Run(folder)
    return run, checked_part("data.csv", lambda: trajectories_of(run))


def systems_of(bundle: Bundle) -> list[tuple[System, Mapping[str, Any]]]:
    """The systems of a bundle, each with its record, the suggested one first.

    Raises:
        XNetError: there is none, or one is not valid.
    """
    rows = bundle.snapshot.get("front")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_SYSTEMS or not all(isinstance(r, dict) for r in rows):
        raise RunError(f"The snapshot of the bundle contains no systems. {AGAIN}")
    return [(checked_part("front", lambda row=row: system_of(row)), row) for row in rows]  # type: ignore[misc]


def decisions_of(bundle: Bundle) -> list[int]:
    """Where the clock or a person ended a part of the search of a bundle.

    Raises:
        RunError: the list is missing or not valid.
    """
    found = bundle.snapshot.get("decisions")
    if not isinstance(found, list) or len(found) > MOST_DECISIONS or not all(type(n) is int and n >= 0 for n in found):
        raise RunError(f"The bundle does not say where its search was ended. {AGAIN}")
    return found


def scored(config: Mapping[str, Any], data: Trajectories, bundle: Bundle) -> XNetDynamics:
    """A model with the systems of a bundle, scored on the rows.

    Raises:
        XNetError: one of the systems is not valid, or does not fit the table.
    """
    model, systems = model_of(config), systems_of(bundle)
    names = data.names if not model.second_order else systems[0][0].names
    if any(system.names != names for system, _ in systems):
        raise RunError(f"The bundle contains a system that does not fit its table. {AGAIN}")
    with np.errstate(all="ignore"):  # a right-hand side may have no value somewhere
        return model.restore(data, [(system, first_states_of(record, data), record.get("whole") is True)
                                    for system, record in systems])
