"""Limits on the size of tables, and the report's sentences on rows and columns that were left out."""

from __future__ import annotations

import sys

from xnet.errors import DataError

MAX_BYTES = 20 * 1024 * 1024
#: Text files of plain numbers may be larger: they are read by columns.
MAX_PLAIN_BYTES = 512 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 20_000
#: A search takes at most this many inputs; a table may have more columns.
MAX_INPUTS = 200
MAX_CELLS = 10_000_000
#: A single column of numbers with at least this many rows is a series.
MIN_ROWS_OF_A_SERIES = 10
#: Compressed files that unpack to more than this many bytes are refused.
MAX_UNPACKED = 100 * 2**20
#: Longer cells are cut: they are neither numbers nor labels.
MAX_CELL = 1000


class TableError(DataError):
    """A table cannot be read or used; the message says what is wrong, what is expected and what to do."""


class UnevenError(TableError):
    """The lines of a text do not form one table; some of them may."""


def refuse_sparse(rows: int, columns: int, name: str) -> None:
    """Refuse a table whose empty cells would fill the memory: a few bytes can ask for a billion of them.

    Raises:
        TableError: it has more than twice `MAX_CELLS` cells.
    """
    if rows * columns > 2 * MAX_CELLS:
        raise TableError(f"{name} has {columns:,} columns for {rows:,} rows, almost all of them empty: give rows that "
                         "share their columns.")


def short_cell(text: str) -> str:
    """A cell of at most `MAX_CELL` characters; what was cut off is marked, so that the rest is no number.

    Equal texts are one object, because a file of a few bytes can hold a long text a million times.
    """
    return text if len(text) <= MAX_CELL else sys.intern(text[:MAX_CELL - 1] + "…")


def row_step(rows: int, columns: int) -> int:
    """The step k for keeping every k-th row, so that a table does not exceed `MAX_ROWS` and `MAX_CELLS`."""
    most = max(1, min(MAX_ROWS, MAX_CELLS // max(1, columns)))
    return -(-rows // most)


def note_rows(rows: int, step: int, notes: list[str]) -> None:
    """Note that only every `step`-th row was kept: spread rows represent a file better than its first rows."""
    if step > 1:
        nth = {2: "second", 3: "third"}.get(step, f"{step}th")
        notes.append(f"The file has {rows:,} rows; every {nth} row was kept, {-(-rows // step):,} in all.")


def note_columns(columns: int, notes: list[str]) -> None:
    """Note that only the first columns were kept."""
    if columns > MAX_COLUMNS:
        notes.append(f"The file has {columns:,} columns; the first {MAX_COLUMNS} were kept.")
