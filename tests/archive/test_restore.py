"""A bundle becomes a run of this workspace; results and settings that are not valid are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.archive.samples import changed, files_of, with_hashes, zipped
from xnet import engine
from xnet.archive import restore
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import reproduce
from xnet.archive.restore import open_bundle
from xnet.config.run_options import LIMITS
from xnet.engine import XNetError
from xnet.engine.islands import jobs
from xnet.runs import RunError, execute, open_run
from xnet.runs.frames_file import read_frames
from xnet.runs.run import Run


def test_a_saved_run_becomes_a_run_here(run: Run, packed: bytes, tmp_path: Path) -> None:
    opened = open_bundle(read_bundle(packed), tmp_path)
    was, now = run.snapshot(), opened.snapshot()

    assert was is not None
    assert now is not None
    assert opened.id != run.id
    assert open_run(opened.id, tmp_path) == opened
    assert {**opened.config, "id": "", "created": ""} == {**run.config, "id": "", "created": ""}
    assert (opened.folder / "data.csv").read_bytes() == (run.folder / "data.csv").read_bytes()
    assert now["front"] == was["front"]
    for key in ("step", "state", "stop_reason", "message", "rows_train", "rows_holdout", "feed"):
        assert now[key] == was[key], key
    assert (now["best"]["text"], opened.best()["text"]) == (was["best"]["text"],) * 2  # type: ignore[index]
    assert [f["net"]["text"] for f in read_frames(opened)] == [f["net"]["text"] for f in read_frames(run)]
    assert [e["reason"] for e in opened.events()] == [e["reason"] for e in run.events()]
    assert opened.status()["state"] == "finished"
    assert reproduce(read_bundle(make_bundle(opened))).outcome == "identical"


def test_the_values_of_a_saved_run_are_computed_anew(packed: bytes, tmp_path: Path) -> None:
    def lie(snapshot: dict[str, Any]) -> None:
        for row in (*snapshot["front"], snapshot["best"]):
            row |= {"text": "<b>y</b> = 42", "latex": "\\href{javascript:alert(1)}{y}", "loss": 0.0, "r2_train": 1.0}
        snapshot |= {"message": ["no", "text"], "feed": "none", "loss": [[1], "x", [0.1, float("nan"), None]]}

    now = open_bundle(read_bundle(changed(packed, "snapshot.json", lie)), tmp_path).snapshot()

    assert now is not None
    assert "42" not in now["best"]["text"]
    assert all("href" not in row["latex"] and row["r2_train"] < 1 for row in now["front"])
    assert now["message"] == "Opened from a saved search."
    assert now["feed"] == []


def huge(snapshot: dict[str, Any]) -> None:
    neurons: list[dict[str, Any]] = [{"activation": "variable", "index": 0}]
    neurons += [{"activation": "add", "children": [i, i]} for i in range(60)]
    snapshot["front"][0]["network"] = {"neurons": neurons, "constants": [], "n_inputs": 2}


def outside(snapshot: dict[str, Any]) -> None:
    snapshot["front"][0]["network"] = {"neurons": [{"activation": "variable", "index": 7}], "constants": [],
                                       "n_inputs": 8}


@pytest.mark.parametrize(("name", "change", "said"), [
    ("snapshot.json", huge, "does not fit its table"),
    ("snapshot.json", outside, "does not fit its table"),
    ("snapshot.json", lambda s: s.update(front=[]), "no front"),
    ("snapshot.json", lambda s: s.update(front=[{"network": 3}]), "does not describe a network"),
    ("snapshot.json", lambda s: s.update(front=["network"]), "is not valid"),
    ("snapshot.json", lambda s: s.update(step="many"), "the number of steps"),
    ("config.json", lambda c: c.update(inputs="a"), "does not name the inputs and the target"),
    ("config.json", lambda c: c.update(inputs=["a", "y"]), "names a column twice"),
    ("config.json", lambda c: c.update(inputs=["a", "c"]), "does not contain the columns"),
    ("config.json", lambda c: c.update(source=None), "does not name the source of its table"),
    ("config.json", lambda c: c.update(seconds="long"), "seconds is 'long'"),
    ("config.json", lambda c: c.update(seed=-1), "seed is -1"),
    ("config.json", lambda c: c.update(activations=[["sin"]]), ""),
    ("config.json", lambda c: c.update(activations=["os.system"]), "os.system"),
    ("config.json", lambda c: c.update(prior={"nonsense": 1}), ""),
    ("config.json", lambda c: c.update(prior={"initial_formula": "__import__('os')"}), ""),
    ("config.json", lambda c: c.update(units=3), "is not valid"),
])
def test_results_and_settings_that_no_search_leaves_are_refused(
        name: str, change: Callable[[dict[str, Any]], None], said: str, packed: bytes, tmp_path: Path) -> None:
    bundle = read_bundle(changed(packed, name, change))
    for use in (lambda: open_bundle(bundle, tmp_path), lambda: reproduce(bundle)):
        with pytest.raises(XNetError) as caught:
            use()
        assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == [], "nothing is left of what was refused"


@pytest.mark.parametrize("content", [b"", b"a,=b,y\n1,2\n", b"a,=b,y\n1,2,x\n1,2,3\n", b"\xff\xfe",
                                     b"a,=b,y\n1,2,inf\n"])
def test_a_table_that_is_none_is_refused(content: bytes, packed: bytes, tmp_path: Path) -> None:
    bundle = read_bundle(with_hashes(files_of(packed) | {"data.csv": content}))

    with pytest.raises(XNetError):
        open_bundle(bundle, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_gets_no_more_processes_than_cores(
        packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    most = LIMITS["n_jobs"][1]
    greedy = changed(packed, "config.json", lambda config: config.update(n_jobs=most))
    asked = open_bundle(read_bundle(greedy), tmp_path)
    assert asked.config["n_jobs"] == most
    started: list[int] = []

    class NoIslands(Exception):
        pass

    def islands(problem: object, count: int, cluster: object) -> None:
        started.append(count)
        raise NoIslands

    monkeypatch.setattr(jobs, "core_count", lambda: 3)
    monkeypatch.setattr(engine, "Islands", islands)
    execute(asked, commands=lambda: None)
    assert started == [3]
    assert f"{most} processes were asked for, but X-Net can use 3 cores here, so it uses 3." in caplog.text


def test_known_networks_of_a_bundle_are_checked_too(packed: bytes, tmp_path: Path) -> None:
    snapshot: dict[str, Any] = {"front": [{}]}
    huge(snapshot)
    start = [snapshot["front"][0]["network"]]
    bundle = read_bundle(changed(packed, "config.json", lambda c: c.update(warm_start=start)))

    with pytest.raises(RunError, match="does not fit its table"):
        open_bundle(bundle, tmp_path)


def test_a_full_disk_is_said_and_leaves_nothing(packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restore, "write_text", full)
    with pytest.raises(RunError, match="the disk is full"):
        open_bundle(read_bundle(packed), tmp_path / "runs")
    assert list((tmp_path / "runs").iterdir()) == []


def test_each_refusal_is_one_sentence(packed: bytes, tmp_path: Path) -> None:
    for source in (tmp_path, zipped({**files_of(packed), "more.txt": b""})):
        with pytest.raises(RunError) as refused:
            read_bundle(source)
        assert "damaged one" not in str(refused.value)
