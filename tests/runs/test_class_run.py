"""A run for a class from its table to what is taken away: the same probability everywhere."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import reproduce
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.drawings.charts import front_svg
from xnet.engine.networks.network import Network
from xnet.evidence.class_scores import binary_log_losses
from xnet.exports.export import export_files
from xnet.prediction.new_rows import predict
from xnet.prediction.predictor import predictor_from_run
from xnet.prediction.user_formula import probability_scores, rows_of, score_text
from xnet.runs import create_run, execute
from xnet.runs.run import Run
from xnet.tables.class_target import with_class_column
from xnet.tables.table import Table


def flowers(n: int = 80) -> Table:
    rng = np.random.default_rng(4)
    a, b = rng.uniform(0, 4, n), rng.uniform(0, 4, n)
    noise = rng.normal(scale=0.4, size=n)
    kind = np.where(a - b + noise > 1, "rose", np.where(a + b + noise > 4, "lily", "oak"))
    return Table(frame=pd.DataFrame({"a": a, "b": b, "kind": kind}), name="flowers")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    table, target = with_class_column(flowers(), "kind", "rose")
    made = {name: recipe.to_config() for name, recipe in table.derived.items()}
    run = create_run(table.frame, target=target, inputs=["a", "b"], source="flowers", loss="logistic", steps=6, seed=1,
                     derived=made, root=tmp_path_factory.mktemp("runs"))
    execute(run, commands=lambda: None)
    return run


def test_every_formula_is_a_probability_scored_as_printed(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    assert run.status()["state"] == "finished"
    problem = run.problem()
    assert problem.holdout is not None
    for row in [*snapshot["front"], snapshot["best"], snapshot["current"]]:
        network = Network.from_json(row["network"])
        p = network.evaluate(problem.holdout.columns.T)
        assert row["text"].startswith("`kind is rose` = 1/(1 + exp(")
        assert row["complexity"] == network.complexity <= run.config["max_complexity"]
        assert row["accuracy_holdout"] == np.mean((p > 0.5) == problem.holdout.y)
        assert row["log_loss_holdout"] == pytest.approx(binary_log_losses(p, problem.holdout.y).mean())
    assert snapshot["best"]["accuracy_train"] > 0.85
    assert run.config["derived"]["kind is rose"]["label"] == "rose"


def test_the_drawn_front_is_that_of_the_log_loss(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    drawing = front_svg(snapshot["front"], chosen=snapshot["best"])
    assert "log loss (logarithmic)" in drawing
    assert "R²" not in drawing
    amounts = [{k: v for k, v in row.items() if "log_loss" not in k} for row in snapshot["front"]]
    assert "1 − R² (logarithmic)" in front_svg(amounts)
    under_log = [{**row, "median_relative_error_train": 0.1} for row in amounts]  # 1 - R² is another number there
    assert "share left unexplained (logarithmic)" in front_svg(under_log)
    as_log_losses = [{**row, "loss": full["log_loss_train"], "loss_holdout": full["log_loss_holdout"]}
                     for row, full in zip(amounts, snapshot["front"], strict=True)]
    assert front_svg(as_log_losses).replace("1 − R²", "log loss") == front_svg(snapshot["front"])


def test_values_that_are_no_probability_are_counted(run: Run) -> None:
    problem = rows_of(run)
    sure = probability_scores(score_text("2", problem).network, problem)
    n = sure.train.rows + (sure.holdout.rows if sure.holdout else 0)
    assert (sure.outside, n) == (80, 80)
    assert sure.train.accuracy == pytest.approx(problem.train.y.mean())
    half = probability_scores(score_text("0.5", problem).network, problem)
    assert half.outside == 0
    assert half.train.log_loss == pytest.approx(np.log(2))
    gone = probability_scores(score_text("log(-1 - a**2)", problem).network, problem)
    assert (gone.outside, gone.train.accuracy, gone.train.missing) == (0, None, gone.train.rows)


def test_a_class_run_continues_from_its_snapshot(run: Run, tmp_path: Path) -> None:
    again = open_bundle(read_bundle(make_bundle(run)), tmp_path)
    again.folder.joinpath("state.json").unlink(missing_ok=True)  # only what it showed is left
    config = json.loads((again.folder / "config.json").read_text())
    (again.folder / "config.json").write_text(json.dumps(config | {"steps": 3}))
    before = again.snapshot()
    after = execute(again, commands=lambda: None)
    assert again.status()["state"] == "finished", again.status()
    assert before is not None
    assert after is not None
    assert after["best"]["log_loss_train"] <= before["best"]["log_loss_train"] + 0.1
    assert {row["text"] for row in after["front"]} & {row["text"] for row in before["front"]}


def test_a_search_can_start_from_what_another_found(run: Run, tmp_path: Path) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    next_run = create_run(run.table(), target="kind is rose", inputs=["a", "b"], source="flowers", loss="logistic",
                          steps=1, seed=1, warm_start=[row["network"] for row in snapshot["front"]], root=tmp_path)
    found = execute(next_run, commands=lambda: None)
    assert found is not None
    assert found["best"]["log_loss_train"] <= snapshot["best"]["log_loss_train"] + 0.05


def test_a_bundle_comes_back_and_repeats_to_the_last_bit(run: Run, tmp_path: Path) -> None:
    bundle = read_bundle(make_bundle(run))
    opened, done = open_bundle(bundle, tmp_path), reproduce(bundle)
    here, there = run.snapshot(), opened.snapshot()
    assert here is not None
    assert there is not None
    assert [row["text"] for row in there["front"]] == [row["text"] for row in here["front"]]
    assert there["best"]["log_loss_train"] == here["best"]["log_loss_train"]
    assert done.outcome == "identical"
    assert done.scores_hold


def test_the_files_give_the_probability(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    files = export_files(run)
    assert {"probabilities.svg", "probabilities.png"} <= set(files)
    assert not {"parity.svg", "residuals.svg"} & set(files)
    code = str(files["formula.py"])
    assert "the probability that 'kind is rose'" in code
    module = ModuleType("taken")
    exec(code, module.__dict__)  # noqa: S102 - our own export, as a person would run it
    rows = list(csv.DictReader(io.StringIO(str(files["predictions.csv"]))))
    best = Network.from_json(json.loads(str(files["formula.json"]))["formula"]["network"])
    used = [np.array([float(row[name]) for row in rows]) for name in np.array(["a", "b"])[list(best.variables)]]
    expected = [float(row["kind is rose by the formula"]) for row in rows]
    np.testing.assert_allclose(np.broadcast_to(module.predict(*used), len(rows)), expected, rtol=1e-9, atol=1e-12)
    assert all(0 <= p <= 1 for p in expected)
    report = str(files["report.html"])
    assert "the probability that kind is rose" in report
    assert "Log loss on the held-out rows" in report
    assert "R² on the" not in report
    assert "log_loss_holdout" in str(files["front.csv"]).splitlines()[0]


def test_a_class_run_predicts_for_a_table_without_the_class_column(run: Run) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    assert predictor_from_run(run, snapshot["best"]).typical_error is None, "a probability has no such error"
    found = predict(predictor_from_run(run, snapshot["best"]), pd.DataFrame({"a": [4.0, 0.0], "b": [0.0, 4.0]}))
    assert found.values[0] > 0.9
    assert found.values[1] < 0.1


def test_a_typed_formula_is_a_probability_too(run: Run) -> None:
    problem = rows_of(run)
    scored = score_text("1/(1 + exp(-(u*(a - b) + v)))", problem)
    assert scored.fitted == ("u", "v")
    assert scored.train.r2 is not None
    assert scored.train.r2 > 0.5
    np.testing.assert_array_equal(problem.holdout_index, run.problem().holdout_index)


@pytest.mark.slow
def test_the_terminal_searches_one_class_against_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flowers().frame.to_csv(tmp_path / "flowers.csv", index=False)
    asked = ["discover", str(tmp_path / "flowers.csv"), "--target", "kind", "--class"]
    assert main([*asked, "rose", "--steps", "2", "--out", str(tmp_path / "out")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("`kind is rose` = 1/(1 + exp(")
    assert "right on 64 training rows" in out
    assert "right held out" in out
    assert "right" in err
    assert (tmp_path / "out" / "probabilities.svg").exists()

    assert main([*asked, "tulip"]) == 2
    assert "choose one of 'lily', 'oak', 'rose'" in capsys.readouterr().err
    assert main([*asked, "rose", "--loss", "huber"]) == 2
    assert "--loss cannot be combined with --class" in capsys.readouterr().err
