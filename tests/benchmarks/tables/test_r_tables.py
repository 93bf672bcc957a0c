"""The rules by which a data set of R becomes a table of the benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.tables.r_tables import KNOWN, usable_table


def frame(rows: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"id": np.arange(rows), "x": np.arange(rows), "dose": rng.uniform(1.0, 9.0, rows),
                         "level": np.arange(rows) % 3, "site": ["north", "south"] * (rows // 2), "flat": 1.0,
                         "treated": np.arange(rows) % 2 == 0})


def test_a_table_has_the_numbers_that_vary_and_a_target_with_many_values() -> None:
    table = usable_table("r_test", frame(), np.random.default_rng(1))
    assert table is not None
    assert (table.inputs, table.target) == (("level",), "dose")
    assert table.X.shape == (30, 1)
    assert not table.classes


def test_gaps_cost_rows_and_columns_full_of_gaps_are_left_out() -> None:
    with_gaps = frame().assign(empty=np.where(np.arange(30) % 2 == 0, np.nan, np.arange(30.0)))
    with_gaps.loc[3, "dose"] = np.nan
    table = usable_table("r_test", with_gaps, np.random.default_rng(1))
    assert table is not None
    assert len(table.y) == 29
    assert "empty" not in table.inputs


def test_tables_that_say_little_are_left_out() -> None:
    rng = np.random.default_rng(1)
    assert usable_table("few rows", frame(18), rng) is None
    assert usable_table("no target", frame()[["level", "flat"]].assign(other=np.arange(30) % 4), rng) is None
    assert usable_table("a copy", frame()[["dose"]].assign(twice=2.0 * frame()["dose"]), rng) is None
    assert usable_table("infinite", frame().assign(dose=np.inf), rng) is None
    assert usable_table("no table", [1, 2, 3], rng) is None


def test_names_of_the_examination_are_lower_case() -> None:
    assert all(name == name.lower() for name in KNOWN)
    assert "swiss" in KNOWN
