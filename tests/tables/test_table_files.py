"""Workbooks, Parquet files and JSON: read as well as text is, and what is broken or too much gets one sentence."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xnet.tables import limits
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table
from xnet.tables.table import Table

ROWS = [("x", "y", "when", "label"), (1, 2.5, datetime.datetime(2020, 1, 31), "a"),
        (2, None, datetime.datetime(2020, 2, 29, 12), "b"), (3, 1.234, None, "a"), (4, 1e-300, None, "b")]


def workbook(*sheets: list[tuple[Any, ...]], first: str = "A1") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for k, rows in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {k}")
        corner = sheet[first]
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.cell(corner.row + i, corner.column + j, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet(frame: pd.DataFrame, **options: Any) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, **options)
    return buffer.getvalue()


def changed(archive: bytes, add: dict[str, bytes] | None = None, drop: str = "") -> bytes:
    """A zip archive with entries added and one left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != drop:
                new.writestr(entry, old.read(entry))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def said(table: Table, *words: str) -> bool:
    return any(all(word in sentence for word in words) for sentence in table.report)


@pytest.mark.parametrize("first", ["A1", "C4"])
def test_a_workbook_is_read_wherever_its_table_stands(first):
    table = read_table(workbook(ROWS, first=first), "t.xlsx")
    assert list(table.frame.columns) == ["x", "y", "when", "label"]
    assert table.frame["x"].tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(table.frame["y"], [2.5, np.nan, 1.234, 1e-300])
    assert table.frame["when"].tolist() == ["2020-01-31", "2020-02-29 12:00:00", "", ""]
    assert said(table, "Dates", "'when'")
    assert said(table, "'y'", "one cell is missing")


def test_a_title_above_the_table_and_a_remark_beside_it_are_no_part_of_it():
    rows = [("Measured in May",), (), *ROWS[:1], *ROWS[1:] * 4]
    rows[5] = (*rows[5], None, "looks odd")
    table = read_table(workbook(rows), "t.xlsx")
    assert list(table.frame.columns) == ["x", "y", "when", "label"]
    assert len(table.frame) == 15
    assert said(table, "Skipped 1 line")
    assert said(table, "too many cells", "line 6")


def test_numbers_of_a_workbook_are_never_taken_for_other_numbers():
    """Beside text with decimal commas, 1.234 could be read as one thousand."""
    rows = [("typed", "number"), *[(f"{k},5", 1.234 + k) for k in range(1, 9)]]
    table = read_table(workbook(rows), "t.xlsx")
    np.testing.assert_array_equal(table.frame["number"], [1.234 + k for k in range(1, 9)])
    np.testing.assert_array_equal(table.frame["typed"], [k + 0.5 for k in range(1, 9)])


def test_the_sheet_is_chosen_by_name_and_else_the_first_that_holds_something():
    data = workbook([], ROWS, [("p", "q"), (1, 2), (3, 4)])
    table = read_table(data, "t.xlsx")
    assert (table.sheets, table.sheet) == (("sheet 0", "sheet 1", "sheet 2"), "sheet 1")
    assert said(table, "'sheet 1'", "has 3")
    assert list(read_table(data, "t.xlsx", sheet="sheet 2").frame.columns) == ["p", "q"]
    with pytest.raises(TableError, match=r"no sheet 'x': its sheets are 'sheet 0', 'sheet 1', 'sheet 2'\."):
        read_table(data, "t.xlsx", sheet="x")
    with pytest.raises(TableError, match="empty in the sheet 'sheet 0'"):
        read_table(data, "t.xlsx", sheet="sheet 0")
    with pytest.raises(TableError, match="not an Excel workbook, so it has no sheet"):
        read_table("a,b\n1,2\n", "t.csv", sheet="x")


def test_a_page_of_notes_before_the_table_is_passed_over():
    notes, table = [("about", "this file"), ("made", "by me")], [("x", "y"), (1, 2), (3, 4)]
    read = read_table(workbook(notes, table), "t.xlsx")
    assert (read.sheet, list(read.frame.columns)) == ("sheet 1", ["x", "y"])
    assert said(read, "'sheet 1'", "has 2")
    with pytest.raises(TableError, match="no column holds numbers"):
        read_table(workbook(notes, notes), "t.xlsx")
    with pytest.raises(TableError, match="no column holds numbers"):
        read_table(workbook(notes, table), "t.xlsx", sheet="sheet 0")


def test_a_wide_sheet_is_cut_off_and_a_far_cell_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(limits, "MAX_COLUMNS", 20)
    table = read_table(workbook([tuple(f"c{k}" for k in range(25)), tuple(range(25)), tuple(range(25))]), "t.xlsx")
    assert table.frame.shape == (2, 20)
    assert said(table, "25 columns; the first 20 were kept")
    monkeypatch.setattr(limits, "MAX_CELLS", 10_000)
    with pytest.raises(TableError, match="very wide"):
        read_table(workbook([("a", "b")] + [(k, k) + (None,) * 16_000 + (1,) for k in range(4)]), "t.xlsx")


GOOD = workbook(ROWS)
SHEET = "xl/worksheets/sheet1.xml"
#: A kilobyte that stands for 50**8 times itself.
ENTITIES = (b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "' + b"a" * 1000 + b'">'
            + b"".join(b'<!ENTITY a%d "%s">' % (k, b"&a%s;" % (b"%d" % (k - 1) if k else b"") * 50) for k in range(8))
            + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            b'<c r="A1" t="inlineStr"><is><t>&a7;</t></is></c></row></sheetData></worksheet>')
BAD_WORKBOOKS = {
    "cut off": (GOOD[:-200], "damaged zip archive or Excel workbook"),
    "cut off early": (GOOD[:50], "damaged zip archive or Excel workbook"),
    "no sheet inside": (changed(GOOD, drop="xl/worksheets/sheet1.xml"), "is empty"),
    "broken XML": (changed(GOOD, {"xl/worksheets/sheet1.xml": b"<worksheet><a"}, "xl/worksheets/sheet1.xml"),
                   "damaged Excel workbook"),
    "macros": (changed(GOOD, {"xl/vbaProject.bin": b"x"}), "holds macros"),
    "binary": (changed(GOOD, {"xl/workbook.bin": b"x"}, "xl/workbook.xml"), "is empty: give a sheet"),
    "open document": (changed(GOOD, {"content.xml": b"x"}, "xl/workbook.xml"), "is empty: give a sheet"),
    "bomb": (changed(GOOD, {"xl/media/a": bytes(limits.MAX_UNPACKED)}), "unpacks to 100 MB"),
    "many parts": (changed(GOOD, {f"x/{k}": b"" for k in range(2001)}), "parts, but at most"),
    "empty": (workbook([]), "is empty"),
    "a name and nothing else": (workbook([("a", "b")]), "no rows below|first line holds data|needs at least"),
    "one column": (workbook([("a",), (1,), (2,)]), "needs at least two|one column"),
    "entities": (changed(GOOD, {SHEET: ENTITIES}, SHEET), "damaged Excel workbook"),
}


@pytest.mark.parametrize("case", BAD_WORKBOOKS)
def test_a_bad_workbook_gets_one_sentence(case):
    data, message = BAD_WORKBOOKS[case]
    refused(data, "t.xlsx", message)


def refused(data: bytes | str, name: str, message: str) -> None:
    with pytest.raises(TableError, match=message) as caught:
        read_table(data, name)
    text = str(caught.value)
    assert text.startswith(name) or "very wide" in text
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300


def test_a_parquet_file_keeps_every_bit_and_says_what_it_left_out():
    frame = pd.DataFrame({"x": [0.1, 1 / 3, np.nan, np.inf], "k": [1, 2, 3, 4], "yes": [True, False, True, True],
                          "name": ["a", None, "b", "a"], "nested": [[1], [2, 3], [], [4]],
                          "day": pd.to_datetime(["2020-01-01", "2020-01-02", None, "2021-05-05 06:00"], format="mixed"),
                          "kind": pd.Categorical(["u", "v", "u", "v"]), "small": np.array([1, 2, 3, 4], np.float32)})
    table = read_table(parquet(frame), "t.parquet")
    np.testing.assert_array_equal(table.frame["x"], [0.1, 1 / 3, np.nan, np.nan])
    assert table.frame["yes"].tolist() == [1, 0, 1, 1]
    assert table.frame["day"].tolist() == ["2020-01-01", "2020-01-02", "", "2021-05-05 06:00:00"]
    assert "nested" not in table.frame
    assert said(table, "left out", "lists", "'nested'")
    assert said(table, "'x'", "infinite")
    assert said(table, "true and false")
    assert table.numeric_columns == ("x", "k", "yes", "small")


def test_a_long_parquet_file_is_thinned_evenly_a_few_rows_at_a_time(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ROWS", 30_000)
    frame = pd.DataFrame({"i": np.arange(100_000), "x": np.arange(100_000) * 0.5})
    table = read_table(parquet(frame), "t.parquet")
    assert table.frame["i"].tolist() == list(range(0, 100_000, 4))
    assert said(table, "100,000 rows; every 4th row was kept, 25,000 in all")


NUMBERS = pd.DataFrame({"x": np.arange(50.0), "y": np.arange(50.0) ** 2})
BAD_PARQUET = {
    "cut off": (parquet(NUMBERS)[:-30], "damaged Parquet"),
    "cut in the middle": (parquet(NUMBERS)[:300], "damaged Parquet"),
    "only the beginning": (b"PAR1", "damaged Parquet"),
    "scrambled": (parquet(NUMBERS)[:40] + bytes(60) + parquet(NUMBERS)[100:], "damaged Parquet"),
    "only lists": (parquet(pd.DataFrame({"a": [[1], [2]], "b": [[1], [2]]})), "0 columns of single values"),
    "no rows": (parquet(NUMBERS.head(0)), "0 rows"),
    "one column": (parquet(NUMBERS[["x"]]), "1 columns of single values"),
    "only text": (parquet(pd.DataFrame({"a": ["x", "y"], "b": ["u", "v"]})), "no column holds numbers"),
}


@pytest.mark.parametrize("case", BAD_PARQUET)
def test_a_bad_parquet_file_gets_one_sentence(case):
    data, message = BAD_PARQUET[case]
    refused(data, "t.parquet", message)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch):
    data = parquet(pd.DataFrame({"x": np.zeros(400_000), "y": np.zeros(400_000)}))
    assert len(data) < 20_000
    monkeypatch.setattr(limits, "MAX_ROWS", 1000)
    refused(data, "t.parquet", "400,000 rows")


RECORDS = [{"a": 1, "b": 2.5, "c": "u"}, {"a": 2, "c": "v", "b": 1e-3}, {"a": 3, "b": None}]


@pytest.mark.parametrize("text", [
    json.dumps(RECORDS), "\ufeff\n " + json.dumps(RECORDS), "\n".join(map(json.dumps, RECORDS)),
    json.dumps({"source": "x", "rows": RECORDS}), json.dumps({str(k): r for k, r in enumerate(RECORDS)}),
    json.dumps({"a": [1, 2, 3], "b": [2.5, 1e-3, None], "c": ["u", "v", None]}),
    json.dumps({"a": {"0": 1, "1": 2, "2": 3}, "b": {"0": 2.5, "1": 1e-3, "2": None},
                "c": {"0": "u", "1": "v", "2": None}}),
    json.dumps([["a", "b", "c"], [1, 2.5, "u"], [2, 1e-3, "v"], [3, None, None]]),
    json.dumps({"columns": ["a", "b", "c"], "data": [[1, 2.5, "u"], [2, 1e-3, "v"], [3, None, ""]]}),
])
def test_json_is_read_in_every_common_form(text):
    table = read_table(text, "t.json")
    assert list(table.frame.columns) == ["a", "b", "c"]
    assert table.frame["a"].tolist() == [1, 2, 3]
    np.testing.assert_array_equal(table.frame["b"], [2.5, 1e-3, np.nan])
    assert table.frame["c"].tolist() == ["u", "v", ""]


def test_nested_values_are_left_out_and_named():
    table = read_table(json.dumps([{"a": k, "b": k, "deep": {"x": [k]}} for k in range(5)]), "t.json")
    assert list(table.frame.columns) == ["a", "b"]
    assert said(table, "left out", "'deep_x'")


BAD_JSON = {
    "breaks off": ('[{"a": 1, "b": 2}, {"a": 3', "has a syntax error"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "one object": ('{"a": 1, "b": 2}', "without a table"),
    "two tables": (json.dumps({"p": RECORDS, "q": RECORDS[:2]}), "without a table"),
    "nothing": ("[]", "without a table"),
    "mixed": ('[{"a": 1}, 3]', "entries differ"),
    "uneven lists": ("[[1, 2], [3]]", "entries differ"),
    "only nested": ('[{"a": [1], "b": {"c": [2]}}, {"a": [1], "b": {"c": [2]}}]', "0 single values"),
    "too many": ("[" + "{}," * (5 * limits.MAX_ROWS) + "{}]", "more than 200,000 records"),
    "text": ('[{"a": "x", "b": "y"}, {"a": "z", "b": "w"}]', "no column holds numbers"),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_bad_json_gets_one_sentence(case):
    text, message = BAD_JSON[case]
    refused(text, "t.json", message)


def test_huge_numbers_and_huge_cells_of_json_are_read_or_refused():
    rows = [{"a": k, "b": k + 0.5, "huge": "x" * 100_000} for k in range(3)]
    text = json.dumps(rows).replace('"b": 0.5', '"b": ' + "9" * 5000)
    table = read_table(text, "t.json")
    assert np.isnan(table.frame["b"].iloc[0])
    assert max(map(len, table.frame["huge"])) == limits.MAX_CELL


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(FINITE, FINITE), min_size=2, max_size=12))
def test_every_form_gives_the_same_numbers_to_the_last_bit(rows):
    frame = pd.DataFrame(rows, columns=["u", "v"]).astype(float)
    records = [dict(zip("uv", row, strict=True)) for row in rows]
    for data in (parquet(frame), json.dumps(records), frame.to_csv(index=False)):
        found = read_table(data, "t").frame.astype(float)
        np.testing.assert_array_equal(found.to_numpy(), frame.to_numpy())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["workbook", "parquet", "json"]))
def test_a_damaged_file_is_a_table_or_a_sentence(seed, kind):
    data = bytearray({"workbook": GOOD, "parquet": parquet(NUMBERS), "json": json.dumps(RECORDS).encode()}[kind])
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, len(data), 5):
        data[place] = rng.integers(256)
    try:
        width = len(read_table(bytes(data), "t").frame.columns)
    except TableError as error:
        width, said_so = 0, str(error)
    assert width >= 2 or "\n" not in said_so
