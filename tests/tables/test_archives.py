"""Compressed tables, NumPy arrays, OpenDocument and old Excel workbooks; archives that unpack to too much."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import zipfile
from collections.abc import Callable

import numpy as np
import pytest

from tests.tables.binary_workbooks import xls, xlsb
from tests.tables.test_reading import column, said
from tests.tables.test_refused_tables import zipped
from xnet.tables import limits
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table

CSV = b"a,b\n1,2\n3,4\n"


def npy(array: np.ndarray, **options: bool) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def ods() -> bytes:
    """The smallest OpenDocument table: the names a and b above two rows."""
    def cells(row: list[object]) -> str:
        start = "<table:table-cell office:value-type="
        return "".join(f'{start}"float" office:value="{c}"/>' if isinstance(c, float) else
                       f'{start}"string"><text:p>{c}</text:p></table:table-cell>' for c in row)
    rows = "".join(f"<table:table-row>{cells(r)}</table:table-row>" for r in (["a", "b"], [1.0, 2.5], [3.0, 4.5]))
    names = " ".join(f'xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in ("office", "table", "text"))
    content = (f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{rows}'
               "</table:table></office:spreadsheet></office:body></office:document-content>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest='
                         '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(("data", "word"), [
    (gzip.compress(CSV), "gzip"), (bz2.compress(CSV), "bzip2"), (lzma.compress(CSV), "xz"),
    (zipped("folder/t.csv", "readme.md", "__MACOSX/t.csv"), "'t.csv' from the zip")],
    ids=("gzip", "bzip2", "xz", "zip"))
def test_a_compressed_table_is_unpacked(data: bytes, word: str) -> None:
    table = read_table(data, "t")
    assert (column(table, "a"), column(table, "b")) == ([1, 3], [2, 4])
    assert said(table, word)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_an_archive_larger_than_the_limit_is_refused(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 2**20)
    with pytest.raises(TableError, match="unpacks to more than 1 MB"):
        read_table(pack(b"1,2\n" * 2**19), "t")
    with pytest.raises(TableError, match="unpacks to more than 1 MB"):
        read_table(zipped("t.csv", text="1,2\n" * 2**19), "t")


def test_an_archive_without_files_holds_no_table() -> None:
    with pytest.raises(TableError, match="zip archive with no table"):
        read_table(zipped(), "empty.zip")


def test_arrays_are_tables() -> None:
    table = read_table(npy(np.array([[1, 2.5], [3, 4.5]])))
    assert column(table, "column_2") == [2.5, 4.5]
    records = read_table(npy(np.array([(1, 2.5), (3, 4.5)], dtype=[("t", "i4"), ("v", "f8")])))
    assert (column(records, "t"), column(records, "v")) == ([1, 3], [2.5, 4.5])


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was loaded",))


def test_an_array_never_loads_a_pickle_and_never_reserves_what_it_only_states() -> None:
    with pytest.raises(TableError, match="no plain numbers"):
        read_table(npy(np.array([Bomb(), 1], dtype=object), allow_pickle=True))
    with pytest.raises(TableError, match="a pickle of Python, which could run programs"):
        read_table(pickle.dumps(Bomb()) + b"\0")
    huge = npy(np.zeros((2, 2))).replace(b"(2, 2)", b"(99999999, 99999)")
    with pytest.raises(TableError, match="no plain numbers"):
        read_table(huge)
    with pytest.raises(TableError, match=r"the shape \(2, 2, 2\)"):
        read_table(npy(np.zeros((2, 2, 2))))


def test_an_open_document_table_is_read() -> None:
    table = read_table(ods(), "t.ods")
    assert (column(table, "a"), column(table, "b")) == ([1, 3], [2.5, 4.5])
    assert table.sheets == ("S",)
    with pytest.raises(TableError, match="has no sheet 'T'"):
        read_table(ods(), "t.ods", sheet="T")
    with pytest.raises(TableError, match="damaged"):
        read_table(ods()[:-30], "t.ods")


@pytest.mark.parametrize("write", [xls, xlsb])
def test_old_and_binary_workbooks_are_read_like_others(write: Callable[..., bytes]) -> None:
    rows = [["t", "speed", "note"], ["s", "m/s", ""], *[[float(k), 0.5 * k, "ok" * (k % 2)] for k in range(1, 8)]]
    table = read_table(write(rows, "run 1"), f"t.{write.__name__}")
    assert (column(table, "t"), column(table, "speed")) == ([*range(1, 8)], [0.5 * k for k in range(1, 8)])
    assert (dict(table.units), table.sheets) == ({"t": "s", "speed": "m/s"}, ("run 1",))
    assert table.row_names.name(0) == "line 3"
    with pytest.raises(TableError, match="has no sheet 'T': its sheets are 'run 1'"):
        read_table(write(rows, "run 1"), "t", sheet="T")
    with pytest.raises(TableError, match="damaged"):
        read_table(write(rows)[:700], "t")


@pytest.mark.parametrize(("text", "encoding", "names"), [
    ("время;высота\n1;2\n3;4\n", "cp1251", ["время", "высота"]),
    ("a (µm),größe\n1,2\n3,4\n", "cp1252", ["a (µm)", "größe"]),
    ("a,b\n1,2\n3,4\n", "utf-16-le", ["a", "b"]), ("a,b\n1,2\n3,4\n", "utf-16-be", ["a", "b"])])
def test_encodings_are_found_and_said(text: str, encoding: str, names: list[str]) -> None:
    table = read_table(text.encode(encoding))
    assert list(table.frame.columns) == names
    assert said(table, "UTF-")
