"""Reads a table from a file of any supported format.

`read_table` accepts many notations and reports in `Table.report` how it understood the file and what it changed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from xnet.counts import counted
from xnet.name_lists import abbreviated_list

from .alignment import Grid
from .archives import is_array, read_array, unpacked
from .class_target import is_setting, proposes_classes
from .closed_curves import closed_curve_sentence
from .columns import Findings, kind_of, make_frame, unique_names
from .decoding import decode
from .error_columns import error_columns_sentences, errors_by_name, limits_by_name
from .extremes import note_extremes
from .joined_dates import with_joined_dates
from .json_files import is_json, read_json
from .large_text import read_large
from .limits import MAX_BYTES, MAX_PLAIN_BYTES, MIN_ROWS_OF_A_SERIES, TableError, UnevenError
from .merged_cells import formulas_note
from .other_workbooks import is_other_workbook, other_sheet_names, read_other_workbook
from .parquet_files import is_parquet, read_parquet
from .pasted_lists import rows_of_lists
from .quality import is_constant, is_row_number, note_gaps, note_quality
from .replicates import replicates_sentences
from .rows_alone import rows_alone
from .stata_files import is_stata, read_stata, refuse_other_packages
from .table import Table, UnitsRow
from .text_files import LONGEST_PASTED, split
from .units_of_names import units_of_names
from .useless_text import note_label_gaps, useless_text_sentences
from .value_notes import note_values
from .workbooks import is_workbook, read_workbook, sheet_names

#: The most sheets of a workbook that are searched for a table.
MOST_SHEETS = 12


def read_table(source: bytes | str | Path, name: str = "", min_columns: int = 2, *, sheet: str | None = None) -> Table:
    """Read a table of numbers: CSV in most notations, a workbook (.xlsx, .xls, .xlsb, .ods), Parquet, JSON or NumPy.

    Gzip, bzip2, xz and zip archives of one table are unpacked, up to `limits.MAX_BYTES`.

    The first bytes of the file decide its format, not its name.

    Args:
        source: the bytes of a file, the text of a table (a str is never a path), or a Path.
        name: of the table, for messages; by default the file's name, or "the table".
        min_columns: the fewest columns of numbers: two to search (or one beside text or dates that can be converted, or
            a series, a single column of numbers), one to predict, none if text will be converted.
        sheet: of a workbook; by default the first sheet that holds such a table.

    Raises:
        TableError: the source holds no such table.
    """
    name = name or (source.name if isinstance(source, Path) else "the table")
    data = _load(source, name)
    try:
        return _read(data, name, min_columns, sheet)
    except TableError as error:
        # The first sheet of a workbook often holds notes.
        others: Sequence[str] = ()
        if sheet is None and is_other_workbook(data):
            others = other_sheet_names(data)[:MOST_SHEETS]
        elif sheet is None and is_workbook(data):
            others = sheet_names(data)[:MOST_SHEETS]
        for other in others:
            with contextlib.suppress(TableError):
                return _read(data, name, min_columns, other)
        if isinstance(error, UnevenError):
            with contextlib.suppress(TableError):
                return _read_rows_alone(data, name, min_columns)
        raise


def _read_rows_alone(data: bytes, name: str, min_columns: int) -> Table:
    """The table of the longest run of lines of numbers in a text file.

    Raises:
        TableError: it is no text, or holds no such run.
    """
    data = unpacked(data, name, [])
    if len(data) > MAX_BYTES or is_workbook(data) or is_other_workbook(data) or is_json(data):
        raise TableError(f"{name} is no text.")
    found = rows_alone(decode(data, name, []))
    if found is None:
        raise TableError(f"{name} holds no rows of numbers.")
    text, note = found
    table = _read(text.encode(), name, min_columns, None)
    return replace(table, report=(table.report[0], note, *table.report[1:]))


class _Source(NamedTuple):
    """The columns of a file before they are typed; the attributes are those of `Grid` and `Table`."""

    header: Sequence[str]
    columns: Sequence[Sequence[str] | np.ndarray]
    delimiter: str = "\t"
    lines: Sequence[int] = ()
    units: Mapping[int, str] = MappingProxyType({})
    units_row: tuple[int, Sequence[str]] | None = None
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def _source(data: bytes, name: str, notes: list[str], min_columns: int, sheet: str | None) -> _Source:
    """The columns in the bytes of a file of any format."""
    data = unpacked(data, name, notes)
    other, sheets = is_other_workbook(data), tuple[str, ...]()
    if sheet is not None and not other and not is_workbook(data):
        raise TableError(f"{name} is not an Excel workbook, so it has no sheet {sheet!r}: omit the sheet.")
    large = read_large(data, name, notes, min_columns)
    if large is not None:
        return _Source(*large)
    if len(data) > MAX_BYTES:
        raise _too_large(len(data), name)
    if is_parquet(data):
        return _Source(*read_parquet(data, name, notes, min_columns))
    refuse_other_packages(data, name)
    if is_stata(data):
        return _Source(*read_stata(data, name, notes))
    if is_array(data):
        return _Source(*read_array(data, name, notes, few=min_columns > 1))
    if other:
        grid, sheets, sheet = read_other_workbook(data, name, notes, sheet)
    elif is_workbook(data):
        grid, sheets, sheet = read_workbook(data, name, notes, sheet)
    else:
        grid = _text_grid(data, name, notes, min_columns)
    return _Source(grid.header, list(zip(*grid.rows, strict=True)), grid.delimiter, grid.lines, grid.units,
                   grid.units_row, sheets, sheet or "")


def _read(data: bytes, name: str, min_columns: int, sheet: str | None) -> Table:
    """The table in the bytes of a file."""
    notes: list[str] = []
    source = _source(data, name, notes, min_columns, sheet)
    found = Findings(source.lines)
    names = unique_names(source.header or [""] * len(source.columns), notes, named=bool(source.header))
    frame, joined = with_joined_dates(make_frame(source.columns, names, source.delimiter, notes, found), notes)
    numeric = [c for c in names if pd.api.types.is_numeric_dtype(frame[c])]
    mixed = tuple(c for c, reason in found.reasons.items() if reason.numbers_fit)
    others = []
    if len(numeric) < min_columns:
        others = [c for c in names if c in mixed or kind_of(frame[c]) in ("dates", "times", "durations", "labels")]
    of_text = [] if numeric else [c for c in names[::-1] if proposes_classes(frame[c])]
    if min_columns and (len(numeric) + len(others) < min_columns or (not numeric and len(of_text) < 2)) and not (
            _is_series(frame, numeric) and len(source.sheets) <= 1):
        holds = f"only {numeric[0]!r} holds" if numeric else "no column holds"
        needed = "two columns" if min_columns == 2 else "one column"
        why = found.why_text(next(iter(found.reasons))) if found.reasons else useless_text_sentences(frame)
        raise UnevenError(f"{name} needs at least {needed} of numbers, but {holds} numbers. "
                         f"{formulas_note(notes) or why or _dates_sentence(frame) or 'Check the cells.'}")
    note_gaps(found.missing, notes)
    note_label_gaps(frame, notes)
    note_quality(frame, numeric, notes)
    extremes: list[str] = []
    note_extremes(frame, numeric, found, extremes)
    note_values(frame, numeric, notes, found.sentinels)
    notes += extremes
    units = {**units_of_names(names, frame), **{names[k]: unit for k, unit in source.units.items()}, **found.units}
    by_name = {c: e for c, e in errors_by_name(frame, numeric, units).items() if c not in found.errors}
    found.errors.update(by_name)
    notes += [*error_columns_sentences(by_name), *replicates_sentences(numeric)]
    errors = set(found.errors.values()) | limits_by_name(frame, numeric, notes)
    units_row = source.units_row
    useful = [c for c in numeric
              if c not in errors and not is_constant(frame[c]) and not is_row_number(frame[c])] or numeric
    notes += filter(None, [closed_curve_sentence(frame, useful)])
    classes = of_text[:1] or (
        names[-1:] if proposes_classes(frame[names[-1]]) and not is_setting(frame, names[-1], units) else [])
    return Table(
        frame=frame,
        name=name,
        report=(_size_sentence(len(frame), len(names), len(numeric)), *notes),
        units=units,
        suggested_target=next(iter((*classes, *useful[::-1])), None),
        suggested_inputs=tuple(useful if classes else useful[:-1]),
        sheets=source.sheets,
        sheet=source.sheet,
        unread=found.unread,
        lines=tuple(found.lines),
        errors=found.errors,
        mixed=mixed,
        sentinels=found.sentinels,
        outliers=found.outliers,
        joined=joined,
        units_row=units_row and UnitsRow(units_row[0], dict(zip(names, units_row[1], strict=False))),
    )


def _dates_sentence(frame: pd.DataFrame) -> str:
    """What to do with a table whose columns hold dates and no numbers; "" without dates."""
    dates = [str(c) for c in frame.columns if kind_of(frame[c]) in ("dates", "times", "durations")]
    return (f"Dates or times: {abbreviated_list(dates)}. The column to explain has to hold numbers, such as the days "
            "between two dates.") if dates else ""


def _size_sentence(rows: int, columns: int, numbers: int) -> str:
    return f"Read {rows:,} rows and {counted(columns, 'column')}, {numbers} of them numbers."


def _is_series(frame: pd.DataFrame, numeric: list[str]) -> bool:
    """Whether a table is one series of numbers, which earlier rows may explain."""
    return len(numeric) == len(frame.columns) == 1 and len(frame) >= MIN_ROWS_OF_A_SERIES and not is_row_number(
        frame[numeric[0]]) and not is_constant(frame[numeric[0]])


def _text_grid(data: bytes, name: str, notes: list[str], min_columns: int) -> Grid:
    """The cells of a text file, which may be JSON."""
    text = decode(data, name, notes)
    if not is_json(data):
        return split(text, name, notes, min_columns)
    if text.lstrip().startswith("{{"):  # {{1, 2}, {3, 4}} is no JSON
        return split(text, name, notes, min_columns)
    try:
        return read_json(text, name, notes, min_columns)
    except TableError:
        with contextlib.suppress(TableError):  # [(1, 2), (3, 4)] and {'x': [1, 2]} are none either
            if len(text) <= LONGEST_PASTED and rows_of_lists(text, name):
                return split(text, name, notes, min_columns)
        raise


def _load(source: bytes | str | Path, name: str) -> bytes:
    """The bytes of a source, at most `MAX_PLAIN_BYTES` of them."""
    try:
        if isinstance(source, Path) and source.stat().st_size <= MAX_PLAIN_BYTES:
            return source.read_bytes()
        size = source.stat().st_size if isinstance(source, Path) else len(source)
    except FileNotFoundError:
        raise TableError(f"There is no file {str(source)!r}: check the path.") from None
    except OSError as error:
        raise TableError(f"{str(source)!r} cannot be read ({error.strerror or error}): give a CSV file.") from error
    data = source if isinstance(source, bytes) else b"" if isinstance(source, Path) else source.encode(
        "utf-8", errors="replace")
    if max(size, len(data)) > MAX_PLAIN_BYTES:
        raise _too_large(size, name)
    return data


def _too_large(size: int, name: str) -> TableError:
    return TableError(f"{name} has {size / 2**20:.1f} MB, but at most {MAX_BYTES // 2**20} MB can be read, and "
                      f"{MAX_PLAIN_BYTES // 2**20} MB of plain numbers in a CSV file: keep fewer rows or columns.")
