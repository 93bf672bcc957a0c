"""Letters behind numbers that are marks, magnitudes or directions; two errors; ranges; tables side by side; HTML."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tables.test_cases import CASES
from tests.tables.test_reading import column, said
from tests.tables.variants import NAN, rows
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


@pytest.mark.parametrize(("cell", "other", "numbers", "words"), [
    ("0.05 U", "0.7", [NAN, 0.7], "limits"), ("0.5 J", "0.7", [0.5, 0.7], "marks behind numbers"),
    ("12.5 A", "12.7 P", [12.5, 12.7], "marks behind numbers"), ("1.5K", "2.5M", [1500, 2.5e6], "thousands"),
    ("1.5 lakh", "2 crore", [1.5e5, 2e7], "thousands"), ("$1.5M", "$2M", [1.5e6, 2e6], "thousands"),
    ("48.5 N", "12.25 S", [48.5, -12.25], "S and W"), ("11.5 W", "12 E", [-11.5, 12], "S and W"),
])
def test_letters_behind_numbers_are_read_by_the_whole_column(cell: str, other: str, numbers: list[float],
                                                             words: str) -> None:
    table = read_table("m,p\n" + rows(lambda k: f"{k},{other if k % 2 else cell}"))
    np.testing.assert_allclose(column(table, "p")[:2], numbers, rtol=1e-15)
    assert said(table, "'p'", words)
    assert table.units.get("p", "deg") == "deg"


@pytest.mark.parametrize("cell", ["2.5 +0.1/-0.2", "2.5 +0.1 -0.2", "2.5 (+0.1, -0.2)", "$2.5^{+0.1}_{-0.2}$"])
def test_of_two_errors_the_mean_is_taken_and_said(cell: str) -> None:
    table = read_table("m;p\n" + rows(lambda k: f"{k};{cell}"))
    np.testing.assert_allclose(column(table, "p error")[:2], [0.15, 0.15])
    assert said(table, "'p'", "the mean was taken")


def test_one_unit_in_every_cell_stays_a_unit() -> None:
    table = read_table("m,p\n" + rows(lambda k: f"{k},{k}.5 K"))
    assert table.units == {"p": "K"}


@pytest.mark.parametrize("cell", ["0-5", "1 – 2", "3 to 7", "2.5..3.5"])
def test_ranges_are_named_with_line_and_cell(cell: str) -> None:
    with pytest.raises(TableError, match=r"'p' holds numbers but is text: in line 2, '.*' is a range of two numbers"):
        read_table("m;p\n" + rows(lambda k: f"{k};{cell}"))


@pytest.mark.parametrize("sentinel", ["-9999", "-99.99", "9999", "-1e30", "-99", "999.9", "1e20", "-32768", "6999",
                                      "-9.99E+02", "-888"])
def test_codes_for_missing_values_are_named(sentinel: str) -> None:
    table = read_table("m,p\n" + rows(lambda k: f"{k},{sentinel if k in (2, 5) else round(k * 0.37, 2)}"))
    assert table.sentinels == {"p": (float(sentinel),)}


def test_case_13_utf_16_without_a_mark() -> None:
    table = read_table(CASES / "13.csv")
    assert table.frame.shape == (20, 2)
    assert column(table, "b")[:4] == [0, 1, 4, 9]
    assert said(table, "UTF-16 without a byte order mark")


def test_case_55_two_tables_side_by_side_are_refused_with_what_to_do() -> None:
    with pytest.raises(TableError, match=r"two tables side by side.*x, y \(30 rows\) and t, v \(20 rows\)\. Give"):
        read_table(CASES / "55.xlsx")
    with pytest.raises(TableError, match="side by side"):
        read_table("x,y,,t,v\n" + rows(lambda k: f"{k},{k},,{k},{k}" if k < 8 else f",,,{k},{k}"))
    same = read_table("x,y,,t,v\n" + rows(lambda k: f"{k},{k * k},,{k},{k + 1}"))
    assert same.numeric_columns == ("x", "y", "t", "v")


def test_two_tables_of_other_names_below_each_other_are_refused() -> None:
    text = "x,y\n" + rows(lambda k: f"{k},{k}", 6) + "\n\nt,v,w\n" + rows(lambda k: f"{k},{k},5", 6)
    with pytest.raises(TableError, match=r"several tables.*t, v, w begins in line 9"):
        read_table(text)


def test_titles_between_blocks_are_left_out_and_said() -> None:
    table = read_table("Run A\n" + rows(lambda k: f"{k},{k * 2}", 6) + "\nRun B\n" + rows(lambda k: f"{k},{k * 3}", 6))
    assert table.frame.shape == (12, 2)
    assert said(table, "'Run B' in line 8", "a file of its own")


PAGE = """<html><head><style>td {color: red}</style></head><body><table><tr><td>menu</td></tr></table>
<table><thead><tr><th rowspan="2">t</th><th colspan="2">Sensor</th></tr><tr><th>a</th><th>b</th></tr></thead>
""" + rows(lambda k: f"<tr><td>{k}<td>{k * 2}&nbsp;</td><td><b>{k}</b>,5</td></tr>") + "</table></body></html>"


@pytest.mark.parametrize("text", [PAGE, PAGE.encode("utf-16"), "<!DOCTYPE html>" + PAGE, PAGE.replace("\n", "")])
def test_html_from_the_clipboard_or_an_export_is_read(text: str | bytes) -> None:
    table = read_table(text, "t.xls")
    assert list(table.frame.columns) == ["t", "Sensor a", "Sensor b"]
    assert column(table, "Sensor b")[:2] == [0.5, 1.5]
    assert said(table, "HTML")


def test_html_without_a_table_and_broken_html_are_refused() -> None:
    with pytest.raises(TableError, match="web page"):
        read_table("<html><body><p>1,2</p></body></html>", "t")
    with pytest.raises(TableError):
        read_table("<table>" + "<tr><td colspan='999999999'>" * 2000, "t")
