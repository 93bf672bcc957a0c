"""Files that are not tables are refused with one sentence."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.tables.test_reading import column, said
from xnet.errors import XNetError
from xnet.tables import limits
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


def zipped(*names: str, text: str = "a,b\n1,2\n3,4\n") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return buffer.getvalue()


def sheet(repeated: str) -> bytes:
    """An OpenDocument sheet with one cell, which is repeated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:spreadsheet><table:table><table:table-row><table:table-cell "
                         f'office:value="1" {repeated}><text:p>1</text:p></table:table-cell></table:table-row>'
                         "</table:table></office:spreadsheet>")
    return buffer.getvalue()


REFUSED = {
    "empty": (b"", "t.csv is empty"),
    "blank": (b" \n\n\t\n", "t.csv is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "t.csv is empty"),
    "only comments": (b"# a\n# b\n", "t.csv is empty"),
    "only delimiters": (b",,\n,,\n", "t.csv is empty"),
    "gzip cut off": (gzip.compress(b"a,b\n1,2\n" * 99)[:-12], "damaged gzip archive"),
    "zip of two": (zipped("t.csv", "u.csv"), "a zip archive with 2 tables .t.csv, u.csv."),
    "zip of none": (zipped("t.png"), "a zip archive with no table"),
    "Apple Numbers": (zipped("Index/Document.iwa"), "in Numbers choose File, Export To, CSV"),
    "Word": (zipped("[Content_Types].xml", "word/document.xml"), "is a Word document"),
    "7z": (b"7z\xbc\xaf'\x1c" + bytes(30), "is an archive .* unpack it"),
    "tar": (bytes(257) + b"ustar" + bytes(250), "is an archive .* unpack it"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged or password-protected workbook"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "PDF document"),
    "binary": (b"a,b\n1\x00,2\n", "not a text file"),
    "web page": (b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "header only": (b"a,b\n", "no rows below"),
    "one column": (b"a\n1\n2\n", "one column only"),
    "prose": (b"Dear all\nthis is a letter and not a table\nyours\n", "one column only|needs at least two"),
    "only dates": (b"start,end\n2020-01-01,2020-01-05\n2020-01-02,2020-01-09\n", "days between two dates"),
    "no numbers": (b"a,b\nx,y\nz,w\n", "no column holds numbers"),
    "one column of numbers": (b"a,b\nx,1\nz,2\n", "only 'b' holds numbers.* 'a' has a different text in every row"),
    "one text": (b"a,b\n1,x\n2,x\n3,x\n", "'b' has the same text in all rows, 'x': a target or an input varies"),
    "empty beside numbers": (b"a,b\n1,\n2,\n3,\n", "'b' is empty"),
    "13 texts": (b"a,b\n" + b"".join(b"%d,t%d\n" % (i, i % 13) for i in range(60)), "13 different texts: at most 12"),
    "few rows a text": (b"a,b\n1,x\n2,y\n3,x\n", "2 different texts in 3 rows: .* two rows each"),
    "uneven": (b"a,b\n1,2\n1,2,3\n1,2,3\n1,2\n1,2\n", "line 3 has 3 cells where 2 were expected"),
    "cut off": (b"a,b,c\n1,2,3\n1,2,3\n1,2,3\n1\n1\n1\n", "fewer than 3 cells"),
    "names in JSON": (b'[["x","y"]]', "0 records of 2 single values"),
    "names in JSON, split": (b'{"columns":["x","y"],"data":[]}', "0 records of 2 single values"),
    "cells repeated a billion times": (sheet('table:number-columns-repeated="1000000000"'), "repeats a cell"),
    "quote never closes": (b'a,b\n1,"2\n3,4\n5,6\n', "double quotes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_unreadable_table_is_refused_in_one_sentence(case):
    data, message = REFUSED[case]
    with pytest.raises(TableError, match=message) as caught:
        read_table(data, "t.csv")
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300


def test_table_errors_can_be_caught_as_the_projects_errors_and_as_value_errors():
    assert issubclass(TableError, XNetError)
    assert issubclass(TableError, ValueError)


def test_size_is_limited_in_bytes_rows_and_columns(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(limits, "MAX_COLUMNS", 20)
    wide = ",".join(f"c{i}" for i in range(21))
    table = read_table(wide + "\n" + ",".join("1" * 21) + "\n")
    assert table.frame.shape == (1, 20)
    assert said(table, "21 columns; the first 20 were kept")
    monkeypatch.setattr(limits, "MAX_ROWS", 5)
    table = read_table("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(11)))
    assert column(table, "a") == [0, 3, 6, 9]
    assert said(table, "11 rows; every third row was kept, 4 in all")
    with pytest.raises(TableError, match=r"20\.0 MB, but at most 20 MB"):
        read_table(b"a,b\n" + b"1,2\n" * (5 * 2**20))
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(20 * 2**20 + 1)
    with pytest.raises(TableError, match=r"huge\.csv has 20\.0 MB, but at most 20 MB"):
        read_table(huge)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path):
    with pytest.raises(TableError, match=r"no file '.*gone\.csv'"):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path)
