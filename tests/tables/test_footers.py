"""Rows below the numbers that sum them up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tables.test_table_files import said, workbook
from xnet.tables.reading import read_table


@pytest.mark.parametrize("first", ["name", None])
def test_a_row_of_means_whose_formulas_were_never_computed_is_no_row_of_data(first: str | None) -> None:
    """A program that writes a formula stores no value beside it; a spreadsheet does when it saves the file."""
    data: list[tuple[Any, ...]] = [(first or "n", "x", "y")]
    data += [(f"s{k}" if first else k, k, 2 * k) for k in range(1, 13)]
    means = [("mean", "=AVERAGE(B2:B13)", "=AVERAGE(C2:C13)"), ("Std. dev.", None, "=STDEV(C2:C13)")]
    table = read_table(workbook([*data, *means]), "t.xlsx")
    assert len(table.frame) == 12
    assert table.frame["x"].tolist() == list(range(1, 13))
    assert said(table, "Left out at the end: 'mean' in line 14, 'Std. dev.' in line 15, without any value.")
    assert not said(table, "too few cells")
    whole = read_table(workbook([*data, ("Maxine", None, None)]), "t.xlsx")
    assert len(whole.frame) == (13 if first else 12), "a row of data with gaps stays; below numbers text is a remark"
