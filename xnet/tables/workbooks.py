"""From an Excel workbook to the cells of one of its sheets.

A workbook is a zip archive of XML. It can hold macros, and it can unpack to far more than its own size. So the sizes of
all parts are checked before any part is unpacked.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from xnet.counts import counted

from . import limits as caps
from .alignment import Grid, align
from .cells import cell_text
from .limits import TableError
from .merged_cells import letters, merged_rows, note_formulas, note_hidden_rows, with_merged_cells
from .numbers import is_date, is_number
from .pasted_lists import turned
from .percent_cells import without_percent_units

_MACROS = "xl/vbaProject.bin"
_MOST_PARTS = 2000
#: The rows of a sheet, by the format.
MAX_SHEET_ROWS = 1_048_576


def is_workbook(data: bytes) -> bool:
    """Whether the file is a zip archive, as an .xlsx workbook is."""
    return data.startswith(b"PK\x03\x04")


def read_workbook(data: bytes, name: str, notes: list[str], sheet: str | None) -> tuple[Grid, tuple[str, ...], str]:
    """Read a sheet of an .xlsx workbook.

    Args:
        data: the content of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.
        sheet: the sheet's name; None for the first sheet that is not empty.

    Returns:
        The cells, the names of all sheets, and the name of the sheet that was read.

    Raises:
        TableError: the file is not such a workbook, holds macros or is too large; or the sheet is missing or empty.
    """
    _check_archive(data, name)
    import openpyxl  # a slow import that only workbooks need

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which are not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            titles = tuple(ws.title for ws in book.worksheets)
            if sheet is not None and sheet not in titles:
                raise TableError(f"{name} has no sheet {sheet!r}: its sheets are {', '.join(map(repr, titles[:20]))}.")
            seen = [ws.title for ws in book.worksheets if ws.sheet_state == "visible"]
            for title in _in_order(titles, seen) if sheet is None else (sheet,):
                durations = set[int]()
                wide, numbered = _sheet_rows(book[title], durations)
                numbered = with_merged_cells(numbered, merged_rows(data, book[title]), notes)
                if numbered:
                    break
            else:
                raise TableError(f"{name} is empty{'' if sheet is None else f' in the sheet {sheet!r}'}: give a sheet "
                                 "with names in the first row and numbers below.")
    except TableError:
        raise
    except Exception as error:
        raise TableError(f"{name} is a damaged Excel workbook ({type(error).__name__}): open it in a spreadsheet, save "
                         "it again as .xlsx, or save the sheet as CSV.") from error
    note_sheet(title, titles, seen, notes)
    if durations:
        columns = ", ".join(letters(k) for k in sorted(durations)[:6])
        notes.append(f"Durations became seconds (column {columns} of the sheet).")
    note_formulas(data, book[title], notes)
    caps.note_columns(wide, notes)
    left = _left(numbered)
    grid = aligned_sheet([(number, cells[left:]) for number, cells in numbered], name, notes)
    grid = without_percent_units(book[title], left, grid, notes)
    note_hidden_rows(data, book[title], set(grid.lines), notes)
    return grid, titles, title


def sheet_names(data: bytes) -> tuple[str, ...]:
    """The names of a workbook's sheets; empty if it cannot be opened."""
    import openpyxl

    try:
        _check_archive(data, "")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return _in_order([sheet.title for sheet in book.worksheets],
                         [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"])
    except Exception:  # noqa: BLE001 - reading the workbook has already reported the error
        return ()


def _in_order(titles: Sequence[str], seen: Sequence[str]) -> tuple[str, ...]:
    """The names of the sheets, hidden ones at the end."""
    return (*seen, *(title for title in titles if title not in seen))


def note_sheet(title: str, titles: Sequence[str], seen: Sequence[str], notes: list[str]) -> None:
    """Report which sheet of several was read, and whether it is hidden.

    Args:
        title: its name.
        titles: the names of all sheets.
        seen: the names of those that are not hidden.
        notes: sentences for the report are appended to it.
    """
    if len(titles) > 1 or title not in seen:
        notes.append(f"Read the sheet {title!r}{'' if title in seen else ', which is hidden'}; the workbook has "
                     f"{len(titles)}.")


def _check_archive(data: bytes, name: str) -> None:
    """Refuse files that are not plain workbooks, before any part is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise TableError(f"{name} is a damaged zip archive or Excel workbook, perhaps cut off: copy or download it "
                         "again.") from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" in names:
        raise TableError(f"{name} is a Word document: copy its table and paste it, or save the table as CSV.")
    if "xl/workbook.xml" not in names:
        raise TableError(f"{name} is a zip archive, not an .xlsx workbook: unpack it and give the table inside.")
    if _MACROS in names:
        raise TableError(f"{name} holds macros, which are programs: save the workbook as .xlsx without macros.")
    unpacked = sum(entry.file_size for entry in entries)  # zipfile never unpacks more than the stated size
    if unpacked > caps.MAX_UNPACKED or len(entries) > _MOST_PARTS:
        raise TableError(f"{name} unpacks to {unpacked / 2**20:,.0f} MB in {len(entries):,} parts, but at most "
                         f"{caps.MAX_UNPACKED // 2**20} MB in {_MOST_PARTS:,} parts can be read: keep fewer rows or "
                         "sheets.")


def _sheet_rows(sheet: Any, durations: set[int]) -> tuple[int, list[tuple[int, list[str]]]]:
    """The number of columns, and the non-empty rows with their numbers; columns beyond `MAX_COLUMNS` are cut off.

    The positions of columns that hold durations are added to `durations`.
    """
    sheet.reset_dimensions()  # the stated size of a sheet can be too small
    numbered: list[tuple[int, list[str]]] = []
    wide = room = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_SHEET_ROWS:  # openpyxl yields an empty row for every number that is left out
            raise TableError(f"The sheet has a row with a number above {MAX_SHEET_ROWS:,}, which no workbook has: "
                             "save it again as .xlsx, or save the sheet as CSV.")
        if not row:
            continue
        room += len(row)  # includes the empty cells before the last non-empty one
        if room > 2 * caps.MAX_CELLS:
            raise TableError("The sheet is very wide and almost empty: keep only the table's columns.")
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        wide = max(wide, end)
        cells = [cell_text(value) for value in row[:min(end, caps.MAX_COLUMNS)]]
        durations |= {k for k, value in enumerate(row) if isinstance(value, timedelta)}
        if any(cells):
            numbered.append((number, cells))
    return wide, numbered


def _left(numbered: list[tuple[int, list[str]]]) -> int:
    """The number of empty columns on the left."""
    return min((next(k for k, cell in enumerate(cells) if cell) for _, cells in numbered), default=0)


def _rows_of_one_cell(numbered: Sequence[tuple[int, list[str]]]) -> set[int]:
    """The positions of the rows whose other cells are empty; a title above the rows, or of a block of them, is none."""
    full = [k for k, (_, cells) in enumerate(numbered) if len(cells) > 1]
    alone = [k for k, (_, cells) in enumerate(numbered) if full and len(cells) == 1 and k > full[0]]
    many = len(numbered) // 4 < len(alone) < len(full)  # titles are few
    return {k for k in alone if many or is_number(numbered[k][1][0]) or is_date(numbered[k][1][0])}


def aligned_sheet(numbered: list[tuple[int, list[str]]], name: str, notes: list[str]) -> Grid:
    """The rows of a sheet, by number, as a grid; shorter rows are filled up with empty cells."""
    below = numbered[1:] or numbered
    # The width is that of nine tenths of the rows, so that a remark beside the table does not widen it.
    wide = sorted(len(cells) for _, cells in below)[(len(below) * 9) // 10]
    alone = _rows_of_one_cell(numbered)
    padded = [(number, cells + [""] * (wide - len(cells)) if len(cells) > 1 or k in alone else cells)
              for k, (number, cells) in enumerate(numbered)]
    columns = turned([cells for _, cells in padded], few=False)
    if columns is not None:
        notes.append(f"Each row holds one variable, so the table was turned into {counted(len(columns[0]), 'column')}.")
        padded = [*enumerate(columns, start=1)]
    grid = align(padded, name, notes)
    rows = grid.rows
    if not rows:
        raise TableError(f"{name} has a header line and no rows below it: add rows of numbers.")
    step = caps.row_step(len(rows), len(rows[0]))
    caps.note_rows(len(rows), step, notes)
    return grid._replace(rows=rows[::step], lines=grid.lines[::step])
