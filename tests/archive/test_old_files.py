"""Files of an older release still open: a run folder, a bundle, and the state of a search on two islands.

`data/` holds files that X-Net wrote before keys were renamed (`stopped`, `known`, `made`, `pool`, `seen`, ...).
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from xnet import engine
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.exports.export import export_files
from xnet.runs import Run, options_from_config
from xnet.runs.catalogue import read_catalogue
from xnet.runs.frames_file import read_frames
from xnet.runs.resuming import resumed_state
from xnet.tables.column_recipes import recipes_from_config

DATA = Path(__file__).parent / "data"
ID = "FqT2Z09T6AkYzrfwahtCvQ"


@pytest.fixture
def old_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    shutil.copytree(DATA / "run", tmp_path / "runs" / ID)
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "runs"))
    return Run(tmp_path / "runs" / ID)


def test_an_old_run_is_listed_and_shown(old_run: Run) -> None:
    (entry,) = read_catalogue().entries
    snapshot = old_run.snapshot()

    assert snapshot is not None
    assert (entry.state, entry.text) == ("finished", snapshot["best"]["text"])
    assert (snapshot["stop_reason"], snapshot["step"]) == ("exact", 2)
    assert list(recipes_from_config(old_run.config)) == ["species is setosa"]
    assert options_from_config(old_run.config)["derived"] == old_run.config["derived"]
    assert [frame["step"] for frame in read_frames(old_run)] == [0, 2]
    assert "formula.py" in export_files(old_run)


def test_an_old_run_is_continued(old_run: Run) -> None:
    resumed = resumed_state(old_run, old_run.problem())

    assert resumed is not None
    assert resumed.had_ended
    assert resumed.state.step == 2


def test_an_old_bundle_opens_and_is_bundled_again(tmp_path: Path) -> None:
    run = open_bundle(read_bundle(DATA / "bundle.zip"), tmp_path)

    snapshot, bundle = run.snapshot(), read_bundle(make_bundle(run))
    assert snapshot is not None
    assert snapshot["stop_reason"] == "exact"
    assert bundle.config["derived"] == run.config["derived"] != {}
    assert len(bundle.frames) == len(read_bundle(DATA / "bundle.zip").frames)


def test_an_old_bundle_is_replayed(capsys: pytest.CaptureFixture[str]) -> None:
    """Constants are simplified by another rule since, so the search may come to another formula (code 1)."""
    code = main(["replay", str(DATA / "bundle.zip"), "--json"])
    found = json.loads(capsys.readouterr().out)

    assert found["steps"] == 2
    assert code == (1 if found["outcome"] == "different" else 0)


def test_an_old_state_of_two_islands_is_read() -> None:
    tree = json.loads(gzip.decompress((DATA / "state_of_two_islands.json.gz").read_bytes()))
    state = engine.state_from_json(tree["state"])

    assert state.step == 20
    assert len(state.islands) == 2
    assert state.front
    assert engine.state_from_json(engine.state_to_json(state)) == state
