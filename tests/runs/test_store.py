"""Runs as folders: what is written, who may read it, and what is said about a run whose worker is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet import runs
from xnet.atomic_files import read_json, to_json, write_json
from xnet.engine import ActivationError
from xnet.runs import RunError, clean_up, create_run, delete_run, list_runs, open_run, store
from xnet.runs.run import Run, with_stop_reason
from xnet.tables.limits import TableError

ODD_NAMES = ["__import__('os').system('x')", 'a "quoted", name', "two\nlines", "=1+1", "größe µ"]


def table(n: int = 30) -> pd.DataFrame:
    x = np.linspace(0.1, 3, n)
    return pd.DataFrame({"a": x, "b": np.cos(7 * x), "y": x**2 + np.cos(7 * x)})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(table(), target="y", inputs=["a", "b"], source="test", root=tmp_path)


def gone() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_config_says_what_was_asked(tmp_path: Path) -> None:
    run = create_run(table(), target="y", inputs=["b"], source="test", units={"b": "m", "a": "s"}, seconds=7, seed=3,
                     activations=["waves", "add"], parameters=False, root=tmp_path)

    assert run.config | {"id": "", "created": ""} == {
        "version": 1, "id": "", "name": "y from test", "created": "", "source": "test", "target": "y", "inputs": ["b"],
        "units": {"b": "m"}, "activations": ["waves", "add"], "parameters": False, "max_complexity": 40,
        "holdout_fraction": 0.2, "seed": 3, "seconds": 7.0, "steps": None, "n_jobs": 1, "loss": "squared_error",
        "prior": {}, "device": "cpu", "split": {"kind": "random"}, "weight": None, "fill_gaps": False, "warm_start": [],
        "derived": {}, "columns": [name if name in ("b", "y") else "" for name in table()],
        "changes": {"version": 1, "list": []}, "row_names": {"word": "row", "progressions": [[1, 1, 30]]}}
    assert run.status()["state"] == "queued"
    assert run.snapshot() is None
    assert run.best() is None
    assert list(run.events()) == []


def test_data_come_back_to_the_last_bit(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1 / 3, 1e-300, 12345678901234567.0, np.nextafter(1, 2)]
    frame = pd.DataFrame({"a": values, "y": [5.0, 4, 3, 2, 1]})
    run = create_run(frame, target="y", inputs=["a"], source="test", root=tmp_path)

    assert run.data()["a"].tolist() == values
    assert run.data().columns.tolist() == ["a", "y"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_column_name_survives(name: str, tmp_path: Path) -> None:
    run = create_run(table().rename(columns={"a": name}), target="y", inputs=[name, "b"], source="test", root=tmp_path)

    assert run.data().columns.tolist() == [name, "b", "y"]
    assert run.problem().names == (name, "b")


def test_rows_with_gaps_are_left_out(tmp_path: Path) -> None:
    frame = table()
    frame.loc[3, "a"] = np.nan
    frame.loc[5, "y"] = np.inf

    assert len(create_run(frame, target="y", inputs=["a"], source="t", root=tmp_path).data()) == len(frame) - 2


@pytest.mark.parametrize(("settings", "words"), [
    ({"seconds": 0}, "seconds is 0"), ({"seconds": float("nan")}, "seconds is nan"), ({"seconds": 1e9}, "86400"),
    ({"max_complexity": 0}, "max_complexity"), ({"max_complexity": 2.5}, "whole number"),
    ({"holdout_fraction": 0.9}, "from 0 to 0.5"), ({"seed": -1}, "seed is -1"), ({"seconds": "5"}, "seconds is '5'"),
])
def test_settings_out_of_range_are_refused(settings: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=words):
        create_run(table(), target="y", inputs=["a"], source="test", root=tmp_path, **settings)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_bad_questions_leave_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="'z'"):
        create_run(table(), target="z", inputs=["a"], source="test", root=tmp_path)
    with pytest.raises(ActivationError, match="'sine'"):
        create_run(table(), target="y", inputs=["a"], source="test", activations=["sine", "add"], root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_found_by_its_id(run: Run) -> None:
    assert open_run(run.id, run.folder.parent) == run


def test_a_folder_that_the_system_refuses_is_reported_and_not_retried_for_ever(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="The run cannot be written to '/proc/x'"):
        create_run(table(), target="y", inputs=["a"], source="test", root="/proc/x")


def test_a_draft_is_made_although_the_folder_of_drafts_vanishes(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    make, refusals = Path.mkdir, iter([True, True])

    def vanishing(path: Path, *arguments: Any, **options: Any) -> None:
        if next(refusals, False):
            raise FileNotFoundError(path)
        make(path, *arguments, **options)

    monkeypatch.setattr(Path, "mkdir", vanishing)
    assert create_run(table(), target="y", inputs=["a"], source="test", root=tmp_path).folder.is_dir()


@pytest.mark.parametrize("bad", ["", "..", "../../etc/passwd", "a/b", "a" * 300, "abc", "x" * 15, None, "ö" * 20,
                                 "valid_but_with_a\n", "/etc/passwd_padding"])
def test_an_invalid_run_id_is_never_used_as_a_path(bad: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run id"):
        open_run(bad, tmp_path)


def test_an_unknown_id_is_said_to_be_unknown(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no run 'aaaaaaaaaaaaaaaa' here"):
        open_run("a" * 16, tmp_path)


def test_root_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "elsewhere"))

    run = create_run(table(), target="y", inputs=["a"], source="test")

    assert run.folder.parent == tmp_path / "elsewhere"
    assert list_runs() == [run]


def test_runs_are_listed_newest_first_and_other_folders_are_skipped(tmp_path: Path) -> None:
    made = [create_run(table(), target="y", inputs=["a"], source=str(k), root=tmp_path) for k in range(3)]
    for age, run in enumerate(reversed(made)):
        os.utime(run.folder / "config.json", (1e9 - age, 1e9 - age))
    (tmp_path / "no run").mkdir()
    (tmp_path / "file").write_text("x")

    assert list_runs(tmp_path) == made[::-1]
    assert list_runs(tmp_path / "missing") == []


def test_commands_are_left_and_used_up(run: Run) -> None:
    assert run.take_command() is None
    run.command("pause")
    run.command("stop")

    assert [run.take_command(), run.take_command()] == ["stop", None]
    with pytest.raises(RunError, match="'explode'; it understands pause, resume, stop"):
        run.command("explode")


def test_a_foreign_word_in_the_command_file_is_ignored(run: Run) -> None:
    (run.folder / "command").write_text("rm -rf")

    assert run.take_command() is None
    assert not (run.folder / "command").exists()


def test_a_run_whose_worker_is_gone_has_failed_and_keeps_its_best(run: Run) -> None:
    write_json(run.folder / "best.json", {"text": "y = a"})
    write_json(run.folder / "snapshot.json", {"state": "running", "message": "Searching.", "seq": 4})
    run.write_status("running", "Searching.", pid=gone())

    assert run.status()["state"] == "failed"
    assert "best formula so far is kept" in run.status()["message"]
    assert not run.is_alive()
    assert run.best() == {"text": "y = a"}
    snapshot = run.snapshot()
    assert snapshot is not None
    assert (snapshot["state"], snapshot["seq"]) == ("failed", 4)


def test_a_process_id_that_was_given_away_again_is_not_the_worker(run: Run) -> None:
    run.write_status("running", "Searching.", pid=os.getpid())
    assert run.is_alive()

    write_json(run.folder / "status.json", run.status() | {"pid_created": 1.0})
    assert run.status()["state"] == "failed"


def test_a_worker_that_never_started_is_a_failure_and_a_waiting_one_is_not(run: Run) -> None:
    write_json(run.folder / "status.json", {"state": "starting", "pid": None, "heartbeat": time.time() - 60})
    assert run.status()["state"] == "failed"

    write_json(run.folder / "status.json", {"state": "queued", "pid": None, "heartbeat": time.time() - 60})
    assert run.status()["state"] == "queued"


def test_an_ended_run_stays_as_it_ended(run: Run) -> None:
    run.write_status("finished", "Done.", pid=gone())

    assert (run.status()["state"], run.status()["message"]) == ("finished", "Done.")


def test_a_damaged_folder_reads_as_such(run: Run) -> None:
    (run.folder / "status.json").write_text('{"state": "run')
    (run.folder / "snapshot.json").write_text("[1, 2]")
    (run.folder / "config.json").write_text("")

    assert run.status()["state"] == "queued"
    assert run.snapshot() is None
    with pytest.raises(RunError, match="no readable config"):
        run.config  # noqa: B018 - reading is what raises


def test_a_line_that_is_being_written_is_left_for_later(run: Run) -> None:
    (run.folder / "events.jsonl").write_text('{"step": 1}\n{"step": 2}\n{"st')

    assert [event["step"] for event in run.events()] == [1, 2]


def test_a_searching_run_cannot_be_deleted(run: Run) -> None:
    run.write_status("running", "Searching.", pid=os.getpid())
    with pytest.raises(RunError, match="Stop it first"):
        delete_run(run)

    run.write_status("stopped", "Stopped.", pid=os.getpid())
    delete_run(run)
    assert not run.folder.exists()


def test_clean_up_takes_only_what_ended_long_ago(tmp_path: Path) -> None:
    old, new, paused = (create_run(table(), target="y", inputs=["a"], source="t", root=tmp_path) for _ in range(3))
    paused.write_status("paused", "Paused.", pid=os.getpid())
    for run in (old, paused):
        for path in run.folder.iterdir():
            os.utime(path, (1e9, 1e9))

    assert clean_up(3600, tmp_path) == [old.id]
    assert set(list_runs(tmp_path)) == {new, paused}


def test_json_has_no_nan() -> None:
    tree = {"a": float("nan"), "b": [np.float64("inf"), np.int64(3), 1.5], 4: np.array([1.0, -np.inf])}

    assert json.loads(to_json(tree)) == {"a": None, "b": [None, 3, 1.5], "4": [1.0, None]}


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path, done = tmp_path / "snapshot.json", threading.Event()
    write_json(path, {"n": 0})

    def write() -> None:
        for n in range(300):
            write_json(path, {"n": n, "filler": "x" * 5000})
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        assert read_json(path) is not None
    writer.join()
    assert [p.name for p in tmp_path.iterdir()] == ["snapshot.json"]


def test_the_package_exports_what_it_lists() -> None:
    assert all(hasattr(runs, name) for name in runs.__all__)


def test_no_id_begins_like_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter(["-begins-like-an-option", "-k_another-one-of-them", "fit-for-a-command-line"])
    monkeypatch.setattr(store.secrets, "token_urlsafe", lambda n: next(made))
    assert store.new_id() == "fit-for-a-command-line"


def test_older_snapshots_call_the_reason_stopped() -> None:
    assert with_stop_reason({"stopped": "exact", "step": 3}) == {"stop_reason": "exact", "step": 3}
    assert with_stop_reason({"stop_reason": "noise"}) == {"stop_reason": "noise"}


def test_half_a_character_of_a_bundle_can_be_written(tmp_path: Path) -> None:
    write_json(tmp_path / "snapshot.json", {"text": json.loads('"\\ud800"')})
    assert read_json(tmp_path / "snapshot.json") == {"text": "?"}
