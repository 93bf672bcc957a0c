"""Files and names that nobody gives on purpose end in a sentence and exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from xnet.cli.main import main
from xnet.one_thread import child_environment


@pytest.mark.parametrize("arguments", [
    ["predict", "x" * 300, "t.csv"], ["predict", "deep.json", "t.csv"], ["predict", "huge.json", "t.csv"],
    ["discover", "x" * 300, "--target", "y"], ["replay", "x" * 300], ["replay", "deep.json"],
    ["discover", "deep.json", "--target", "y"], ["discover", "names.json", "--target", "y"]])
def test_a_sentence_says_what_is_wrong(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    (tmp_path / "names.json").write_text('[["x", "y"]]')
    (tmp_path / "huge.json").write_text(
        '{"formula": {"network": {"n_inputs": 1' + "0" * 400 + ', "neurons": [["variable", [], 1e400]], '
        '"constants": []}}, "run": {"inputs": ["a"], "target": "b"}}')
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("xnet: ")
    assert len(said.strip().splitlines()) == 1


def test_a_text_target_of_one_value_is_named_with_its_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,w,kind\n" + "".join(f"{i}.5,{i * i % 7},heavy\n" for i in range(12)))
    assert main(["discover", str(path), "--target", "kind", "--seconds", "1"]) == 2
    assert "The target 'kind' is 'heavy' in every row: choose a target that varies." in capsys.readouterr().err


def test_results_do_not_replace_the_table_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    """`sweep t.csv --csv t.csv` and `predict formula.json t.csv --out t.csv` wrote over the only copy of a table."""
    monkeypatch.chdir(tmp_path)
    table = Path("t.csv")
    table.write_text("x,y\n1,2\n2,4\n3,7\n", encoding="utf-8")
    before = table.read_bytes()
    for command in (["sweep", "t.csv", "--targets", "y", "--csv", "./t.csv"],
                    ["predict", "formula.json", "t.csv", "--out", str(table.resolve())],
                    ["calibrate", "formula.json", "t.csv", "--out", "t.csv"]):
        assert main(command) == 2
        assert "the table that is read: it would be replaced. Choose another file." in capsys.readouterr().err
    assert table.read_bytes() == before


@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "cp1252"}, {
    "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:surrogateescape"}])
def test_a_name_that_the_output_cannot_show_does_not_cost_the_result(tmp_path: Path, encoding: dict[str, str]) -> None:
    """A console or a redirected file of Windows-1252 ended a search of Chinese columns with an error of Python."""
    (tmp_path / "t.csv").write_text("压力,y\n" + "".join(f"{k},{3 * k}\n" for k in range(1, 9)), encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "xnet", "discover", "t.csv", "--target", "y", "--steps", "1"],
                          cwd=tmp_path, capture_output=True, check=False,
                          env=child_environment(*sys.path) | encoding)
    assert done.returncode == 0
    assert b"y = 3*`\\u538b\\u529b`" in done.stdout


def test_messages_that_nobody_reads_are_no_part_of_the_output(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{k},{3 * k}\n" for k in range(1, 9)), encoding="utf-8")
    command = f"{sys.executable} -m xnet discover t.csv --target y --steps 1 --json 2>&-"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, check=False,  # noqa: S602 - our own
                          env=child_environment(*sys.path))
    assert json.loads(done.stdout)["formula"] == "y = 3*x"


def test_a_wrong_folder_is_refused_before_the_search_of_classes(tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    """It ended the command without a result when the search was over."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "t.csv").write_text("x,z\n" + "".join(f"{k},{k % 3}\n" for k in range(30)))

    assert main(["discover", str(tmp_path / "t.csv"), "--target", "z", "--classify", "--seconds", "5",
                 "--out", str(tmp_path / "file")]) == 2
    refused = capsys.readouterr().err
    assert "cannot be written" in refused
    assert "searching" not in refused
