"""Prior knowledge on the command line and in a run's config."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main
from xnet.runs.run import Run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """y = 2 a^2 / b, beside a column c of noise."""
    a, b, c = np.random.default_rng(1).uniform(1, 3, (3, 40))
    path = tmp_path / "table.csv"
    rows = np.stack([a, b, c, 2 * a**2 / b], axis=1).tolist()
    path.write_text("a,b,c,y\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows))
    return path


def test_every_option_reaches_the_search_and_the_config(table: Path, tmp_path: Path,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = main(["discover", str(table), "--target", "y", "--seconds", "20", "--json", "--out", str(out),
                 "--forbid", "c", "--require", "a,b", "--forbid-nesting", "sin:sin,waves:growth",
                 "--max-parameters", "1", "--increasing", "a", "--decreasing", "b", "--output-range", "0:",
                 "--initial-formula", "k*a**p/b"])
    found = json.loads(capsys.readouterr().out)
    config = next(Run(path.parent) for path in out.glob("*/config.json")).config

    assert code == 0
    assert found["formula"] == "y = 2*a**2/b"
    assert found["constraints_met"] is True
    given = found["given"]
    assert (given["given"], given["constraints_met"], given["r2_train"]) == ("k*a**p/b", True, pytest.approx(1.0))
    assert given["constants"] == pytest.approx({"k": 2.0, "p": 2.0})
    assert config["prior"] == {
        "forbidden_inputs": ["c"], "required_inputs": ["a", "b"], "max_parameters": 1, "initial_formula": "k*a**p/b",
        "forbidden_nesting": [["sin", "sin"], ["waves", "growth"]], "output_range": [0.0, None],
        "monotonic": {"a": "increasing", "b": "decreasing"}}


@pytest.mark.slow
def test_constants_are_kept_as_text_and_printed_by_name(table: Path, tmp_path: Path,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = main(["discover", str(table), "--target", "y", "--steps", "2", "--inputs", "a,b", "--json", "--out",
                 str(out), "--initial-formula", "k*a**n/b + d*q", "--constant", "q = 2.7", "--constant", "d[0:0.5]",
                 "--constant", "n[1:4] whole"])
    found = json.loads(capsys.readouterr().out)
    folder = next(path.parent for path in out.glob("*/config.json"))

    assert code == 0
    assert Run(folder).config["prior"]["constants"] == ["q=2.7", "d[0:0.5]", "n[1:4] whole"]
    assert {p["name"]: p["kind"] for p in found["given"]["parameters"]} == {
        "k": "fitted", "n": "whole number", "d": "at a bound", "q": "fixed"}
    assert found["given"]["constants"]["n"] == 2.0


def test_a_known_constant_is_explained_beside_the_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    x = np.linspace(1, 3, 30)
    path = tmp_path / "fall.csv"
    path.write_text("t,s\n" + "".join(f"{t!r},{9.81 * t**1.5!r}\n" for t in x.tolist()))
    code = main(["discover", str(path), "--target", "s", "--steps", "2", "--constant", "g=9.81", "--out",
                 str(tmp_path / "out")])
    out = capsys.readouterr().out

    assert code == 0
    assert out.splitlines()[:2] == ["s = g*sqrt(t**3)", "  with g = 9.81"]
    assert (tmp_path / "out" / "formula.txt").read_text() == "s = g*sqrt(t**3)\nwith g = 9.81\n"


def test_units_steer_the_search_and_stand_in_the_config(table: Path, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = main(["discover", str(table), "--target", "y", "--steps", "2", "--inputs", "a,b", "--json", "--out",
                 str(out), "--units", "a=m,b=s,y=m^2/s", "--enforce-units", "1"])
    found = json.loads(capsys.readouterr().out)
    config = next(Run(path.parent) for path in out.glob("*/config.json")).config

    assert code == 0
    assert (found["formula"], found["units"]) == ("y = 2*a**2/b", "consistent")
    assert config["prior"] == {"units": {"inputs": {"a": {"[length]": 1.0}, "b": {"[time]": 1.0}}, "constants": 1,
                                         "target": {"[length]": 2.0, "[time]": -1.0}}}
    assert main(["discover", str(table), "--target", "y", "--steps", "2", "--enforce-units"]) == 2
    assert "Units can steer the search only where inputs have a unit" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "message"), [("g=", "cannot be read"), ("a=1.5", "the name of a column")])
def test_a_constant_that_cannot_be_used_is_one_sentence(table: Path, text: str, message: str,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(table), "--target", "y", "--constant", text])

    assert code == 2
    assert message in capsys.readouterr().err


def test_eulers_number_beside_letters_is_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(table), "--target", "y", "--steps", "1", "--initial-formula", "k*a + e"]) == 0
    assert "xnet: In 'k*a + e', e is Euler's number 2.71828 and is not fitted." in capsys.readouterr().err


def test_the_given_formula_and_idle_inputs_are_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(table), "--target", "y", "--seconds", "20", "--require", "c",
                 "--initial-formula", "k*a + 1.5"])
    out = capsys.readouterr().out

    assert code == 0
    assert "The given formula k*a + 1.5 with k = " in out
    assert "it does not satisfy the constraints" in out
    assert "reads 'c' because it is required, without a visible effect" in out


def test_a_wish_that_is_not_met_is_said(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(table), "--target", "y", "--seconds", "1", "--json", "--output-range", "500:600"])
    out, err = capsys.readouterr()

    assert code == 0
    assert json.loads(out)["constraints_met"] is False
    assert "satisfies all constraints" in err


@pytest.mark.parametrize(("options", "words"), [
    (["--forbid", "z"], "'z', which is no input; the inputs are a, b, c"),
    (["--forbid", "a,b,c"], "Every input is forbidden"),
    (["--forbid-nesting", "sin"], "expected pairs"),
    (["--forbid-nesting", "sin:foo"], "'foo', which is not known"),
    (["--output-range", "5"], "Write LOW:HIGH"),
    (["--output-range", "a:b"], "Write LOW:HIGH"),
    (["--output-range", "5:1"], "low below high"),
    (["--increasing", "a", "--decreasing", "a"], "'a' is both"),
    (["--initial-formula", "k*zed"], "known columns: a, b, c"),
    (["--initial-formula", "arctan(a)"], "activation library lacks"),
])
def test_invalid_options_are_refused_in_one_sentence(options: list[str], words: str, table: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["discover", str(table), "--target", "y", "--seconds", "1", *options])
    out, err = capsys.readouterr()

    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 2  # the other one says what was read of the table
