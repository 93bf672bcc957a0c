"""A row that alone makes the R² of a formula."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence import formula_verdict as module
from xnet.evidence.extreme_rows import _without_first, extreme_rows
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


@pytest.mark.parametrize(("noise", "named"), [(0.1, False), (0.2, True)])
def test_a_row_is_named_where_r_squared_falls_by_a_fifth_without_it(noise: float, named: bool) -> None:
    """A uniform x has the variance 1/12, so R² of the other rows is 0.89 and 0.68; with the row it is 1.00."""
    assert (extreme_rows(LINE, problem(X + noise * NOISE * (X < 2))) is not None) is named


def test_many_rows_and_weights_of_zero_do_not_decide() -> None:
    x = RNG.standard_t(1.5, 200)
    even = Problem.from_arrays(x[:, None], x + 0.1 * RNG.normal(size=200), names=("x0",))
    assert extreme_rows(LINE, even) is None
    weighted = Problem.from_arrays(X[:, None], NOISE, names=("x0",), sample_weight=(X < 2) * 1.0)
    assert extreme_rows(LINE, weighted) is None


def test_the_verdict_on_such_a_formula_is_that_it_shows_nothing(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"x": X, "y": NOISE})
    run = create_run(table, target="y", inputs=["x"], source="made", steps=4, root=tmp_path)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    calls = []
    monkeypatch.setattr(module, "extreme_rows", lambda *args: calls.append(args) or extreme_rows(*args))
    assert snapshot["best"]["complexity"] == 1, "the test of a line is not convinced by one row"
    line = max(snapshot["front"], key=lambda record: record["r2_train"] or 0.0)
    found = formula_verdict(line, snapshot, run.problem())
    assert len(calls) == 1
    assert found.level == "mean"
    assert "this row makes most of it" in found.sentence
    assert "p-value" not in found.sentence


def test_r2_without_the_first_rows_is_that_of_the_others() -> None:
    rng = np.random.default_rng(8)
    y, errors, weight = 1e6 + rng.standard_t(2, 200), rng.random(200), rng.random(200) + 0.5
    y = y[np.argsort(-np.abs(y - 1e6))]
    found = _without_first(y, errors, weight, 4)
    for k in range(5):
        rest = slice(k, None)
        total = np.sum(weight[rest] * (y[rest] - np.average(y[rest], weights=weight[rest])) ** 2)
        assert found[k] == pytest.approx(1 - np.sum(weight[rest] * errors[rest]) / total, rel=1e-9)

    same = _without_first(np.append(5.0, np.full(59, 0.1)), np.full(60, 1e-3), np.ones(60), 1)
    assert np.isfinite(same[0])
    assert np.isnan(same[1])
