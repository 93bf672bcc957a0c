"""Scores and verdicts in the words of the loss: recomputed with NumPy, and the same in every place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.cli.main import main
from xnet.config.losses import KNOWN_ERROR, LOSS_TEXTS, loss_of, loss_title, parts_of_loss
from xnet.config.run_options import RunError
from xnet.evidence.formula_verdict import formula_verdict
from xnet.runs import create_run, execute
from xnet.wording.score_text import loss_score

N = 120


def table(seed: int = 0) -> pd.DataFrame:
    """Measurements over three decades with 5 % noise, counts, and standard errors."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 5, N)
    y = 3 * x**3 * np.exp(0.05 * rng.normal(size=N))
    return pd.DataFrame({"x": x, "y": y, "count": rng.poisson(np.exp(0.4 * x)), "error": 0.05 * 3 * x**3})


def deviance(f: Array, y: Array) -> float:
    return 2 * float(np.sum(np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / f), 0) - y + f))


EXPECTED: dict[str, tuple[str, Callable[[Array, Array], float]]] = {
    "relative": ("median_relative_error", lambda f, y: float(np.median(np.abs(f / y - 1)))),
    "log": ("median_relative_error", lambda f, y: float(np.median(np.abs(f / y - 1)))),
    "absolute": ("mean_absolute_error", lambda f, y: float(np.mean(np.abs(f - y)))),
    "quantile:0.8": ("share_below", lambda f, y: float(np.mean(y < f))),
    "poisson": ("explained_deviance", lambda f, y: 1 - deviance(f, y) / deviance(np.full(len(y), y.mean()), y))}


@pytest.mark.parametrize("loss", EXPECTED)
def test_scores_of_the_estimator_are_recomputed(loss: str) -> None:
    name, score = EXPECTED[loss]
    data = table()
    y = data["count" if loss == "poisson" else "y"].to_numpy(dtype=float)
    model = XNetRegressor(loss=loss, budget_steps=2, budget_seconds=1e6, holdout_fraction=0.0, random_state=0)
    model.fit(data[["x"]].to_numpy(), y)
    row = model.front_[model.front_["formula"] == model.formula_].iloc[0]
    f = model.predict(data[["x"]].to_numpy())
    assert np.isclose(row[f"{name}_train"], score(f, y))
    assert np.isclose(row["r2_train"], 1 - np.mean((f - y) ** 2) / y.var())
    assert np.isnan(row[f"{name}_holdout"])


def test_known_errors_in_python_give_chi_square_per_row() -> None:
    data = table()
    X, y, error = data[["x"]].to_numpy(), data["y"].to_numpy(), data["error"].to_numpy()
    model = XNetRegressor(budget_steps=2, budget_seconds=1e6, holdout_fraction=0.0, random_state=0)
    model.fit(X, y, sample_error=error)
    row = model.front_[model.front_["formula"] == model.formula_].iloc[0]
    assert np.isclose(row["chi2_per_row_train"], np.mean(((model.predict(X) - y) / error) ** 2))
    assert 0.7 < row["chi2_per_row_train"] < 1.3
    power = model.constants_.iloc[0]
    assert 0 < power["error"] < 0.05 * abs(power["fitted"])


@pytest.mark.parametrize(("arguments", "message"), [
    ({"loss": "cubic"}, "no loss"), ({"loss": "quantile:2"}, "between 0 and 1")])
def test_the_estimator_refuses_an_unknown_loss(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        XNetRegressor(**arguments).fit(np.arange(20.0)[:, None], np.arange(20.0))  # type: ignore[arg-type]


@pytest.mark.parametrize("loss", ["relative", "quantile:0.8"])
def test_run_verdict_and_snapshot_agree(loss: str, tmp_path: Path) -> None:
    data = table()[["x", "y"]]
    run = create_run(data, target="y", inputs=["x"], source="t", root=tmp_path, steps=3, loss=loss, seconds=600)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    name, score = EXPECTED[loss]
    problem = run.problem()
    assert problem.holdout is not None
    from xnet.engine import Network

    network = Network.from_json(snapshot["best"]["network"])
    f = network.evaluate(problem.holdout.columns.T)
    shown = dict(snapshot["best"])
    assert np.isclose(shown[f"{name}_holdout"], score(f, problem.holdout.y))
    text = loss_score(shown)
    assert text is not None
    assert text[0].lower().startswith(name.split("_", maxsplit=1)[0])
    found = formula_verdict(snapshot["best"], snapshot, problem)
    assert found.level in ("strong", "plausible")
    assert "By the loss that was chosen" in found.sentence


def test_a_column_of_standard_errors_is_known_on_the_command_line(tmp_path: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.csv"
    table()[["x", "y", "error"]].to_csv(path, index=False)
    assert main(["discover", str(path), "--target", "y", "--error", "error", "--steps", "2", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["weighted"] is True
    assert main(["discover", str(path), "--target", "y", "--inputs", "x", "--weight", "error", "--steps", "2"]) == 0
    assert "\nWeighted R² 0.9" in (text := capsys.readouterr().out)
    assert "  weighted R² train  weighted R² held out  formula" in text
    assert 0.5 < result["chi2_per_row_train"] < 1.5
    assert main(["discover", str(path), "--target", "y", "--inputs", "x", "--loss", "relative", "--steps", "2"]) == 0
    assert "Median relative error: " in capsys.readouterr().out
    assert main(["discover", str(path), "--target", "y", "--loss", "cubic", "--steps", "2"]) == 2
    assert "There is no loss 'cubic'" in capsys.readouterr().err


def test_known_errors_without_a_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no column holds them"):
        create_run(table()[["x", "y"]], target="y", inputs=["x"], source="t", root=tmp_path, loss=KNOWN_ERROR)


def test_every_loss_of_setup_has_a_title_and_comes_back() -> None:
    for kind in LOSS_TEXTS:
        loss = loss_of(kind, 0.75)
        assert parts_of_loss(loss)[0] == kind
        assert loss_title(loss).startswith(LOSS_TEXTS[kind][0])
