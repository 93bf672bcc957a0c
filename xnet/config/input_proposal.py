"""Which columns of a wide table are proposed as inputs: those that explain the target best on a sample of the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.problem.feature_selection import ranked_inputs, screened_inputs
from xnet.tables.class_target import class_labels, default_class, with_class_column
from xnet.tables.replicates import replicates_of
from xnet.tables.roles import siblings
from xnet.tables.table import Table

#: Inputs that are proposed at most, in the app and in the terminal.
MOST_PROPOSED = 50
#: Rows that columns are compared on.
_ROWS = 400


def proposed_inputs(table: Table, target: str) -> tuple[str, ...]:
    """The inputs to begin with: all suggested columns of a narrow table, the most relevant ones of a wide table.

    Args:
        table: the table.
        target: the column to explain; numbers, or text that holds classes.

    Returns:
        Columns in the order of the table.
    """
    return most_relevant(table, target, candidates(table, target))


def most_relevant(table: Table, target: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, in their order; of more than `MOST_PROPOSED` those that explain the target best."""
    if len(columns) <= MOST_PROPOSED:
        return tuple(columns)
    ranked = set(relevant_inputs(table, target, columns)[:MOST_PROPOSED])
    return tuple(column for column in columns if column in ranked)


def candidates(table: Table, target: str) -> tuple[str, ...]:
    """The columns that may be inputs by default.

    These are the suggested ones, those that were derived from other rows, and the suggested target if another is
    chosen; without repeated measurements of the target, if others are left.
    """
    derived = {column for column, recipe in table.derived.items() if recipe.reads_rows}
    suggested = {*table.suggested_inputs, table.suggested_target, *derived}
    known = suggested if table.suggested_inputs else set(table.numeric_columns)
    known = known - {target, *siblings(table, target)} - table.not_inputs
    known = known.difference(replicates_of(target, table.numeric_columns)) or known
    return tuple(column for column in table.numeric_columns if column in known)


def relevant_inputs(table: Table, target: str, columns: Sequence[str]) -> list[str]:
    """Columns that explain the target on a sample of the rows, the most relevant first, at most 120.

    Gaps of the columns are filled with their medians for the comparison.
    """
    y = _numbers(table, target)
    known = np.flatnonzero(np.isfinite(y))
    rows = known[np.linspace(0, len(known) - 1, min(len(known), _ROWS)).round().astype(int)] if len(known) else known
    if len(rows) < 5 or np.ptp(y[rows]) == 0:
        return list(columns)
    X = table.frame[list(columns)].to_numpy(dtype=np.float64)[rows].T
    X = np.where(np.isfinite(X), X, np.nan)
    varying = [k for k, column in enumerate(X) if np.isfinite(column).any() and np.nanmin(column) < np.nanmax(column)]
    X = X[varying]
    X = np.ascontiguousarray(np.where(np.isnan(X), np.nanmedian(X, axis=1, keepdims=True), X)) if len(X) else X
    if not len(X):
        return list(columns)
    kept = screened_inputs(X, y[rows])
    ranked = ranked_inputs(Rows(np.ascontiguousarray(X[kept]), y[rows], scale=1.0), seed=0)
    return [columns[varying[kept[i]]] for i in ranked]


def _numbers(table: Table, target: str) -> Array:
    """The target as numbers; for a class, 1 where it is the class that is explained by default."""
    if target in table.numeric_columns:
        return table.frame[target].to_numpy(dtype=np.float64)
    labels = class_labels(table, target)
    if not labels:
        return np.full(len(table.frame), np.nan)
    made, name = with_class_column(table, target, default_class(labels))
    return made.frame[name].to_numpy(dtype=np.float64)
