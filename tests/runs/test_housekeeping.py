"""Runs expire, drafts are removed, quotas hold, and one bad folder closes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runs.test_execution import make_run
from tests.runs.test_worker import ROOT, running, wait_for
from tests.runs.test_worker import make_run as real_run
from xnet.runs import RunError, catalogue, delete_run, end_worker, housekeeping, list_runs, run
from xnet.runs.housekeeping import check_room, remove_drafts, tidy
from xnet.runs.store import DRAFTS
from xnet.runs.waiting import LOW_SPACE


def age(path: Path, days: float) -> None:
    when = time.time() - days * 86_400
    for file in [path, *path.rglob("*")]:
        os.utime(file, (when, when))


def test_runs_expire_by_the_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = make_run(tmp_path), make_run(tmp_path)
    for one in (old, new):
        one.write_status("finished", "")
    age(old.folder, 31)
    assert tidy(tmp_path, private=False) == [], "the runs of one person stay"
    assert tidy(tmp_path, private=True) == [old.id]
    age(new.folder, 3)
    monkeypatch.setenv("XNET_KEEP_DAYS", "2")
    assert tidy(tmp_path, private=False) == [new.id]
    assert list_runs(tmp_path) == []


def test_drafts_of_killed_processes_are_removed(tmp_path: Path) -> None:
    one = make_run(tmp_path)
    for draft in (tmp_path / DRAFTS / "half_a_run_0000000", one.folder / ".state.json.99.ab12"):
        draft.mkdir(parents=True) if draft.parent.name == DRAFTS else draft.write_text("{")
        assert draft.exists()
        tidy(tmp_path, private=False)
        assert draft.exists(), "it may still be written"
        age(draft, 1)
        tidy(tmp_path, private=False)
        assert not draft.exists()
    assert one.status()["state"] == "queued"


def test_a_worker_removes_half_written_files_of_killed_ones(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    left = [f".state.json.{int(gone.stdout)}.0a1b2c3d", f".status.json.{os.getpid()}.0a1b2c3d"]
    kept = [f".command.{os.getppid()}.0a1b2c3d", ".notes", "snapshot.json.77.ab"]  # the first is being written
    for name in (*left, *kept):
        (run.folder / name).write_text("{", encoding="utf-8")

    remove_drafts(run.folder)

    assert not any((run.folder / name).exists() for name in left)
    assert all((run.folder / name).exists() for name in kept)


def test_quotas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(tmp_path)
    check_room(True, 3600, tmp_path)
    check_room(False, 86_400, tmp_path)
    with pytest.raises(RunError, match="may take 3600 seconds; this one has 3601"):
        check_room(True, 3601, tmp_path)
    monkeypatch.setenv("XNET_MAX_GB", "0.0000001")
    with pytest.raises(RunError, match="Delete searches that are no longer needed"):
        check_room(False, 60, tmp_path)
    monkeypatch.delenv("XNET_MAX_GB")
    monkeypatch.setattr(housekeeping.shutil, "disk_usage", lambda path: type("Usage", (), {"free": LOW_SPACE - 1}))
    with pytest.raises(RunError, match="The disk of the server is full"):
        check_room(False, 60, tmp_path)


@pytest.mark.parametrize(("file", "content"), [
    ("status.json", '{"state": "dancing"}'), ("status.json", '{"state": "running", "pid": "12"}'),
    ("status.json", '{"state": "running", "pid": 1e400}'), ("status.json", '{"state": "running", "pid": -1}'),
    ("status.json", "[" * 100_000),
    ("status.json", '{"state": "paused", "pid": 1, "heartbeat": "now"}'), ("config.json", "[" * 100_000),
    ("snapshot.json", '{"best": {"network": ' + "[" * 100_000), ("snapshot.json", '{"seconds": 1e999, "best": {}}'),
    ("config.json", '{"created": 5, "units": 7}'), ("note.json", "{" * 9000)])
def test_a_bad_folder_never_closes_the_library(file: str, content: str, tmp_path: Path) -> None:
    good, bad = make_run(tmp_path), make_run(tmp_path)
    (bad.folder / file).write_text(content)
    held = catalogue.read_catalogue(tmp_path)
    assert good.id in [entry.run.id for entry in held.entries]
    assert len(held.entries) + len(held.damaged) == 2
    for entry in held.entries:
        assert entry.state in (*run.ACTIVE, *run.ENDED)


@pytest.mark.slow
def test_a_halted_process_is_noticed_and_can_be_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = real_run(tmp_path)
    worker = subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", str(one.folder), "--detach"], cwd=ROOT)
    wait_for(lambda: running(one) and one.status()["state"] == "running", "the search")  # the snapshot is written first
    assert not one.is_hung()
    worker.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(run, "HUNG_S", 1.5)
    wait_for(one.is_hung, "the silence")
    assert one.status()["state"] == "running"
    with pytest.raises(RunError, match="does not answer any more"):
        delete_run(one)
    end_worker(one)
    worker.wait(10)
    assert one.status()["state"] == "failed"
    assert one.best() is not None
    delete_run(one)
    assert not one.folder.exists()
