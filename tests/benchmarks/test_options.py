"""Options and CSV files of the benchmark commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.options import names_of, shard_of
from benchmarks.output import CsvFile
from tests.benchmarks.helpers import rows_of


def test_options_and_csv(tmp_path: Path):
    assert names_of(["a, b", "c"]) == ["a", "b", "c"]
    assert shard_of("2/3") == (2, 3)
    with pytest.raises(Exception, match="expected a share"):
        shard_of("3/2")
    out = CsvFile(tmp_path / "out.csv")
    out.write({"a": 1, "b": "x,y"})
    out.write({"a": 2, "b": ""})
    assert rows_of(tmp_path / "out.csv") == [{"a": "1", "b": "x,y"}, {"a": "2", "b": ""}]
