"""Tables: reading them from files as people have them, and taking out the numbers that a search can use.

`read_table` forgives what can be forgiven and says in `Table.report` what it understood and changed; `usable` is the
gate in front of the engine: what comes through is finite, numeric, free of gaps and worth searching.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.table_numbers import Numbers, decimal_comma, is_date, is_missing, to_numbers
from xnet.table_text import MAX_BYTES, Grid, TableError, decode, split

__all__ = ["MIN_ROWS", "Table", "TableError", "read_table", "usable"]

MIN_ROWS = 5
_UNIT = re.compile(r".*\S(?:\s+\(|\s*\[)\s*([^()\[\]]{1,20}?)\s*[)\]]")  # f(x) is a name, "speed (m/s)" has a unit
_ROW_NUMBERS = frozenset({"", "id", "index", "idx", "nr", "no", "no.", "row", "rownames", "unnamed: 0", "#"})


@dataclass(frozen=True)
class Table:
    """A table and what is known about it.

    `frame` has float64 or int64 columns for numbers (NaN where a cell is missing) and text columns for labels; names
    are unique and not empty. `report` says in plain sentences what was understood and changed. The rest is empty
    unless the table is one of the samples, except `units` (also read from headers such as "speed [m/s]") and the
    suggestions (for a file: the last number column, explained by the others).
    """

    frame: pd.DataFrame
    name: str
    report: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    suggested_target: str | None = None
    suggested_inputs: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    licence: str = ""
    source: str = ""

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """Names of the columns that hold numbers, in the order of the table."""
        return tuple(c for c in self.frame.columns if pd.api.types.is_numeric_dtype(self.frame[c]))


def read_table(source: bytes | str | Path, name: str = "", least: int = 2) -> Table:
    """Read a table of numbers: CSV with commas, semicolons, tabs or spaces, in most spellings of numbers.

    Parameters: `source`, the bytes of a file, the text of a table (a str is never taken for a path), or a Path;
    `name`, what to call it in messages (default: the file's name, or "the table"); `least`, the columns of numbers
    that are needed: two to search, one to predict from.
    Raises TableError with one sentence when there is no such table to be found.
    """
    name = name or (source.name if isinstance(source, Path) else "the table")
    notes: list[str] = []
    data = _load(source, name)
    grid = split(decode(data, name, notes), name, notes, least)
    names = _unique_names(grid.header or [""] * len(grid.rows[0]), notes, named=bool(grid.header))
    frame = _frame(grid, names, notes)
    numeric = [c for c in names if pd.api.types.is_numeric_dtype(frame[c])]
    if len(numeric) < least:
        found = f"only {numeric[0]!r} holds" if numeric else "no column holds"
        needed = "two columns" if least == 2 else "one column"
        raise TableError(f"{name} needs at least {needed} of numbers, and {found} numbers: check the cells.")
    _note_quality(frame, numeric, notes)
    useful = [c for c in numeric if frame[c].nunique() > 1 and not _is_row_number(frame[c])] or numeric
    return Table(
        frame=frame,
        name=name,
        report=(f"Read {len(frame):,} rows and {len(names)} columns, {len(numeric)} of them numbers.", *notes),
        units=_units(names, frame),
        suggested_target=useful[-1],
        suggested_inputs=tuple(useful[:-1]),
    )


def usable(table: Table, target: str, inputs: Sequence[str]) -> pd.DataFrame:
    """Return the columns a search needs: `inputs` then `target`, float64, finite, rows with gaps left out.

    The result's `attrs["dropped"]` counts the rows left out. Raises TableError when a column is unknown, is text or
    is chosen twice, when two columns share a name, when the target or all inputs are constant, or when fewer than
    MIN_ROWS rows are left.
    """
    inputs = list(inputs)
    if not inputs:
        raise TableError("No input column is chosen: choose at least one column to explain the target with.")
    if target in inputs:
        raise TableError(f"Column {target!r} is both target and input: take it out of the inputs.")
    if len(set(inputs)) < len(inputs):
        twice = next(c for c in inputs if inputs.count(c) > 1)
        raise TableError(f"Column {twice!r} is given twice as an input: name it once.")
    names = table.frame.columns
    if not names.is_unique:
        raise TableError(
            f"{table.name} has two columns called {str(names[names.duplicated()][0])!r}: rename one of them."
        )
    for column in (*inputs, target):
        _check_numeric(table, column)
    frame = table.frame[[*inputs, target]].astype(np.float64)
    finite = np.isfinite(frame.to_numpy()).all(axis=1)
    used = frame[finite].reset_index(drop=True)
    if len(used) < MIN_ROWS:
        raise TableError(
            f"{table.name} has {len(used)} rows without gaps in the chosen columns, and at least {MIN_ROWS} are "
            "needed: add rows, or choose columns with fewer gaps."
        )
    if used[target].nunique() == 1:
        value = used[target].iloc[0]
        raise TableError(f"The target {target!r} is {value:g} in every row: choose a target that varies.")
    if all(used[c].nunique() == 1 for c in inputs):
        raise TableError("Every chosen input is the same in all rows: choose at least one input that varies.")
    used.attrs["dropped"] = int((~finite).sum())
    return used


def _load(source: bytes | str | Path, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return source.encode("utf-8", errors="replace")
    try:
        if source.stat().st_size > MAX_BYTES:
            raise TableError(f"{name} is larger than {MAX_BYTES // 2**20} MB: keep fewer rows or columns.")
        return source.read_bytes()
    except FileNotFoundError:
        raise TableError(f"There is no file {str(source)!r}: check the path.") from None
    except OSError as error:
        raise TableError(f"{str(source)!r} cannot be read ({error.strerror or error}): give a CSV file.") from error


def _unique_names(header: Sequence[str], notes: list[str], *, named: bool) -> list[str]:
    """Return one distinct, printable name a column; notes what was renamed."""
    names: list[str] = []
    renamed: list[str] = []
    taken = {" ".join(h.split()) for h in header}
    for position, cell in enumerate(header, start=1):
        # Control characters would break logs and drawings; everything else stays as the person wrote it.
        base = " ".join("".join(c if c.isprintable() else " " for c in cell).split())[:80] or f"column_{position}"
        name, k = base, 2
        while name in names or (name != base and name in taken):
            name, k = f"{base}_{k}", k + 1
        if named and name != " ".join(cell.split()):
            renamed.append(name)
        names.append(name)
    if renamed:
        shown = ", ".join(renamed[:5])
        notes.append(f"Columns without a name of their own (empty, repeated or very long) are called: {shown}.")
    return names


def _frame(grid: Grid, names: Sequence[str], notes: list[str]) -> pd.DataFrame:
    """Turn cells into columns of numbers or text, noting what each became."""
    columns = list(zip(*grid.rows, strict=True))
    comma = decimal_comma(columns, grid.delimiter)
    data: dict[str, object] = {}
    text: list[str] = []
    dates: list[str] = []
    empty: list[str] = []
    with_comma: list[str] = []
    grouped: list[str] = []
    for name, cells in zip(names, columns, strict=True):
        numbers = to_numbers(cells, comma)
        if numbers is None:
            present = [c for c in cells if not is_missing(c)]
            is_dates = sum(map(is_date, present)) > 0.9 * len(present)
            (dates if is_dates else text if present else empty).append(name)
            data[name] = list(cells)
            continue
        data[name] = _column(numbers.values)
        _note_numbers(name, numbers, notes)
        with_comma += [name] * numbers.decimal_comma
        grouped += [name] * numbers.grouped
    _note_list(with_comma, "Decimal commas (1,5 for one and a half) in {}.", notes)
    _note_list(grouped, "Thousands separators taken out in {}.", notes)
    _note_list(text, "Text, kept as labels and not used in formulas: {}.", notes)
    _note_list(dates, "Dates or times, kept as labels: {}. To use one, add it as a number, such as the year.", notes)
    _note_list(empty, "Empty, so of no use: {}.", notes)
    return pd.DataFrame(data)


def _column(values: Sequence[float]) -> np.ndarray:
    """Return int64 for whole numbers that float64 holds exactly (so that years look like years), else float64."""
    array = np.asarray(values, dtype=np.float64)
    whole = np.isfinite(array).all() and bool((array == np.trunc(array)).all()) and bool((np.abs(array) < 2**53).all())
    return array.astype(np.int64) if whole else array


def _note_numbers(name: str, numbers: Numbers, notes: list[str]) -> None:
    if numbers.missing:
        words = "rows with a gap are left out when the column is used"
        notes.append(f"{name!r}: {_cells(numbers.missing)} missing; {words}.")
    if numbers.infinite:
        notes.append(f"{name!r}: {_cells(numbers.infinite)} infinite, read as missing.")
    if numbers.unreadable:
        shown = ", ".join(repr(c[:20]) for c in dict.fromkeys(numbers.unreadable[:50]))
        notes.append(f"{name!r}: {_cells(len(numbers.unreadable))} not numeric, read as missing ({shown[:80]}).")
    if numbers.percent:
        notes.append(f"{name!r}: percent signs taken out; 5 % is the number 5.")


def _cells(count: int) -> str:
    return "one cell is" if count == 1 else f"{count:,} cells are"


def _note_list(names: Sequence[str], sentence: str, notes: list[str]) -> None:
    if names:
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        notes.append(sentence.format(", ".join(repr(n) for n in names[:8]) + more))


def _note_quality(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> None:
    """Note what a person should know before choosing columns: constants, row numbers, repeated rows and columns."""
    _note_list([c for c in numeric if frame[c].nunique() <= 1], "The same in every row, so of no use: {}.", notes)
    counters = [c for c in numeric if _is_row_number(frame[c])]
    _note_list(counters, "Row numbers, better left out of the inputs: {}.", notes)
    repeated = int(frame.duplicated().sum())
    if repeated:
        notes.append(f"{repeated:,} of {len(frame):,} rows repeat an earlier row; they were kept.")
    same = [b for i, b in enumerate(numeric) for a in numeric[:i] if frame[a].equals(frame[b])]
    _note_list(list(dict.fromkeys(same)), "Copies of another column: {}.", notes)
    rows_with_gap = int(frame[list(numeric)].isna().any(axis=1).sum())
    if rows_with_gap:
        notes.append(f"{rows_with_gap:,} of {len(frame):,} rows have a gap in some number column.")


def _is_row_number(column: pd.Series) -> bool:
    """Tell whether a column only counts the rows: an empty or telling name, and 0, 1, 2... or 1, 2, 3..."""
    name = str(column.name).lower()
    telling = name in _ROW_NUMBERS or re.fullmatch(r"column_\d+", name) is not None
    return telling and len(column) > 2 and column.iloc[0] in (0, 1) and bool((column.diff().iloc[1:] == 1).all())


def _units(names: Sequence[str], frame: pd.DataFrame) -> dict[str, str]:
    """Read units out of names such as "speed [m/s]" or "mass (kg)"."""
    found = {n: _UNIT.fullmatch(n) for n in names if pd.api.types.is_numeric_dtype(frame[n])}
    return {n: match.group(1).strip() for n, match in found.items() if match}


def _check_numeric(table: Table, column: str) -> None:
    columns = [str(c) for c in table.frame.columns]
    if column not in columns:
        near = difflib.get_close_matches(str(column), columns, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "it has " + ", ".join(map(repr, columns[:8])) + "."
        raise TableError(f"{table.name} has no column {column!r}: {hint}")
    if column not in table.numeric_columns:
        example = next((str(v) for v in table.frame[column] if str(v)), "")
        raise TableError(f"Column {column!r} is text (for example {example[:30]!r}): choose a column of numbers.")
