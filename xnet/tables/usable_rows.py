"""The rows and columns of a table that a search can use: finite numbers without missing values."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from xnet.counts import counted
from xnet.name_lists import abbreviated_list

from .column_recipes import GROUPS
from .limits import MAX_INPUTS, TableError
from .table import MIN_ROWS, Table


def usable(table: Table, target: str, inputs: Sequence[str], *, fill_gaps: bool = False,
           extra_columns: Sequence[str] = ()) -> pd.DataFrame:
    """Select the columns and rows of a search.

    Args:
        table: the table.
        target: the column to explain.
        inputs: the columns to explain it with.
        fill_gaps: whether missing values of inputs are replaced with the column's median. Missing values of the target
            are never replaced, because a formula should not explain invented values; nor are those of columns that are
            derived from earlier rows, and the numbers of groups.
        extra_columns: columns that are carried along unchanged, such as the column of a split. They may hold text; a
            row is left out if one of their numbers is missing.

    Returns:
        `inputs`, `target` (float64, finite) and then `extra_columns`. Its `attrs` count the rows left out (`dropped`)
        and the cells filled in (`filled`), and hold the positions of the rows left out (`left_out`), from 0, and the
        number of filled cells with the median of each column that has some (`medians`).

    Raises:
        TableError: a column is unknown, is text or is chosen twice; two columns share a name; the target or all inputs
            are constant; or fewer than `MIN_ROWS` rows are left.
    """
    inputs = list(inputs)
    _check_choice(table, target, inputs)
    for column in extra_columns:
        _check_known(table, column)
    frame = table.frame[[*inputs, target]].astype(np.float64)
    frame = frame.where(np.isfinite(frame))
    filled: dict[str, tuple[int, float]] = {}
    if fill_gaps:
        # The first row has no earlier one, and the median is no value of an earlier row; nor is it a group.
        filling = [c for c in inputs if (recipe := table.derived.get(c)) is None
                   or not (recipe.reads_rows or recipe.way == GROUPS)]
        gaps, medians = frame[filling].isna() & frame[[target]].notna().to_numpy(), frame[filling].median()
        filled = {c: (int(gaps[c].sum()), float(medians[c])) for c in filling if gaps[c].any()}
        frame[filling] = frame[filling].fillna(medians)
    numbers = [c for c in extra_columns if c in table.numeric_columns]
    whole = frame.notna().all(axis=1) & np.isfinite(table.frame[numbers].astype(np.float64)).all(axis=1)
    used = frame[whole].reset_index(drop=True)
    if len(used) < MIN_ROWS:
        raise TableError(
            f"{table.name} has {counted(len(used), 'row')} without gaps in the chosen columns, but at least {MIN_ROWS} "
            "are needed: add rows, or choose columns with fewer gaps."
        )
    if used[target].nunique() == 1:
        value = used[target].iloc[0]
        raise TableError(f"The target {target!r} is {value:g} in every row: choose a target that varies.")
    if all(used[c].nunique() == 1 for c in inputs):
        raise TableError("Every chosen input is the same in all rows: choose at least one input that varies.")
    used = used.assign(**{c: table.frame.loc[whole, c].to_numpy() for c in extra_columns if c not in used})
    left_out = np.flatnonzero(~whole).tolist()
    used.attrs |= {"dropped": len(left_out), "left_out": left_out, "medians": filled,
                   "filled": sum(count for count, _ in filled.values())}
    return used


def filled_sentence(medians: Mapping[str, Sequence[float]]) -> str:
    """The sentence on the cells that `usable` has filled, with the values; "" without any.

    Args:
        medians: column -> number of filled cells, and their value.
    """
    cells = [f"{counted(int(count), 'cell')} of {column!r} with {median:.6g}"
             for column, (count, median) in medians.items()]
    return f"Gaps were filled with the median of the column: {abbreviated_list(cells, 6)}." if cells else ""


def _check_choice(table: Table, target: str, inputs: list[str]) -> None:
    if not inputs:
        if len(table.numeric_columns) == 1:
            raise TableError(f"{target!r} is the only column of numbers: derive its previous value, or convert text or "
                             "dates, to have an input.")
        raise TableError("No input is chosen: choose at least one column to explain the target with.")
    if len(inputs) > MAX_INPUTS:
        raise TableError(f"{len(inputs):,} inputs are chosen, but a search takes at most {MAX_INPUTS}: choose fewer.")
    if target in inputs:
        raise TableError(f"Column {target!r} is both target and input: remove it from the inputs.")
    if len(set(inputs)) < len(inputs):
        twice = next(c for c in inputs if inputs.count(c) > 1)
        raise TableError(f"Column {twice!r} is an input twice: name it once.")
    names = table.frame.columns
    if not names.is_unique:
        raise TableError(
            f"{table.name} has two columns called {str(names[names.duplicated()][0])!r}: rename one of them."
        )
    known, numeric = set(names), set(table.numeric_columns)
    for column in (*inputs, target):
        if column not in known or column not in numeric:
            _check_numeric(table, column)


def _check_known(table: Table, column: str) -> None:
    columns = [str(c) for c in table.frame.columns]
    if column not in columns:
        near = difflib.get_close_matches(str(column), columns, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "it has " + ", ".join(map(repr, columns[:8])) + "."
        raise TableError(f"{table.name} has no column {column!r}: {hint}")


def _check_numeric(table: Table, column: str) -> None:
    _check_known(table, column)
    if column not in table.numeric_columns:
        example = next((str(v) for v in table.frame[column] if str(v)), "")
        derived = [repr(name) for name, recipe in table.derived.items() if recipe.column == column]
        choose = " or ".join(derived[:3]) + ", derived from it" if derived else "a column of numbers"
        raise TableError(f"Column {column!r} is text (for example {example[:30]!r}): choose {choose}.")
