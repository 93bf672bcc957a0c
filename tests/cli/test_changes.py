"""`discover --rename` and `--exclude`: what reaches the run, its exports, its bundle and its predictions."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import reproduce
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.exports.export import export_files
from xnet.prediction.predictor import predictor_from_run
from xnet.runs import Run
from xnet.tables.changes import changes_from_json

SENTENCES = ["Column 'm' renamed to 'mass'.", "Line 6 of the file excluded: y > 1e5.",
             "2 rows excluded where kind = bad: lines 3 and 4."]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with y = 2 m, two bad rows and a wild one."""
    path = tmp_path_factory.mktemp("table") / "lab.csv"
    kinds = {1: "bad", 2: "bad"}
    path.write_text("m,kind,y\n" + "".join(
        f"{k},{kinds.get(k, 'good')},{10**6 if k == 4 else 7 * k if k in kinds else 2 * k}\n" for k in range(30)))
    return path


@pytest.fixture(scope="module")
def run(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("out")
    assert main(["discover", str(path), "--target", "y", "--inputs", "mass", "--rename", "m=mass", "--exclude",
                 "y > 1e5", "--exclude", "kind = bad", "--steps", "3", "--out", str(out)]) == 0
    return Run(next(out.glob("*/config.json")).parent)


def test_rows_and_names_are_changed_before_the_search(run: Run) -> None:
    config, snapshot = run.config, run.snapshot()
    assert [change.describe() for change in changes_from_json(config["changes"])] == SENTENCES
    assert len(run.data()) == 27
    assert run.data().columns.tolist() == ["mass", "y"]
    assert config["row_names"] == {"word": "line", "progressions": [[2, 3, 2], [7, 1, 25]]}
    assert snapshot is not None
    assert snapshot["row_names"] == config["row_names"]
    assert snapshot["best"]["loss"] < 1e-20


def test_exports_say_what_was_changed_and_name_the_rows(run: Run) -> None:
    files = export_files(run)
    for sentence in SENTENCES:
        assert sentence.replace("'", "&#x27;").replace(">", "&gt;") in str(files["report.html"]), sentence
    rows = list(csv.DictReader(str(files["predictions.csv"]).splitlines()))
    assert [row["line of the file"] for row in rows[:4]] == ["2", "5", "7", "8"]
    assert json.loads(files["formula.json"])["run"]["changes"] == run.config["changes"]
    assert "line 5, mass: 3" in str(files["plots.html"])


def test_the_exported_program_reads_the_file_with_its_old_names(run: Run, path: Path, tmp_path: Path) -> None:
    program = tmp_path / "formula.py"
    program.write_text(str(export_files(run)["formula.py"]))
    done = subprocess.run([sys.executable, program, path], capture_output=True, text=True, check=True)
    predicted = done.stdout.split()[1:]
    assert [float(value) for value in predicted[:3]] == pytest.approx([0, 2, 4])


def test_a_table_to_predict_for_may_have_the_old_names(run: Run, path: Path, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    snapshot = run.snapshot()
    assert snapshot is not None
    assert predictor_from_run(run, snapshot["best"]).renamed == {"mass": "m"}
    (tmp_path / "formula.json").write_text(str(export_files(run)["formula.json"]))
    assert main(["predict", str(tmp_path / "formula.json"), str(path)]) == 0
    out, err = capsys.readouterr()
    assert "Columns renamed as in the search: 'm' to 'mass'." in err
    rows = list(csv.DictReader(out.splitlines()))
    assert float(rows[3]["y by the formula"]) == pytest.approx(6)


def test_a_bundle_carries_the_changes_and_its_replay_finds_the_same(run: Run, tmp_path: Path) -> None:
    bundle = read_bundle(make_bundle(run))
    opened = open_bundle(bundle, tmp_path)
    assert {**opened.config, "id": "", "created": ""} == {**run.config, "id": "", "created": ""}
    assert reproduce(bundle).outcome == "identical"


@pytest.mark.parametrize(("option", "says"), [
    (["--exclude", "z > 3"], "the table has no column 'z'"), (["--exclude", "y > 1e99"], "No row of lab.csv fulfils"),
    (["--rename", "m"], "Write OLD=NEW"), (["--rename", "q=mass"], "has no column 'q'"),
    (["--rename", "m=y"], "has a column 'y' already"), (["--exclude", "y >= 0"], "would exclude every row")])
def test_a_wrong_option_is_a_sentence(path: Path, option: list[str], says: str,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(path), "--target", "y", *option]) == 2
    assert says in capsys.readouterr().err


def test_a_column_that_names_the_rows_is_chosen_or_refused(path: Path, tmp_path: Path,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x,y,plot\n" + "".join(f"{k},{2 * k + 1},{k + 40}\n" for k in range(20)))
    assert main(["discover", str(table), "--target", "y", "--row-name", "plot", "--steps", "1", "--out",
                 str(tmp_path)]) == 0
    config = json.loads(next(tmp_path.glob("*/config.json")).read_text())
    assert (config["inputs"], config["id_column"]) == (["x"], "plot")
    noise = [0.1 * (-1) ** k + 0.05 * (k % 3) for k in range(40)]
    table.write_text("x,y,plot\n" + "".join(f"{k},{k + e + 90 * (k == 7)},P{k}\n" for k, e in enumerate(noise)))
    capsys.readouterr()
    out = tmp_path / "named"
    assert main(["discover", str(table), "--target", "y", "--row-name", "plot", "--steps", "1", "--out", str(out)]) == 0
    assert "ine 9 (P7)" in capsys.readouterr().out
    assert "ine 9 (P7)" in next(out.glob("**/report.html")).read_text("utf-8")
    for column, said in (("kind", "must be short, and different in every row"),
                         ("z", "has the columns 'm', 'kind', 'y'")):
        assert main(["discover", str(path), "--target", "y", "--row-name", column]) == 2
        assert said in capsys.readouterr().err
