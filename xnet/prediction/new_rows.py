"""Applies a formula to a table of new rows: finds its columns by name, and remarks on single rows."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.name_lists import quoted_names
from xnet.tables.column_recipes import ColumnRecipe
from xnet.tables.csv_cells import harmless_cell
from xnet.tables.limits import TableError
from xnet.tables.numbers import is_missing
from xnet.tables.reading import read_table
from xnet.tables.row_names import LINE, LINE_COLUMN, RowNames
from xnet.tables.table import Table

from .predictor import DATE_FORMATS, REMARKS, TOLERANCE, Predictor


@dataclass(frozen=True)
class Predicted:
    """A table with the values of a formula.

    Attributes:
        frame: the table, with the values and the remarks in two more columns, the last ones.
        values: (n,) the values of the formula; NaN where there is none.
        remarks: (n,) remarks on the rows; "" for a row without one.
        report: sentences on the table as a whole.
    """

    frame: pd.DataFrame
    values: Array
    remarks: tuple[str, ...]
    report: tuple[str, ...]


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
    recipes = _recipes_to_apply(predictor, frame)
    inputs = _input_values(predictor, recipes, frame, name, report, texts)
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
    return Predicted(_with_columns(frame, predictor.target, values, joined), values, joined, tuple(report))


def _names_of_search(predictor: Predictor, frame: pd.DataFrame, report: list[str]) -> dict[str, str]:
    """The columns of a table that were renamed before the search, and have their old name here: old -> new."""
    there = set(map(str, frame.columns))
    names = {old: new for new, old in predictor.renamed.items()
             if new in predictor.needed_columns and new not in there and old in there}
    if names:
        report.append("Columns renamed as in the search: " + ", ".join(
            f"{old!r} to {new!r}" for old, new in names.items()) + ".")
    return names


def _recipes_to_apply(predictor: Predictor, frame: pd.DataFrame) -> dict[str, ColumnRecipe]:
    """The recipes of the inputs that are missing in a table and can be derived from other columns."""
    there = {_plain(str(c)) for c in frame.columns}
    return {used: predictor.derived[used] for used in predictor.used
            if used in predictor.derived and _plain(used) not in there}


def _input_values(predictor: Predictor, recipes: Mapping[str, ColumnRecipe], frame: pd.DataFrame, name: str,
           report: list[str], texts: dict[str, dict[int, str]]) -> dict[str, Array]:
    """The values of the inputs that the formula uses, (n,) each.

    Args:
        predictor: the formula.
        recipes: recipes of inputs that are derived from other columns.
        frame: the table.
        name: the name of the table in messages.
        report: receives sentences on derived columns and on columns with similar names.
        texts: cells that are not numbers, by column and row; receives those of the inputs under their names.
    """
    columns = [str(c) for c in frame.columns]
    places = _places(dict.fromkeys(recipes[c].column if c in recipes else c for c in predictor.used), columns, name,
                     report)
    inputs = {}
    for used in predictor.used:
        if used not in recipes:
            column = frame.iloc[:, places[used]]
            inputs[used] = _numbers(column, used, name)
            texts[used] = texts.get(columns[places[used]], {}) | _texts(column, inputs[used])
            continue
        recipe = recipes[used]
        cells = ["" if cell is None else cell for cell in frame.iloc[:, places[recipe.column]].tolist()]
        inputs[used] = recipe.values(cells)
        sentence = f"{used!r} was derived from {recipe.column!r}, as in the search."
        if unknown := recipe.unknown_labels(cells):
            sentence = f"{sentence[:-1]}, which did not contain {', '.join(repr(label[:30]) for label in unknown[:5])}."
        report.append(sentence)
    return inputs


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


def _places(used: Iterable[str], columns: Sequence[str], name: str, report: list[str]) -> dict[str, int]:
    """The position of every column that the formula uses: by its name, else by the only similar name."""
    used, plain = list(used), [_plain(c) for c in columns]
    places: dict[str, int] = {}
    for column in used:
        alike = [k for k, c in enumerate(plain) if c == _plain(column)]
        if column in columns:
            places[column] = columns.index(column)
        elif len(alike) == 1:
            places[column] = alike[0]
            report.append(f"The column {columns[alike[0]]!r} was taken for {column!r}.")
    missing = [column for column in used if column not in places]
    if missing:
        raise TableError(f"{name} lacks the column{'s' * (len(missing) > 1)} {quoted_names(missing, 6)} that the "
                         "formula reads. "
                         + _hint(missing[0], [c for c in columns if columns.index(c) not in places.values()]))
    return places


def _plain(name: str) -> str:
    return "".join(name.split()).replace("_", "").casefold()


def _hint(missing: str, free: Sequence[str]) -> str:
    close = difflib.get_close_matches(missing, free, n=1, cutoff=0.5)
    shown = ", ".join(map(repr, free[:8])) + (" and others" if len(free) > 8 else "")
    others = f"Its other columns are {shown}: " if free else "Add it: "
    return f"Is it {close[0]!r}? Then rename it." if close else others + "name or add the column, then try again."


def _numbers(column: pd.Series, used: str, name: str) -> Array:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(numbers).any() and len(numbers):
        example = next((str(v) for v in column if v is not None and str(v).strip()), "")
        found = f"text (for example {example[:30]!r})" if example else "empty"
        raise TableError(f"The column {used!r} of {name} is {found}, and the formula needs numbers: correct the "
                         "column, then try again.")
    return numbers


def _texts(column: pd.Series, numbers: Array) -> dict[int, str]:
    """The cells of a column (n,) that are not empty and not in `numbers` (n,), by row."""
    if pd.api.types.is_numeric_dtype(column):
        return {}
    return {int(i): str(column.iloc[i]) for i in np.flatnonzero(np.isnan(numbers))
            if not pd.isna(column.iloc[i]) and not is_missing(str(column.iloc[i]).strip())}


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


def _with_columns(frame: pd.DataFrame, target: str, values: Array, remarks: Sequence[str]) -> pd.DataFrame:
    """The table with the values and the remarks as two more columns, under new names."""
    taken, found = {str(c) for c in frame.columns}, frame.reset_index(drop=True).copy()
    for wanted, column in ((f"{target} by the formula", values), (REMARKS, list(remarks))):
        name, k = wanted, 2
        while name in taken:
            name, k = f"{wanted} {k}", k + 1
        taken.add(name)
        found[name] = column
    return found
