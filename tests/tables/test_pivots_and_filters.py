"""Pivot tables, years below groups of columns, subtotals, and rows that a filter of a spreadsheet has hidden."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.tables.test_table_files import said, workbook
from xnet.tables.reading import read_table

ROWS = [("East", 10, 12, 14), ("West", 20, 22, 23), ("North", 5, 7, 8), ("South", 6, 7, 9)]


@pytest.mark.parametrize(("above", "line", "names"), [
    (("Sum of Sales", "Column Labels"), ("Row Labels", 2020, 2021, 2022), ["Row Labels", "2020", "2021", "2022"]),
    ((None, "Population"), ("Country", 1990, 1991, 1992), ["Country", "1990", "1991", "1992"]),
    ((None, "People", None, "GDP"), ("Land", 1990, 1991, 1991), ["Land", "People 1990", "People 1991", "GDP 1991"])])
def test_years_below_a_line_with_gaps_are_names(above: tuple[Any, ...], line: tuple[Any, ...],
                                                names: list[str]) -> None:
    """They were a row of data, below names that belong to groups of columns."""
    table = read_table(workbook([above, line, *ROWS]), "t.xlsx")
    assert list(table.frame.columns) == names
    assert table.frame.iloc[:, 1].tolist() == [10, 20, 5, 6]


def test_numbers_beside_a_grand_total_are_names() -> None:
    rows = [(*row, sum(row[1:])) for row in ROWS]
    table = read_table(workbook([("Sum of Sales", "Column Labels"), ("Row Labels", 1, 2, 3, "Grand Total"), *rows,
                                 ("Grand Total", 41, 48, 54, 143)]), "t.xlsx")
    assert list(table.frame.columns) == ["Row Labels", "1", "2", "3", "Grand Total"]
    assert len(table.frame) == 4


@pytest.mark.parametrize("header", ["name,born,", "name,,"])
def test_years_in_all_rows_are_data(header: str) -> None:
    table = read_table(f"{header}\nbob,1990,1995\namy,1980,1999\njim,1970,1988\n")
    assert table.frame.iloc[:, 1].tolist() == [1990, 1980, 1970]


def test_subtotals_of_two_rows_each_are_named() -> None:
    table = read_table("region,units,y\nN,10,25\nM,12,30\nSubtotal,22,55\nS,20,47\nT,14,33\nSubtotal,34,80\nU,3,4\n")
    assert said(table, "'Subtotal' in line 4, 'Subtotal' in line 7 may be the sum of other rows")


def test_rows_that_a_filter_has_hidden_are_read_and_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("x", "y"), *((k, k * k) for k in range(1, 8))):
        sheet.append(row)
    for number in (3, 6):
        sheet.row_dimensions[number].hidden = True
    file = io.BytesIO()
    book.save(file)
    table = read_table(file.getvalue(), "t.xlsx")
    assert len(table.frame) == 7
    assert said(table, "2 rows of the sheet are hidden, by a filter or by hand, and count like the others: lines 3 and "
                       "6. If they do not belong to the table, exclude each")
    assert not said(read_table(workbook([("x", "y"), *((k, k * k) for k in range(1, 8))]), "t.xlsx"), "hidden")


def test_a_comma_behind_each_row_is_no_other_delimiter() -> None:
    table = read_table("year,T,p\n2019,21.5,101.3,\n2020,22.5,101.1,\n2021,23.1,100.9,\n")
    assert said(table, "Dropped an empty last column")
    assert not said(table, "in another way")
