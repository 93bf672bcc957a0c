"""Cells of a workbook that are merged over several rows, such as a group beside the rows that belong to it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from .numbers import is_number

_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
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
    path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if path not in archive.namelist() or archive.getinfo(path).file_size > _LARGEST:
            return []
        found = _MERGED.findall(archive.read(path))[:_MOST]
    return [(_column(left), int(top), int(bottom)) for left, top, right, bottom in found
            if left == right and int(bottom) > int(top)]


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place - 1


def with_merged_cells(numbered: list[tuple[int, list[str]]], merged: list[tuple[int, int, int]],
                      notes: list[str]) -> list[tuple[int, list[str]]]:
    """The rows of a sheet with the values of merged cells in each row of numbers that they span."""
    if not merged:
        return numbered
    rows = {number: list(cells) for number, cells in numbered}
    filled = 0
    for column, top, bottom in merged:
        spanned = [number for number in range(top, min(bottom, top + 10**5) + 1) if number in rows]
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
