"""Columns of a workbook whose cells are shown as percentages: the cell that shows 5 % holds the number 0.05."""

from __future__ import annotations

import re
from typing import Any

from .alignment import Grid
from .cells import cell_text

_UNIT = re.compile(r"\s*(?:[(\[]\s*(?:in\s+)?%\s*[)\]]|(?:\bin\s+)?%)$")


def without_percent_units(sheet: Any, left: int, grid: Grid, notes: list[str]) -> Grid:
    """The grid without the unit % of such columns, whose numbers are fractions as in the sheet's own formulas.

    Args:
        sheet: as openpyxl reads it.
        left: the empty columns on the left of the sheet.
        grid: its cells.
        notes: a sentence for the report is appended to it.
    """
    if not grid.lines or not grid.rows:
        return grid
    line = grid.lines[0]
    cells = next(iter(sheet.iter_rows(min_row=line, max_row=line)), ())[left:]
    shown = [k for k, (cell, text) in enumerate(zip(cells, grid.rows[0], strict=False))
             if str(getattr(cell, "number_format", "")).endswith("%") and text and cell_text(cell.value) == text]
    if not shown:
        return grid
    header = [_UNIT.sub("", name) or name if k in shown else name for k, name in enumerate(grid.header)]
    names = ", ".join(repr(header[k]) for k in shown if k < len(header)) or f"{len(shown)} columns"
    notes.append(f"{names}: shown as percentages in the sheet; 5 % is the number 0.05.")
    return grid._replace(header=header, units={k: unit for k, unit in grid.units.items()
                                               if k not in shown or unit != "%"})
