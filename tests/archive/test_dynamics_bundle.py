"""Bundles of searches for laws of motion: saved, opened, repeated, and damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.archive.samples import changed
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.dynamics_replay import reproduce_dynamics
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.config.dynamics_runs import MotionRoles
from xnet.errors import XNetError
from xnet.runs import Run, RunError
from xnet.runs.dynamics_execution import execute_dynamics
from xnet.runs.dynamics_run import create_dynamics_run, front_of
from xnet.runs.notes import read_note, write_note


def searched(root: Path, table: pd.DataFrame, roles: MotionRoles) -> Run:
    """A run of one step a state."""
    made = create_dynamics_run(table, roles, source="a table", steps=1, seconds=60, root=root)
    assert execute_dynamics(made, commands=lambda: None) is not None
    return made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A cup of coffee that cools down."""
    t = np.linspace(0, 5, 20)
    made = searched(tmp_path_factory.mktemp("runs"), pd.DataFrame({"t": t, "warm": 20 + 60 * np.exp(-0.5 * t)}),
                    MotionRoles("t", ("warm",)))
    write_note(made, "Coffee.")
    return made


@pytest.fixture(scope="module")
def packed(run: Run) -> bytes:
    return make_bundle(run)


def test_a_bundle_is_opened_with_scores_of_its_rows(run: Run, packed: bytes, tmp_path: Path) -> None:
    def flatter(snapshot: dict[str, Any]) -> None:
        snapshot["front"][0]["r2"] = 1.5
        snapshot["front"][0]["remarks"] = ["<script>"]

    opened = open_bundle(read_bundle(changed(packed, "snapshot.json", flatter)), tmp_path)

    assert front_of(opened) == front_of(run)
    assert opened.best() == run.best()
    assert opened.config | {"id": "", "created": ""} == run.config | {"id": "", "created": ""}
    assert read_note(opened) == "Coffee."
    assert make_bundle(open_bundle(read_bundle(make_bundle(opened)), tmp_path / "again"))


@pytest.mark.slow
def test_velocities_and_driving_inputs_come_through_a_bundle(tmp_path: Path) -> None:
    t = np.linspace(0, 6, 40)
    table = pd.DataFrame({"t": t, "x": np.exp(-0.1 * t) * np.cos(2 * t), "u": 1.0 * (t > 3)})
    run = searched(tmp_path / "a", table, MotionRoles("t", ("x",), inputs=("u",), second_order=("x",)))
    bundle = read_bundle(make_bundle(run))

    assert front_of(open_bundle(bundle, tmp_path / "b")) == front_of(run)
    assert reproduce_dynamics(bundle).outcome == "identical"


def test_the_terminal_exports_saves_and_repeats_a_search(run: Run, packed: bytes, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XNET_RUNS", str(run.folder.parent))
    assert main(["export", run.id, str(tmp_path / "files")]) == 0
    assert main(["bundle", run.id, str(tmp_path / "run.zip")]) == 0
    capsys.readouterr()

    code = main(["replay", str(tmp_path / "run.zip"), "--json"])

    result = json.loads(capsys.readouterr().out)
    assert (code, result["same"], result["outcome"], result["scores_hold"]) == (0, True, "identical", True)
    assert result["formula"] == run.best()["text"]
    assert {path.name for path in (tmp_path / "files").iterdir()} >= {"system.py", "front.csv"}
    assert main(["export", run.id, str(tmp_path), "--animation"]) == 2
    assert main(["predict", run.id, "iris"]) == 2
    assert "searches laws of motion" in capsys.readouterr().err


def test_another_system_in_a_bundle_is_noticed(packed: bytes) -> None:
    def turn(snapshot: dict[str, Any]) -> None:
        snapshot["front"].reverse()

    done = reproduce_dynamics(read_bundle(changed(packed, "snapshot.json", turn)))

    assert (done.outcome, done.same) == ("different", False)


def test_a_search_without_a_system_has_no_bundle(tmp_path: Path) -> None:
    t = np.linspace(0, 1, 9)
    run = create_dynamics_run(pd.DataFrame({"t": t, "x": t}), MotionRoles("t", ("x",)), source="x", root=tmp_path)

    with pytest.raises(RunError, match="no formula yet"):
        make_bundle(run)


DAMAGES: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "no roles": ("config.json", lambda tree: tree.pop("roles")),
    "a long name": ("config.json", lambda tree: tree.update(source="x" * 1000)),
    "an option": ("config.json", lambda tree: tree.update(seconds="long")),
    "another column": ("config.json", lambda tree: tree["roles"].update(time="x", states=["t"])),
    "no front": ("snapshot.json", lambda tree: tree.update(front=[])),
    "no systems": ("snapshot.json", lambda tree: tree.update(front=[{"states": 1}])),
    "other states": ("snapshot.json", lambda tree: tree["front"][0].update(states=["y"])),
    "no first states": ("snapshot.json", lambda tree: tree["front"][0].update(first_states=[])),
    "no steps": ("snapshot.json", lambda tree: tree.update(step="many")),
    "no decisions": ("snapshot.json", lambda tree: tree.update(decisions=["x"])),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_bundles_are_refused_with_a_sentence(packed: bytes, tmp_path: Path, damage: str) -> None:
    name, change = DAMAGES[damage]
    bundle = read_bundle(changed(packed, name, change))

    with pytest.raises(XNetError) as error:
        open_bundle(bundle, tmp_path)

    assert str(error.value).endswith(".")
    assert not list(tmp_path.iterdir())
