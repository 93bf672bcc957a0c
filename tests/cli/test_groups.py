"""Groups in the command line: several files, `--group`, the output, the exported files, and what is refused."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from xnet.cli.groups import group_lines
from xnet.cli.main import main
from xnet.engine.networks.own_constants import OwnConstants
from xnet.evidence import group_constants

SCALES = {"oak": 1.5, "fir": 4.0}
OPTIONS = ["--target", "y", "--steps", "8", "--activations", "add,mul", "--holdout", "0"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two tables, oak.csv and fir.csv: y = a x + 2 with a of each file."""
    folder, rng, paths = tmp_path_factory.mktemp("files"), np.random.default_rng(0), []
    for name, scale in SCALES.items():
        x = rng.uniform(1, 3, 8)
        paths.append(str(folder / f"{name}.csv"))
        Path(paths[-1]).write_text("x,y\n" + "".join(f"{v},{scale * v * v + 2}\n" for v in x.tolist()))
    return paths


@pytest.fixture(scope="module")
def found(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the exported files of a search on both files."""
    folder = tmp_path_factory.mktemp("found")
    assert main(["discover", *files, *OPTIONS, "--out", str(folder)]) == 0
    return folder


def _formula(folder: Path) -> str:
    return str(json.loads((folder / "formula.json").read_text())["formula"])


def test_every_file_is_a_group(found: Path) -> None:
    assert "a[file_group]" in _formula(found)
    config = json.loads(next(found.glob("*/config.json")).read_text())
    assert config["group"] == {"column": "file_group", "own": None}
    assert config["derived"]["file_group"]["labels"] == ["fir", "oak"]


def test_predictions_of_files_and_programs_look_the_group_up(found: Path, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text("x,file\n2,oak\n2,fir\n2,elm\n")
    assert main(["predict", str(found / "formula.json"), str(table), "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open() as file:
        values = [row["y by the formula"] for row in csv.DictReader(file)]
    assert [float(v) for v in values[:2]] == pytest.approx([8.0, 18.0])
    assert values[2] == ""
    program = subprocess.run([sys.executable, str(found / "formula.py"), str(table)], capture_output=True, text=True,
                             check=True).stdout.split()
    assert [float(v) for v in program[1:3]] == pytest.approx([8.0, 18.0])


def test_the_output_has_a_table_of_groups(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", *files, *OPTIONS, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    own = {r["group"]: r["value"] for r in result["groups"]["constants"] if r["group"]}
    assert own == pytest.approx(SCALES)
    assert result["groups"]["noise"] in ("same", "relative")
    assert result["groups"]["r2"] == pytest.approx({"oak": 1.0, "fir": 1.0})


def test_long_scores_stand_apart_from_the_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnConstants(0, ((0.000373344, 1.5),), ("Saturn", "Mars"))
    monkeypatch.setattr(group_constants, "r2_by_group", lambda network, rows: {"Saturn": 0.99999999938, "Mars": None})
    lines = group_lines(SimpleNamespace(own=own), SimpleNamespace(all_rows=None))
    assert [line.split() for line in lines[-2:]] == [["Saturn", "0.000373344", "0.99999999938"], ["Mars", "1.5", "–"]]
    assert len({len(line) for line in lines[-3:]}) == 1
    assert "R² of all its rows, training and held-out:" in lines[1]


@pytest.mark.parametrize(("options", "sentence"), [
    (["--group", "species"], "has no column 'species' with the groups"),
    (["--own", "1"], "--own is 1"),
    (["--group", "x", "--target", "x"], "--group cannot be used with several targets"),
    (["--group", "x"], "every group needs at least 3"),
])
def test_groups_that_cannot_be_used_are_one_sentence(files: list[str], options: list[str], sentence: str,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", files[0], "--target", "y", "--steps", "1", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_files_of_other_columns_are_refused(files: list[str], tmp_path: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "elm.csv"
    other.write_text("z,y\n1,2\n2,3\n3,4\n")
    assert main(["discover", files[0], str(other), *OPTIONS]) == 2
    assert "elm.csv has other columns than oak.csv: x, z differs" in capsys.readouterr().err
    assert main(["discover", files[0], files[0], *OPTIONS]) == 2
    assert "Two files are called 'oak'" in capsys.readouterr().err


@pytest.mark.parametrize("split", ["group:tree", "order"])
def test_a_split_that_takes_a_whole_group_is_refused(split: str, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    path, rng = tmp_path / "trees.csv", np.random.default_rng(0)
    rows = [f"{tree},{x},{x * x}" for tree in "abcd" for x in rng.uniform(1, 3, 10).tolist()]
    path.write_text("tree,x,y\n" + "\n".join(rows) + "\n")
    options = ["--target", "y", "--steps", "1", "--group", "tree"]
    assert main(["discover", str(path), *options, "--split", split]) == 2
    assert "Hold out rows at random" in capsys.readouterr().err
    assert main(["discover", str(path), *options]) == 0


def test_the_target_is_no_column_of_groups(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", files[0], "--target", "y", "--steps", "1", "--group", "y"]) == 2
    assert "--group and --target are both 'y'" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--fill-gaps"]])
def test_rows_without_a_group_are_left_out(options: list[str], tmp_path: Path,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trees.csv"
    rows = [f"{tree},{x},{scale * x}" for tree, scale in ((1, 2.0), (2, 5.0), (7, 3.0)) for x in range(1, 7)]
    path.write_text("tree,x,y\n" + "\n".join([*rows, ",3,40"]) + "\n")
    assert main(["discover", str(path), *OPTIONS, "--group", "tree", "--json", *options]) == 0
    found = capsys.readouterr()
    assert "1 row without a group in 'tree' is left out" in found.err
    result = json.loads(found.out)
    own = {r["group"]: r["value"] for r in result["groups"]["constants"] if r["group"]}
    assert own == pytest.approx({"1": 2.0, "2": 5.0, "7": 3.0})
    path.write_text("tree,x,y\n" + "".join(f",{x},{x}\n" for x in range(1, 7)))
    assert main(["discover", str(path), *OPTIONS, "--group", "tree"]) == 2
    assert "All rows of 'tree' have no group" in capsys.readouterr().err


def test_without_own_constants_the_groups_are_one_table(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", *files, *OPTIONS, "--own", "0", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert "file_group" not in result["formula"]
    assert "x" in result["formula"]
    assert "groups" not in result
