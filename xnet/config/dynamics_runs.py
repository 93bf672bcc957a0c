"""Runs that search laws of motion: how to recognize them, the roles of their columns, and their configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from xnet.engine.networks.activations import resolve_activations
from xnet.name_lists import quoted_names

from .run_options import LIMITS, VERSION, RunError, check_number

#: The value of `kind` in the config of such a run; configs of other runs have no `kind`.
KIND = "dynamics"
_DEFAULTS: dict[str, Any] = {"name": None, "units": {}, "activations": "default", "max_complexity": 30, "seed": 0,
                             "seconds": 20.0, "steps": None}


@dataclass(frozen=True)
class MotionRoles:
    """Which column is what.

    Attributes:
        time: the column of times.
        states: the columns whose laws of motion are searched.
        trajectory: the column that names the trajectory of every row; None for one trajectory.
        inputs: the driving inputs.
        second_order: the states whose velocity becomes a state too.
    """

    time: str
    states: tuple[str, ...]
    trajectory: str | None = None
    inputs: tuple[str, ...] = ()
    second_order: tuple[str, ...] = ()

    @property
    def numbers(self) -> list[str]:
        """The columns of numbers, in the order of `data.csv`."""
        return [self.time, *self.states, *self.inputs]

    @property
    def columns(self) -> list[str]:
        """All columns, in the order of `data.csv`."""
        return self.numbers + ([] if self.trajectory is None else [self.trajectory])

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> MotionRoles:
        """The roles in the config of a run.

        Raises:
            RunError: a role is missing or no column.
        """
        tree = config.get("roles")
        roles = tree if isinstance(tree, Mapping) else {}
        states, inputs, second = (_names(roles.get(key)) for key in ("states", "inputs", "second_order"))
        found = cls(roles.get("time") or "", states, roles.get("trajectory"), inputs, second)
        names = found.columns
        if not states or not all(isinstance(name, str) and name for name in names):
            raise RunError("The config of this search does not name the columns of time and states.")
        if len(set(names)) < len(names) or not set(found.second_order) <= set(found.states):
            raise RunError("The config of this search gives a column two roles; its columns are "
                           f"{quoted_names(names)}.")
        return found


def _names(value: object) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def is_dynamics(config: Mapping[str, Any]) -> bool:
    """Whether a run searches laws of motion, a system of formulas, instead of one formula."""
    return config.get("kind") == KIND


def make_dynamics_config(run_id: str, roles: MotionRoles, *, source: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The config of a new run that searches laws of motion.

    Args:
        roles: the roles of the columns.
        source: the name of the sample or the file that the table came from.
        options: of `name`, `units`, `activations`, `max_complexity`, `seed`, `seconds` and `steps`, those that are not
            to have their defaults.

    Returns:
        These options, and `kind`, `roles`, `inputs` (what a right-hand side may read) and `target` (the states, as
        text for people).

    Raises:
        ActivationError: an activation is unknown.
        RunError: an option is unknown or out of range.
    """
    unknown = [key for key in options if key not in _DEFAULTS]
    if unknown:
        raise RunError(f"A search for laws of motion has no option {unknown[0]!r}; it has {', '.join(_DEFAULTS)}.")
    given = _DEFAULTS | dict(options)
    for option in LIMITS.keys() & given.keys():
        if option != "steps" or given["steps"] is not None:
            check_number(option, given[option])
    resolve_activations(given["activations"])
    states = ", ".join(roles.states)
    tree = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(roles).items()}
    return {
        "version": VERSION, "kind": KIND, "id": run_id, "name": given["name"] or f"Motion of {states} from {source}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"), "source": source, "target": states,
        "inputs": [*roles.states, *roles.inputs], "roles": tree,
        "units": {name: unit for name, unit in given["units"].items() if name in roles.columns},
        "activations": given["activations"], "max_complexity": int(given["max_complexity"]), "seed": int(given["seed"]),
        "seconds": float(given["seconds"]), "steps": None if given["steps"] is None else int(given["steps"]),
        "n_jobs": 1}
