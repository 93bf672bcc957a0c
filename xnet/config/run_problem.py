"""The search problem that a run's config and table describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet import engine
from xnet.engine.problem.named_constants import constants_of
from xnet.engine.problem.repeated_rows import is_counted
from xnet.evidence.chosen_inputs import CHOSEN_FROM
from xnet.evidence.class_probability import ADDED_COMPLEXITY
from xnet.tables.column_recipes import recipes_from_config
from xnet.tables.holdout import Split
from xnet.tables.row_names import RowNames
from xnet.tables.weights import Weight

from .class_runs import FEWEST_ROWS_OF_A_CLASS, SMALLEST_CLASS_COMPLEXITY, is_class
from .losses import KNOWN_ERROR
from .run_options import RunError

if TYPE_CHECKING:
    import pandas as pd

    from xnet.engine import Problem


def further_columns(config: Mapping[str, Any]) -> list[str]:
    """The columns that a run needs beside inputs and target: those of the split and of the weights."""
    columns = (Split.from_config(config.get("split")).column, Weight.from_config(config.get("weight")).column)
    return list(dict.fromkeys(c for c in columns if c is not None and c not in (*config["inputs"], config["target"])))


def problem_from(config: Mapping[str, Any], data: pd.DataFrame) -> Problem:
    """The search problem that a config describes.

    Args:
        config: the config of a run; keys that older releases did not write may be missing.
        data: the rows, with the columns of inputs, target and `further_columns`.

    Raises:
        DataError: the data cannot be used, or the split or the weights cannot be applied.
        ConstraintError, FormulaError: the prior knowledge names an unknown column, or cannot be read.
        RunError: the target or the options do not suit a class.
    """
    prior = dict(config.get("prior") or {})
    initial, template = prior.pop("initial_formula", None), prior.pop("template", None)
    constants = constants_of(prior.pop("constants", None), config["inputs"])
    max_complexity = config["max_complexity"]
    if is_class(config):
        _check_class(config, data[config["target"]], initial, prior)
        max_complexity -= ADDED_COMPLEXITY
    split, weight = Split.from_config(config.get("split")), Weight.from_config(config.get("weight"))
    held_out = split.held_out(None if split.column is None else data[split.column].to_numpy(), n=len(data),
                              fraction=config["holdout_fraction"], seed=config["seed"])
    loss = config.get("loss", "squared_error")
    errors, weights = _errors_and_weights(weight, data, loss, RowNames.from_config(config, len(data)))
    X, y = data[config["inputs"]].to_numpy(), data[config["target"]].to_numpy()
    once = errors is None and weights is None and not config.get("group") and not is_class(config)
    problem = engine.Problem.from_arrays(
        X, y, counted=is_counted(X, y) if once else None, names=tuple(config["inputs"]),
        target_name=config["target"], activations=config["activations"], parameters=config["parameters"],
        max_complexity=max_complexity, holdout_fraction=config["holdout_fraction"], seed=config["seed"],
        loss=loss if errors is None else "squared_error", device=config.get("device", "cpu"),
        initial_formula=initial, constants=constants,
        constraints=engine.Constraints.of(config["inputs"], **prior), holdout=held_out,
        sample_weight=weights, sample_error=errors, groups=_groups(config), template=template)
    problem.cached(CHOSEN_FROM, lambda: max(int(config.get("chosen_from") or 0), len(config["inputs"])))
    if is_class(config) and np.ptp(problem.train.y) == 0:
        raise RunError(f"Without the held-out rows, all rows of {config['target']!r} belong to one class, so nothing "
                       "can be learned. Hold out rows at random instead.")
    return problem


def _groups(config: Mapping[str, Any]) -> engine.Groups | None:
    """The groups of a run; None for one table.

    Raises:
        RunError: the column of the groups is no input, or has no recipe.
    """
    group = config.get("group")
    if not group:
        return None
    recipe, inputs = recipes_from_config(config).get(group["column"]), list(config["inputs"])
    if recipe is None or group["column"] not in inputs:
        raise RunError(f"The column {group['column']!r} of the groups is missing among the inputs. Choose the groups "
                       "again, and start a new search.")
    return engine.Groups(inputs.index(group["column"]), recipe.labels, group["own"])


def _errors_and_weights(weight: Weight, data: pd.DataFrame, loss: str,
                        names: RowNames) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Known standard errors (n,) of the target, or weights (n,) of the rows; at most one of them.

    Raises:
        WeightError: the column cannot be used.
        RunError: the loss is that of known standard errors, but no column holds them.
    """
    if weight.column is None:
        if loss == KNOWN_ERROR:
            raise RunError("The loss is that of known standard errors, but no column holds them. Choose the column of "
                           "standard errors on the Data page, or another loss.")
        return None, None
    values = data[weight.column].to_numpy()
    if loss == KNOWN_ERROR:
        return weight.checked(values, names), None
    return None, weight.row_weights(values, names)


def _check_class(config: Mapping[str, Any], y: pd.Series, initial: object, prior: Mapping[str, Any]) -> None:
    """Check that the target and the prior knowledge suit a search for the probability of a class.

    Raises:
        RunError: the target holds other values than 0 and 1, a class has too few rows, the largest complexity is too
            small, or the prior knowledge does not apply to a probability.
    """
    target, ones = config["target"], int((y == 1).sum())
    if not y.isin((0, 1)).all():
        raise RunError(f"The target {target!r} contains other numbers than 0 and 1, so it does not separate one class "
                       "from the rest. Choose which of its values is the class.")
    for count, part in ((ones, "to the class"), (len(y) - ones, "to the other classes")):
        if count < FEWEST_ROWS_OF_A_CLASS:
            raise RunError(f"Only {count} of the rows {'belongs' if count == 1 else 'belong'} {part} ({target!r}); at "
                           f"least {FEWEST_ROWS_OF_A_CLASS} are needed. Choose another class, or add rows.")
    if config["max_complexity"] < SMALLEST_CLASS_COMPLEXITY:
        raise RunError(f"The largest complexity is {config['max_complexity']}, but the formula of a probability needs "
                       f"at least {SMALLEST_CLASS_COMPLEXITY}. Choose a larger limit.")
    if initial:
        raise RunError("A search for a class cannot start from an initial formula, because its formula is a "
                       "probability. Leave the initial formula out.")
    if prior.get("units"):
        raise RunError("Units cannot steer a search for a class, because the terms of its score have no units. Switch "
                       "the rule on units off.")
    if any(limit is not None for limit in prior.get("output_range") or ()):
        raise RunError("A probability always lies between 0 and 1. Leave out the lowest and the highest output.")
