"""The formula with numbers of all rows, and the sentence on printed numbers outside their intervals, on Results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.ui.data_page import Open, plain
from xnet import runs
from xnet.config.run_options import table_options
from xnet.tables.group_column import with_group_numbers
from xnet.tables.table import Table


def test_numbers_of_all_rows_stand_beside_those_that_are_scored(app: Open) -> None:
    x = np.arange(1.0, 51.0)
    y = 2.37 * x + 1.13 + np.random.default_rng(0).normal(0, 0.02, 50) + np.where(x > 40, 1.5, 0.0)
    run = runs.create_run(pd.DataFrame({"x": x, "y": y}), target="y", inputs=["x"], source="t", steps=2, seconds=60,
                          activations=["add", "mul"], split={"kind": "order"})
    runs.execute(run, commands=lambda: None)
    at = app("pages/results.py", run=run.id)

    assert not at.exception
    assert "lie outside their intervals: the formula has numbers fitted to the training rows" in plain(at)
    assert "With numbers fitted to all rows, training and held-out; no rows are left to score it" in plain(at)
    assert any(code.value.startswith("y = 2.4*x") for code in at.code)


def test_constants_of_groups_are_given_as_fitted_to_all_rows(app: Open) -> None:
    """The last rows of every group, which are held out, have another slope than the training rows."""
    x = np.tile(np.arange(1.0, 21.0), 2)
    frame = pd.DataFrame({"x": np.sort(x), "tree": ["oak", "fir"] * 20})
    noise = np.random.default_rng(0).normal(0, 0.05, 40)
    frame["y"] = frame.x * np.where(frame.tree == "oak", 2.0, 5.0) * np.where(frame.x > 16, 1.1, 1.0) + noise
    table, number = with_group_numbers(Table(frame=frame, name="trees"), "tree")
    run = runs.create_run(table.frame, target="y", inputs=["x", number], source="trees", steps=8, seconds=60,
                          activations=["add", "mul"], group={"column": number, "own": None}, split={"kind": "order"},
                          **table_options(table))
    runs.execute(run, commands=lambda: None)
    at = app("pages/results.py", run=run.id)

    assert not at.exception
    of_all, printed = (code.value for code in at.code if code.value.startswith("y = ") and "group] is " in code.value)
    assert printed.partition(" is ")[0] == of_all.partition(" is ")[0], "the card stands above the downloads"
    slopes = [float(text.partition(" is ")[2].partition(" for ")[0]) for text in (printed, of_all)]
    assert slopes[1] > 1.02 * slopes[0]
