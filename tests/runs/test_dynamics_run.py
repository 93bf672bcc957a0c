"""Runs that search laws of motion: their folder, their execution, and what cannot be done with them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.runs.killed_dynamics import STAGES
from tests.runs.worker_runs import ROOT
from xnet.archive.bundle import make_bundle
from xnet.atomic_files import read_json, write_json
from xnet.config.dynamics_runs import MotionRoles, make_dynamics_config
from xnet.dynamics.records import first_states_of, records_of, system_of
from xnet.errors import DataError, XNetError
from xnet.exports.system import export_system
from xnet.runs import Run, RunError, open_run
from xnet.runs.catalogue import read_catalogue
from xnet.runs.dynamics_execution import NOT_ENDED, execute_dynamics
from xnet.runs.dynamics_run import create_dynamics_run, front_of, model_of, table_of, trajectories_of
from xnet.tables.samples import load_sample

T = np.linspace(0, 5, 30)


def decay() -> pd.DataFrame:
    """Two trajectories of x' = -0.5 x, numbered by a column, and a text that no role uses."""
    parts = [pd.DataFrame({"run": k, "t": T, "x": first * np.exp(-0.5 * T), "who": "a"})
             for k, first in ((1, 4.0), (2, -1.0))]
    return pd.concat(parts, ignore_index=True)


ROLES = MotionRoles("t", ("x",), "run")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", units={"x": "m", "who": "?"}, steps=3, seconds=60,
                              root=tmp_path_factory.mktemp("runs"))
    execute_dynamics(run, commands=lambda: None)
    return run


def test_the_folder_of_a_run_holds_its_roles_and_rows(ended):
    config = open_run(ended.id, ended.folder.parent).config

    assert (config["kind"], config["target"], config["inputs"]) == ("dynamics", "x", ["x"])
    assert config["units"] == {"x": "m"}
    assert MotionRoles.from_config(config) == ROLES
    assert list(table_of(ended)) == ["t", "x", "run"]
    assert [item.name for item in trajectories_of(ended).items] == ["1", "2"]
    assert np.array_equal(trajectories_of(ended).items[1].X[:, 0], -np.exp(-0.5 * T))


def test_it_is_carried_out_and_the_catalogue_lists_it(ended):
    status, snapshot = ended.status(), ended.snapshot()

    assert status["state"] == "finished", status["message"]
    assert snapshot["best"]["text"] == "d x/dt = -0.5*x" == ended.best()["text"]
    assert snapshot["stop_reason"] == "steps"
    entry, = read_catalogue(ended.folder.parent).entries
    assert entry.text == "d x/dt = -0.5*x"
    assert entry.structure
    assert entry.r2_train > 0.9999


@pytest.mark.slow
def test_the_worker_carries_it_out(tmp_path):
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", steps=2, root=tmp_path)

    subprocess.run([sys.executable, "-m", "xnet.runs.worker", str(run.folder), "--detach"], check=True)

    assert run.status()["state"] == "finished", run.status()["message"]
    assert front_of(run)


def test_the_search_is_repeated_bit_for_bit_and_its_systems_are_scored_again(ended):
    data, front = trajectories_of(ended), front_of(ended)

    again = model_of(ended.config).fit_trajectories(data, repeat=ended.snapshot()["decisions"])
    scored = model_of(ended.config).restore(
        data, [(system_of(record), first_states_of(record, data), record["whole"]) for record in front])

    for model in (again, scored):
        assert [record["equations"] for record in records_of(model)] == [record["equations"] for record in front]
        assert [record["r2"] for record in records_of(model)] == [record["r2"] for record in front]


def test_the_files_of_a_system_are_exported(ended, tmp_path):
    paths = export_system(ended, tmp_path / "out")

    assert {path.name for path in paths} == {"system.json", "system.py", "system.tex", "system_sympy.txt", "system.jl",
                                             "system.js", "front.csv"}
    assert "Derivative(x(t), t)" in (tmp_path / "out" / "system_sympy.txt").read_text("utf-8")
    with pytest.raises(RunError, match="cannot be written"):
        export_system(ended, tmp_path / "out" / "system.py")
    with pytest.raises(RunError, match="has no system yet"):
        export_system(create_dynamics_run(decay(), ROLES, source="decay.csv", root=tmp_path), tmp_path)


def test_a_run_for_a_system_has_no_single_formula(ended):
    for read in (ended.data, ended.table, ended.problem):
        with pytest.raises(RunError, match="searches laws of motion"):
            read()


def test_a_stop_keeps_what_was_found_and_a_pause_waits(tmp_path):
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", root=tmp_path, seconds=60)
    seen: list[str] = []

    def commands() -> Iterator[str]:
        yield "pause"
        while "paused" not in seen:
            yield ""
        yield "resume"
        yield "stop"

    given, lock = commands(), threading.Lock()

    def next_command() -> str | None:
        with lock:
            return next(given, "") or None

    model = execute_dynamics(run, commands=next_command, on_snapshot=lambda snapshot: seen.append(snapshot["state"]))

    assert model is not None
    assert model.stopped_
    assert run.status()["state"] == "stopped"
    assert front_of(run)
    assert "paused" in seen


def test_a_run_whose_rows_are_damaged_fails_with_a_sentence(tmp_path):
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", root=tmp_path, seconds=5)
    (run.folder / "data.csv").unlink()

    assert execute_dynamics(run, commands=lambda: None) is None
    assert run.status()["state"] == "failed"
    assert "data.csv of its folder is missing" in run.status()["message"]


def test_a_table_that_cannot_be_used_leaves_no_folder(tmp_path):
    with pytest.raises(DataError, match="earlier than row 30"):
        create_dynamics_run(decay(), MotionRoles("t", ("x",)), source="decay.csv", root=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("options", "sentence"), [
    ({"seconds": -1}, "The setting seconds is -1"), ({"steps": 0.5}, "The setting steps is 0.5"),
    ({"depth": 3}, "has no option 'depth'"), ({"activations": "nonsense"}, "nonsense")])
def test_bad_options_are_refused(options, sentence):
    with pytest.raises(XNetError, match=sentence):
        make_dynamics_config("id", ROLES, source="decay.csv", options=options)


@pytest.mark.parametrize(("roles", "sentence"), [
    (None, "does not name the columns"), ({"time": "t", "states": []}, "does not name the columns"),
    ({"time": "t", "states": [3]}, "does not name the columns"),
    ({"time": "t", "states": ["t"]}, "gives a column two roles"),
    ({"time": "t", "states": ["x"], "second_order": ["y"]}, "gives a column two roles")])
def test_damaged_roles_are_refused(tmp_path: Path, roles, sentence):
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", root=tmp_path)
    write_json(run.folder / "config.json", run.config | {"roles": roles})

    with pytest.raises(RunError, match=sentence):
        trajectories_of(run)


@pytest.mark.parametrize("record", [
    {}, {"states": ["x"], "inputs": [], "equations": []},
    {"states": ["x"], "inputs": ["u"], "equations": [{"network": {"neurons": [["variable", [], 0]], "constants": [],
                                                                 "n_inputs": 1}}]}])
def test_damaged_records_are_refused(record):
    with pytest.raises(XNetError):
        system_of(record)


def test_first_states_must_fit_the_trajectories(ended):
    record = read_json(ended.folder / "snapshot.json")["front"][0]

    with pytest.raises(DataError, match="no first states"):
        first_states_of(record | {"first_states": [[1.0]]}, trajectories_of(ended))


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_killed_worker_loses_nothing_at_any_stage(tmp_path):
    sample = load_sample("yeast_1913").frame  # noisy, so that there are two rounds
    whole, run = (create_dynamics_run(sample, MotionRoles("hours", ("yeast",)), source="yeast_1913", steps=6,
                                      seconds=600, root=tmp_path) for _ in range(2))
    execute_dynamics(whole, commands=lambda: None)
    losses = []

    for stage in range(len(STAGES)):
        worker = subprocess.run([sys.executable, "-m", "tests.runs.killed_dynamics", str(stage), str(run.folder)],
                                cwd=ROOT, check=False)
        assert worker.returncode == -signal.SIGKILL, f"stage {stage} was not reached"
        assert "the best system so far is kept" in run.status()["message"]
        assert front_of(run)[0]["remarks"] == [NOT_ENDED]
        losses.append(front_of(run)[0]["loss"])
    subprocess.run([sys.executable, "-m", "xnet.runs.worker", str(run.folder), "--detach"], check=True)

    assert run.status()["state"] == "finished", run.status()["message"]
    assert front_of(run) == front_of(whole)
    assert run.snapshot()["decisions"] == whole.snapshot()["decisions"]
    assert front_of(run)[0]["loss"] <= min(losses) * 1.001
    assert run.checkpoint() is None


def interrupted(root: Path) -> Run:
    """A run whose worker is gone after its first checkpoint."""
    run = create_dynamics_run(decay(), ROLES, source="decay.csv", steps=2, seconds=60, root=root)

    def gone(snapshot: Mapping[str, Any]) -> None:
        if snapshot["front"]:
            raise SystemExit

    with pytest.raises(SystemExit):
        execute_dynamics(run, commands=lambda: None, on_snapshot=gone)
    run.write_status("failed", "The search ended unexpectedly.")
    return run


@pytest.mark.slow
def test_an_interrupted_search_is_shown_and_continued(tmp_path):
    run = interrupted(tmp_path)
    shown = front_of(run)

    assert shown[0]["remarks"] == [NOT_ENDED]
    assert run.best() == shown[0]
    export_system(run, tmp_path / "out")
    with pytest.raises(RunError, match="has not ended, so a bundle cannot repeat it"):
        make_bundle(run)
    seen: list[Any] = []
    execute_dynamics(run, commands=lambda: None, on_snapshot=lambda snapshot: seen.append(snapshot["front"]))

    assert seen[0] == shown
    assert run.status()["state"] == "finished"
    assert front_of(run)[0]["text"] == "d x/dt = -0.5*x"
    assert run.checkpoint() is None


@pytest.mark.slow
@pytest.mark.parametrize("content", ["{}", '{"step": 1, "state": {"version": 99}}', "not JSON", "[]"])
def test_a_search_with_a_damaged_checkpoint_starts_again(tmp_path, content):
    run = interrupted(tmp_path)
    (run.folder / "state.json").write_text(content)

    execute_dynamics(run, commands=lambda: None)

    assert run.status()["state"] == "finished", run.status()["message"]
    assert front_of(run)[0]["text"] == "d x/dt = -0.5*x"


@pytest.mark.slow
def test_the_curves_of_a_state_of_second_order_are_shown_while_it_searches(tmp_path):
    table = pd.DataFrame({"t": T, "x": np.cos(T)})
    run = create_dynamics_run(table, MotionRoles("t", ("x",), second_order=("x",)), source="x.csv", steps=1, seconds=60,
                              root=tmp_path)
    curves: list[Any] = []

    execute_dynamics(run, commands=lambda: None, on_snapshot=lambda snapshot: curves.append(snapshot["curves"]))

    shown = [np.array(own) for own in curves if own is not None]
    assert shown
    assert shown[0].shape == (1, len(T), 1)
