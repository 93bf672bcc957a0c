"""Applies a formula to a table of new rows: finds its columns by name, and remarks on single rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.name_lists import quoted_names
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.csv_cells import harmless_cell
from xnet.tables.reading import read_table
from xnet.tables.row_names import LINE, LINE_COLUMN, RowNames
from xnet.tables.table import Table

from .inputs import input_values, recipes_to_apply
from .predictor import DATE_FORMATS, REMARKS, TOLERANCE, TYPICAL_ERROR, Predictor


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


def read_rows(source: bytes | str | Path, name: str = "", *, text: bool = False) -> Table:
    """Read a table of new rows, like the Data page does.

    Args:
        source: a path, or the content of a file.
        name: the name of the file, for messages.
        text: whether a table without a numeric column is accepted.

    Raises:
        TableError: the source is not a table, or has no numeric column.
    """
    return read_table(source, name, min_columns=0 if text else 1)


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
    gaps = np.zeros(len(frame), dtype=bool)
    for used, column in inputs.items():
        gaps |= _remark_column(predictor, used, column, recipes.get(used), remarks, report, texts.get(used, {}))
    values[gaps] = np.nan
    places = [(i, used, texts[used][i]) for used in inputs if used in texts for i in sorted(texts[used])]
    as_text = np.isin(np.arange(len(frame)), [i for i, _, _ in places])
    if places:
        report.append(_describe_texts(as_text, places, rows or RowNames.counted(len(frame))))
    if (gaps & ~as_text).any():
        report.append(f"{_rows(gaps & ~as_text)} no prediction, as a value is missing there.")
    undefined = ~np.isfinite(values) & ~gaps
    for i in np.flatnonzero(undefined):
        remarks[i].append("the formula has no value here")
    if undefined.any():
        report.append(f"{_rows(undefined)} no prediction, as the formula has no value there (a logarithm, a root or a "
                      "quotient is undefined, or the number is too large).")
    joined = tuple("; ".join(row) for row in remarks)
    if rows is not None and rows.word == LINE and len(rows) == len(frame) and LINE_COLUMN not in frame:
        frame = frame.assign(**{LINE_COLUMN: rows.numbers})
    found, new = _with_columns(frame, predictor, values, joined)
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
    return harmless_cell("" if value is None else str(value)) if not isinstance(value, int) else str(value)


def _describe_texts(rows: Array, places: Sequence[tuple[int, str, str]], names: RowNames) -> str:
    shown = ", ".join(f"{names.name(i)}, {used!r} ({cell[:30]!r})" for i, used, cell in places[:5])
    more = f" and {len(places) - 5:,} more" if len(places) > 5 else ""
    return f"{_rows(rows)} no prediction, as there is text where a number is needed: {shown}{more}."


def _remark_column(predictor: Predictor, used: str, column: Array, recipe: ColumnRecipe | None,
                   remarks: list[list[str]], report: list[str], texts: Mapping[int, str]) -> Array:
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
        (n,) whether the value is missing.
    """
    gaps = ~np.isfinite(column)
    missing = f"{recipe.column} is missing, or not as in the search" if recipe else f"{used} is missing"
    if recipe and recipe.reads_rows:
        missing = f"{used} cannot be derived in this row"
    for i in np.flatnonzero(gaps).tolist():
        remark = f"{used} is text ({texts[i][:30]!r})" if i in texts else missing
        if remark not in remarks[i]:
            remarks[i].append(remark)
    limits = predictor.range_of(used)
    if limits is None:
        return gaps
    low, high = limits
    slack, seen = TOLERANCE * (high - low), f"the rows of the search ({predictor.describe_range(used, recipe)})"
    with np.errstate(invalid="ignore"):
        beneath, above = column < low - slack, column > high + slack
    dated = recipe is not None and recipe.way in DATE_FORMATS
    name = recipe.column if recipe and dated else used
    outside = {"before" if dated else "below": beneath, "after" if dated else "above": above}
    for word, there in outside.items():
        for i in np.flatnonzero(there).tolist():
            remarks[i].append(f"{name} is {word} {seen}")
    beyond = beneath | above
    if beyond.any():
        report.append(f"{_rows(beyond)} {name!r} outside {seen}, where the formula was not checked.")
    return gaps


def _rows(there: Array) -> str:
    count = int(there.sum())
    return "One row has" if count == 1 else f"{count:,} rows have"


def _with_columns(frame: pd.DataFrame, predictor: Predictor, values: Array,
                  remarks: Sequence[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with the values, their typical error and the remarks as new columns; also the names of these."""
    columns: dict[str, Array | list[str]] = {f"{predictor.target} by the formula": values}
    if predictor.typical_error is not None:
        columns[TYPICAL_ERROR] = np.where(np.isfinite(values), predictor.typical_error.rmse, np.nan)
    taken, found, new = {str(c) for c in frame.columns}, frame.reset_index(drop=True).copy(), []
    for wanted, column in (*columns.items(), (REMARKS, list(remarks))):
        name, k = wanted, 2
        while name in taken:
            name, k = f"{wanted} {k}", k + 1
        taken.add(name)
        new.append(name)
        found[name] = column
    return found, tuple(new)
