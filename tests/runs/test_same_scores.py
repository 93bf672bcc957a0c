"""R² is the same number wherever it is shown: scikit-learn's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from xnet.cli.main import main
from xnet.cli.output import print_result
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network
from xnet.evidence.baselines import fit_baselines
from xnet.evidence.comparison import compare
from xnet.evidence.scores import score
from xnet.exports.export import Export
from xnet.prediction.user_formula import rows_of, score_record
from xnet.runs import create_run, execute
from xnet.runs.run import Run
from xnet.wording.score_text import r2

RNG = np.random.default_rng(8)
TABLE = pd.DataFrame({"a": RNG.uniform(-2, 2, 90), "b": RNG.uniform(0, 3, 90), "w": RNG.integers(0, 4, 90)})
TABLE["y"] = TABLE.a**2 + TABLE.b + RNG.normal(0, 0.4, 90)
CASES: dict[str, dict[str, Any]] = {
    "equal weights": {}, "weights": {"weight": {"kind": "weight", "column": "w"}}, "huber": {"loss": "huber"}}


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = create_run(TABLE, target="y", inputs=["a", "b"], source="made", steps=3, seed=1,
                     root=tmp_path_factory.mktemp("runs"), **request.param)
    execute(run, commands=lambda: None)
    return run


def expected(rows: Rows, row: Any) -> float:
    predicted = Network.from_json(row["network"]).evaluate(rows.columns.T)
    return float(r2_score(rows.y, predicted, sample_weight=rows.weight))


@pytest.mark.slow
def test_snapshot_and_everything_made_of_it_agree(run: Run) -> None:
    snapshot, problem = run.snapshot(), run.problem()
    assert snapshot is not None
    assert problem.holdout is not None
    if run.config["weight"]:
        weights = TABLE.w.to_numpy()
        assert len(problem.train.y) + len(problem.holdout.y) == (weights > 0).sum(), "rows of weight 0 are not there"
        np.testing.assert_array_equal(TABLE.y.to_numpy()[problem.train_index], problem.train.y)
    for row in [*snapshot["front"], snapshot["best"], snapshot["current"]]:
        assert row["r2_train"] == pytest.approx(expected(problem.train, row), abs=1e-12)
        assert row["r2_holdout"] == pytest.approx(expected(problem.holdout, row), abs=1e-12)
        again = score_record(row, rows_of(run))
        assert again.train.r2 == pytest.approx(row["r2_train"], abs=1e-12)
        assert again.holdout is not None
        assert again.holdout.r2 == pytest.approx(row["r2_holdout"], abs=1e-12)
        key = "robust_r2" if run.config["loss"] == "huber" else "r2"
        assert row[f"{key}_train"] == pytest.approx(1 - row["loss"], abs=1e-12)
    assert snapshot["loss"][-1][2] == pytest.approx(snapshot["best"]["loss_holdout"])


def test_verdict_baselines_and_report_agree(run: Run) -> None:
    snapshot, problem = run.snapshot(), run.problem()
    assert snapshot is not None
    assert problem.holdout is not None
    best = snapshot["best"]
    train, held = ((rows.columns.T, rows.y, rows.weight) for rows in (problem.train, problem.holdout))
    found = compare(Network.from_json(best["network"]), train, held, best["n_parameters"])
    assert found.variance is not None
    assert 1 - found.formula.mean() / found.variance == pytest.approx(best["r2_holdout"], abs=1e-12)
    mean = fit_baselines(train, held)[0]
    assert mean.r2_train == pytest.approx(0.0, abs=1e-12)
    level = np.full(len(held[1]), np.average(train[1], weights=train[2]))
    assert mean.r2_holdout == score(level, held[1], held[2]).r2 <= 0
    assert 1 - found.mean.mean() / found.variance == pytest.approx(mean.r2_holdout, abs=1e-12)
    report = Export.from_run(run).texts()["report.html"]()
    assert r2(best["r2_holdout"]) in report
    assert ("Robust R² on the held-out rows" in report) == (run.config["loss"] == "huber")


def test_the_command_line_prints_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made.csv"
    TABLE[["a", "b", "y"]].to_csv(path, index=False)
    out = tmp_path / "runs"
    options = ["discover", str(path), "--target", "y", "--steps", "3", "--seed", "1", "--out", str(out), "--json"]
    assert main(options) == 0
    found = json.loads(capsys.readouterr().out)
    run = Run(next(folder for folder in out.iterdir() if (folder / "config.json").exists()))
    snapshot, problem = run.snapshot(), run.problem()
    assert snapshot is not None
    assert problem.holdout is not None
    for shown, row in zip(found["front"], snapshot["front"], strict=True):
        assert shown["r2_train"] == pytest.approx(expected(problem.train, row), abs=1e-12)
        assert shown["r2_holdout"] == pytest.approx(expected(problem.holdout, row), abs=1e-12)


def test_a_held_out_set_without_variance_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flat = TABLE.assign(y=np.where(np.arange(90) < 70, TABLE.y, 2.0))
    run = create_run(flat, target="y", inputs=["a", "b"], source="made", steps=1, seed=1, root=tmp_path,
                     split={"kind": "order"})
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert all(row["r2_holdout"] is None for row in snapshot["front"])
    print_result(snapshot, "y", True, Export.from_run(run).verdict, as_json=False)
    text = capsys.readouterr().out
    assert "no R² on 18 held-out rows" in text
    assert "The target does not vary in the held-out rows, so there is no R² there." in text
    export = Export.from_run(run)
    assert "none: the target does not vary in these rows" in export.texts()["report.html"]()
    assert "explains" not in export.verdict.sentence
