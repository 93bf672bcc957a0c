"""The formula with numbers of all rows, and the sentence on printed numbers outside their intervals, on Results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.ui.data_page import Open, plain
from xnet import runs


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
