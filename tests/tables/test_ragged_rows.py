"""Rows that end before the last columns, where a spreadsheet or a logger leaves out empty cells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tables.test_table_files import workbook
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


@pytest.mark.parametrize("title", [[], [("Enzyme batch 12",), ()]], ids=["bare", "titled"])
def test_rows_that_end_before_a_remark_are_all_kept(title: list[tuple[Any, ...]]) -> None:
    """One remark in the middle: the rows above it end before its column, and were taken for lines above the table."""
    rows = [*title, ("sample", "a", "b", "c", "remark"), *((f"E{k}", k + 0.5, k + 0.25, 3.0 * k) for k in range(1, 30))]
    rows[18] = (*rows[18], "bubble")
    text = "\n".join(",".join(map(str, row)) for row in rows)
    for table in (read_table(workbook(rows), "t.xlsx"), read_table(text.encode(), "t.csv")):
        assert table.frame["a"].tolist() == [k + 0.5 for k in range(1, 30)]
        assert [cell for cell in table.frame["remark"] if cell] == ["bubble"]


def test_rows_of_several_lengths_are_kept_where_the_names_are_the_longest_row() -> None:
    ends = ["", ",ok", ",ok,bubble"]
    text = "a,b,c,state,remark\n" + "".join(f"{k},{k + 1},{k + 2}{ends[1 if k == 0 else 2 * (k == 9)]}\n"
                                           for k in range(20))
    table = read_table(text, "t.csv")
    assert table.frame["a"].tolist() == list(range(20))
    assert table.frame["state"].tolist() == ["ok" if k in (0, 9) else "" for k in range(20)]


@pytest.mark.parametrize("text", [
    "x,y\n" + "".join(f"{k},{k * k}\n" if k < 10 else f"{k};{k * k}\n" for k in range(20)),
    "x\ty\n" + "".join(f"{k}\t{k * k}\n" if k < 18 else f"{k},{k * k}\n" for k in range(20))],
    ids=["semicolons", "commas"])
def test_lines_with_another_delimiter_are_refused(text: str) -> None:
    """Ten such lines were left out as lines without numbers, and 18,324 was one number with a decimal comma."""
    with pytest.raises(TableError, match=r"has two delimiters: line (12|20), '1[08][;,]\d+', holds 2 numbers in one"):
        read_table(text, "t.csv")


def test_a_line_that_is_cut_off_behind_a_decimal_comma_is_short() -> None:
    table = read_table("x\ty\n" + "".join(f"{k},5\t{k * k},25\n" for k in range(12)) + "12,5\n", "t.txt")
    assert table.frame["x"].tolist()[-1] == 12.5


def test_names_without_the_delimiters_at_the_ends_of_the_rows_are_kept() -> None:
    """Two commas behind every row, and the names were skipped as a line above the numbers."""
    table = read_table("x,y\n" + "".join(f"{k},{k * k},,\n" for k in range(12)), "t.csv")
    assert list(table.frame.columns) == ["x", "y"]
    assert len(table.frame) == 12
