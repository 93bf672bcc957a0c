"""Small files that unpack to much are thinned and cut while they are read, in bounded memory."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from xnet import limited_process
from xnet.limited_process import limited
from xnet.tables import limits, text_files
from xnet.tables.reading import read_table

MEGABYTES = 300


def long_texts() -> bytes:
    """A Parquet file of 10 kB whose 20,000 rows all hold the same long text."""
    made = io.BytesIO()
    table = pa.table({"a": pa.array(["x" * 40_000] * 20_000), "b": [1.5] * 20_000, "c": [1.0, 2.0] * 10_000})
    parquet.write_table(table, made, compression="zstd")
    return made.getvalue()


def texts_in_a_workbook() -> bytes:
    """A workbook of 0.2 MB whose cells hold long texts."""
    made, long = io.BytesIO(), "x" * 30_000
    sheet = Workbook().active
    sheet.parent.save(made)
    texts = f'<c t="inlineStr"><is><t>{long}</t></is></c>'
    rows = "".join(f"<row>{texts}<c><v>{k}</v></c><c><v>{k * k}</v></c></row>" for k in range(2500))
    with zipfile.ZipFile(made) as saved:
        files = {name: saved.read(name) for name in saved.namelist()}
    files["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>").encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return made.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "texts in Parquet": (long_texts, "x.parquet"),
    "texts in a workbook": (texts_in_a_workbook, "x.xlsx"),
    "short rows": (lambda: b"a,b\n" + b"1,2\n" * 900_000, "x.csv"),
    "rows of spaces": (lambda: b"a b\n" + b"1 2\n" * 900_000, "x.txt"),
}


@pytest.fixture(autouse=True)
def no_spare() -> Iterator[None]:
    yield
    limited_process.end_spare()


@pytest.mark.slow
@pytest.mark.parametrize("case", FILES)
def test_a_small_file_takes_little_memory(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, name = FILES[case]
    monkeypatch.setattr(limited_process, "MEGABYTES", MEGABYTES)
    monkeypatch.setattr(limited_process, "TIMES_ARGUMENTS", 0)
    table = limited(name, read_table, make(), name)
    assert 0 < len(table.frame) <= limits.MAX_ROWS


def test_a_thinned_text_keeps_every_kth_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 50)
    monkeypatch.setattr(text_files, "_DENSE_ROWS", 20)
    table = read_table("a;b\n" + "".join(f"{k};{k * k}\n" for k in range(1000)))
    kept = table.frame["a"].tolist()
    steps = {b - a for a, b in itertools.pairwise(kept)}
    assert len(kept) <= 50
    assert kept[-1] > 900
    assert max(steps) <= 2 * sorted(steps)[len(steps) // 2], steps
    assert any("row was kept" in line for line in table.report)
    assert [table.frame["b"][i] for i in range(len(kept))] == [k * k for k in kept]
