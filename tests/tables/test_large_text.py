"""Large files of plain numbers are read by columns, with the numbers and the lines of the reader of cells."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.tables.test_reading import said
from xnet.tables import large_text
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=3000) * 1e5, "n": rng.integers(0, 99, 3000),
                          "label": rng.choice(["red", "green"], 3000), "y": rng.uniform(size=3000)})
    frame.loc[7, "y"] = np.nan
    return frame


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_both_readers_give_the_same_table(frame: pd.DataFrame, delimiter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame.to_csv(index=False, sep=delimiter).encode()
    slow = read_table(data)
    monkeypatch.setattr(large_text, "SMALLEST", 1000)
    monkeypatch.setattr(large_text, "HEAD", 2000)
    notes: list[str] = []
    assert large_text.read_large(data, "t", notes, 2) is not None
    fast = read_table(data)
    pd.testing.assert_frame_equal(fast.frame, slow.frame)
    assert (fast.lines, fast.report, fast.units) == (slow.lines, slow.report, slow.units)


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\ns,m,text,m\n", 1), lambda text: text + "Total,1,,2\n",
    lambda text: "title\n" + text,
    lambda text: text.replace("red", "1,5", 3), lambda text: text + "1,2\n", lambda text: text + "(5),2,red,<4\n"])
def test_every_other_file_goes_to_the_reader_of_cells(frame: pd.DataFrame, change: object,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    data = change(frame.to_csv(index=False)).encode()
    monkeypatch.setattr(large_text, "SMALLEST", 1000)
    monkeypatch.setattr(large_text, "HEAD", 2000)
    assert large_text.read_large(data, "t", [], 2) is None


def test_a_large_file_of_other_cells_is_refused_with_both_limits(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "(1),2 cm\n" * (21 * 2**20 // 9))
    with pytest.raises(TableError, match="at most 20 MB can be read, and 512 MB of plain numbers"):
        read_table(path)


@pytest.mark.slow
def test_a_hundred_thousand_rows_of_fifty_columns_take_less_than_three_seconds(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "t.csv"
    block = "".join(",".join(f"{v:.4f}" for v in row) + "\n" for row in rng.normal(size=(5000, 50)))
    path.write_text(",".join(f"c{k}" for k in range(50)) + "\n" + block * 20)
    begin = time.process_time()
    table = read_table(path)
    assert time.process_time() - begin < 3
    assert table.frame.shape == (100_000, 50)
    assert said(table, "repeat an earlier row")
