"""What `discover` prints of a finished search, beside the formula and its scores."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.discover_classes import CALIBRATED, class_lines
from xnet.cli.main import main


def test_json_says_from_which_day_dates_are_counted_and_the_list_says_what_it_holds(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("date,level\n" + "".join(f"2021-03-{d:02},{d * 0.5}\n" for d in range(1, 25)))
    options = ["discover", str(path), "--target", "level", "--convert", "date:days", "--steps", "1"]
    assert main([*options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["derived"]["date in days"]["since"] == "2021-03-01T00:00:00"
    assert main(options) == 0
    out = capsys.readouterr().out
    assert "The best formulas of growing complexity" in out
    assert "The best formula of every complexity" not in out, "two may have the same complexity"


def test_json_of_classes_says_from_which_day_dates_are_counted(tmp_path: Path,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("date,a,b,kind\n" + "".join(
        f"2021-03-{d:02},{d % 5},{d % 7},{'low' if d < 14 else 'high'}\n" for d in range(1, 29)))
    assert main(["discover", str(path), "--target", "kind", "--convert", "date:days", "--seconds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["derived"]["date in days"]["since"] == "2021-03-01T00:00:00"
    assert "ross-validated, the formula classifies" in found["verdict"]["sentence"]
    assert "All rows have chosen the form" in found["verdict"]["cautions"][-1]


def test_every_caution_stands_on_a_line_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "few.csv"
    path.write_text("x,y\n" + "".join(f"{x},{3 * x + 0.2 * (-1) ** x}\n" for x in range(1, 15)))
    assert main(["discover", str(path), "--target", "y", "--steps", "1"]) == 0
    assert any(line.startswith("There are only ") for line in capsys.readouterr().out.splitlines())


def test_copies_of_rows_are_no_observations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(2)
    rows = [f"{x},{z},{y}\n" for x, z, y in zip(rng.uniform(0, 10, 12), rng.normal(size=12), rng.normal(size=12),
                                               strict=True) for _ in range(8)]
    path = tmp_path / "copies.csv"
    path.write_text("dose,weight,response\n" + "".join(rows))
    assert main(["discover", str(path), "--target", "response", "--steps", "8", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["rows_train"], result["rows_holdout"]) == (12, 0)
    assert result["verdict"]["level"] != "strong"
    assert any(said.startswith("84 of 96 rows repeat an earlier one") for said in result["verdict"]["cautions"])


def test_the_sentence_on_filled_gaps_is_of_the_rows_that_are_searched(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def again(*_: object, **__: object) -> None:
        raise AssertionError("the rows are selected a second time")

    monkeypatch.setattr("xnet.tables.usable_rows.usable", again)  # runs select the rows by a name of their own
    path = tmp_path / "gaps.csv"
    path.write_text("x,z,y\n" + "".join(f"{x},{'' if x == 7 else x % 5},{3 * x}\n" for x in range(1, 31)))
    assert main(["discover", str(path), "--target", "y", "--fill-gaps", "--steps", "1"]) == 0
    assert "Gaps were filled with the median of the column: 1 cell of 'z' with 2." in capsys.readouterr().err


def test_calibrated_constants_outside_their_intervals_are_explained() -> None:
    constant = {"value": 2.0, "fitted": 3.0, "error": 0.1, "low": 2.8, "high": 3.2, "method": "quadratic"}
    result = {"classes": ["no", "yes"], "scores": [{"class": "yes", "formula": "2*x", "constants": [constant]}],
              "functions": [], "confusion": [[1, 0], [0, 1]], "importance": {"x": [0.1, 0.1]}, "accuracy": 1.0,
              "log_loss": 0.1, "rows": 2, "accuracy_held_out": 1.0, "log_loss_held_out": 0.1, "parameters": 1,
              "log_loss_of_shares": 0.7, "complexity": 3, "verdict": {"sentence": "It is.", "cautions": []}}
    assert CALIBRATED in class_lines(result)
    inside = {**constant, "value": 3.0}
    assert CALIBRATED not in class_lines({**result, "scores": [{**result["scores"][0], "constants": [inside]}]})
