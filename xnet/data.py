"""Tables: reading them from files as people have them, and taking out the numbers that a search can use.

`read_table` forgives what can be forgiven and says in `Table.report` what it understood and changed; `usable` is the
gate in front of the engine: what comes through is finite, numeric, free of gaps and worth searching.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from xnet.recipes import Recipe
from xnet.table_caps import MAX_BYTES, TableError
from xnet.table_columns import is_row_number, kind_of, make_frame, note_quality, unique_names, units_of_names
from xnet.table_json import is_json, read_json
from xnet.table_parquet import is_parquet, read_parquet
from xnet.table_text import Grid, decode, split
from xnet.table_workbook import is_workbook, read_workbook, sheet_names

__all__ = ["MIN_ROWS", "Table", "TableError", "read_table", "usable"]

MIN_ROWS = 5
#: So many sheets of a workbook are looked through for a table.
MOST_SHEETS = 12


@dataclass(frozen=True)
class Table:
    """A table and what is known about it.

    `frame` has float64 or int64 columns for numbers (NaN where a cell is missing) and text columns for labels; names
    are unique and not empty. `report` says in plain sentences what was understood and changed. The rest is empty
    unless the table is one of the samples, except `units` (also read from headers such as "speed [m/s]") and the
    suggestions (for a file: the last number column, explained by the others) and the sheets of a workbook, of which
    `sheet` is the one that was read. `made_of` says of columns that `treatment` added how they were made,
    `unread` which cells of columns of numbers hold text: by column and by row, from 0.
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
    made_of: Mapping[str, Recipe] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    unread: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def numeric_columns(self) -> tuple[str, ...]:
        """Names of the columns that hold numbers, in the order of the table."""
        return tuple(c for c in self.frame.columns if pd.api.types.is_numeric_dtype(self.frame[c]))

    def called(self, target: str | None) -> str:
        """What the table is called where a column is explained; a sample's title tells after a colon of its own target.
        """
        title = self.title if target in (None, self.suggested_target) else self.title.partition(":")[0]
        return title or self.name

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What every column holds, in the words of `table_columns.kind_of`."""
        return {str(c): kind_of(self.frame[c]) for c in self.frame.columns}

    @cached_property
    def group_columns(self) -> tuple[str, ...]:
        """The columns that part the rows into groups: two values or more, two rows or more each; labels come first."""
        values = {c: self.frame[c].nunique() for c in self.kinds}
        found = [c for c, n in values.items() if 2 <= n <= len(self.frame) // 2]
        return tuple(sorted(found, key=lambda c: (self.kinds[c] != "labels", c in self.numeric_columns)))


def read_table(source: bytes | str | Path, name: str = "", least: int = 2, *, sheet: str | None = None) -> Table:
    """Read a table of numbers: CSV in most spellings, an Excel workbook (.xlsx), Parquet, or JSON.

    What a file is, its first bytes say, not its name.

    Parameters: `source`, the bytes of a file, the text of a table (a str is never taken for a path), or a Path;
    `name`, what to call it in messages (default: the file's name, or "the table"); `least`, the columns of numbers
    that are needed: two to search (or one beside text or dates that can be made numbers), one to predict from, none
    where text is made numbers;
    `sheet`, of a workbook (default: the first one that holds such a table).
    Raises TableError with one sentence when there is no such table to be found.
    """
    name = name or (source.name if isinstance(source, Path) else "the table")
    data = _load(source, name)
    try:
        return _read(data, name, least, sheet)
    except TableError:
        # The first sheet of a workbook is often a page of notes.
        others = sheet_names(data)[:MOST_SHEETS] if sheet is None and is_workbook(data) else ()
        for other in others:
            with contextlib.suppress(TableError):
                return _read(data, name, least, other)
        raise


def _read(data: bytes, name: str, least: int, sheet: str | None) -> Table:
    """The table in the bytes of a file."""
    notes: list[str] = []
    sheets: tuple[str, ...] = ()
    if sheet is not None and not is_workbook(data):
        raise TableError(f"{name} is no Excel workbook, so it has no sheet {sheet!r}: leave the sheet out.")
    columns: Sequence[Sequence[str] | np.ndarray]
    if is_parquet(data):
        header, columns = read_parquet(data, name, notes, least)
        delimiter = "\t"
    else:
        if is_workbook(data):
            grid, sheets, sheet = read_workbook(data, name, notes, sheet)
        else:
            grid = _text_grid(data, name, notes, least)
        header, delimiter = grid.header, grid.delimiter
        columns = list(zip(*grid.rows, strict=True))
    names = unique_names(header or [""] * len(columns), notes, named=bool(header))
    unread: dict[str, dict[int, str]] = {}
    frame = make_frame(columns, names, delimiter, notes, unread)
    numeric = [c for c in names if pd.api.types.is_numeric_dtype(frame[c])]
    others = [c for c in names if kind_of(frame[c]) in ("dates", "times", "labels")] if len(numeric) < least else []
    if least and (not numeric or len(numeric) + len(others) < least):
        found = f"only {numeric[0]!r} holds" if numeric else "no column holds"
        needed = "two columns" if least == 2 else "one column"
        raise TableError(f"{name} needs at least {needed} of numbers, and {found} numbers: check the cells.")
    note_quality(frame, numeric, notes)
    useful = [c for c in numeric if frame[c].nunique() > 1 and not is_row_number(frame[c])] or numeric
    return Table(
        frame=frame,
        name=name,
        report=(f"Read {len(frame):,} rows and {len(names)} columns, {len(numeric)} of them numbers.", *notes),
        units=units_of_names(names, frame),
        suggested_target=useful[-1] if useful else None,
        suggested_inputs=tuple(useful[:-1]),
        sheets=sheets,
        sheet=sheet or "",
        unread=unread,
    )


def _text_grid(data: bytes, name: str, notes: list[str], least: int) -> Grid:
    """The cells of a text file, which may be JSON."""
    text = decode(data, name, notes)
    return read_json(text, name, notes, least) if is_json(data) else split(text, name, notes, least)


def usable(table: Table, target: str, inputs: Sequence[str], *, fill_gaps: bool = False,
           further: Sequence[str] = ()) -> pd.DataFrame:
    """Return the columns a search needs: `inputs` then `target`, float64, finite, rows with gaps left out.

    With `fill_gaps` a gap of an input is filled with the column's median instead; one of the target never is, as
    nobody should explain made-up values. `further` columns come last as they are, text among them; a gap in one of
    numbers leaves the row out as well. The result's `attrs` count the rows left out (`dropped`) and the cells filled
    in (`filled`).
    Raises TableError when a column is unknown, is text or is chosen twice, when two columns share a name, when the
    target or all inputs are constant, or when fewer than MIN_ROWS rows are left.
    """
    inputs = list(inputs)
    _check_choice(table, target, inputs)
    for column in further:
        _check_known(table, column)
    frame = table.frame[[*inputs, target]].astype(np.float64)
    frame = frame.where(np.isfinite(frame))
    filled = 0
    if fill_gaps:
        gaps = frame[inputs].isna() & frame[[target]].notna().to_numpy()
        filled = int(gaps.to_numpy().sum())
        frame[inputs] = frame[inputs].fillna(frame[inputs].median())
    numbers = [c for c in further if c in table.numeric_columns]
    whole = frame.notna().all(axis=1) & np.isfinite(table.frame[numbers].astype(np.float64)).all(axis=1)
    used = frame[whole].reset_index(drop=True)
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
    used = used.assign(**{c: table.frame.loc[whole, c].to_numpy() for c in further if c not in used})
    used.attrs |= {"dropped": int((~whole).sum()), "filled": filled}
    return used


def _check_choice(table: Table, target: str, inputs: list[str]) -> None:
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
        made = [repr(name) for name, recipe in table.made_of.items() if recipe.column == column]
        choose = " or ".join(made[:3]) + ", made of it" if made else "a column of numbers"
        raise TableError(f"Column {column!r} is text (for example {example[:30]!r}): choose {choose}.")


def _load(source: bytes | str | Path, name: str) -> bytes:
    """The bytes of a source, no more of them than are read."""
    try:
        if isinstance(source, Path) and source.stat().st_size <= MAX_BYTES:
            return source.read_bytes()
        size = source.stat().st_size if isinstance(source, Path) else len(source)
    except FileNotFoundError:
        raise TableError(f"There is no file {str(source)!r}: check the path.") from None
    except OSError as error:
        raise TableError(f"{str(source)!r} cannot be read ({error.strerror or error}): give a CSV file.") from error
    data = source if isinstance(source, bytes) else b"" if isinstance(source, Path) else source.encode(
        "utf-8", errors="replace")
    if max(size, len(data)) > MAX_BYTES:
        raise TableError(f"{name} has {size / 2**20:.1f} MB, and at most {MAX_BYTES // 2**20} MB are read: keep fewer "
                         "rows or columns.")
    return data
