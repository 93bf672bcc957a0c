"""Workbooks with merged cells or variables in rows, JSON and NumPy files of columns, and files that are no tables."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.tables.test_table_files import workbook
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

X, Y = list(range(12)), [k * k for k in range(12)]


def test_variables_in_the_rows_of_a_workbook_are_turned() -> None:
    """The same table as text was turned; as a workbook it had two rows and thirteen columns."""
    table = read_table(workbook([("Try 1",), ("x", *X), ("y", *Y)]), "t.xlsx")
    assert table.frame.to_dict("list") == {"x": X, "y": Y}
    assert any("Each row holds one variable" in sentence for sentence in table.report)


def merged(*refs: str) -> bytes:
    """A workbook with cells that are merged."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in [("run", "speed", None), (None, "x", "y"), *(("A" if k == 0 else "B" if k == 5 else None, k, k * k)
                                                          for k in X)]:
        sheet.append(row)
    for ref in refs:
        sheet.merge_cells(ref)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_cell_that_is_merged_over_rows_counts_in_each() -> None:
    table = read_table(merged("A1:A2", "B1:C1", "A3:A7", "A8:A14"), "t.xlsx")
    assert list(table.frame.columns) == ["run", "speed x", "speed y"]
    assert table.frame["run"].tolist() == ["A"] * 5 + ["B"] * 7
    assert any("merged over several rows counts in each of them (2 such cells)" in s for s in table.report)


def test_empty_cells_below_a_label_stay_empty() -> None:
    assert read_table(merged("A1:A2", "B1:C1"), "t.xlsx").frame["run"].tolist().count("") == 10


@pytest.mark.parametrize("tree", [
    {"data": {"x": X, "y": Y}}, {"data": [{"x": X, "y": Y, "type": "scatter"}], "layout": "none"},
    {"columns": ["x", "y"], "values": [list(pair) for pair in zip(X, Y, strict=True)]},
    {"fields": [{"name": "x"}, {"name": "y"}], "rows": [list(pair) for pair in zip(X, Y, strict=True)]}],
    ids=["columns inside", "a plot", "names and values", "fields and rows"])
def test_columns_and_names_inside_json_are_found(tree: Any) -> None:
    """Names beside "values" were lost, and columns inside another object were no table."""
    tree = {"data": tree["data"]} if "layout" in tree else tree
    assert read_table(json.dumps(tree), "t.json").frame.to_dict("list") == {"x": X, "y": Y}


def test_arrays_of_one_length_are_columns() -> None:
    file = io.BytesIO()
    np.savez(file, x=np.array(X), y=np.array(Y, dtype=float))
    assert read_table(file.getvalue(), "t.npz").frame.to_dict("list") == {"x": X, "y": Y}


def test_arrays_of_several_lengths_are_no_table() -> None:
    file = io.BytesIO()
    np.savez(file, x=np.array(X), y=np.array(Y[:5]))
    with pytest.raises(TableError, match="2 tables"):
        read_table(file.getvalue(), "t.npz")


@pytest.mark.parametrize(("data", "what"), [
    (b"MATLAB 5.0 MAT-file, Platform: GLNXA64", "a file of MATLAB"), (b"\x89HDF\r\n\x1a\n", "a file of HDF5"),
    (b"RDX3\nX\n", "a file of R"), (b"\x80\x04\x95\x10", "a pickle of Python"), (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"SQLite format 3\x00", "a database of SQLite")])
def test_other_files_are_refused_by_their_program(data: bytes, what: str) -> None:
    with pytest.raises(TableError, match=f"is {what}.*, which cannot be read here"):
        read_table(data + b"\x00" * 50, "t.bin")
