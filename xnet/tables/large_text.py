"""Large text files of plain numbers, read by pyarrow: many times faster than cell by cell, with the same numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from . import limits as caps
from .limits import TableError
from .numbers import to_numbers
from .text_files import split

#: Smaller files are read cell by cell; of larger ones, the head decides what the columns hold.
SMALLEST, HEAD = 2**20, 2**17


class Columns(NamedTuple):
    """The columns of a file: names, numbers or text cells, the delimiter, and the line of each row."""

    header: list[str]
    columns: list[Sequence[str] | np.ndarray]
    delimiter: str
    lines: Sequence[int]


def read_large(data: bytes, name: str, notes: list[str], min_columns: int) -> Columns | None:
    """Read a file with one header line above rows of plain numbers and text; None for every other file.

    Args:
        data: the content of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.
        min_columns: the fewest columns.
    """
    if len(data) < SMALLEST or not data[:1].strip() or b"\0" in data[:HEAD]:
        return None
    head = data[:HEAD].rpartition(b"\n")[0]
    said: list[str] = []
    try:
        grid = split(head.decode("utf-8-sig"), name, said, min_columns)
    except (TableError, UnicodeDecodeError):
        return None
    if not grid.header or grid.units or not grid.lines or grid.lines[0] != 2 or len(grid.delimiter) != 1 or (
            grid.delimiter == " ") or len(said) > (grid.delimiter != ",") or len(grid.header) >= caps.MAX_COLUMNS:
        return None
    plain = [_is_plain(cells) for cells in zip(*grid.rows, strict=True)]
    columns = _columns(data, grid.delimiter, plain) if sum(plain) >= len(plain) / 2 else None
    if columns is None:
        return None
    notes += said
    rows = len(columns[0])
    step = caps.row_step(rows, len(columns))
    caps.note_rows(rows, step, notes)
    counted = data.count(b"\n") + (not data.endswith(b"\n")) == rows + 1
    return Columns(grid.header, [column[::step] for column in columns], grid.delimiter,
                   range(2, rows + 2, step) if counted else ())


def _is_plain(cells: Sequence[str]) -> bool:
    """Whether the cells are numbers without separators of thousands, percent signs or decimal commas."""
    numbers = to_numbers(cells, comma=False)
    return numbers is not None and not (
        numbers.unreadable or numbers.percent or numbers.decimal_comma or numbers.grouped)


def _columns(data: bytes, delimiter: str, plain: Sequence[bool]) -> list[Sequence[str] | np.ndarray] | None:
    """The columns as arrays and lists of texts; None if a line does not fit."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(k) for k in range(len(plain))]
    try:
        table = csv.read_csv(
            io.BytesIO(data), read_options=csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=False),
            convert_options=csv.ConvertOptions(
                column_types={n: pa.float64() if p else pa.string() for n, p in zip(names, plain, strict=True)},
                null_values=["", "NA", "N/A", "n/a", "nan", "NaN", "null", "NULL", "None"], strings_can_be_null=False))
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError):
        return None
    found: list[Sequence[str] | np.ndarray] = []
    for name, number in zip(names, plain, strict=True):
        column = table.column(name)
        found.append(column.to_numpy() if number else [cell.strip() for cell in column.to_pylist()])
    return found
