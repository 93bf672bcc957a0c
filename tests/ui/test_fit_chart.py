"""The live page plots the rows and the best formula so far."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet.atomic_files import write_json
from xnet.runs import Run
from xnet.ui.discover.fit_chart import EXACT, FORMULA, fit_spec, fit_table

FIT: dict[str, Any] = {"input": "time", "train": [[0.0, 1.0], [1.0, 2.0]], "holdout": [[0.5, 1.5]],
                       "line": [[0.0, 1.0], [0.5, None], [1.0, 2.1]], "is_class": False, "low": 0.9, "high": 2.1,
                       "log": [False, False]}


def test_the_live_page_plots_the_rows_and_the_best_formula(app: Callable[..., AppTest],
                                                           make_run: Callable[..., Run]) -> None:
    run = play(make_run(), steps=3).run
    snapshot = run.snapshot()
    assert snapshot is not None
    assert "Fit of the best formula" not in texts(app("pages/discover.py", run=run.id)), "of an older file"
    write_json(run.folder / "snapshot.json", {**snapshot, "fit": {**FIT, "input": None}})
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert "Fit of the best formula" in texts(at)
    assert f"A row is on the line where the formula is exact. The chart shows 3 of {40} rows." in texts(at)


def test_the_specification_is_the_same_for_all_snapshots_of_a_run() -> None:
    later = {**FIT, "line": [[0.0, 3.0]], "train": [[0.0, 1.0]]}
    assert json.dumps(fit_spec(FIT, "y")) == json.dumps(fit_spec(later, "y"))


@pytest.mark.parametrize(("fit", "line", "n_line"), [(FIT, FORMULA, 3), ({**FIT, "input": None}, EXACT, 2)])
def test_a_curve_has_gaps_and_rows_without_a_value_are_left_out(fit: dict[str, Any], line: str, n_line: int) -> None:
    table = fit_table({**fit, "train": [*fit["train"], [None, 3.0]]}).to_pylist()
    assert [row["part"] for row in table] == ["training rows"] * 2 + ["held-out rows"] + [line] * n_line
    assert [row["place"] for row in table if row["part"] == line] == ([0, 1, 2] if n_line == 3 else [0, 2])
    filters = {part["transform"][0]["filter"] for part in fit_spec(fit, "y")["layer"]}
    assert filters == {f"datum.part != '{line}'", f"datum.part == '{line}'"}
    assert line in fit_spec(fit, "y")["encoding"]["color"]["scale"]["domain"]


def test_the_legend_draws_a_line_for_the_line() -> None:
    shapes = fit_spec(FIT, "y")["layer"][0]["encoding"]["shape"]["scale"]
    assert dict(zip(shapes["domain"], shapes["range"], strict=True))[FORMULA].startswith("M")
