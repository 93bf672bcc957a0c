"""Tables of R's packages with the targets of textbooks."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest

from benchmarks.tables.r_tables import KNOWN
from benchmarks.tables.textbook_tables import LIST, as_table


def test_a_level_of_a_column_is_an_input_and_rows_with_gaps_are_left_out() -> None:
    frame = pd.DataFrame({"height": [1.5, np.nan, 1.8, 1.7], "sex": ["F", "M", "M", "F"], "weight": [50, 70, 80, 60]})
    table = as_table("people", frame, "weight", ["height", "sex=M"])

    assert table.X.tolist() == [[1.5, 0.0], [1.8, 1.0], [1.7, 0.0]]
    assert table.y.tolist() == [50.0, 80.0, 60.0]


def test_of_a_large_table_the_same_rows_are_drawn_every_time() -> None:
    frame = pd.DataFrame({"x": np.arange(3000.0), "y": np.arange(3000.0)})
    table = as_table("large", frame, "y", ["x"])

    assert len(table.y) == 1000 == len(set(table.y.tolist()))
    assert np.array_equal(table.y, as_table("large", frame, "y", ["x"]).y)


def test_a_column_of_text_is_no_input() -> None:
    with pytest.raises(ValueError, match="parse"):
        as_table("text", pd.DataFrame({"x": ["a", "b"], "y": [1.0, 2.0]}), "y", ["x"])


def test_the_list_names_no_table_that_may_be_examined_and_no_target_among_its_inputs() -> None:
    with LIST.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    assert len({(row["package"], row["item"]) for row in rows}) == len(rows) > 80
    for row in rows:
        assert not row["item"].lower().startswith(KNOWN)
        assert row["target"] not in row["inputs"].split()
