"""The rows of a new table that a formula is applied to: columns found by name, remarks on single rows."""

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
from xnet.tables.table import Table

from .predictor import _SHOWN, REMARKS, TOLERANCE, Predictor


@dataclass(frozen=True)
class Predicted:
    """A table with the formula's values.

    Attributes:
        frame: the table as it came, with the value and the remark in two more columns, the last ones.
        values, remarks: these columns, (n,); NaN where there is no value, "" where there is nothing to remark.
        report: what is to be known of the table as a whole, in plain sentences.
    """

    frame: pd.DataFrame
    values: Array
    remarks: tuple[str, ...]
    report: tuple[str, ...]


def read_rows(source: bytes | str | Path, name: str = "", *, text: bool = False) -> Table:
    """A table to predict for, read as on the Data page; one column of numbers is enough, or of `text` if that will do.

    Raises:
        TableError: it is no table, or holds no numbers.
    """
    return read_table(source, name, min_columns=0 if text else 1)


def predict(predictor: Predictor, frame: pd.DataFrame, name: str = "The table", *, typed: bool = False,
            unread: Mapping[str, Mapping[int, str]] = MappingProxyType({})) -> Predicted:
    """The formula's value in every row of a table.

    Args:
        frame: the table; columns that the formula does not read are carried along.
        name: what to call it in messages.
        typed: whether somebody filled in what was asked for, so that it is no news what is made of it.
        unread: cells of columns of numbers that are none, by column and row (see `Table`).

    Raises:
        TableError: a column that the formula reads is missing or holds no numbers.
    """
    report: list[str] = []
    to_make = _to_make(predictor, frame)
    texts = {column: dict(cells) for column, cells in unread.items()}
    given = _given(predictor, to_make, frame, name, report, texts)
    report = [] if typed else report
    values = predictor.values(given) if given else np.full(len(frame), predictor.network.evaluate(
        np.zeros((1, len(predictor.names))))[0])
    remarks: list[list[str]] = [[] for _ in range(len(frame))]
    gaps = np.zeros(len(frame), dtype=bool)
    for used, column in given.items():
        gaps |= _remark_column(predictor, used, column, to_make.get(used), remarks, report, texts.get(used, {}))
    values[gaps] = np.nan
    places = [(i, used, texts[used][i]) for used in given if used in texts for i in sorted(texts[used])]
    as_text = np.isin(np.arange(len(frame)), [i for i, _, _ in places])
    if places:
        report.append(_said_of_texts(as_text, places))
    if (gaps & ~as_text).any():
        report.append(f"{_rows(gaps & ~as_text)} no prediction, as a value is missing there.")
    undefined = ~np.isfinite(values) & ~gaps
    for i in np.flatnonzero(undefined):
        remarks[i].append("the formula has no value here")
    if undefined.any():
        report.append(f"{_rows(undefined)} no prediction, as the formula has no value there (a logarithm, a root or a "
                      "quotient is undefined, or the number is too large).")
    joined = tuple("; ".join(said) for said in remarks)
    return Predicted(_with_columns(frame, predictor.target, values, joined), values, joined, tuple(report))


def _to_make(predictor: Predictor, frame: pd.DataFrame) -> dict[str, ColumnRecipe]:
    """The inputs that are not in a table and can be made, and how."""
    there = {_plain(str(c)) for c in frame.columns}
    return {used: predictor.made[used] for used in predictor.used
            if used in predictor.made and _plain(used) not in there}


def _given(predictor: Predictor, to_make: Mapping[str, ColumnRecipe], frame: pd.DataFrame, name: str,
           report: list[str], texts: dict[str, dict[int, str]]) -> dict[str, Array]:
    """The inputs that the formula reads, (n,) each; those `to_make` are made of what they were made of.

    In `texts` the cells that are no numbers come to stand under the names of the inputs.
    """
    columns = [str(c) for c in frame.columns]
    places = _places(dict.fromkeys(to_make[c].column if c in to_make else c for c in predictor.used), columns, name,
                     report)
    given = {}
    for used in predictor.used:
        if used not in to_make:
            column = frame.iloc[:, places[used]]
            given[used] = _numbers(column, used, name)
            texts[used] = texts.get(columns[places[used]], {}) | _texts(column, given[used])
            continue
        recipe = to_make[used]
        cells = ["" if cell is None else cell for cell in frame.iloc[:, places[recipe.column]].tolist()]
        given[used] = recipe.values(cells)
        told = f"{used!r} was made of {recipe.column!r}, as for the search."
        if unknown := recipe.unknown_labels(cells):
            told = f"{told[:-1]}, which knew no {', '.join(repr(label[:30]) for label in unknown[:5])}."
        report.append(told)
    return given


def predicted_csv(predicted: Predicted) -> str:
    """The table with its predictions as CSV; text cells that a spreadsheet would compute are defused."""
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
    """The position of every column that the formula reads: by its name, else by the one name that is spelt alike."""
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
    """The cells of a column (n,) that hold something and are no `numbers` (n,), by row."""
    if pd.api.types.is_numeric_dtype(column):
        return {}
    return {int(i): str(column.iloc[i]) for i in np.flatnonzero(np.isnan(numbers))
            if not pd.isna(column.iloc[i]) and not is_missing(str(column.iloc[i]).strip())}


def _said_of_texts(rows: Array, places: Sequence[tuple[int, str, str]]) -> str:
    shown = ", ".join(f"row {i + 1}, {used!r} ({cell[:30]!r})" for i, used, cell in places[:5])
    more = f" and {len(places) - 5:,} more" if len(places) > 5 else ""
    return f"{_rows(rows)} no prediction, as there is text where a number is needed: {shown}{more}."


def _remark_column(predictor: Predictor, used: str, column: Array, recipe: ColumnRecipe | None,
                   remarks: list[list[str]], report: list[str], texts: Mapping[int, str]) -> Array:
    """Remark what is missing in a column or outside its range; returns where it is missing (n,).

    Of a column that was just made by a `recipe`, what it was made of is spoken of.
    """
    gaps = ~np.isfinite(column)
    missing = f"{recipe.column} is missing, or not as in the search" if recipe else f"{used} is missing"
    for i in np.flatnonzero(gaps).tolist():
        said = f"{used} is text ({texts[i][:30]!r})" if i in texts else missing
        if said not in remarks[i]:
            remarks[i].append(said)
    known = predictor.range_of(used)
    if known is None:
        return gaps
    low, high = known
    slack, seen = TOLERANCE * (high - low), f"the rows of the search ({predictor.seen(used, recipe)})"
    with np.errstate(invalid="ignore"):
        beneath, above = column < low - slack, column > high + slack
    dated = recipe is not None and recipe.way in _SHOWN
    name = recipe.column if recipe and dated else used
    outside = {"before" if dated else "below": beneath, "after" if dated else "above": above}
    for word, there in outside.items():
        for i in np.flatnonzero(there).tolist():
            remarks[i].append(f"{name} is {word} {seen}")
    beyond = beneath | above
    if beyond.any():
        report.append(f"{_rows(beyond)} {name!r} outside {seen}: nothing was checked there.")
    return gaps


def _rows(there: Array) -> str:
    count = int(there.sum())
    return "One row has" if count == 1 else f"{count:,} rows have"


def _with_columns(frame: pd.DataFrame, target: str, values: Array, remarks: Sequence[str]) -> pd.DataFrame:
    """The table with two columns more, under names that it has not yet."""
    taken, found = {str(c) for c in frame.columns}, frame.reset_index(drop=True).copy()
    for wanted, column in ((f"{target} by the formula", values), (REMARKS, list(remarks))):
        name, k = wanted, 2
        while name in taken:
            name, k = f"{wanted} {k}", k + 1
        taken.add(name)
        found[name] = column
    return found
