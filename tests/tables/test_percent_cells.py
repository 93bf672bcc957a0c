"""Cells of a workbook that are shown as percentages."""

from __future__ import annotations

import io

import openpyxl
import pytest

from xnet.tables.reading import read_table


@pytest.mark.parametrize(("name", "shown"), [
    ("Margin (%)", "Margin"), ("Margin in %", "Margin"), ("Margin %", "Margin"), ("Margin", "Margin")])
def test_cells_shown_as_percentages_are_fractions_without_the_unit(name: str, shown: str) -> None:
    """The cell that shows 12 % holds 0.12, which had the unit %: an error of 0.01 was reported as 0.01 %."""
    book = openpyxl.Workbook()
    book.active.append([None, "cost", name, "share (%)"])
    for k in range(20):
        book.active.append([None, k * 7 % 20, 0.01 * (k + 12), k + 0.5])
        book.active.cell(k + 2, 3).number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    table = read_table(stream.getvalue(), "t.xlsx")
    assert list(table.frame.columns) == ["cost", shown, "share (%)"]
    assert table.frame[shown][0] == pytest.approx(0.12)
    assert dict(table.units) == {"share (%)": "%"}
    assert f"{shown!r}: shown as percentages in the sheet; 5 % is the number 0.05." in table.report
