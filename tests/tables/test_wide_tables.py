"""Tables of thousands of columns: all are read, and a search is limited by the columns that it uses."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from tests.tables.test_reading import said
from xnet.tables.limits import MAX_INPUTS, TableError
from xnet.tables.reading import read_table
from xnet.tables.usable_rows import usable


def wide(columns: int, rows: int = 12) -> pd.DataFrame:
    X = np.random.default_rng(columns).normal(size=(rows, columns)).round(4)
    return pd.DataFrame(X, columns=[f"g{k}" for k in range(columns)])


@pytest.mark.slow
def test_thousands_of_columns_are_read_in_seconds() -> None:
    frame = wide(5001)
    start = time.process_time()
    table = read_table(frame.to_csv(index=False), "t")
    assert time.process_time() - start < 15  # 4 s on a slow machine; comparing all pairs of columns took minutes
    assert table.frame.shape == (12, 5001)
    np.testing.assert_array_equal(table.frame["g5000"], frame["g5000"])
    assert table.suggested_target == "g5000"
    assert len(usable(table, "g5000", ["g3", "g4900"])) == 12


def test_repeated_rows_and_copies_are_found_among_many_columns() -> None:
    frame = wide(300)
    frame["copy"] = frame["g7"]
    frame = pd.concat([frame, frame.iloc[[3]]], ignore_index=True)
    frame.loc[5, "g1"] = np.nan
    table = read_table(frame.to_csv(index=False), "t")
    assert said(table, "1 of 13 rows repeats an earlier row")
    assert said(table, "Copies of another column: 'copy'")


def test_many_equal_names_are_numbered() -> None:
    frame = wide(2000)
    frame.columns = ["a"] * 2000
    names = list(read_table(frame.to_csv(index=False), "t").frame.columns)
    assert (names[0], names[1], names[1999]) == ("a", "a_2", "a_2000")


def test_more_inputs_than_a_search_takes_are_refused() -> None:
    table = read_table(wide(MAX_INPUTS + 2).to_csv(index=False), "t")
    with pytest.raises(TableError, match=f"201 inputs are chosen, but a search takes at most {MAX_INPUTS}"):
        usable(table, "g0", [f"g{k}" for k in range(1, MAX_INPUTS + 2)])
