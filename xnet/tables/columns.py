"""From cells to columns: unique names, numbers or text, and the report's sentences on each column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from xnet.name_lists import quoted_names

from .numbers import Numbers, decimal_comma, is_date, is_missing, is_time, to_booleans, to_numbers

_UNIT = re.compile(r".*\S(?:\s+\(|\s*\[)\s*([^()\[\]]{1,20}?)\s*[)\]]")  # f(x) is a name, "speed (m/s)" has a unit
#: Text columns with more different values are not labels.
MOST_LABELS = 12
_ROW_NUMBERS = frozenset({"", "id", "index", "idx", "nr", "no", "no.", "row", "rownames", "unnamed: 0", "#"})


def unique_names(header: Sequence[str], notes: list[str], *, named: bool) -> list[str]:
    """Unique, printable names of the columns; renamed columns are reported in `notes`."""
    names: list[str] = []
    renamed: list[str] = []
    taken = {" ".join(h.split()) for h in header}
    for position, cell in enumerate(header, start=1):
        # Control characters would break logs and drawings; all other characters are kept.
        base = " ".join("".join(c if c.isprintable() else " " for c in cell).split())[:80] or f"column_{position}"
        name, k = base, 2
        while name in names or (name != base and name in taken):
            name, k = f"{base}_{k}", k + 1
        if named and name != " ".join(cell.split()):
            renamed.append(name)
        names.append(name)
    if renamed:
        shown = ", ".join(renamed[:5])
        notes.append(f"Columns with an empty, repeated or very long name were renamed: {shown}.")
    return names


def make_frame(columns: Sequence[Sequence[str] | np.ndarray], names: Sequence[str], delimiter: str,
               notes: list[str], unread: dict[str, dict[int, str]]) -> pd.DataFrame:
    """Convert cells to columns of numbers or text.

    Args:
        columns: text cells, or arrays that hold numbers already.
        names: one name per column.
        delimiter: of the file; it helps to recognise decimal commas.
        notes: sentences for the report are appended to it.
        unread: receives the unreadable cells of columns of numbers, by column and row.
    """
    comma = decimal_comma([c for c in columns if not isinstance(c, np.ndarray)], delimiter)
    data: dict[str, object] = {}
    kinds: dict[str, list[str]] = {"comma": [], "grouped": [], "booleans": [], "text": [], "dates": [], "empty": []}
    for name, cells in zip(names, columns, strict=True):
        numbers = (_array_numbers(cells) if isinstance(cells, np.ndarray) else
                   to_numbers(cells, comma) or to_booleans(cells))
        if numbers is None:
            kinds[_KINDS[kind_of(cells)]].append(name)
            data[name] = list(cells)
            continue
        data[name] = _column(numbers.values)
        _note_numbers(name, numbers, notes)
        if numbers.unreadable:
            lost = frozenset(numbers.unreadable)
            unread[name] = {i: cell for i, cell in enumerate(cells) if cell in lost}
        kinds["comma"] += [name] * numbers.decimal_comma
        kinds["grouped"] += [name] * numbers.grouped
        kinds["booleans"] += [name] * numbers.booleans
    for kind, sentence in _SENTENCES.items():
        _note_list(kinds[kind], sentence, notes)
    return pd.DataFrame(data)


_KINDS = {"labels": "text", "text": "text", "dates": "dates", "times": "dates", "empty": "empty"}
_SENTENCES = {
    "comma": "Decimal commas (1,5 for one and a half) were read in {}.",
    "grouped": "Thousands separators were removed in {}.",
    "booleans": "True and False became 1 and 0 in {}.",
    "text": "Text, kept as labels; with few different values it can be converted to columns of 0 and 1: {}.",
    "dates": "Dates or times, kept as labels; they can be converted to numbers: {}.",
    "empty": "Empty and therefore not usable: {}."}


def kind_of(cells: pd.Series | Sequence[str] | np.ndarray) -> str:
    """The kind of a column: "numbers", "dates", "times" (of day), "labels" (few different texts), "text" or "empty"."""
    if isinstance(cells, (pd.Series, np.ndarray)) and pd.api.types.is_numeric_dtype(cells.dtype):
        return "empty" if np.isnan(np.asarray(cells, dtype=np.float64)).all() else "numbers"
    counts = {cell: n for cell, n in Counter(map(str, cells)).items() if not is_missing(cell)}
    present = sum(counts.values())
    if not present:
        return "empty"
    if sum(n for cell, n in counts.items() if is_date(cell)) > 0.9 * present:
        return "times" if sum(n for cell, n in counts.items() if is_time(cell)) > present / 2 else "dates"
    return "labels" if 2 <= len(counts) <= MOST_LABELS and present >= 2 * len(counts) else "text"


def _array_numbers(values: np.ndarray) -> Numbers | None:
    """A column that was stored as numbers; None if it has no finite number."""
    infinite = np.isinf(values)
    values = np.where(infinite, np.nan, values)
    missing = int(np.isnan(values).sum()) - int(infinite.sum())
    return None if np.isnan(values).all() else Numbers(values.tolist(), missing, int(infinite.sum()))


def _column(values: Sequence[float]) -> np.ndarray:
    """int64 for whole numbers that float64 holds exactly (so that years print as 2021, not 2021.0), else float64."""
    array = np.asarray(values, dtype=np.float64)
    whole = np.isfinite(array).all() and bool((array == np.trunc(array)).all()) and bool((np.abs(array) < 2**53).all())
    return array.astype(np.int64) if whole else array


def _note_numbers(name: str, numbers: Numbers, notes: list[str]) -> None:
    if numbers.missing:
        notes.append(f"{name!r}: {_cells(numbers.missing)} missing; a search on this column leaves out "
                     "these rows.")
    if numbers.infinite:
        notes.append(f"{name!r}: {_cells(numbers.infinite)} infinite, read as missing.")
    if numbers.unreadable:
        shown = ", ".join(repr(c[:20]) for c in dict.fromkeys(numbers.unreadable[:50]))
        notes.append(f"{name!r}: {_cells(len(numbers.unreadable))} not numeric, read as missing ({shown[:80]}).")
    if numbers.percent:
        notes.append(f"{name!r}: percent signs were removed; 5 % is the number 5.")


def _cells(count: int) -> str:
    return "one cell is" if count == 1 else f"{count:,} cells are"


def _note_list(names: Sequence[str], sentence: str, notes: list[str]) -> None:
    if names:
        notes.append(sentence.format(quoted_names(names)))


def note_quality(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> None:
    """Report constants, row numbers, repeated rows and copied columns, which matter for the choice of columns."""
    _note_list([c for c in numeric if frame[c].nunique() <= 1], "Constant, and therefore not usable: {}.", notes)
    counters = [c for c in numeric if is_row_number(frame[c])]
    _note_list(counters, "Row numbers, which should not be inputs: {}.", notes)
    repeated = int(frame.duplicated().sum())
    if repeated:
        verb = "repeats an earlier row; it was kept" if repeated == 1 else "repeat an earlier row; they were kept"
        notes.append(f"{repeated:,} of {len(frame):,} rows {verb}.")
    same = [b for i, b in enumerate(numeric) for a in numeric[:i] if frame[a].equals(frame[b])]
    _note_list(list(dict.fromkeys(same)), "Copies of another column: {}.", notes)
    rows_with_gap = int(frame[list(numeric)].isna().any(axis=1).sum())
    if rows_with_gap:
        verb = "has" if rows_with_gap == 1 else "have"
        notes.append(f"{rows_with_gap:,} of {len(frame):,} rows {verb} a missing value in a column of numbers.")


def is_row_number(column: pd.Series) -> bool:
    """Whether a column only numbers the rows: an empty or typical name, and the values 0, 1, 2... or 1, 2, 3..."""
    name = str(column.name).lower()
    typical = name in _ROW_NUMBERS or re.fullmatch(r"column_\d+", name) is not None
    return typical and len(column) > 2 and column.iloc[0] in (0, 1) and bool((column.diff().iloc[1:] == 1).all())


def units_of_names(names: Sequence[str], frame: pd.DataFrame) -> dict[str, str]:
    """The units in names such as "speed [m/s]" or "mass (kg)", by name."""
    found = {n: _UNIT.fullmatch(n) for n in names if pd.api.types.is_numeric_dtype(frame[n])}
    return {n: match.group(1).strip() for n, match in found.items() if match}
