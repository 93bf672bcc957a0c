"""What a run is told: its options and their limits, its config, and the problem that a config describes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from xnet import engine
from xnet.engine.networks.activations import resolve_activations
from xnet.errors import XNetError
from xnet.evidence.class_probability import ADDED_COMPLEXITY
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.holdout import Split
from xnet.tables.weights import Weight

from .class_runs import FEWEST_OF_A_CLASS, is_class

if TYPE_CHECKING:
    import pandas as pd

    from xnet.engine import Problem

VERSION = 1
#: The lowest and the highest value of every option that is a number.
LIMITS: dict[str, tuple[float, float]] = {
    "seconds": (0.1, 86_400), "max_complexity": (1, 500), "holdout_fraction": (0, 0.5), "seed": (0, 2**32 - 1),
    "n_jobs": (1, 256), "steps": (1, 10**9)}
#: The smallest limit of a class's formula: what makes it a probability, and a neuron with two things to join.
SMALLEST_OF_A_CLASS = ADDED_COMPLEXITY + 3
_WHOLE = ("max_complexity", "seed", "n_jobs", "steps")


class RunError(XNetError, ValueError):
    """A run cannot be made or found; the message says why and what to do."""


class RunOptions(TypedDict, total=False):
    """What a run may be told beside its table and columns.

    Keys:
        name: what to call the run; made of target and source when left out.
        units: units of columns, for display.
        activations: a preset, or names of activations, groups and presets.
        parameters: whether constants may be fitted; False is the activations-only mode.
        max_complexity: the largest network to try.
        holdout_fraction: the share of rows that the search never matches on, 0 to 0.5.
        seed: the same seed and budget in steps give the same run.
        seconds: the budget in seconds of searching.
        steps: a budget in steps beside it, which makes the run the same on a fast and a slow machine; None for none.
        n_jobs: the number of processes.
        loss: "squared_error"; "huber" where some rows may be wild; or "logistic" for a target of 0 and 1, a class
            against the rest: what is found is then the probability of 1 (see `xnet.probability`).
        prior: a user's prior knowledge: the arguments of `Constraints.of` (inputs by name), and `initial_formula`.
        device: where candidates are matched: "cpu", or a PyTorch device such as "cuda".
        split: how the held-out rows are chosen, see `Split.from_config`; at random when left out.
        weight: a column that says how much each row counts, see `Weight.from_config`; all alike when left out.
        fill_gaps: whether gaps of inputs are filled with the column's median; else their rows are left out.
        known: networks (as JSON) that an earlier search on the same columns found, to start from.
        made: how columns were made of text or dates, by column, see `ColumnRecipe.from_config`; they have to be in the
            table.
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
    known: Sequence[Mapping[str, Any]]
    made: Mapping[str, Mapping[str, Any]]


_DEFAULTS: RunOptions = {
    "name": None, "units": None, "activations": "default", "parameters": True, "max_complexity": 40,
    "holdout_fraction": 0.2, "seed": 0, "seconds": 60, "steps": None, "n_jobs": 1, "loss": "squared_error",
    "prior": None, "device": "cpu", "split": None, "weight": None, "fill_gaps": False, "known": (),
    "made": {}}


def options_of(config: Mapping[str, Any]) -> RunOptions:
    """The options that make another run like this one; runs of older releases say less."""
    options = {option: config[option] for option in _DEFAULTS if option in config}
    return options | {"known": ()}  # type: ignore[return-value]


def make_config(run_id: str, *, target: str, inputs: Sequence[str], source: str, options: RunOptions) -> dict[str, Any]:
    """The config of a new run, with every option in it.

    Raises:
        ActivationError: an activation is unknown.
        RunError: an option is out of range.
        SplitError, WeightError: rows cannot be held out, or weighed, like that.
        NetworkError: what is known is no network.
        RecipeError: how a column was made is not told as it should be.
    """
    unknown = [option for option in options if option not in _DEFAULTS]
    if unknown:
        raise TypeError(f"create_run() got an unexpected option {unknown[0]!r}; it takes {', '.join(_DEFAULTS)}.")
    told: RunOptions = {**_DEFAULTS, **options}
    for option in LIMITS:
        if option != "steps" or told["steps"] is not None:
            check_number(option, told[option])  # type: ignore[literal-required]
    resolve_activations(told["activations"])
    activations = told["activations"]
    return {
        "version": VERSION, "id": run_id, "name": told["name"] or f"{target} from {source}",
        "created": datetime.now(UTC).isoformat(timespec="seconds"), "source": source, "target": target,
        "inputs": list(inputs), "units": {c: u for c, u in (told["units"] or {}).items() if c in (*inputs, target)},
        "activations": activations if isinstance(activations, str) else list(activations),
        "parameters": bool(told["parameters"]), "max_complexity": int(told["max_complexity"]),
        "holdout_fraction": float(told["holdout_fraction"]), "seed": int(told["seed"]),
        "seconds": float(told["seconds"]), "steps": None if told["steps"] is None else int(told["steps"]),
        "n_jobs": int(told["n_jobs"]), "loss": str(told["loss"]), "prior": dict(told["prior"] or {}),
        "device": str(told["device"]), "split": Split.from_config(told["split"]).to_config(),
        "weight": Weight.from_config(told["weight"]).to_config(), "fill_gaps": bool(told["fill_gaps"]),
        "known": [engine.Network.from_json(dict(tree)).to_json() for tree in told["known"]],
        "made": {name: recipe.to_config() for name, recipe in recipes_from_config(told).items()
                 if name in (*inputs, target)}}


def check_number(option: str, value: object) -> None:
    """The limits hold here, not only in the widgets that offer the options.

    Raises:
        RunError: the option is out of range.
    """
    whole, (low, high) = option in _WHOLE, LIMITS[option]
    if not (isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high) or (
            whole and value != int(value)):
        raise RunError(f"The setting {option} is {value!r}; expected a{' whole' if whole else ''} number from "
                       f"{low} to {high}.")


def further_columns(config: Mapping[str, Any]) -> list[str]:
    """The columns that a run needs beside inputs and target: what its rows are held out by, and weighed by."""
    asked = (Split.from_config(config.get("split")).column, Weight.from_config(config.get("weight")).column)
    return list(dict.fromkeys(c for c in asked if c is not None and c not in (*config["inputs"], config["target"])))


def problem_from(config: Mapping[str, Any], data: pd.DataFrame) -> Problem:
    """The search problem that a config describes, on the rows of its table; runs of older releases say less.

    Args:
        config: what was asked for.
        data: inputs, target and `further_columns`.

    Raises:
        DataError: the data cannot be used, or rows not be held out or weighed as asked.
        ConstraintError, FormulaError: the prior knowledge names what is not there, or cannot be read.
    """
    prior = dict(config.get("prior") or {})
    initial = prior.pop("initial_formula", None)
    room = config["max_complexity"]
    if is_class(config):
        _check_class(config, data[config["target"]], initial, prior)
        room -= ADDED_COMPLEXITY
    split, weight = Split.from_config(config.get("split")), Weight.from_config(config.get("weight"))
    held_out = split.held_out(None if split.column is None else data[split.column].to_numpy(), n=len(data),
                              fraction=config["holdout_fraction"], seed=config["seed"])
    problem = engine.Problem.from_arrays(
        data[config["inputs"]].to_numpy(), data[config["target"]].to_numpy(), names=tuple(config["inputs"]),
        target_name=config["target"], activations=config["activations"], parameters=config["parameters"],
        max_complexity=room, holdout_fraction=config["holdout_fraction"], seed=config["seed"],
        loss=config.get("loss", "squared_error"), device=config.get("device", "cpu"), initial_formula=initial,
        constraints=engine.Constraints.of(config["inputs"], **prior), holdout=held_out,
        sample_weight=None if weight.column is None else weight.row_weights(data[weight.column].to_numpy()))
    if is_class(config) and np.ptp(problem.train.y) == 0:
        raise RunError(f"With the held-out rows taken away, all rows to learn from are of one class of "
                       f"{config['target']!r}: hold rows out at random instead.")
    return problem


def _check_class(config: Mapping[str, Any], y: pd.Series, initial: object, prior: Mapping[str, Any]) -> None:
    """Refuse what cannot be told apart, and wishes that do not go with a probability.

    Raises:
        RunError: the target is not one of 0 and 1, a class has too few rows, or a wish does not go with a class.
    """
    target, ones = config["target"], int((y == 1).sum())
    if not y.isin((0, 1)).all():
        raise RunError(f"The target {target!r} holds other numbers than 0 and 1, so it is no class against the rest: "
                       "say which of its values is the class.")
    for count, what in ((ones, "of the class"), (len(y) - ones, "of the rest")):
        if count < FEWEST_OF_A_CLASS:
            raise RunError(f"Of the rows used, {count} {'is' if count == 1 else 'are'} {what} ({target!r}), and at "
                           f"least {FEWEST_OF_A_CLASS} are needed: choose another class, or add rows.")
    if config["max_complexity"] < SMALLEST_OF_A_CLASS:
        raise RunError(f"The largest formula may have {config['max_complexity']} neurons and numbers, and the formula "
                       f"of a class, a probability, needs at least {SMALLEST_OF_A_CLASS}: allow more.")
    if initial:
        raise RunError("A formula to start from does not go with a class, whose formula is a probability: leave it "
                       "out.")
    if any(limit is not None for limit in prior.get("output_range") or ()):
        raise RunError("A probability lies between 0 and 1 by itself: leave out the lowest and the highest output.")
