"""Columns that are derived from columns of numbers on request: values of earlier rows, differences, means, logarithms.

The table as it was read stays unchanged. `with_derivations` returns a table with further columns, so a derivation is
undone by leaving it out of the list. `previous_x` holds the value of x one row before. A row that was excluded keeps
its place: the row after it has no previous value, rather than that of the row two before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.counts import counted
from xnet.name_lists import quoted_names

from .column_recipes import DERIVED_WAYS, MOST_ROWS, ColumnRecipe
from .limits import MAX_ROWS, TableError
from .row_names import named_rows
from .row_values import RowOrder, derived_values
from .table import Table
from .time_column import proposed_time

#: Steps of time within this share of the usual step count as equal, as those of months do.
EQUAL_STEPS = 0.1
_LONGEST_NAME = 80
#: Rows that a sentence names.
_NAMED = 3


def parse_derivations(table: Table, texts: Iterable[str], within: str = "", order: str = "") -> list[ColumnRecipe]:
    """Derivations as the command line writes them: `previous(x)`, `mean(x, 5)`.

    Args:
        table: the table.
        texts: WAY(COLUMN) or WAY(COLUMN, COUNT), with a way of `DERIVED_WAYS`.
        within: the column of groups; "" for none.
        order: the column that puts the rows in order; "" for the order of the file.

    Raises:
        TableError: a text cannot be read.
    """
    recipes: list[ColumnRecipe] = []
    for text in texts:
        found = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", text, re.DOTALL)
        if not found or found[1] not in DERIVED_WAYS or not found[2].strip():
            raise TableError(f"{text[:80]!r} derives no column: write one of {', '.join(DERIVED_WAYS)} with a column "
                             "in brackets, such as previous(x) or mean(x, 5).")
        way, column = found[1], found[2].strip()
        known = {*map(str, table.frame.columns), *map(derived_name, recipes)}
        number = re.fullmatch(r"(.*),\s*(\d{1,9})", column, re.DOTALL) if column not in known else None
        count = int(number[2]) if number else 2 if way == "mean" else 1
        recipes.append(derivation(way, number[1].strip() if number else column, count, within, order))
    return recipes


def derivation(way: str, column: str, count: int = 1, within: str = "", order: str = "") -> ColumnRecipe:
    """The recipe of a derived column; a logarithm needs neither count nor groups nor order."""
    if way == "log":
        return ColumnRecipe(column, way)
    return ColumnRecipe(column, way, count=count, within=within, order=order)


def derived_name(recipe: ColumnRecipe) -> str:
    """The name of a derived column; with underscores if the source's name is one word.

    >>> derived_name(derivation("previous", "x")), derived_name(derivation("mean", "sea level", 5))
    ('previous_x', 'mean of sea level over 5 rows')
    """
    column, count = recipe.column, recipe.count
    far = f" over {count} rows" if count > 1 else ""
    name = {"log": f"log of {column}", "mean": f"mean of {column}{far}", "difference": f"difference of {column}{far}",
            "rate": f"rate of {column}{far}",
            "previous": f"previous {column}" if count == 1 else f"{column} {count} rows before"}[recipe.way]
    return (name.replace(" ", "_") if " " not in column else name)[:_LONGEST_NAME]


def with_derivations(table: Table, recipes: Iterable[ColumnRecipe]) -> Table:
    """The table with the derived columns at its end, and a sentence for each in its report.

    Raises:
        TableError: a column is unknown or holds no numbers, a count is out of range, a logarithm does not exist, the
            order is not that of the rows, or the name of the new column is taken.
    """
    for recipe in dict.fromkeys(recipes):
        if recipe.way != "log" and len(table.lines) > MAX_ROWS // 2 and np.diff(table.lines).min() > 1:
            raise TableError(f"{table.name} is so long that only some of its rows were read, so the row before another "
                             f"is not known: keep at most {MAX_ROWS:,} rows.")
        table = _with_derivation(table, recipe)
    return table


def _with_derivation(table: Table, recipe: ColumnRecipe) -> Table:
    name = derived_name(recipe)
    _check_columns(table, recipe)
    if name in table.frame.columns:
        raise TableError(f"{table.name} has a column {name!r} already: rename it before you derive another from "
                         f"{recipe.column!r}.")
    rows = _order_of(table, recipe)
    _check_values(table, recipe, rows)
    values = _values_with_excluded(table, recipe)
    if not np.isfinite(values).any():
        raise TableError(f"No row of {table.name} has a value of {name!r}: its earlier rows are excluded or missing. "
                         "Keep more rows.")
    made = replace(table, frame=table.frame.assign(**{name: values}), derived={**table.derived, name: recipe},
                   units={**table.units, **_unit(table, name, recipe)})
    return replace(made, report=tuple(dict.fromkeys([*table.report, *derivation_notes(made)])))


def derivation_notes(table: Table) -> list[str]:
    """Sentences on the derived columns of a table, the rows that they leave out, and the order of the rows."""
    notes: list[str] = []
    for name, recipe in table.derived.items():
        if recipe.reads_rows and {name, *recipe.file_columns} <= set(table.frame.columns):
            notes += [describe_derivation(name, recipe) + _gaps(table, name, recipe), *_order_notes(table, recipe)]
    return list(dict.fromkeys(notes))


def _check_columns(table: Table, recipe: ColumnRecipe) -> None:
    columns = [str(c) for c in table.frame.columns]
    for column in recipe.file_columns:
        if column not in columns:
            raise TableError(f"{table.name} has no column {column[:80]!r} to derive another from: its columns are "
                             f"{quoted_names(columns)}.")
    for column in (recipe.column, recipe.order):
        if column and column not in table.numeric_columns:
            raise TableError(f"{column!r} holds text, so nothing can be derived from its numbers: convert it to "
                             "numbers first.")
    if recipe.way == "rate" and not recipe.order:
        raise TableError(f"The rate of {recipe.column!r} needs the column that it is a rate of, such as time: choose "
                         "it as the order of the rows.")


def _order_of(table: Table, recipe: ColumnRecipe) -> RowOrder:
    """The order of the rows of a table.

    Raises:
        TableError: a row has no number in the column of the order, or two rows of a group have the same.
    """
    frame, names = table.frame, table.row_names
    labels = list(frame[recipe.within]) if recipe.within else None
    if not recipe.order:
        return RowOrder.of(len(frame), labels)
    numbers = frame[recipe.order].to_numpy(dtype=np.float64)
    if (gaps := np.flatnonzero(~np.isfinite(numbers))).size:
        raise TableError(f"{recipe.order!r} has a gap in {names.name(int(gaps[0]))}, so this row has no place in the "
                         "order: exclude it, or fill the gap.")
    rows = RowOrder.of(len(frame), labels, numbers)
    before = rows.earlier(1)
    same = np.flatnonzero((before >= 0) & (numbers == numbers[np.maximum(before, 0)]))
    if same.size:
        pair = sorted([int(before[same[0]]), int(same[0])])
        where = named_rows(names.word, names.numbers[pair].tolist())
        choose = "" if recipe.within else ", or name the column of groups within which rows follow one another"
        raise TableError(f"{recipe.order!r} is {numbers[same[0]]:.12g} in {where}, so their order is not known: "
                         f"exclude one{choose}.")
    return rows


def _check_values(table: Table, recipe: ColumnRecipe, rows: RowOrder) -> None:
    x = table.frame[recipe.column].to_numpy(dtype=np.float64)
    if recipe.way == "log":
        if (bad := np.flatnonzero(x <= 0)).size:
            raise TableError(f"The logarithm of {recipe.column!r} needs positive numbers, and "
                             f"{table.row_names.name(int(bad[0]))} holds {x[bad[0]]:.12g}: exclude the row, or derive "
                             "another column.")
        return
    fewest, most = (2, rows.longest) if recipe.way == "mean" else (1, rows.longest - 1)
    most = min(most, MOST_ROWS)
    if not fewest <= recipe.count <= most:
        longest = "the longest group" if recipe.within else table.name
        way = DERIVED_WAYS[recipe.way]
        raise TableError(f"{way[0].upper() + way[1:]}: {recipe.count} rows are asked for, but {longest} has "
                         f"{rows.longest} rows: "
                         + (f"choose a number from {fewest} to {most}." if most >= fewest else "add rows to it."))


def _values_with_excluded(table: Table, recipe: ColumnRecipe) -> Array:
    """The values of the column in the rows of the table (n,); excluded rows have their places, and no values."""
    numbers = table.row_names.numbers
    if table.excluded is None or recipe.way == "log":
        return derived_values(recipe, table.frame)
    left_out = table.excluded.assign(**{
        name: made.values(list(table.excluded[made.column])) for name, made in table.derived.items()
        if not made.reads_rows and name in recipe.file_columns and made.column in table.excluded})
    columns = {c: left_out.get(c, np.nan) for c in recipe.file_columns}
    left_out = pd.DataFrame({**columns, recipe.column: np.nan}, index=table.excluded.index)
    kept = table.frame[list(recipe.file_columns)].set_axis(numbers, axis=0)
    whole = pd.concat([kept.astype(object), left_out.astype(object)]).sort_index(kind="stable")
    values = derived_values(recipe, whole)
    return values[np.searchsorted(whole.index.to_numpy(), numbers)]


def describe_derivation(name: str, recipe: ColumnRecipe) -> str:
    """A derived column as a sentence."""
    return f"{name!r} was derived from {recipe.column!r}: {derivation_text(recipe)}."


def derivation_text(recipe: ColumnRecipe, quoted: Callable[[str], str] = repr) -> str:
    """What a derived column holds, in words; `quoted` writes the name of a column."""
    column, count = quoted(recipe.column), recipe.count
    before = "one row before" if count == 1 else f"{count} rows before"
    if recipe.way == "log":
        return f"the natural logarithm of {column}"
    text = {"previous": f"the value of {column} {before}",
            "difference": f"{column} minus its value {before}",
            "mean": f"the mean of {column} over {count} rows, this one and those before it",
            "rate": f"the change of {column} since {before}, divided by that of {quoted(recipe.order)}"}[recipe.way]
    within = f", within every {quoted(recipe.within)}" if recipe.within else ""
    return f"{text}, in the order of {quoted(recipe.order) if recipe.order else 'the file'}{within}"


def _gaps(table: Table, name: str, recipe: ColumnRecipe) -> str:
    """The sentence on rows that have no value although their cell holds a number; "" if there are none."""
    values, source = (table.frame[c].to_numpy(dtype=np.float64) for c in (name, recipe.column))
    missing = np.isnan(values) & np.isfinite(source)
    count = int(missing.sum())
    if not count:
        return ""
    rows = named_rows(table.row_names.word, table.row_names.numbers[missing][:_NAMED].tolist(), count)
    words = ("has", "is") if count == 1 else ("have", "are")
    return f" {rows[0].upper() + rows[1:]} {words[0]} no such value and {words[1]} left out."


def _order_notes(table: Table, recipe: ColumnRecipe) -> list[str]:
    """Sentences on a time column that decreases or has unequal steps, with the first such row.

    Without a column of the order, the column that is probably time is examined, unless its values repeat.
    """
    time = recipe.order or proposed_time(table.numeric_columns, table.derived) or ""
    if recipe.way == "log" or not time or time == recipe.within:
        return []
    numbers = table.frame[time].to_numpy(dtype=np.float64)
    labels = list(table.frame[recipe.within]) if recipe.within else None
    if not recipe.order and pd.DataFrame({"time": numbers, "group": labels or 0}).duplicated().any():
        return []  # a year of several months is no order
    notes = []
    standing = RowOrder.of(len(numbers), labels).earlier(1)
    back = np.flatnonzero((standing >= 0) & (numbers < numbers[np.maximum(standing, 0)]))
    if back.size:
        where = (f"{time!r} decreases in {table.row_names.name(int(back[0]))} ({numbers[back[0]]:.12g} after "
                 f"{numbers[standing[back[0]]]:.12g})")
        notes.append(f"{where}; the rows were taken in the order of {time!r}." if recipe.order else
                     f"{where}: choose it as the order of the rows if earlier rows are those of an earlier time.")
    if recipe.order or not back.size:
        notes += _step_notes(table, time, numbers, labels)
    return notes


def _step_notes(table: Table, time: str, numbers: Array, labels: Sequence[object] | None) -> list[str]:
    """The sentence on unequal steps of time, if there are any."""
    before = RowOrder.of(len(numbers), labels, numbers).earlier(1)
    steps = np.where(before >= 0, numbers - numbers[np.maximum(before, 0)], np.nan)
    usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0
    odd = np.flatnonzero(np.abs(steps - usual) > EQUAL_STEPS * abs(usual))
    if not odd.size:
        return []
    more = f" (and {counted(odd.size - 1, 'more such row')})" if odd.size > 1 else ""
    return [(f"The steps of {time!r} are unequal: {table.row_names.name(int(odd[0]))} comes {steps[odd[0]]:.6g} after "
             f"the row before it{more}, most rows come {usual:.6g} after. A formula of earlier rows takes all steps as "
             "equal: exclude such rows, or use a rate.")]


def _unit(table: Table, name: str, recipe: ColumnRecipe) -> dict[str, str]:
    unit = table.units.get(recipe.column)
    if not unit or recipe.way == "log":
        return {}
    if recipe.way != "rate":
        return {name: unit}
    per = table.units.get(recipe.order)
    if not per:
        return {}
    return {name: "/".join(part if part.isalnum() else f"({part})" for part in (unit, per))}
