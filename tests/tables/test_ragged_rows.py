"""Rows that end before the last columns, where a spreadsheet or a logger leaves out empty cells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tables.test_table_files import workbook
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
