"""New rows in another unit than the rows of the search."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet.cli.main import main
from xnet.engine.formulas.parser import read_formula
from xnet.prediction.predictor import Predictor
from xnet.prediction.unit_remarks import unit_remarks

PREDICTOR = Predictor(read_formula("2*x + z", ["x", "z", "idle"]), ("x", "z", "idle"), "y", renamed={"z": "old z"},
                      units={"x": "m/s", "z": "kg", "idle": "s"})


@pytest.mark.parametrize("units", [{}, {"x": "m/s"}, {"x": "m s-1", "z": "kg"}, {"idle": "h"}, {"x": ""},
                                   {"other": "K"}])
def test_the_same_units_and_units_of_other_columns_need_no_remark(units: dict[str, str]) -> None:
    assert unit_remarks(PREDICTOR, units) == []


@pytest.mark.parametrize(("units", "column"), [
    ({"x": "km/h"}, "x"), ({"X ": "km/h"}, "x"), ({"old z": "g"}, "z"), ({"x": "furlongs"}, "x")],
    ids=["other", "similar name", "renamed", "unknown unit"])
def test_another_unit_is_said(units: dict[str, str], column: str) -> None:
    [said] = unit_remarks(PREDICTOR, units)
    assert said.startswith(f"{column!r} has the unit {next(iter(units.values()))} in this table, but ")


def test_the_command_says_that_a_table_is_in_another_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The predictions were wrong by the factor between the units, without a word."""
    (tmp_path / "t.csv").write_text("x,y\nm/s,J\n" + "\n".join(f"{k},{3 * k + 4}" for k in range(12)))
    (tmp_path / "new.csv").write_text("x\nkm/h\n5\n6\n")
    out = tmp_path / "out"
    assert main(["discover", str(tmp_path / "t.csv"), "--target", "y", "--steps", "5", "--out", str(out)]) == 0
    assert main(["predict", str(out / "formula.json"), str(tmp_path / "new.csv")]) == 0
    assert "'x' has the unit km/h in this table, but m/s in the search: convert its values" in capsys.readouterr().err


@pytest.mark.parametrize(("header", "said"), [("x [km/h]", True), ("x (m/s)", False)])
def test_a_unit_in_the_name_of_a_new_column_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str], header: str,
                                                     said: bool) -> None:
    """The column was said to be missing, with the advice to rename x [km/h], which gave wrong predictions."""
    (tmp_path / "t.csv").write_text("x,y\nm/s,J\n" + "\n".join(f"{k},{3 * k + 4}" for k in range(12)))
    (tmp_path / "new.csv").write_text(f"{header};z\n5;1\n6;2\n")
    out = tmp_path / "out"
    assert main(["discover", str(tmp_path / "t.csv"), "--target", "y", "--steps", "5", "--out", str(out)]) == 0
    assert main(["predict", str(out / "formula.json"), str(tmp_path / "new.csv")]) == 0
    output = capsys.readouterr()
    assert ("has the unit km/h in this table, but m/s in the search" in output.err) is said
    assert "22.0" in output.out.splitlines()[-1].split(",")
