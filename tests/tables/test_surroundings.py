"""What stands around a table or between its cells: results of a spreadsheet, merged years, single spaces."""

import json

import numpy as np
from openpyxl import Workbook

from tests.tables.variants import rows
from xnet.tables import read_table


def test_results_beside_a_table_take_neither_its_names_nor_its_first_row(tmp_path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Dose", "Response", None, None, "Slope", 9])
    for k in range(10):
        sheet.append([k, k * k, *([None, None, "R2", 0.95] if k == 0 else [])])
    book.save(tmp_path / "a.xlsx")
    text = "Dose,Response,,,Slope,9\n0,0,,,R2,0.95\n" + rows(lambda k: f"{k + 1},{(k + 1) ** 2},,,,", 9)
    for source in (tmp_path / "a.xlsx", text):
        table = read_table(source)
        assert list(table.frame.columns) == ["Dose", "Response"]
        assert table.frame.shape == (10, 2)
        assert "Left out beside the table, behind an empty column: Slope 9, R2 0.95." in table.report


def test_remarks_behind_an_empty_column_are_a_column() -> None:
    table = read_table("Dose,Response,,Comment\n" + rows(lambda k: f"{k},{k * k},,{'ok' if k == 3 else ''}"))
    assert len(table.frame) == 12
    assert table.frame["Comment"].tolist()[3] == "ok"


def test_years_in_merged_cells_stand_before_the_names_below(tmp_path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append([2019, None, 2020, None])
    sheet.append(["Jan", "Feb", "Jan", "Feb"])
    for k in range(12):
        sheet.append([k, k + 1, k * k, k * 3])
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:D1")
    book.save(tmp_path / "a.xlsx")
    assert list(read_table(tmp_path / "a.xlsx").frame.columns) == ["2019 Jan", "2019 Feb", "2020 Jan", "2020 Feb"]


def test_single_spaces_inside_cells_part_no_columns() -> None:
    table = read_table("name   x   y\n" + rows(lambda k: f"item number {k}   {k}   {k * k}"))
    assert list(table.frame.columns) == ["name", "x", "y"]
    assert table.frame["name"].tolist()[2] == "item number 2"


def test_numbers_of_a_fixed_width_that_touch_are_parted() -> None:
    frame = read_table(rows(lambda k: f"{k:8.3f}{-k * k - 100:8.3f}{-k * 1.5 - 100:8.3f}")).frame
    np.testing.assert_array_equal(frame["column_3"], -1.5 * np.arange(12) - 100)


def test_bold_numbers_of_markdown_are_numbers() -> None:
    frame = read_table("| t | v |\n|---|---|\n" + rows(lambda k: f"| {k} | **{k * 2}** |")).frame
    np.testing.assert_array_equal(frame["v"], 2.0 * np.arange(12))


def test_records_by_name_are_rows() -> None:
    table = read_table(json.dumps({f"r{k}": {"x": k, "y": k * k} for k in range(12)}))
    assert list(table.frame.columns) == ["row_name", "x", "y"]
    columns = read_table(json.dumps({"x": {str(k): k for k in range(12)}, "y": {str(k): k * k for k in range(12)}}))
    assert columns.frame.shape == (12, 2)
