"""A few bytes that ask for very many cells are refused, or read in a moment."""

from __future__ import annotations

import json
import time

import pytest

from xnet.tables import limits
from xnet.tables.limits import TableError
from xnet.tables.reading import read_table


def test_records_that_share_no_key_are_refused() -> None:
    """2 MB of JSON with 150,000 keys took minutes."""
    text = json.dumps([{f"k{i}_{j}": 1 for j in range(50)} for i in range(3000)])
    with pytest.raises(TableError, match=r"150,000 columns for 3,000 rows, almost all of them empty"):
        read_table(text)


def test_spans_of_html_do_not_fill_the_memory() -> None:
    """120 kB of HTML took 2.7 GB."""
    row = "<tr><td>1</td><td rowspan=999 colspan=200>2</td></tr>"
    began = time.process_time()
    with pytest.raises(TableError, match="almost all of them empty"):
        read_table(f"<table>{row * 2000}</table>")
    assert time.process_time() - began < 10.0


def test_columns_beyond_the_limit_are_cut_before_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COLUMNS", 50)
    lines = [",".join(f"c{k}" for k in range(500)), *(",".join(str(k * j) for k in range(500)) for j in range(1, 7))]
    table = read_table("\n".join(lines))
    assert list(table.frame.columns) == [f"c{k}" for k in range(50)]
    assert table.frame["c7"].tolist() == [7, 14, 21, 28, 35, 42]
    assert "The file has 500 columns; the first 50 were kept." in table.report
