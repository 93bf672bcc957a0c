"""The settings of a run in words, for the report and for comparisons of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from xnet.config.class_runs import is_class
from xnet.config.losses import loss_title
from xnet.counts import counted
from xnet.errors import DataError
from xnet.tables.changes import changes_from_json
from xnet.tables.holdout import Split
from xnet.tables.weights import Weight

#: Entries of a config that are not settings of the search.
NOT_SETTINGS = ("version", "id", "name", "created", "source", "target", "inputs", "units", "derived", "columns",
                 "row_names", "left_out_rows", "series")
#: The names of the settings, in the report and in a comparison of runs.
SETTINGS = {
    "activations": "Activations", "parameters": "Fitted numbers allowed", "max_complexity": "Largest complexity",
    "holdout_fraction": "Share held out", "seed": "Seed", "seconds": "Budget in seconds", "n_jobs": "Processes",
    "steps": "Budget in steps", "split": "Held-out rows", "weight": "Weights", "fill_gaps": "Gaps filled",
    "changes": "Changes to the table", "warm_start": "Started from", "loss": "What an error costs",
    "prior": "Prior knowledge", "device": "Device", "group": "Groups", "id_column": "Column that names the rows"}


def setting_name(key: str) -> str:
    """The name of a setting; its key as words for one of a later version.

    >>> setting_name("n_jobs"), setting_name("new_thing")
    ('Processes', 'New thing')
    """
    return SETTINGS.get(key, key.replace("_", " ").capitalize())


def setting_value(key: str, value: object) -> str:
    """The value of a setting in words.

    >>> setting_value("loss", "squared_error"), setting_value("steps", None), setting_value("parameters", True)
    ('Squared error', 'no limit', 'yes')
    >>> setting_value("group", {"column": "arm", "own": None})
    "those of 'arm', with as many constants of their own as the rows support"
    """
    try:
        return _DESCRIPTIONS.get(key, _describe)(value)
    except (DataError, TypeError, ValueError):  # a damaged file
        return "cannot be read"


def different_settings(*configs: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The settings in which some of the configs differ, as (name, value of the first, value of the second, ...)."""
    keys = [*SETTINGS, *sorted(set().union(*configs) - set(SETTINGS) - set(NOT_SETTINGS))]
    found = []
    for key in keys:
        values = [config.get(key) for config in configs]
        described = [setting_value(key, value) for value in values]
        compared = described if key == "changes" else values
        if any(value != compared[0] for value in compared):
            found.append((setting_name(key), *described))
    return found


def _describe_warm_start(networks: object) -> str:
    """The number of networks that a search started from."""
    count = len(networks) if isinstance(networks, list) else 0
    return counted(count, "known formula") if count else "nothing"


def _describe_changes(tree: object) -> str:
    """The changes to a table, as sentences."""
    try:
        return " ".join(change.describe() for change in changes_from_json(tree)) or "none"
    except DataError:
        return "cannot be read"


def _describe_loss(loss: object) -> str:
    """What an error costs, as Setup calls it."""
    return "Log loss of a class" if is_class({"loss": loss}) else loss_title(str(loss))


def _describe_steps(steps: object) -> str:
    """The budget in steps; seconds alone may limit a search."""
    return "no limit" if steps is None else _describe(steps)


def _describe_split(tree: object) -> str:
    """Which rows are held out."""
    split = Split.from_config(cast("Mapping[str, Any] | None", tree))
    column = repr(split.column)
    return {"random": "at random", "order": "the last rows", "range": f"the largest values of {column}",
            "group": f"whole groups of {column}"}[split.kind]


def _describe_weight(tree: object) -> str:
    """The column that weights come from."""
    return Weight.from_config(cast("Mapping[str, Any] | None", tree)).describe() or "all rows count equally"


def _describe_group(tree: object) -> str:
    """The groups that have constants of their own, and how many these may be."""
    if not isinstance(tree, Mapping):
        return "none"
    own = tree.get("own")
    most = "as many constants of their own as the rows support" if own is None else (
        f"at most {counted(int(own), 'constant')} of their own")
    return f"those of {str(tree.get('column'))!r}, with {most}"


def _describe_id_column(name: object) -> str:
    return str(name) if name else "none"


_DESCRIPTIONS: dict[str, Callable[[object], str]] = {
    "warm_start": _describe_warm_start, "changes": _describe_changes, "loss": _describe_loss, "steps": _describe_steps,
    "split": _describe_split, "weight": _describe_weight, "group": _describe_group, "id_column": _describe_id_column}


def _describe(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        given = {key: v for key, v in value.items() if v is not None}
        return "; ".join(f"{key.replace('_', ' ')}: {_describe(v)}" for key, v in given.items()) or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_describe, value))
    return "not set" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
