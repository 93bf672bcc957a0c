"""A row that alone makes the R² of a formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.extreme_rows import extreme_rows
from xnet.evidence.formula_verdict import formula_verdict
from xnet.runs import create_run, execute

RNG = np.random.default_rng(25)
X, NOISE = np.append(RNG.uniform(0, 1, 63), 50.0), np.append(RNG.normal(size=63), 50.0)
LINE = read_formula("x0", ("x0",))


def problem(y: np.ndarray) -> Problem:
    return Problem.from_arrays(X[:, None], y, names=("x0",))


def test_a_row_that_makes_r_squared_is_named() -> None:
    found = extreme_rows(LINE, problem(NOISE))
    assert found is not None
    assert found.nothing
    assert "without row 64: this row makes most of it" in found.sentence
    law = extreme_rows(LINE, problem(X + 0.3 * NOISE * (X < 2)))
    assert law is not None
    assert not law.nothing
    assert extreme_rows(LINE, problem(X + 0.01 * NOISE)) is None


def test_many_rows_and_weights_of_zero_do_not_decide() -> None:
    x = RNG.standard_t(1.5, 200)
    even = Problem.from_arrays(x[:, None], x + 0.1 * RNG.normal(size=200), names=("x0",))
    assert extreme_rows(LINE, even) is None
    weighted = Problem.from_arrays(X[:, None], NOISE, names=("x0",), sample_weight=(X < 2) * 1.0)
    assert extreme_rows(LINE, weighted) is None


def test_the_verdict_on_such_a_formula_is_that_it_shows_nothing(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": X, "y": NOISE})
    run = create_run(table, target="y", inputs=["x"], source="made", steps=4, root=tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    found = formula_verdict(snapshot["best"], snapshot, run.problem())
    assert found.level == "mean"
    assert "this row makes most of it" in found.sentence
    assert "p-value" not in found.sentence
