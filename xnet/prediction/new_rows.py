"""Applies a formula to a table of new rows: finds its columns by name, and remarks on single rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.name_lists import abbreviated_list, quoted_names
from xnet.tables.column_recipes import GROUPS, ColumnRecipe
from xnet.tables.csv_cells import harmless_cell
from xnet.tables.limits import TableError
from xnet.tables.numbers import is_number, is_too_large
from xnet.tables.reading import read_table
from xnet.tables.row_names import LINE, LINE_COLUMN, RowNames
from xnet.tables.table import Table

from .extrapolation import beyond_a_pole
from .inputs import input_values, plain_name, recipes_to_apply
from .new_columns import with_new_columns
from .predictor import DATE_FORMATS, REMARKS, TOLERANCE, TYPICAL_ERROR, Predictor
from .unit_remarks import unit_remarks
from .wanted_names import with_wanted_names

#: Why a cell gives no number, as the end of a sentence.
_TEXT = "there is text where a number is needed"
_TOO_LARGE = "a number is too large for a computer, whose numbers end at 1.8e308"


@dataclass(frozen=True)
class Predicted:
    """A table with the values of a formula.

    Attributes:
        frame: the table, with the values, their typical error where it is known, and the remarks as new columns.
        values: (n,) the values of the formula; NaN where there is none.
        remarks: (n,) remarks on the rows; "" for a row without one.
        report: sentences on the table as a whole.
        new_columns: the names of the new columns, which are the last ones.
    """

    frame: pd.DataFrame
    values: Array
    remarks: tuple[str, ...]
    report: tuple[str, ...]
    new_columns: tuple[str, ...]


def read_rows(source: bytes | str | Path, name: str = "", wanted: Sequence[Sequence[str]] = ()) -> Table:
    """Read a table of new rows, like the Data page does; also one whose columns are all text, such as 1, 2 and abc.

    Args:
        source: a path, or the content of a file.
        name: the name of the file, for messages.
        wanted: the names that each column may have which the formula reads (see `wanted_columns`). Of a workbook, the
            first sheet that has them all is read; without such a sheet the first one.

    Raises:
        TableError: the source is not a table.
    """
    first = with_wanted_names(read_table(source, name, min_columns=0), wanted)
    for sheet in first.sheets if len(first.sheets) > 1 and not _has(first, wanted) else ():
        with suppress(TableError):
            table = with_wanted_names(read_table(source, name, min_columns=0, sheet=sheet), wanted)
            if _has(table, wanted):
                return table
    return first


def wanted_columns(predictor: Predictor) -> tuple[tuple[str, ...], ...]:
    """The names that each column may have in a file which a formula reads: the name in the search, and in its file."""
    return tuple((new, predictor.renamed.get(new, new)) for new in predictor.needed_columns)


def _has(table: Table, wanted: Sequence[Collection[str]]) -> bool:
    there = {plain_name(str(column)) for column in table.frame}
    return all(any(plain_name(name) in there for name in names) for names in wanted)


def predict_table(predictor: Predictor, table: Table, name: str) -> Predicted:
    """Evaluate a formula in every row of a file; the report begins with lines that are no rows, and with other units.

    Args:
        predictor: the formula.
        table: the file, as `read_rows` returns it.
        name: its name in messages.

    Raises:
        TableError: a column that the formula uses is missing or not numeric.
    """
    found = predict(predictor, table.frame, name, unread=table.unread, rows=table.row_names)
    sheet = (f"Read the sheet {table.sheet!r}; the workbook has {len(table.sheets)}.",) * (len(table.sheets) > 1)
    return replace(found, report=(*sheet, *table.lines_left_out, *unit_remarks(predictor, table.units), *found.report))


def predict(predictor: Predictor, frame: pd.DataFrame, name: str = "The table", *, typed: bool = False,
            unread: Mapping[str, Mapping[int, str]] = MappingProxyType({}), rows: RowNames | None = None) -> Predicted:
    """Evaluate a formula in every row of a table.

    Args:
        predictor: the formula.
        frame: the table; it may have columns that the formula does not use.
        name: the name of the table in messages.
        typed: whether the user typed the values into a form; the report then leaves out how columns were derived.
        unread: cells of numeric columns that are not numbers, by column and row (see `Table`).
        rows: the names of the rows in the file; lines of a file become a column of the result.

    Raises:
        TableError: a column that the formula uses is missing or not numeric.
    """
    report: list[str] = []
    names = _names_of_search(predictor, frame, report)
    texts = {names.get(column, column): dict(cells) for column, cells in unread.items()}
    frame = frame.rename(columns=names)
    recipes = recipes_to_apply(predictor, frame)
    inputs = input_values(predictor, recipes, frame, name, report, texts)
    report = [] if typed else report
    if unknown := [used for used in predictor.used if predictor.range_of(used) is None]:
        report.append(f"The range of {quoted_names(unknown, 6)} in the rows of the search is unknown, so values "
                      "outside it have no remark. Export the formula again.")
    values = predictor.values(inputs) if inputs else np.full(len(frame), predictor.network.evaluate(
        np.zeros((1, len(predictor.names))))[0])
    remarks: list[list[str]] = [[] for _ in range(len(frame))]
    gaps, outside = np.zeros((2, len(frame)), dtype=bool)
    for used, column in inputs.items():
        missing, beyond = _remark_column(predictor, used, column, recipes.get(used), remarks, report,
                                         texts.get(used, {}))
        gaps, outside = gaps | missing, outside | beyond
    values[gaps] = np.nan
    as_text = _report_texts(predictor, recipes, {used: texts[used] for used in inputs if texts.get(used)},
                            rows or RowNames.counted(len(frame)), report)
    if (gaps & ~as_text).any():
        infinite = any(np.isinf(column[~as_text]).any() for column in inputs.values())
        what = "missing or too large" if infinite else "missing"
        report.append(f"{_rows(gaps & ~as_text)} no prediction, as a value is {what} there.")
    _remark_poles(beyond_a_pole(predictor, inputs, outside & np.isfinite(values)), remarks, report)
    undefined = ~np.isfinite(values) & ~gaps
    for i in np.flatnonzero(undefined):
        remarks[i].append("the formula has no value here")
    if undefined.any():
        report.append(f"{_rows(undefined)} no prediction, as the formula has no value there (a logarithm, a root or a "
                      "quotient is undefined, or the number is too large).")
    joined = tuple("; ".join(row) for row in remarks)
    if rows is not None and rows.word == LINE and len(rows) == len(frame) and LINE_COLUMN not in frame:
        frame = frame.assign(**{LINE_COLUMN: rows.numbers})
    own = predictor.network.own
    group = None if own is None else inputs.get(predictor.names[own.column])
    found, new = _with_columns(frame, predictor, values, joined, group)
    return Predicted(found, values, joined, tuple(report), new)


def _names_of_search(predictor: Predictor, frame: pd.DataFrame, report: list[str]) -> dict[str, str]:
    """The columns of a table that were renamed before the search, and have their old name here: old -> new."""
    there = set(map(str, frame.columns))
    names = {old: new for new, old in predictor.renamed.items()
             if new in predictor.needed_columns and new not in there and old in there}
    if names:
        report.append("Columns renamed as in the search: " + ", ".join(
            f"{old!r} to {new!r}" for old, new in names.items()) + ".")
    return names


def predicted_csv(predicted: Predicted) -> str:
    """The table with its predictions as CSV; text that a spreadsheet would evaluate as a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless_cell(str(c)) for c in predicted.frame.columns])
    writer.writerows(zip(*(map(_cell, predicted.frame.iloc[:, k].tolist())
                           for k in range(predicted.frame.shape[1])), strict=True))
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else ""
    text = "" if value is None else str(value)
    return text if isinstance(value, int) or is_number(text) else harmless_cell(text)  # -5 in a column of text


def _report_texts(predictor: Predictor, recipes: Mapping[str, ColumnRecipe], texts: Mapping[str, Mapping[int, str]],
                  names: RowNames, report: list[str]) -> Array:
    """Report the cells that give no number, by the names of their rows; returns which rows (n,) have such a cell."""
    found = np.zeros(len(names), dtype=bool)
    no_numbers: dict[str, list[tuple[int, str, str]]] = {}
    for used, cells in texts.items():
        found[there := list(cells)] = True
        places = [(i, recipes[used].column if used in recipes else used, cells[i]) for i in sorted(cells)]
        if used in recipes and (known := recipes[used].known_labels):
            at = np.isin(np.arange(len(names)), there)
            new = (" To add a group, fit its own constants to a few of its rows (the command calibrate, or the page "
                   "Predict)." if recipes[used].way == GROUPS and predictor.network.own is not None else "")
            sentence = (f"{_rows(at)} no prediction, as {recipes[used].column!r} is a name that was not in the search: "
                        f"{_shown(places, names)}. Known are {quoted_names(known, 6)}.{new}")
            report += [] if sentence in report else [sentence]  # a column of text may be several columns of 0 and 1
        else:
            for place in places:
                no_numbers.setdefault(_TOO_LARGE if is_too_large(place[2]) else _TEXT, []).append(place)
    for why, places in no_numbers.items():
        at = np.isin(np.arange(len(names)), [i for i, _, _ in places])
        report.append(f"{_rows(at)} no prediction, as {why}: {_shown(places, names)}.")
    return found


def _shown(places: Sequence[tuple[int, str, str]], names: RowNames) -> str:
    return abbreviated_list((f"{names.name(i)}, {column!r} ({cell[:30]!r})" for i, column, cell in places), 5)


def _remark_poles(beyond: Array, remarks: list[list[str]], report: list[str]) -> None:
    """Add remarks on rows that a pole may separate from the rows of the search."""
    for i in np.flatnonzero(beyond):
        remarks[i].append("between the rows of the search and this row the formula may have a pole or no value")
    if beyond.any():
        report.append(f"{_rows(beyond)} a prediction although the formula may have a pole, or no value, between the "
                      "rows of the search and there: do not trust it.")


def _remark_column(predictor: Predictor, used: str, column: Array, recipe: ColumnRecipe | None,
                   remarks: list[list[str]], report: list[str], texts: Mapping[int, str]) -> tuple[Array, Array]:
    """Add remarks on values of a column that are missing or outside the range of the search.

    Args:
        predictor: the formula.
        used: the name of the input.
        column: (n,) its values.
        recipe: how the input was derived; the remarks then name the original column.
        remarks: receives remarks on the rows.
        report: receives a sentence on values outside the range.
        texts: cells that are not numbers, by row.

    Returns:
        (n,) whether the value is missing, and (n,) whether it lies outside the range.
    """
    gaps = ~np.isfinite(column)
    name = recipe.column if recipe else used
    missing = f"{name} is missing"
    if recipe and recipe.reads_rows:
        missing = f"{used} cannot be derived in this row"
    for i in np.flatnonzero(gaps).tolist():
        remark = (_about_text(used, recipe, texts[i][:30]) if i in texts else missing if np.isnan(column[i]) else
                  f"{name} is larger than any number that can be computed with")
        if remark not in remarks[i]:
            remarks[i].append(remark)
    limits = predictor.range_of(used)
    if limits is None:
        return gaps, np.zeros_like(gaps)
    low, high = limits
    slack, seen = TOLERANCE * (high - low), f"the rows of the search ({predictor.describe_range(used, recipe)})"
    with np.errstate(invalid="ignore"):
        beneath, above = ~gaps & (column < low - slack), ~gaps & (column > high + slack)
    dated = recipe is not None and recipe.way in DATE_FORMATS
    name = recipe.column if recipe and dated else used
    outside = {"before" if dated else "below": beneath, "after" if dated else "above": above}
    for word, there in outside.items():
        for i in np.flatnonzero(there).tolist():
            remarks[i].append(f"{name} is {word} {seen}")
    beyond = beneath | above
    if beyond.any():
        report.append(f"{_rows(beyond)} {name!r} outside {seen}, where the formula was not checked.")
    return gaps, beyond


def _about_text(used: str, recipe: ColumnRecipe | None, cell: str) -> str:
    """A remark on a cell that gives no number."""
    if is_too_large(cell) and (recipe is None or not recipe.known_labels):
        return f"{recipe.column if recipe else used} is too large a number ({cell!r})"
    if recipe is None or recipe.reads_rows:
        return f"{used} is text ({cell!r})"
    if recipe.known_labels:
        return f"{recipe.column} {cell!r} was not in the search (it had {quoted_names(recipe.known_labels, 6)})"
    return f"{recipe.column} is {cell!r}, which cannot be read as in the search"


def _rows(there: Array) -> str:
    count = int(there.sum())
    return "One row has" if count == 1 else f"{count:,} rows have"


def _with_columns(frame: pd.DataFrame, predictor: Predictor, values: Array,
                  remarks: Sequence[str], group: Array | None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with the values, their typical error and the remarks as new columns; also the names of these.

    `group` (n,) is the number of the group of every row, or None.
    """
    columns: dict[str, Array | list[str]] = {f"{predictor.target} by the formula": values}
    if predictor.typical_error is not None:
        columns[TYPICAL_ERROR] = predictor.typical_error.of(values, group)
    return with_new_columns(frame, [*columns.items(), (REMARKS, list(remarks))])
