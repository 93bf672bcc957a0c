"""A formula with constants of groups, calibrated: the own constants of new groups fitted to a few of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.r_squared import r_squared
from xnet.evidence.group_constants import with_new_group
from xnet.name_lists import quoted_names
from xnet.tables.column_recipes import label_text
from xnet.tables.limits import TableError
from xnet.tables.numbers import has_no_label
from xnet.wording.score_text import r2_text

from .inputs import input_values, recipes_to_apply, target_values
from .predictor import Predictor


class NewGroup(NamedTuple):
    """A group that was added to a formula.

    Attributes:
        label: its name.
        constants: its own constants by their letters (a, b, ...).
        rows: how many rows they were fitted to.
        r2: R² in these rows; None where the target does not vary.
    """

    label: str
    constants: dict[str, float]
    rows: int
    r2: float | None

    def describe(self) -> str:
        """The group as a sentence."""
        values = ", ".join(f"{letter} = {value:.6g}" for letter, value in self.constants.items())
        score = "" if self.r2 is None else f", R² {r2_text(self.r2, 5)}"
        return f"{self.label}: {values}, fitted to {counted(self.rows, 'row')}{score}."


@dataclass(frozen=True)
class Calibration:
    """A formula with further groups.

    Attributes:
        predictor: the formula that knows the new groups too.
        groups: the new groups, in the order of the table.
        report: sentences on the rows that were not used.
    """

    predictor: Predictor
    groups: tuple[NewGroup, ...]
    report: tuple[str, ...]

    def formula_json(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The content of a `formula.json` with the new groups; `tree` is that of the formula before."""
        predictor = self.predictor
        assert predictor.network.own is not None
        column = predictor.names[predictor.network.own.column]
        derived = {**tree["run"]["derived"], column: predictor.derived[column].to_config()}
        ranges = {**(tree.get("ranges") or {}), column: [0.0, predictor.network.own.n_groups - 1.0]}
        error = {} if predictor.typical_error is None else {"typical_error": predictor.typical_error.to_json()}
        return {**tree, **error, "formula": {**tree["formula"], "network": predictor.network.to_json()},
                "run": {**tree["run"], "derived": derived}, "ranges": ranges}


def calibrate(predictor: Predictor, frame: pd.DataFrame, name: str = "The table", label: str = "") -> Calibration:
    """Fit the own constants of groups that a formula does not know to rows of a table; all other constants are held.

    Args:
        predictor: the formula.
        frame: rows of the new groups, with the target; rows of known groups are left out.
        name: the name of the table in messages.
        label: the name of the group that all rows belong to; "" if a column of the table names the groups.

    Raises:
        TableError: the formula has no own constants, a column is missing, or no row belongs to a new group.
        DataError: a group has fewer rows than own constants, or the formula has no finite value in its rows.
    """
    own = predictor.network.own
    if own is None:
        raise TableError("The formula has no constants of groups, so there is nothing to calibrate: use predict.")
    number, report = predictor.names[own.column], list[str]()
    recipe = predictor.derived.get(number)
    if recipe is None:
        raise TableError(f"The formula does not say which column names the groups of {number!r}: export it again.")
    known = set(own.labels)
    if label:
        frame = frame.assign(**{recipe.column: label})
    frame = frame.reset_index(drop=True).rename(columns={old: new for new, old in predictor.renamed.items()
                                                         if new not in frame.columns})
    inputs = input_values(predictor, recipes_to_apply(predictor, frame.drop(columns=number, errors="ignore")), frame,
                          name, [], {})
    y = target_values(predictor, frame, name)
    X = np.zeros((len(y), len(predictor.names)))
    for used, values in inputs.items():
        if used != number:
            X[:, predictor.names.index(used)] = values
    texts = np.array([label_text(cell) for cell in frame[recipe.column]], dtype=object)
    whole = np.isfinite(X).all(axis=1) & np.isfinite(y) & ~np.array([has_no_label(text) for text in texts], dtype=bool)
    new = np.array([text not in known for text in texts], dtype=bool)
    for count, why in (((~whole).sum(), "have gaps"), ((whole & ~new).sum(), "belong to groups that are known")):
        if count:
            report.append(f"{int(count):,} of {len(y):,} rows {why} and were left out.")
    labels = list(dict.fromkeys(texts[whole & new]))
    if not labels:
        raise TableError(f"{name} has no row of a new group with all values: the formula knows "
                         f"{quoted_names(own.labels)}. Give rows of another group.")
    found = []
    for text in labels:
        at = whole & (texts == text)
        predictor, group = _with_group(predictor, X[at], y[at], text)
        found.append(group)
    return Calibration(predictor, tuple(found), tuple(report))


def _with_group(predictor: Predictor, X: Array, y: Array, label: str) -> tuple[Predictor, NewGroup]:
    network = with_new_group(predictor.network, X, y, label)
    own = network.own
    assert own is not None
    number = predictor.names[own.column]
    recipe = replace(predictor.derived[number], labels=own.labels)
    high = predictor.high
    if high is not None:
        high = high.copy()
        high[own.column] = own.n_groups - 1
    X = X.copy()
    X[:, own.column] = own.n_groups - 1
    values = network.evaluate(X)
    constants = {own.letter(j): row[-1] for j, row in enumerate(own.values)}
    error = predictor.typical_error
    if error is not None and error.groups is None:
        error = error._replace(groups=own.n_groups - 1)
    return (replace(predictor, network=network, derived={**predictor.derived, number: recipe}, high=high,
                    typical_error=error),
            NewGroup(label, constants, len(y), r_squared(values, y, None)))
