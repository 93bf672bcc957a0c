"""`discover --template`: the unknown parts in text, JSON and files, and what is refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main

OPTIONS = ["--target", "p", "--inputs", "h,v", "--steps", "20", "--activations", "add,mul,neg,exp"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    """p = 2.5 h + exp(-v), and a constant column k."""
    path, rng = tmp_path_factory.mktemp("table") / "t.csv", np.random.default_rng(0)
    rows = zip(rng.uniform(0, 5, 60).tolist(), rng.uniform(0, 3, 60).tolist(), strict=True)
    path.write_text("h,v,p,w\n" + "".join(f"{h},{v},{2.5 * h + np.exp(-v)},{int(h > 2)}\n" for h, v in rows))
    return str(path)


@pytest.mark.slow
def test_the_parts_are_printed_and_kept_in_the_config(table: str, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", table, *OPTIONS, "--template", "a*h + f(v)", "--json", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["formula"] == "p = 2.5*h + exp(-v)"
    assert result["holes"] == {"f(v)": "exp(-v)"}
    assert result["letters"] == {"a": 2.5}
    assert "holes" in result["front"][0]
    config = json.loads(next(tmp_path.glob("*/config.json")).read_text())
    assert config["prior"] == {"template": "a*h + f(v)"}


@pytest.mark.parametrize(("options", "said"), [
    (["--template", "a*h + f(v, v)"], "names a column twice in the unknown part 'f'"),
    (["--template", "a*h"], "has no unknown part"),
    (["--template", "f(3)"], "depends on no column"),
    (["--template", "f(v) + log(-1 - h)"], "has no finite value on all rows"),
    (["--template", "f(v)", "--initial-formula", "a*v"], "together with an initial formula"),
    (["--template", "f(v)", "--no-parameters"], "parameters are switched off")])
def test_a_template_that_cannot_be_used_is_one_sentence_and_exit_code_2(
        table: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", table, *OPTIONS, *options]) == 2
    assert said in capsys.readouterr().err


def test_a_class_has_no_template(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", table, "--target", "w", "--classify", "--template", "f(v)"]) == 2
    assert "--template cannot be used with a target of classes" in capsys.readouterr().err


@pytest.mark.slow
def test_groups_have_own_letters_in_text_and_json(table: str, tmp_path: Path,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["discover", table, *OPTIONS, "--group", "w", "--template", "a*h + f(v)", "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert "in the form a*h + f(v)" in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["letters"]) == {"a"}
    assert list(result["holes"]) == ["f(v)"]


def test_a_template_with_more_letters_than_parameters_are_allowed_says_what_it_breaks(
        table: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It had said that the result is a constant, and had printed a formula of three parameters."""
    assert main(["discover", table, *OPTIONS, "--template", "a*exp(-b*h) + f(v)", "--max-parameters", "1", "--steps",
                 "2"]) == 0
    assert ("No formula that satisfies all constraints was found; the result breaks one: it has 3 parameters, at most "
            "1 are allowed.") in capsys.readouterr().err
