"""The permutation check of a run: in a process of its own, in the folder, in the report and in the bundle."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.restore import open_bundle
from xnet.atomic_files import write_json
from xnet.cli.main import main
from xnet.evidence.permutation_check import STEPS, PermutationCheck
from xnet.exports.export import Export
from xnet.runs import RunError, create_run, execute, launch_check, open_shared, permutation_worker, share
from xnet.runs import permutation as of_run
from xnet.runs.run import Run

RNG = np.random.default_rng(2)
TABLE = pd.DataFrame(RNG.uniform(1, 3, (30, 2)), columns=["a", "b"]).assign(y=lambda t: t.a**2 / t.b)
TABLE["y"] += 0.05 * RNG.normal(size=30)
CHECK = PermutationCheck(0.9, (0.0, 0.2, 0.95), 8, 7)
WAIT_S = 100.0


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = create_run(TABLE, target="y", inputs=["a", "b"], source="made", steps=1, root=tmp_path / "runs")
    execute(run, commands=lambda: None)
    return run


def wait_for(condition: Callable[[], Any]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def state_of(run: Run) -> str:
    record = of_run.read_permutation(run)
    return "" if record is None else record["state"]


@pytest.mark.slow
def test_a_process_of_its_own_carries_out_the_check(run: Run) -> None:
    launch_check(run, 2)
    record = of_run.read_permutation(run)
    assert record is not None
    assert record["pid"] not in (None, os.getpid())
    with pytest.raises(RunError, match="still running"):
        launch_check(run, 2)
    wait_for(lambda: state_of(run) != "running")
    found = of_run.finished_check(run)
    assert found is not None, (of_run.read_permutation(run), (run.folder / "log.txt").read_text())
    assert (found.n_shuffled, found.steps, found.p_value) == (2, STEPS, 1 / 3)
    assert run.status()["state"] == "finished", "the state of the search stays"


@pytest.mark.slow
def test_a_stopped_check_ends_without_a_result(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    of_run.ask_for_check(run, 50, os.getpid())
    write = of_run._write

    def stop_after_one(run: Run, record: of_run.PermutationRecord) -> None:
        write(run, record)
        if record["done"] == 1:
            of_run.stop_check(run)

    monkeypatch.setattr(of_run, "_write", stop_after_one)
    of_run.carry_out(run)
    assert state_of(run) == "stopped"
    assert of_run.finished_check(run) is None


def test_a_check_ends_when_its_run_is_deleted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    of_run.ask_for_check(run, 50, os.getpid())
    monkeypatch.setattr(of_run, "permutation_check",
                        lambda *arguments: (shutil.rmtree(run.folder), arguments[-1]() or pytest.fail("goes on"))[0])
    of_run.carry_out(run)
    assert not run.folder.exists()


def test_an_earlier_result_stays_while_a_check_runs_and_when_it_is_stopped(run: Run) -> None:
    of_run.save_check(run, CHECK)
    of_run.ask_for_check(run, 99, os.getpid())
    assert of_run.finished_check(run) == CHECK
    of_run.stop_check(run)
    assert of_run.finished_check(run) == CHECK


def test_a_check_whose_process_died_reads_as_failed(run: Run) -> None:
    of_run.ask_for_check(run, 9, 2**22 + 12345)
    record = of_run.read_permutation(run)
    assert record is not None
    assert (record["state"], record["message"]) == ("failed", "The check ended unexpectedly. Start it again.")


def test_too_few_rows_are_said_in_a_sentence(tmp_path: Path) -> None:
    run = create_run(TABLE.head(5), target="y", inputs=["a", "b"], source="made", steps=1, root=tmp_path)
    execute(run, commands=lambda: None)
    of_run.ask_for_check(run, 9, os.getpid())
    of_run.carry_out(run)
    record = of_run.read_permutation(run)
    assert record is not None
    assert record["state"] == "failed"
    assert "at least 6 rows; the table has 5" in record["message"]


def test_a_link_for_reading_starts_no_check(run: Run) -> None:
    with pytest.raises(RunError, match="only shows the search"):
        launch_check(open_shared(share(run), run.folder.parent), 9)


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert permutation_worker.main([str(tmp_path)]) == 2
    assert "no readable config.json" in capsys.readouterr().err


def test_report_json_and_bundle_hold_the_check(run: Run, tmp_path: Path) -> None:
    assert "Permutation check" not in Export.from_run(run).texts()["report.html"]()
    of_run.save_check(run, CHECK)
    export = Export.from_run(run)
    report = export.texts()["report.html"]()
    assert "<h2>Permutation check</h2>" in report
    assert "1 of 3 tables with a shuffled target gave as good a formula in 8 steps (p = 0.5)." in report
    assert json.loads(export.texts()["formula.json"]())["permutation_check"]["p_value"] == 0.5
    bundle = read_bundle(make_bundle(run))
    opened = open_bundle(bundle, tmp_path / "elsewhere")
    record = of_run.read_permutation(opened)
    assert record is not None
    assert of_run.finished_check(opened) == CHECK
    assert record["of_bundle"]


def test_a_damaged_check_in_a_bundle_is_refused_and_one_in_a_folder_is_not_shown(run: Run, tmp_path: Path) -> None:
    of_run.save_check(run, CHECK)
    bundle = read_bundle(make_bundle(run))
    assert bundle.permutation is not None
    bundle.permutation["shuffled"] = ["many"]
    with pytest.raises(RunError, match=r"permutation\.json of the bundle is not valid"):
        open_bundle(bundle, tmp_path / "elsewhere")
    write_json(run.folder / of_run.FILE, {"state": "finished", "result": {"p_value": 0.01}})
    assert of_run.finished_check(run) is None


@pytest.mark.slow
def test_the_command_line_checks_after_the_search(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = tmp_path / "made.csv", tmp_path / "out"
    TABLE.to_csv(path, index=False)
    monkeypatch.setattr(of_run, "STEPS", 1)
    options = ["discover", str(path), "--target", "y", "--steps", "1", "--permutation-check", "2"]
    assert main([*options, "--json", "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["permutation_check"]["n_shuffled"], found["permutation_check"]["p_value"]) == (2, 1 / 3)
    assert "none of 2 tables with a shuffled target" in found["verdict"]["sentence"]
    assert "Permutation check" in (out / "report.html").read_text(encoding="utf-8")
    assert main(options) == 0
    assert "none of 2 tables with a shuffled target" in capsys.readouterr().out
    assert main([*options[:-1], "0"]) == 2
    assert "--permutation-check is 0; expected" in capsys.readouterr().err


def test_the_command_line_refuses_the_check_for_several_classes_and_says_why_a_table_is_too_small(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made.csv"
    TABLE.assign(y=np.where(TABLE.a > 2, "left", "right")).to_csv(path, index=False)
    assert main(["discover", str(path), "--target", "y", "--permutation-check", "19"]) == 2
    assert "--permutation-check cannot be used with a target of classes" in capsys.readouterr().err
    TABLE.head(5).to_csv(path, index=False)
    assert main(["discover", str(path), "--target", "y", "--steps", "1", "--permutation-check", "19"]) == 0
    out, err = capsys.readouterr()
    assert "at least 6 rows; the table has 5" in err
    assert "Permutation check" not in out


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_inside_the_check_does_not_cost_the_formula(as_json: bool, tmp_path: Path,
                                                             capsys: pytest.CaptureFixture[str],
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise np.linalg.LinAlgError("SVD did not converge")

    path = tmp_path / "made.csv"
    TABLE.to_csv(path, index=False)
    monkeypatch.setattr("xnet.evidence.permutation_check.permutation_check", failing)
    options = ["--json"] if as_json else []
    assert main(["discover", str(path), "--target", "y", "--steps", "1", "--permutation-check", "2", *options]) == 0
    out, err = capsys.readouterr()
    assert "y = " in out
    assert "An unexpected error ended the permutation check (LinAlgError: SVD did not converge)." in err
