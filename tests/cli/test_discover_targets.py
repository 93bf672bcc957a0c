"""`discover` for several targets."""

from __future__ import annotations

import argparse
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from xnet.cli.discover_targets import discover_targets
from xnet.cli.main import main
from xnet.tables.reading import read_table


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


def test_ctrl_c_ends_the_searches_of_all_targets(capsys: pytest.CaptureFixture[str]) -> None:
    searched = []

    def discover(options: argparse.Namespace, table: Any, target: str, *rest: Any) -> int:
        searched.append(target)
        options.interrupted = target == "v"
        return 0

    table = read_table("a,u,v,w\n" + "".join(f"{k},{3 * k},{k * k},{k + 1}\n" for k in range(1, 20)))
    options = argparse.Namespace(one_class=None, classify=False, inputs=None, out=None, json=True)
    discover_targets(options, table, ["u", "v", "w"], discover, ())
    assert searched == ["u", "v"]
    assert "interrupted; not searched: 'w'." in capsys.readouterr().err


def test_a_search_that_was_interrupted_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,u,v\n" + "".join(f"{i},{3 * i + i % 5},{i * i + i % 3}\n" for i in range(1, 40)))

    def show(*_: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("xnet.cli.output.Progress.show", show)
    assert main(["discover", str(path), "--target", "u,v", "--steps", "40"]) == 0
    captured = capsys.readouterr()
    assert "== u ==" in captured.out
    assert "== v ==" not in captured.out
    assert "interrupted; not searched: 'v'." in captured.err
