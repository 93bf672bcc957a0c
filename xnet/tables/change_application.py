"""Applies changes to a table. The table that is given stays as it is."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.name_lists import quoted_names

from .changes import (
    MOST_CHANGES,
    NAMED_ROWS,
    Cell,
    Change,
    ChangeError,
    EditCell,
    ExcludeRows,
    ExcludeWhere,
    RenameColumn,
    SetUnit,
    UnitsRowAsData,
    cell_text,
)
from .column_conversion import Conversion, with_conversions
from .column_recipes import ColumnRecipe
from .columns import number_column, printable_name
from .conditions import select_rows
from .derivations import with_derivations
from .number_columns import numbers_and_gaps
from .numbers import is_missing
from .roles import clean_unit
from .row_names import LINE, named_rows
from .table import Table
from .unit_words import bare_unit

V = TypeVar("V")


def apply_changes(table: Table, changes: Iterable[Change]) -> Table:
    """The table after some changes, in their order.

    Returns:
        The changed table; its `changes` are those of `table` and these, with the rows that a condition excluded.

    Raises:
        ChangeError: a change does not fit the table, for example because it names an unknown column.
    """
    for change in changes:
        if len(table.changes) >= MOST_CHANGES:
            raise ChangeError(f"A table can have at most {MOST_CHANGES:,} changes. Change the file instead.")
        changed, done = _apply(table, change)
        table = replace(changed, changes=(*table.changes, done))
    return table


def prepared(table: Table, changes: Sequence[Change], conversions: Iterable[Conversion] = (),
             derivations: Iterable[ColumnRecipe] = ()) -> Table:
    """The table after changes, conversions and derivations; units of the new columns are set at the end.

    Args:
        table: the table as it was read.
        changes: in the order in which they were made.
        conversions: of columns of the changed table; those that it does not allow are ignored.
        derivations: recipes of columns that are derived from the others (see `derivations.with_derivations`).

    Raises:
        ChangeError: a change does not fit the table.
        TableError: a derivation does not fit the table.
    """
    names, own, later = set(map(str, table.frame.columns)), list[Change](), list[SetUnit]()
    for change in changes:
        if isinstance(change, SetUnit) and change.column not in names:
            later.append(change)
            continue
        own.append(change)
        if isinstance(change, RenameColumn):
            names = (names - {change.old}) | {change.new}
    made = with_derivations(with_conversions(apply_changes(table, own), conversions), derivations)
    return apply_changes(made, [change for change in later if change.column in made.frame.columns])


def _apply(table: Table, change: Change) -> tuple[Table, Change]:
    match change:
        case RenameColumn():
            return _renamed(table, change), change
        case SetUnit():
            _check_column(table, change.column)
            unit = clean_unit(change.unit)
            others = {c: u for c, u in table.units.items() if c != change.column}
            return replace(table, units=others | ({change.column: unit} if unit else {})), replace(change, unit=unit)
        case EditCell():
            return _edited(table, change), change
        case ExcludeRows():
            _check_rows(table, change.word, change.rows)
            return _without(table, np.isin(table.row_names.numbers, change.rows)), change
        case ExcludeWhere():
            return _without_selected(table, change)
        case UnitsRowAsData():
            return _with_units_row(table, change), change


def _check_column(table: Table, column: str) -> None:
    columns = [str(c) for c in table.frame.columns]
    if column not in columns:
        near = difflib.get_close_matches(column, columns, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Its columns are {quoted_names(columns)}."
        raise ChangeError(f"{table.name} has no column {column[:80]!r}. {hint}")


def _check_rows(table: Table, word: str, rows: Sequence[int]) -> None:
    names = table.row_names
    if word != names.word:
        raise ChangeError(f"The rows of {table.name} are named by their {names.word}, not by their {word}: the change "
                          "belongs to another file.")
    missing = [row for row, there in zip(rows, np.isin(rows, names.numbers), strict=True) if not there]
    if missing:
        raise ChangeError(f"{table.name} has no row at {named_rows(word, missing[:5], len(missing))}: it was excluded "
                          "already, or the file is another one.")


def _renamed(table: Table, change: RenameColumn) -> Table:
    _check_column(table, change.old)
    if change.new != printable_name(change.new) or not change.new:
        raise ChangeError(f"{change.new[:80]!r} cannot be the name of a column: it needs 1 to 80 printable characters, "
                          "without spaces at its ends.")
    if change.new in table.frame.columns:
        raise ChangeError(f"{table.name} has a column {change.new!r} already. Choose another name for {change.old!r}.")

    def name(column: str) -> str:
        return change.new if column == change.old else column

    def by_column(held: Mapping[str, V]) -> dict[str, V]:
        return {name(column): value for column, value in held.items()}

    row = table.units_row
    return replace(
        table, frame=table.frame.rename(columns={change.old: change.new}), units=by_column(table.units),
        suggested_target=table.suggested_target and name(table.suggested_target),
        suggested_inputs=tuple(map(name, table.suggested_inputs)), unread=by_column(table.unread),
        derived={name(c): recipe.renamed(name) for c, recipe in table.derived.items()},
        excluded=None if table.excluded is None else table.excluded.rename(columns={change.old: change.new}),
        joined={name(c): tuple(map(name, sources)) for c, sources in table.joined.items()},
        errors={name(c): name(e) for c, e in table.errors.items()}, mixed=tuple(map(name, table.mixed)),
        sentinels=by_column(table.sentinels), outliers=by_column(table.outliers),
        units_row=row and row._replace(cells=by_column(row.cells)))


def _edited(table: Table, change: EditCell) -> Table:
    column = change.column
    _check_column(table, column)
    _check_rows(table, change.word, [change.row])
    position = int(np.flatnonzero(table.row_names.numbers == change.row)[0])
    held, where = cell_at(table, column, position), f"{table.row_names.name(position)} of {table.name}"
    if held != (None if change.old == "" else change.old):
        raise ChangeError(f"In {where}, {column!r} is {cell_text(held)}, not {cell_text(change.old)}: the change "
                          "belongs to another file.")
    numeric = column in table.numeric_columns
    if numeric and isinstance(change.new, str) and change.new:
        raise ChangeError(f"{column!r} holds numbers, and {change.new[:40]!r} is none. Write a number, or leave the "
                          "cell empty for a gap.")
    if not numeric and isinstance(change.new, float):
        raise ChangeError(f"{column!r} holds text, so its cells need text, not {change.new:g}.")
    frame = table.frame.copy(deep=False)
    if numeric:
        values = frame[column].to_numpy(dtype=np.float64, copy=True)
        values[position] = np.nan if change.new in (None, "") else change.new
        frame[column] = number_column(values)
    else:
        texts = frame[column].tolist()
        texts[position] = change.new or ""
        frame[column] = texts
    unread = {c: {i: t for i, t in cells.items() if (c, i) != (column, position)} for c, cells in table.unread.items()}
    return replace(table, frame=frame, unread=unread)


def cell_at(table: Table, column: str, position: int) -> Cell:
    """The cell of a column at a position: a number, a text, or None for a gap."""
    value: Any = table.frame[column].iloc[position]
    if column in table.numeric_columns:
        return None if np.isnan(value) else float(value)
    return str(value) or None


def _without_selected(table: Table, change: ExcludeWhere) -> tuple[Table, Change]:
    selected = select_rows(change.condition, table)
    if not selected.mask.any():
        raise ChangeError(f"No row of {table.name} fulfils the condition {change.condition!r}: nothing was excluded.")
    first = table.row_names.numbers[selected.mask][:NAMED_ROWS]
    done = replace(change, word=table.row_names.word, first=tuple(first.tolist()), count=int(selected.mask.sum()),
                   columns=selected.columns)
    return _without(table, selected.mask), done


def _without(table: Table, excluded: Array) -> Table:
    """The table without some rows, (n,) truth values."""
    kept = ~excluded
    if not kept.any():
        raise ChangeError(f"The change would exclude every row of {table.name}. Keep some rows.")
    new_positions = np.cumsum(kept) - 1
    numbers = tuple(table.row_names.numbers[kept].tolist())
    unread = {c: {int(new_positions[i]): text for i, text in cells.items() if kept[i]}
              for c, cells in table.unread.items()}
    has_lines = table.row_names.word == LINE
    left_out = table.frame[excluded].set_axis(table.row_names.numbers[excluded], axis=0)
    if table.excluded is not None:
        left_out = pd.concat([table.excluded, left_out])
    return replace(table, frame=table.frame[kept].reset_index(drop=True), unread=unread, excluded=left_out,
                   lines=numbers if has_lines else (), numbers=() if has_lines else numbers)


def _with_units_row(table: Table, change: UnitsRowAsData) -> Table:
    row = table.units_row
    if row is None or row.line != change.line:
        raise ChangeError(f"{table.name} has no row of units in line {change.line}.")
    first: dict[str, list[Any]] = {}
    unread = {c: {i + 1: text for i, text in cells.items()} for c, cells in table.unread.items()}
    for column in map(str, table.frame.columns):
        cell = row.cells.get(column, "")
        if column not in table.numeric_columns:
            first[column] = [cell]
            continue
        first[column] = numbers_and_gaps([cell])
        if np.isnan(first[column][0]) and not is_missing(cell):
            unread[column] = {0: cell} | unread.get(column, {})
    frame = pd.concat([pd.DataFrame(first), table.frame], ignore_index=True)
    units = {c: u for c, u in table.units.items() if bare_unit(row.cells.get(c, "")) != u}
    return replace(table, frame=frame, units=units, unread=unread, units_row=None,
                   lines=(row.line, *table.lines) if table.lines else ())


def renamed_by(changes: Iterable[Change]) -> Callable[[str], str]:
    """The function that gives the name that a column of the table as it was read has after the changes."""
    names: dict[str, str] = {}
    for change in changes:
        if isinstance(change, RenameColumn):
            original = next((old for old, new in names.items() if new == change.old), change.old)
            names[original] = change.new
    return lambda column: names.get(column, column)
