"""The options of a run with their limits, and the run's configuration (`config.json`)."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict, cast

from xnet import engine
from xnet.engine.networks.activations import resolve_activations
from xnet.engine.networks.own_functions import is_definition, own_activation
from xnet.errors import XNetError
from xnet.evidence.steering_units import steering_units
from xnet.tables.changes import changes_from_json, changes_to_json, concerning
from xnet.tables.column_recipes import needed_recipes, recipes_from_config
from xnet.tables.holdout import Split
from xnet.tables.table import Table
from xnet.tables.weights import Weight

VERSION = 1
#: The lowest and the highest value of every numeric option.
LIMITS: dict[str, tuple[float, float]] = {
    "seconds": (0.1, 86_400), "max_complexity": (1, 500), "holdout_fraction": (0, 0.5), "seed": (0, 2**32 - 1),
    "n_jobs": (1, 256), "steps": (1, 10**9)}
_INTEGERS = ("max_complexity", "seed", "n_jobs", "steps")
#: Keys that older releases wrote to `config.json` -> their names of today.
_OLD_KEYS = {"known": "warm_start", "made": "derived"}


class RunError(XNetError, ValueError):
    """A run cannot be created or found; the message says why and what to do."""


class RunOptions(TypedDict, total=False):
    """The options of a run beside its table and columns.

    Attributes:
        name: the name of the run; by default it is composed of target and source.
        units: units of columns, for display.
        activations: a preset, or names of activations, groups and presets, and definitions of own functions.
        parameters: whether constants are fitted; False is the mode without parameters.
        max_complexity: the largest complexity of a network.
        holdout_fraction: the share of the rows that are held out from the search, 0 to 0.5.
        seed: the same seed and the same budget in steps give the same run.
        seconds: the budget in seconds that the search computes (`xnet.stopwatch`).
        steps: an additional budget in steps, which gives the same run on a fast and a slow machine; None for no limit.
        n_jobs: the number of processes.
        loss: what an error costs: one of `loss_names.LOSSES`, "quantile:SHARE", "known_error" (with a column of
            standard errors as weights), or "logistic" for a target of 0 and 1, one class against the rest: the formula
            is then the probability of 1 (see `xnet.evidence.class_probability`).
        prior: prior knowledge: the arguments of `Constraints.of` (inputs by name), `initial_formula`,
            `template`, and `constants` as texts.
        device: where candidates are matched: "cpu", or a PyTorch device such as "cuda".
        split: how the held-out rows are chosen, see `Split`; by default at random.
        weight: a column of weights or of standard errors of the target, see `Weight`; by default all rows count alike.
        fill_gaps: whether missing values of inputs are replaced by the median of the column; else their rows are left
            out.
        warm_start: networks (as JSON) to start from, which an earlier search on the same columns found.
        derived: how columns were derived from text, dates or other rows, by column, see `ColumnRecipe`; the table must
            contain them.
        columns: the table's columns in their order, "" for those that the run does not use; exports for spreadsheets
            refer to them. By default taken from the table.
        changes: what was changed in the table before the search, see `xnet.tables.changes`; the table is the changed
            one. Changes of columns that the run does not use are left out.
        row_names: how the rows of the table are called, see `RowNames`; by default row 1, row 2 and so on.
        group: for one form with constants of its own in every group: {"column": an input with the groups' numbers,
            "own": the most own constants or None}; the labels are those of its recipe in `derived`.
        id_column: the column that names the rows, such as a country; by default found by `xnet.tables.id_columns`;
            "" for none.
        series: the place of the run among searches that were started together, see `xnet.runs.series`.
    """

    name: str | None
    units: Mapping[str, str] | None
    activations: str | Sequence[str]
    parameters: bool
    max_complexity: int
    holdout_fraction: float
    seed: int
    seconds: float
    steps: int | None
    n_jobs: int
    loss: str
    prior: Mapping[str, Any] | None
    device: str
    split: Mapping[str, Any] | None
    weight: Mapping[str, Any] | None
    fill_gaps: bool
    warm_start: Sequence[Mapping[str, Any]]
    derived: Mapping[str, Mapping[str, Any]]
    columns: Sequence[str]
    changes: Mapping[str, Any] | None
    row_names: Mapping[str, Any] | None
    id_column: str | None
    group: Mapping[str, Any] | None
    series: Mapping[str, Any] | None


class Config(TypedDict):
    """The configuration of a run: its columns and every option of `RunOptions`, as `config.json` holds them.

    The keys that may be missing are those that older releases did not write.

    Attributes:
        version: the version of the format.
        id: the id of the run.
        created: when the run was created, as ISO 8601 text in UTC.
        source: the name of the sample or the file that the table came from.
        target: the column to explain.
        inputs: the columns that may explain it, in the order of the formula's variables.
        row_names: how the rows of `data.csv` are called, see `RowNames`; None if their numbers are too irregular.
        filled: with `fill_gaps`, input -> number of filled cells and the median that they got.
        left_out_rows: in runs of older releases, the numbers of the rows of the table that were left out.
    """

    version: int
    id: str
    name: str
    created: str
    source: str
    target: str
    inputs: list[str]
    units: dict[str, str]
    activations: str | list[str]
    parameters: bool
    max_complexity: int
    holdout_fraction: float
    seed: int
    seconds: float
    steps: NotRequired[int | None]
    n_jobs: NotRequired[int]
    loss: NotRequired[str]
    prior: NotRequired[dict[str, Any]]
    device: NotRequired[str]
    split: NotRequired[dict[str, Any]]
    weight: NotRequired[dict[str, Any] | None]
    fill_gaps: NotRequired[bool]
    warm_start: NotRequired[list[dict[str, Any]]]
    derived: NotRequired[dict[str, dict[str, Any]]]
    columns: NotRequired[list[str]]
    changes: NotRequired[dict[str, Any]]
    row_names: NotRequired[dict[str, Any] | None]
    id_column: NotRequired[str]
    chosen_from: NotRequired[int]
    group: NotRequired[dict[str, Any]]
    series: NotRequired[dict[str, Any]]
    filled: NotRequired[dict[str, tuple[int, float]]]
    left_out_rows: NotRequired[list[int]]


_DEFAULTS: RunOptions = {
    "name": None, "units": None, "activations": "default", "parameters": True, "max_complexity": 40,
    "holdout_fraction": 0.2, "seed": 0, "seconds": 60, "steps": None, "n_jobs": 1, "loss": "squared_error",
    "prior": None, "device": "cpu", "split": None, "weight": None, "fill_gaps": False, "warm_start": (),
    "derived": {}, "columns": (), "changes": None, "row_names": None, "id_column": None, "group": None,
    "series": None}


def with_current_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config with the keys of today, whichever release wrote it."""
    return {_OLD_KEYS.get(key, key): value for key, value in config.items()}


def options_from_config(config: Mapping[str, Any]) -> RunOptions:
    """The options that create another run like this one, without its warm start and its series."""
    options = {option: config[option] for option in _DEFAULTS if option in config}
    return cast(RunOptions, options | {"warm_start": (), "series": None})


def make_config(run_id: str, *, target: str, inputs: Sequence[str], source: str, options: RunOptions) -> Config:
    """The config of a new run, with every option in it.

    Raises:
        ActivationError: an activation is unknown.
        RunError: an option is out of range.
        SplitError, WeightError: the split or the weights are not valid.
        NetworkError: an entry of `warm_start` is not a network.
        RecipeError: an entry of `derived` is not a recipe.
        ChangeError: `changes` are not valid.
        UnitsError: units shall steer the search, but a unit cannot be read, or no input has one.
    """
    unknown = [option for option in options if option not in _DEFAULTS]
    if unknown:
        raise TypeError(f"create_run() got an unexpected option {unknown[0]!r}; it takes {', '.join(_DEFAULTS)}.")
    given: RunOptions = {**_DEFAULTS, **options}
    for option in LIMITS:
        if option != "steps" or given["steps"] is not None:
            check_number(option, given[option])  # type: ignore[literal-required]
    activations, columns = given["activations"], (*inputs, target)
    resolve_activations(activations)
    split, weight = Split.from_config(given["split"]), Weight.from_config(given["weight"])
    weight.check_target(target)
    recipes = recipes_from_config(given)
    sources = {column for recipe in recipes.values() for column in (recipe.column, *recipe.file_columns)}
    changes = concerning(changes_from_json(given["changes"]),
                         {*columns, *sources, *(c for c in (split.column, weight.column) if c is not None)})
    config: Config = {
        "version": VERSION, "id": run_id, "name": given["name"] or f"{target} from {source}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"), "source": source, "target": target,
        "inputs": list(inputs), "units": {c: u for c, u in (given["units"] or {}).items() if c in columns},
        "activations": activations if isinstance(activations, str) else [
            own_activation(name).name if is_definition(name) else name for name in activations],
        "parameters": bool(given["parameters"]), "max_complexity": int(given["max_complexity"]),
        "holdout_fraction": float(given["holdout_fraction"]), "seed": int(given["seed"]),
        "seconds": float(given["seconds"]), "steps": None if given["steps"] is None else int(given["steps"]),
        "n_jobs": int(given["n_jobs"]), "loss": str(given["loss"]), "prior": _prior(given, inputs, target),
        "device": str(given["device"]), "split": split.to_config(),
        "weight": weight.to_config(), "fill_gaps": bool(given["fill_gaps"]),
        "warm_start": [engine.Network.from_json(dict(tree)).to_json() for tree in given["warm_start"]],
        "derived": {name: recipe.to_config() for name, recipe in needed_recipes(recipes, columns).items()},
        "columns": _known(given["columns"], {*columns, *sources}), "changes": changes_to_json(changes)}
    if isinstance(given["id_column"], str) and given["id_column"]:
        config["id_column"] = given["id_column"][:80]
    if given["group"]:
        config["group"] = {"column": str(given["group"]["column"]), "own": given["group"].get("own")}
    if given["series"]:
        config["series"] = dict(given["series"])
    return config


def _prior(given: RunOptions, inputs: Sequence[str], target: str) -> dict[str, Any]:
    """The prior knowledge; where units steer the search, with the units of the columns as exponents.

    A run that is repeated keeps those that it had.

    Raises:
        UnitsError: a unit cannot be read, or no input has one.
    """
    prior = dict(given["prior"] or {})
    if prior.get("units") and "inputs" not in prior["units"]:
        units = {c: u for c, u in (given["units"] or {}).items() if c in (*inputs, target)}
        prior["units"] = steering_units(inputs, target, units, prior["units"]["constants"])
    return prior


def table_options(table: Table) -> RunOptions:
    """The options of a run that a table carries with it: units, recipes, changes, and the names of its rows."""
    return {"units": table.units, "derived": {name: recipe.to_config() for name, recipe in table.derived.items()},
            "changes": changes_to_json(table.changes), "row_names": table.row_names.to_config()}


def _known(columns: object, names: Container[str]) -> list[str]:
    """The columns of a table, with "" for those that are not used; [] for anything else than a list of names."""
    found = [str(c) if str(c) in names else "" for c in columns] if isinstance(columns, (list, tuple)) else []
    while found and not found[-1]:
        found.pop()
    return found


def check_number(option: str, value: object) -> None:
    """Check a numeric option against `LIMITS`.

    Raises:
        RunError: the option is out of range, or not an integer where one is needed.
    """
    integer, (low, high) = option in _INTEGERS, LIMITS[option]
    if not (isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high) or (
            integer and value != int(value)):
        raise RunError(f"The setting {option} is {value!r}; expected a{' whole' if integer else ''} number from "
                       f"{low} to {high}.")
