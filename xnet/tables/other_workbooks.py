"""Workbooks that are not .xlsx: old Excel (.xls), binary Excel (.xlsb) and OpenDocument (.ods), read by calamine.

Calamine reads cell values only: it runs no macro and evaluates no formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from . import limits as caps
from .alignment import Grid
from .cells import cell_text
from .limits import TableError

_OLE = b"\xd0\xcf\x11\xe0"
_MOST_PARTS = 2000
#: Rows and cells of OpenDocument, which may be repeated, and the ends of rows.
_ODS_ELEMENT = re.compile(rb"</table:table-row>|<table:(table-row|table-cell|covered-table-cell)\b([^>]*)>")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated=[\"'](\d{1,12})")


def is_other_workbook(data: bytes) -> bool:
    """Whether the file is such a workbook."""
    if data.startswith(_OLE):
        return True
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool({"content.xml", "xl/workbook.bin"} & set(archive.namelist()))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return False


def read_other_workbook(data: bytes, name: str, notes: list[str],
                        sheet: str | None) -> tuple[Grid, tuple[str, ...], str]:
    """Read a sheet; arguments and results are those of `workbooks.read_workbook`.

    Raises:
        TableError: the file is damaged, has a password or is too large; or the sheet is missing or empty.
    """
    from .workbooks import aligned_sheet, note_sheet

    book = _open(data, name)
    titles = tuple(book.sheet_names)
    if sheet is not None and sheet not in titles:
        raise TableError(f"{name} has no sheet {sheet!r}: its sheets are {', '.join(map(repr, titles[:20]))}.")
    seen = _visible(book)
    for title in (*seen, *(t for t in titles if t not in seen)) if sheet is None else (sheet,):
        numbered = _rows(book, title, name)
        if numbered:
            break
    else:
        raise TableError(f"{name} is empty{'' if sheet is None else f' in the sheet {sheet!r}'}: give a sheet with "
                         "names in the first row and numbers below.")
    note_sheet(title, titles, seen, notes)
    caps.note_columns(max(len(cells) for _, cells in numbered), notes)
    cut = [(number, cells[:caps.MAX_COLUMNS]) for number, cells in numbered]
    return aligned_sheet(cut, name, notes), titles, title


def other_sheet_names(data: bytes) -> tuple[str, ...]:
    """The names of the sheets; empty if the workbook cannot be opened."""
    try:
        book = _open(data, "")
        seen = _visible(book)
        return (*seen, *(title for title in book.sheet_names if title not in seen))
    except TableError:
        return ()


def _visible(book: Any) -> tuple[str, ...]:
    """The names of the sheets that are not hidden."""
    return tuple(sheet.name for sheet in book.sheets_metadata if str(sheet.visible).endswith("Visible"))


def _open(data: bytes, name: str) -> Any:
    """The workbook; what it unpacks to is checked before."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # only these formats need it

    if not data.startswith(_OLE):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        if sum(e.file_size for e in entries) > caps.MAX_UNPACKED or len(entries) > _MOST_PARTS:
            raise TableError(f"{name} unpacks to more than {caps.MAX_UNPACKED // 2**20} MB: keep fewer rows or sheets.")
        _check_repeats(data, name)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise TableError(f"{name} has a password: save it without one, or save the sheet as CSV.") from error
    except (CalamineError, ValueError, OSError) as error:
        raise TableError(f"{name} is a damaged or password-protected workbook: open it in a spreadsheet and save it as "
                         ".xlsx, or save the sheet as CSV.") from error


def _check_repeats(data: bytes, name: str) -> None:
    """Refuse a sheet of OpenDocument whose repeated rows and cells are more cells than a table may have.

    A few bytes can repeat a cell a billion times, and calamine writes them all out. Empty rows and cells are not
    counted: every sheet ends with a million of them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml") if "content.xml" in archive.namelist() else b""
    total = cells = 0
    rows = 1
    for element in _ODS_ELEMENT.finditer(content):
        kind, attributes = element[1], element[2] or b""
        found = _REPEATED.search(attributes)
        times = int(found[1]) if found else 1
        if kind == b"table-row":
            rows, cells = times, 0
        elif kind is not None and not attributes.endswith(b"/"):
            cells += times
        elif kind is None:
            total += rows * cells
        if total + rows * cells > 5 * caps.MAX_CELLS:
            raise TableError(f"{name} repeats a cell so often that the sheet has more than {5 * caps.MAX_CELLS:,} "
                             "cells: keep only the table's cells.")


def _rows(book: Any, title: str, name: str) -> list[tuple[int, list[str]]]:
    """The non-empty rows of a sheet with their numbers, from the first column that is not empty."""
    try:
        sheet = book.get_sheet_by_name(title)
        if sheet.height * sheet.width > 5 * caps.MAX_CELLS:
            raise TableError("The sheet is very wide or long and almost empty: keep only the table's cells.")
        rows = sheet.to_python(skip_empty_area=True)
        first = (sheet.start or (0, 0))[0] + 1
    except TableError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":  # of Rust, no Exception
            raise
        raise TableError(f"{name} is a damaged workbook ({type(error).__name__}): save it as .xlsx or "
                         "as CSV.") from error
    numbered = []
    for number, row in enumerate(rows, start=first):
        cells = [cell_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            numbered.append((number, cells))
    return numbered
