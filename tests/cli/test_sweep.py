"""The command `sweep`: its file of results, its searches in the Library, and how it goes on after an interruption."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from xnet.cli.main import main
from xnet.cli.sweep import _n_processes
from xnet.runs import Run, create_run, execute, list_runs
from xnet.tables.reading import read_table

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the table `sums.csv`: p = a + b, q = a*b; one more column is constant."""
    a, b = np.random.default_rng(1).uniform(1, 3, (2, 40))
    (tmp_path / "sums.csv").write_text("a,b,p,q,one\n" + "".join(
        f"{x!r},{y!r},{x + y!r},{x * y!r},1\n" for x, y in zip(a.tolist(), b.tolist(), strict=True)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XNET_RUNS", raising=False)
    return tmp_path


class Worker:
    """A worker in this process, which has ended when it is made: a process takes seconds to start."""

    stdin = None

    def __init__(self, run: Run) -> None:
        execute(run, commands=lambda: None)

    def poll(self) -> int:
        return 0

    def wait(self, timeout: float) -> int:
        return 0


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xnet.runs.sweep._start", Worker)


def rows(name: str = "sweep.csv") -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sweep(*arguments: str) -> int:
    return main(["sweep", "sums.csv", "--inputs", "a,b", "--steps", "3", *arguments])


@pytest.mark.slow
def test_every_target_is_searched_with_every_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("--targets", "p,q", "--seeds", "0,5", "--jobs", "2") == 0
    out, err = capsys.readouterr()

    assert out == "sweep.csv\n"
    assert "[4 of 4] sums.csv, " in err
    assert [(row["target"], row["seed"]) for row in rows()] == [("p", "0"), ("p", "5"), ("q", "0"), ("q", "5")]
    assert {row["formula"] for row in rows()} == {"p = a + b", "q = a*b"}
    assert {row["run"] for row in rows()} == {run.id for run in list_runs()}
    assert {row["state"] for row in rows()} == {"finished"}


@pytest.mark.usefixtures("in_process")
def test_a_search_of_a_sweep_is_that_of_discover() -> None:
    assert sweep("--targets", "q", "--seeds", "3") == 0
    alone = create_run(read_table(Path("sums.csv")).frame, target="q", inputs=["a", "b"], source="sums.csv", steps=3,
                       seconds=60, seed=3)
    snapshot = execute(alone, commands=lambda: None)

    assert snapshot is not None
    assert [row["formula"] for row in rows()] == [snapshot["best"]["text"]]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(("options", "loss"), [
    (["--error", "b"], "known_error"), (["--loss", "relative"], "relative"), (["--loss", "huber"], "huber")], ids=str)
def test_a_sweep_has_the_losses_of_discover(options: list[str], loss: str, folder: Path) -> None:
    command = ["sums.csv", "--inputs", "a", "--steps", "1", *options]
    assert main(["sweep", "--targets", "q", *command]) == 0
    assert main(["discover", "--target", "q", "--out", str(folder / "alone"), *command]) == 0

    assert list_runs()[0].config["loss"] == loss
    assert [json.loads(path.read_text("utf-8"))["loss"] for path in folder.glob("alone/*/config.json")] == [loss]


def test_a_loss_that_does_not_exist_is_refused_before_the_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("--targets", "p", "--loss", "cubic") == 2
    assert "There is no loss 'cubic'" in capsys.readouterr().err
    assert not list_runs()


def test_a_sweep_has_no_option_for_tables_larger_than_memory(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It was accepted and ignored."""
    with pytest.raises(SystemExit):
        sweep("--targets", "p", "--all-rows")
    capsys.readouterr()
    assert main(["sweep", str(folder), "--targets", "p"]) == 2
    assert "use `discover --all-rows`" in capsys.readouterr().err


@pytest.mark.usefixtures("in_process")
def test_a_sweep_goes_on_with_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("--targets", "p") == 0
    first = rows()
    assert sweep("--targets", "p,q", "--seeds", "0-1") == 0

    assert "1 of 4 searches were done before" in capsys.readouterr().err
    assert rows()[:1] == first
    assert len(rows()) == len(list_runs()) == 4


@pytest.mark.usefixtures("in_process")
def test_all_takes_every_column_of_numbers_and_says_which_cannot_be_searched() -> None:
    assert main(["sweep", "sums.csv", "--targets", "all", "--steps", "1"]) == 1
    found = {row["target"]: row for row in rows()}

    assert found.keys() == {"a", "b", "p", "q", "one"}
    assert (found["one"]["state"], found["one"]["formula"]) == ("refused", "")
    assert "'one' is 1 in every row" in found["one"]["message"]
    assert all(found[name]["formula"] for name in "abpq")


def test_a_sweep_has_at_most_one_search_on_each_core(monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("xnet.engine.islands.jobs.core_count", lambda: 4)
    assert [_n_processes(given) for given in (None, -1, 3)] == [3, 4, 3]
    assert capsys.readouterr().err == ""
    assert _n_processes(64) == 4
    assert "64 processes were asked for" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "words"), [
    (["sums.csv"], "Name the columns of 'sums.csv' to explain with --targets, or write --targets all."),
    (["sums.csv", "nowhere.csv", "--targets", "p"], "There is no file 'nowhere.csv'"),
    (["sums.csv", "--targets", "p,z"], "There is no column 'z'"),
    (["sums.csv", "--targets", "p", "--inputs", "x"], "There is no column 'x'"),
    (["sums.csv", "--targets", "p", "--seeds", "4-0"], "--seeds is '4-0'. Expected rising ranges"),
    (["sums.csv", "--targets", "p", "--seeds", "one"], "Write numbers and ranges, such as 0-4 or 0,7,9"),
    (["sums.csv", "--targets", "p", "--seeds", "0-99999999"], "at most 1,000 seeds"),
    (["sums.csv", "--targets", "p", "--seeds", "9" * 5000], "--seeds is"),
    (["sums.csv", "--targets", "p", "--jobs", "0"], "--jobs is 0"),
    (["sums.csv", "--targets", "p", "--holdout", "90"], "--holdout is 90"),
    (["sums.csv", "--targets", "p", "--csv", "sums.csv/x.csv"], "cannot be written"),
])
def test_what_cannot_be_swept_is_said_before_anything_is_searched(arguments: list[str], words: str,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *arguments]) == 2
    out, err = capsys.readouterr()

    assert out == ""
    assert words in err
    assert "Traceback" not in err
    assert list_runs() == []


def test_every_table_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "no.csv", "sums.csv", "nil.csv", "--targets", "p"]) == 2
    err = capsys.readouterr().err
    assert "no.csv: There is no file" in err
    assert "nil.csv: There is no file" in err


@pytest.mark.usefixtures("in_process")
def test_a_table_without_a_target_that_another_table_has_is_a_row_that_says_so(folder: Path) -> None:
    """One such table refused the searches of all tables."""
    (folder / "fewer.csv").write_text("a,b,q\n" + "".join(f"{i},{i % 5},{i * (i % 5)}\n" for i in range(30)))
    assert main(["sweep", "sums.csv", "fewer.csv", "--targets", "p,q", "--inputs", "a,b", "--steps", "2"]) == 1
    found = {(row["table"], row["target"]): row for row in rows()}

    assert [found[job]["state"] for job in (("sums.csv", "p"), ("sums.csv", "q"), ("fewer.csv", "q"))] == [
        "finished"] * 3
    assert found["fewer.csv", "p"]["state"] == "refused"
    assert "There is no column 'p'. The columns are: a, b, q." in found["fewer.csv", "p"]["message"]


@pytest.mark.usefixtures("in_process")
def test_a_sweep_with_other_options_or_rows_is_another_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep("--targets", "p") == 0
    assert sweep("--targets", "p", "--loss", "huber") == 2
    assert "has loss = squared_error, not huber. Choose another file with --csv" in capsys.readouterr().err
    path = Path("sums.csv")
    path.write_text(path.read_text() + "1,2,3,2,1\n")
    assert sweep("--targets", "p") == 2
    assert "The table 'sums.csv' has changed since the sweep began" in capsys.readouterr().err
    assert len(list_runs()) == 1


@pytest.mark.parametrize("content", ["", "{}", '{"format": "xnet sweep", "version": 1}', "[1]",
                                     '{"format": "xnet sweep", "version": 1, "settings": {"tables": {}}, "jobs": [3]}'])
def test_a_file_that_is_no_journal_is_kept(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sweep.csv.json").write_text(content)
    assert sweep("--targets", "p") == 2
    assert "journal" in capsys.readouterr().err
    assert Path("sweep.csv.json").read_text() == content


@pytest.mark.usefixtures("in_process")
def test_a_run_that_was_deleted_before_its_result_was_written_is_searched_again() -> None:
    assert sweep("--targets", "p") == 0
    tree = json.loads(Path("sweep.csv.json").read_text())
    tree["jobs"][0] |= {"result": None, "run": "A" * 22}
    Path("sweep.csv.json").write_text(json.dumps(tree))

    assert sweep("--targets", "p") == 0
    assert rows()[0]["run"] != "A" * 22
    assert rows()[0]["formula"] == "p = a + b"


def started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "xnet", "sweep", "noise.csv", "--targets", "y", "--seeds", "0-2", "--steps", "15",
               "--jobs", "1", *arguments]
    values = np.random.default_rng(2).normal(size=(120, 3)).tolist()
    Path("noise.csv").write_text("a,b,y\n" + "".join(",".join(map(repr, row)) + "\n" for row in values))
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL,
                            env=os.environ | {"PYTHONPATH": str(ROOT)})


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_sweep_that_is_ended_goes_on_where_it_was(how: signal.Signals) -> None:
    with started() as process:
        assert process.stderr is not None
        while "[1 of 3]" not in process.stderr.readline():
            assert process.poll() is None
        while len(list_runs()) < 2 or list_runs()[0].snapshot() is None:  # into the second search
            time.sleep(0.05)
        process.send_signal(how)
        code = process.wait(60)
    first = rows()
    with started() as again:
        _, err = again.communicate(timeout=200)

    assert code == (130 if how is signal.SIGINT else -9)
    assert again.returncode == 0, err
    assert "searches were done before" in err
    assert rows()[:len(first)] == first
    assert [row["steps"] for row in rows()] == ["15", "15", "15"]
    assert len(list_runs()) == 3, "no search was begun twice"
