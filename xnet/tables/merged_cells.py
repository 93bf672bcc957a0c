"""What a sheet says beside its values: cells merged over several rows, formulas without values, hidden rows."""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from typing import Any

from xnet.counts import counted
from xnet.ways import ways

from .numbers import is_number
from .row_names import LINE, named_rows

_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_NO_VALUE = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"[^<>]*><f(?:/>|[^<>]*/>|[^<>]*>[^<>]*</f>)(?:<v\s*/>|<v></v>)?</c>')
_HIDDEN = re.compile(rb'<row\b[^<>]{0,300}?\br="(\d{1,7})"[^<>]{0,300}?\bhidden="(?:1|true)"')
#: Larger sheets, in bytes, are not looked at.
_LARGEST = 2**25
#: The most merged cells that are filled.
_MOST = 2000


def merged_rows(data: bytes, sheet: Any) -> list[tuple[int, int, int]]:
    """The column (from 0), the first and the last row (from 1) of each merged cell that spans several rows.

    Args:
        data: the workbook.
        sheet: its sheet, as openpyxl reads it row by row, which does not tell merged cells.
    """
    found = _MERGED.findall(_xml(data, sheet))[:_MOST]
    return [(_column(left), int(top), int(bottom)) for left, top, right, bottom in found
            if left == right and int(bottom) > int(top)]


def note_formulas(data: bytes, sheet: Any, notes: list[str]) -> None:
    """Report cells with formulas whose values the workbook does not store, as programs write them; they read as empty.

    Args:
        data: the workbook.
        sheet: its sheet, as openpyxl reads it.
        notes: a sentence for the report is appended to it.
    """
    found = [place.decode() for place in _NO_VALUE.findall(_xml(data, sheet))]
    if found:
        columns = ", ".join(dict.fromkeys(found[:10_000]))
        notes.append(f"{counted(len(found), 'cell')} in column {columns[:40]} hold{'s' * (len(found) == 1)} formulas "
                     "without values, because no spreadsheet has computed them: open the workbook in one, save it, and "
                     "give it again.")


def note_hidden_rows(data: bytes, sheet: Any, lines: Collection[int], notes: list[str]) -> None:
    """Report rows of the table that a filter or a person has hidden; they are read like all others.

    Args:
        data: the workbook.
        sheet: its sheet, as openpyxl reads it.
        lines: the numbers of the rows of the table.
        notes: a sentence for the report is appended to it.
    """
    found = [int(row) for row in _HIDDEN.findall(_xml(data, sheet)) if int(row) in lines]
    if found:
        shown, way = named_rows(LINE, found[:6], len(found)), ways("Data, Rows", f"--exclude 'line = {found[0]}'")
        notes.append(f"{counted(len(found), 'row')} of the sheet {'is' if len(found) == 1 else 'are'} hidden, by a "
                     f"filter or by hand, and count like the others: {shown}. If they do not belong to the table, "
                     f"exclude {'it' if len(found) == 1 else 'each'} {way}.")


def formulas_note(notes: Sequence[str]) -> str:
    """The sentence of `note_formulas` among the sentences of a report; "" without it."""
    return next((note for note in notes if " formulas without values" in note), "")


def letters(column: int) -> str:
    """The letters of a column in a spreadsheet, counted from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    while column >= 0:
        text, column = chr(65 + column % 26) + text, column // 26 - 1
    return text


def _xml(data: bytes, sheet: Any) -> bytes:
    """The XML of a sheet; empty if it is too large."""
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if path not in archive.namelist() or archive.getinfo(path).file_size > _LARGEST:
            return b""
        return archive.read(path)


def _column(name: bytes) -> int:
    place = 0
    for letter in name:
        place = 26 * place + letter - 64
    return place - 1


def with_merged_cells(numbered: list[tuple[int, list[str]]], merged: list[tuple[int, int, int]],
                      notes: list[str]) -> list[tuple[int, list[str]]]:
    """The rows of a sheet with the values of merged cells in each row of numbers that they span."""
    if not merged:
        return numbered
    rows = {number: list(cells) for number, cells in numbered}
    filled, numbers = 0, sorted(rows)
    for column, top, bottom in merged:
        spanned = numbers[bisect_left(numbers, top):bisect_right(numbers, bottom)]
        if len(spanned) < 2 or spanned[0] != top or len(rows[top]) <= column or not rows[top][column] or not all(
                any(map(is_number, (*rows[number][:column], *rows[number][column + 1:]))) for number in spanned):
            continue
        for number in spanned[1:]:
            rows[number] += [""] * (column + 1 - len(rows[number]))
            rows[number][column] = rows[number][column] or rows[top][column]
        filled += 1
    if filled:
        notes.append("A cell that is merged over several rows counts in each of them"
                     f"{f' ({filled:,} such cells)' if filled > 1 else ''}.")
    return [(number, rows[number]) for number, _ in numbered]
