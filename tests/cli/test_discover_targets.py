"""`discover` for several targets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xnet.cli.main import main


@pytest.mark.slow
def test_several_targets_are_searched_from_the_same_inputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,b,u,v\n" + "".join(f"{i},{i % 7},{3 * i},{i + i % 7}\n" for i in range(1, 40)))
    out = tmp_path / "out"
    code = main(["discover", str(path), "--target", "u,v", "--steps", "1", "--json", "--out", str(out)])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert code == 0
    assert [(one["target"], one["formula"]) for one in found] == [("u", "u = 3*a"), ("v", "v = a + b")]
    assert (out / "1_u" / "formula.txt").read_text() == "u = 3*a\n"
    assert main(["discover", str(path), "--target", "u", "--target", "v", "--steps", "1"]) == 0
    assert capsys.readouterr().out.startswith("== u ==\nu = 3*a\n")


@pytest.mark.parametrize(("options", "message"), [
    (["--target", "u,u"], "given twice"), (["--target", "u,v", "--inputs", "a,v"], "a target and an input"),
    (["--target", "u,nothing"], "There is no column 'nothing'"),
    (["--target", "u,v", "--classify"], "explain one column")])
def test_targets_that_cannot_be_searched_together_are_one_sentence(tmp_path: Path, options: list[str], message: str,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,u,v\n" + "".join(f"{i},{3 * i},{i * i}\n" for i in range(1, 20)))

    assert main(["discover", str(path), *options, "--steps", "1"]) == 2
    assert message in capsys.readouterr().err
