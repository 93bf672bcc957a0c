"""The command `benchmarks.formulas`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.formulas import command as formulas
from tests.benchmarks.helpers import FORMULAS, rows_of


def test_formulas_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine.csv").write_text(FORMULAS.replace("Cube", "Mine"), encoding="utf-8")
    formulas.main(["--file", str(tmp_path / "mine.csv"), "--family", "Mine", "--seconds", "5", "--rows", "60"])

    assert capsys.readouterr().out.startswith("Mine ")


def test_a_list_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "mine.csv").write_text(FORMULAS, encoding="utf-8")
    monkeypatch.setenv("XNET_BENCHMARKS", str(tmp_path))
    formulas.main(["--list", "mine", "--family", "Line", "--seconds", "5", "--rows", "60"])

    assert "1 exact also by relative error" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        formulas.main(["--list", "mine", "--file", str(tmp_path / "mine.csv")])


@pytest.mark.slow
def test_the_formulas_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    formulas.main(["--family", "Simple,Cube", "--seconds", "20", "--rows", "60", "--csv", str(tmp_path / "o.csv")])
    rows = rows_of(tmp_path / "o.csv")
    assert [(r["name"], r["compact"]) for r in rows] == [("Line", "True"), ("Wave", "True"), ("Cube", "True")]
    assert "xnet all: 3 of 3 exact, 3 compact" in capsys.readouterr().out
    formulas.main(["--shard", "2/2", "--seconds", "1", "--no-parameters", "--noise", "0.01", "--rows", "60"])
    said = capsys.readouterr().out
    assert said.startswith("Wave ")
    assert "mean parameters 0.0" in said
