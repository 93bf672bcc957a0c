"""Runs that commands take by id or by folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from xnet.cli.main import main


def test_a_run_is_named_by_its_folder_or_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    """`discover --out FOLDER` makes its run in FOLDER, where a command with the id alone does not look."""
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "elsewhere"))
    rows = tmp_path / "rows.csv"
    rows.write_text("a,y\n" + "".join(f"{0.5 * i},{i + 3}\n" for i in range(12)))
    assert main(["discover", str(rows), "--target", "y", "--steps", "1", "--out", str(tmp_path / "out")]) == 0
    run = next(path.parent for path in (tmp_path / "out").glob("*/config.json"))

    assert main(["export", str(run), str(tmp_path / "taken")]) == 0
    assert main(["bundle", str(run), str(tmp_path / "run.zip")]) == 0
    capsys.readouterr()
    assert main(["predict", str(run), str(rows)]) == 0
    assert "14" in capsys.readouterr().out
    for command in (["export", run.name, str(tmp_path / "none")], ["predict", run.name, str(rows)]):
        assert main(command) == 2
        assert f"give FOLDER/{run.name}" in capsys.readouterr().err
