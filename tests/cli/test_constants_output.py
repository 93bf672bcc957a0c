"""The constants in the output of `discover`: printed and fitted, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main
from xnet.engine import Network


@pytest.fixture
def line(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.5, 3.0, 80)
    y = 2.37 * x + 1.13 + rng.normal(0, 0.02, 80)
    path = tmp_path / "line.csv"
    path.write_text("x,y\n" + "\n".join(f"{a!r},{b!r}" for a, b in zip(x.tolist(), y.tolist(), strict=True)) + "\n")
    return path


def test_constants_are_printed_with_their_errors(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(line), "--target", "y", "--steps", "2", "--seconds", "60"]) == 0
    text = capsys.readouterr().out

    assert "Constants, fitted to all rows (95 % interval):" in text
    assert "; fitted 2.3" in text
    assert " ± " in text


def test_constants_are_in_the_json(line: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(line), "--target", "y", "--steps", "2", "--seconds", "60", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["constants"]

    assert found
    assert set(found[0]) == {"name", "value", "fitted", "error", "low", "high", "method"}


@pytest.fixture
def shifted(tmp_path: Path) -> Path:
    """A line whose last fifth of the rows, the held-out ones, lies higher."""
    x = np.arange(1.0, 51.0)
    y = 2.37 * x + 1.13 + np.random.default_rng(0).normal(0, 0.02, 50) + np.where(x > 40, 1.5, 0.0)
    path = tmp_path / "shifted.csv"
    path.write_text("x,y\n" + "\n".join(f"{a!r},{b!r}" for a, b in zip(x.tolist(), y.tolist(), strict=True)) + "\n")
    return path


def test_numbers_outside_their_intervals_are_explained_and_the_formula_of_all_rows_stands_beside_them(
        shifted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(shifted), "--target", "y", "--split", "order", "--steps", "2", "--activations",
                 "add,mul"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"The printed 2\.37\d* and 1\.1\d* lie outside their intervals: the formula has numbers "
                     "fitted to the training rows", text)
    assert re.search(r"With numbers fitted to all rows .*:\ny = 2\.4\d*\*x", text)


def test_the_formula_of_all_rows_is_given_on_request_and_predicts(
        shifted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "out"
    assert main(["discover", str(shifted), "--target", "y", "--split", "order", "--steps", "2", "--activations",
                 "add,mul", "--refit", "--json", "--out", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)["refitted"]["formula"]
    assert found.startswith("y = 2.4")
    assert (folder / "formula_all_rows.txt").read_text().strip() == found
    of_all = json.loads((folder / "formula_all_rows.json").read_text())["formula"]
    assert of_all["text"] == found
    assert not [key for key in of_all if key.startswith("r2")], "no rows are left to score it"
    report = (folder / "report.html").read_text()
    assert "lie outside their intervals" in report
    assert f"With numbers fitted to all rows the formula is {found}" in report
    assert main(["predict", str(folder / "formula_all_rows.json"), str(shifted)]) == 0
    line = capsys.readouterr().out.splitlines()[1]
    network = Network.from_json(of_all["network"])
    assert float(line.split(",")[3]) == pytest.approx(network.evaluate(np.array([[1.0]]))[0])


def test_the_formula_of_all_rows_has_its_own_complexity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(24, 2))
    y = X @ [1.01, 0.5] + 0.03 + 0.08 * rng.normal(size=24)
    path = tmp_path / "plane.csv"
    path.write_text("a,b,y\n" + "\n".join(f"{a!r},{b!r},{c!r}" for (a, b), c in zip(X.tolist(), y.tolist(),
                                                                                strict=True)) + "\n")
    options = ["discover", str(path), "--target", "y", "--steps", "2", "--activations", "add,mul", "--refit"]

    assert main([*options, "--json", "--out", str(tmp_path / "out")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["formula"] == "y = a + 0.5*b"
    assert (found["parameters"], found["complexity"]) == (1, 5)
    assert found["refitted"]["formula"].startswith("y = a + 0.5*b + 0.02")
    assert (found["refitted"]["parameters"], found["refitted"]["complexity"]) == (2, 7)
    of_all = json.loads((tmp_path / "out" / "formula_all_rows.json").read_text())["formula"]
    assert (of_all["n_parameters"], of_all["complexity"]) == (2, 7)
    assert main(options) == 0
    assert "(no rows are left to score it; 2 parameters, complexity 7):" in capsys.readouterr().out
