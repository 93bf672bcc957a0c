"""Workbooks with hidden sheets, formulas without values and years shown as dates; XML and HTML; parts of JSON."""

import io
from pathlib import Path

import openpyxl
import pytest

from xnet.tables import TableError, read_table

FOLDER = Path(__file__).parent / "files"


def _said(file: str) -> str:
    return " ".join(read_table(FOLDER / file).report)


def test_a_visible_sheet_is_read_before_a_hidden_one() -> None:
    table = read_table(FOLDER / "hidden_first.xlsx")
    assert list(table.frame.columns) == ["x", "y"]
    assert "which is hidden" in " ".join(read_table(FOLDER / "hidden_first.xlsx", sheet="Hidden").report)


def test_formulas_without_values_are_named() -> None:
    with pytest.raises(TableError, match="8 cells in column B hold formulas without values"):
        read_table(FOLDER / "formulas_nocache.xlsx")
    assert "8 cells in column C hold formulas without values" in _said("formulas_nocache2.xlsx")


def test_durations_years_shown_as_dates_and_labels_of_several_rows_are_said() -> None:
    assert "Durations became seconds (column B of the sheet)" in _said("dur.xlsx")
    assert read_table(FOLDER / "year_as_date.xlsx").frame["year"].tolist()[:2] == [2000, 2001]
    assert "the dates of 1905 are years" in _said("year_as_date.xlsx")
    assert "6 cells are empty below 2 labels" in _said("group_first_only.xlsx")


def test_days_of_1905_in_a_column_of_days_stay_dates() -> None:
    table = read_table("day,y\n" + "\n".join(f"1905-06-{k:02d},{k * k}" for k in range(1, 9)))
    assert table.frame["day"].tolist()[0] == "1905-06-01"


def test_spreadsheetml_and_cells_over_several_rows_of_html_are_read() -> None:
    table = read_table(FOLDER / "spreadsheetml.xml")
    assert table.frame["y"].tolist() == [1.5 * k for k in range(8)]
    assert read_table(FOLDER / "html_rowspan.html").frame["g"].tolist() == ["A"] * 4 + ["B"] * 4


def test_spreadsheetml_leaves_out_empty_cells() -> None:
    rows = "".join(f'<Row><Cell><Data>{k}</Data></Cell><Cell ss:Index="3"><Data>{k * k}</Data></Cell></Row>'
                   for k in range(6))
    head = "".join(f"<Cell><Data>{name}</Data></Cell>" for name in "abc")
    table = read_table(f'<?xml version="1.0"?><Workbook><Table><Row>{head}</Row>{rows}</Table></Workbook>')
    assert table.frame["c"].tolist() == [0, 1, 4, 9, 16, 25]


@pytest.mark.parametrize(("cell", "value", "words"), [
    ("1.5<sup>2</sup>", 1.5, "marks behind numbers"), ("1.5<sup>a</sup>", 1.5, "marks behind numbers"),
    ("1.5×10<sup>-2</sup>", 0.015, "exponents such as"), ("1.5<sup>[3]</sup>", 1.5, "marks behind numbers")])
def test_a_raised_mark_in_html_is_no_digit(cell: str, value: float, words: str) -> None:
    rows = "".join(f"<tr><td>{k}</td><td>{cell}</td></tr>" for k in range(6))
    table = read_table(f"<table><tr><th>x</th><th>y</th></tr>{rows}</table>")
    assert table.frame["y"].tolist() == [value] * 6
    assert words in " ".join(table.report)
    assert not table.units


def test_a_file_that_describes_the_table_of_an_archive_is_no_table() -> None:
    assert len(read_table(FOLDER / "readme.zip").frame) == 8


@pytest.mark.parametrize(("file", "names", "part"), [
    ("json_nested.json", ["x", "y"], "'result.records'"), ("json_chart.json", ["time", "temperature_2m"], "'hourly'"),
    ("json_plotly.json", ["x", "y"], "'data.0'"), ("json_chartjs.json", ["labels", "y"], "'datasets'"),
    ("json_highcharts.json", ["column_1", "column_2"], "'series.0.data'")])
def test_the_table_inside_a_json_object_is_read(file: str, names: list[str], part: str) -> None:
    table = read_table(FOLDER / file)
    assert list(table.frame.columns) == names
    assert len(table.frame) == 5
    assert f"Read the part {part} of the JSON" in " ".join(table.report)


def test_coordinates_become_columns_and_a_broken_line_is_named() -> None:
    assert read_table(FOLDER / "usgs_eq.json").frame["geometry_coordinates_3"].tolist()[:2] == [10, 11]
    with pytest.raises(TableError, match="syntax error in line 5"):
        read_table(FOLDER / "jsonl_broken.jsonl")


@pytest.mark.parametrize("first", ["{}", "S{:03d}"])
def test_rows_of_a_workbook_whose_other_cells_are_empty_are_rows(first: str) -> None:
    """A sheet of dates and values with gaps in a third of the rows was refused: not an even table."""
    book = openpyxl.Workbook()
    book.active.append(["Lake report"])
    book.active.append(["sample", "depth", "chlorophyll"])
    for k in range(40):
        name = first.format(k)
        book.active.append([int(name) if name.isdigit() else name, *([] if k % 3 == 1 else [k, 1.7 * k])])
    file = io.BytesIO()
    book.save(file)
    table = read_table(file.getvalue(), "lake.xlsx")
    assert list(table.frame.columns) == ["sample", "depth", "chlorophyll"]
    assert len(table.frame) == 40
    assert table.frame["chlorophyll"].isna().sum() == 13
