"""Real tables by cross-validation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.tables import cross_validation
from benchmarks.tables.command import main
from benchmarks.tables.real_tables import folds, load_tables
from benchmarks.tables.report import mean_ranks
from tests.benchmarks.helpers import rows_of


def test_tables_come_with_their_targets_and_folds_cover_every_row_once():
    area, side = load_tables()
    assert (area.name, area.inputs, area.target, area.classes) == ("area", ("a", "b"), "y", ())
    assert area.y == pytest.approx(area.X[:, 0] * area.X[:, 1])
    assert side.classes == ("left", "right")
    assert np.array_equal(side.y, side.X[:, 0] > 2)
    parts = list(folds(13, 5, seed=3))
    assert sorted(i for _, test in parts for i in test) == list(range(13))
    assert all(not set(train) & set(test) and len(train) + len(test) == 13 for train, test in parts)
    with pytest.raises(SystemExit, match="No table is named volume"):
        load_tables("volume")


def test_ranks_share_ties_and_put_failures_last():
    def row(model: str, table: str, score: float) -> cross_validation.Row:
        return cross_validation.Row(table, "regression", model, score, None, 1, 1, 1, 0, "")

    rows = [row("a", "t", 0.9), row("b", "t", 0.9), row("c", "t", float("-inf")),
            row("a", "u", 0.5), row("b", "u", 0.6), row("c", "u", 0.7)]
    assert mean_ranks(rows) == {"a": 2.25, "b": 1.75, "c": 2.0}
    assert mean_ranks(rows, ("a", "c")) == {"a": 1.5, "c": 1.5}


def test_log_loss_and_accuracy():
    side = load_tables("side")[0]
    sure = np.column_stack([1 - side.y, side.y]) * 0.8 + 0.1
    assert cross_validation.scores(sure, side) == (1.0, pytest.approx(-np.log(0.9)))
    filled, missing = cross_validation.replace_missing(np.where(sure > 0.5, sure, np.nan), side, np.arange(5))
    assert missing == len(side.y)
    assert np.all(filled == 0.5)


def test_the_tables_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    main(["--tables", "side", "--folds", "2", "--models", "logistic", "--csv", str(tmp_path / "p.csv")])
    main(["--tables", "area", "--folds", "2", "--models", "xnet,linear,polynomial-2,boosting",
                 "--csv", str(tmp_path / "o.csv")])
    rows = {(r["table"], r["model"]): r for r in rows_of(tmp_path / "o.csv")}
    assert float(rows["area", "xnet"]["score"]) == pytest.approx(1.0)
    assert (float(rows["area", "linear"]["parameters"]), float(rows["area", "linear"]["complexity"])) == (3, 9)
    side, = rows_of(tmp_path / "p.csv")
    assert float(side["score"]) > 0.8
    assert 0 < float(side["log_loss"]) < 1
    assert "mean rank by R2, all models: xnet" in capsys.readouterr().out
