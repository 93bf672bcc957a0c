"""The search of a bundle is repeated: the same result, or a reason for another one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.archive.samples import changed, files_of, searched, table, zipped
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import alike, reproduce
from xnet.archive.restore import open_bundle
from xnet.cli.main import main
from xnet.config.run_options import RunError, table_options
from xnet.engine.formulas.parser import read_formula
from xnet.exports.export import export_run
from xnet.runs import create_run, execute
from xnet.runs.run import Run
from xnet.tables.group_column import with_group_numbers
from xnet.tables.table import Table


@pytest.mark.slow
def test_a_budget_in_steps_is_replayed_to_the_last_bit(packed: bytes) -> None:
    seen: list[int] = []
    done = reproduce(read_bundle(packed), lambda state, steps: seen.append(state.step))

    assert (done.outcome, done.same, done.scores_hold) == ("identical", True, True)
    assert seen == list(range(1, 9))
    assert "bit for bit, in 8 steps" in done.sentence


@pytest.mark.slow
def test_a_budget_in_seconds_is_replayed_by_its_steps(tmp_path: Path) -> None:
    run = searched(tmp_path, steps=None, seconds=0.6)
    snapshot = run.snapshot()
    done = reproduce(read_bundle(make_bundle(run)))

    assert snapshot is not None
    assert snapshot["stop_reason"] == "budget"
    assert (done.outcome, done.state.step) == ("identical", snapshot["step"])


@pytest.mark.slow
def test_rows_held_out_by_a_group_and_weighed_are_held_out_and_weighed_again(tmp_path: Path) -> None:
    frame = table(32)
    frame["place"] = np.repeat(["north", "south", "east", "west"], len(frame) // 4)
    frame["trust"] = np.linspace(1.0, 2.0, len(frame))
    run = create_run(frame, target="y", inputs=["a", "=b"], source="a table", root=tmp_path / "runs", steps=3, seed=5,
                     split={"kind": "group", "column": "place"}, weight={"column": "trust", "kind": "weight"})
    execute(run, commands=lambda: None)
    bundle = read_bundle(make_bundle(run))

    assert reproduce(bundle).outcome == "identical"
    opened = open_bundle(bundle, tmp_path / "other")
    assert np.array_equal(opened.problem().holdout_index, run.problem().holdout_index)
    assert np.array_equal(opened.problem().train.weight, run.problem().train.weight)


@pytest.mark.slow
def test_a_template_is_replayed_and_searched_on_from_its_checkpoint(tmp_path: Path) -> None:
    options = {"prior": {"template": "a*f(b0)"}, "activations": ["add", "mul", "sin"], "seed": 5, "inputs": ["a", "b0"],
               "target": "y", "source": "a table", "root": tmp_path / "runs"}
    frame = table().rename(columns={"=b": "b0"})
    run = create_run(frame, steps=14, **options)
    execute(run, commands=lambda: None)
    assert reproduce(read_bundle(make_bundle(run))).outcome == "identical"
    snapshot, checkpoint = run.snapshot(), run.checkpoint()
    assert snapshot is not None
    assert checkpoint is not None
    assert set(snapshot["best"]["holes"]) == {"f(b0)"}
    assert [island.get("hole") for island in checkpoint["state"]["islands"]] == [-1, 0]
    execute(run, commands=lambda: None)
    again = run.snapshot()
    assert again is not None
    assert again["step"] == 14
    assert [row["text"] for row in again["front"]] == [row["text"] for row in snapshot["front"]]


@pytest.mark.slow
def test_a_template_with_groups_is_replayed_opened_and_exported(tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"x": np.tile(np.linspace(0.3, 3.0, 12), 3), "site": np.repeat(["p", "q", "r"], 12)})
    own = frame.site.map({"p": 0.5, "q": 2.0, "r": -1.0})
    frame["y"] = np.exp(-frame.x) + own
    made, number = with_group_numbers(Table(frame=frame, name="sites"), "site")
    run = create_run(made.frame, target="y", inputs=["x", number], source="sites", root=tmp_path / "runs", steps=20,
                     seed=5, prior={"template": "f(x) + a"}, activations=["add", "mul", "neg", "exp"],
                     group={"column": number, "own": None}, **table_options(made))
    execute(run, commands=lambda: None)
    packed = make_bundle(run)
    assert reproduce(read_bundle(packed)).outcome == "identical"
    opened = open_bundle(read_bundle(packed), tmp_path / "other")
    best = opened.snapshot()["best"]
    assert (best["holes"], set(best["letters"])) == ({"f(x)": "exp(-x)"}, {"a"})
    files = export_run(opened, tmp_path / "out")
    frame.tail(2).assign(site="new").to_csv(tmp_path / "new.csv", index=False)
    more = tmp_path / "more.json"
    formula = str(tmp_path / "out" / "formula.json")
    assert main(["calibrate", formula, str(tmp_path / "new.csv"), "--out", str(more)]) == 0
    assert "new: a = -1, fitted to 2 rows" in capsys.readouterr().err
    frame.tail(2).to_csv(tmp_path / "rows.csv", index=False)
    program = subprocess.run([sys.executable, str(tmp_path / "out" / "formula.py"), str(tmp_path / "rows.csv")],
                             capture_output=True, text=True, check=True)
    assert [float(line) for line in program.stdout.split()[1:]] == pytest.approx(frame.y.tail(2).tolist())
    assert {file.name for file in files} >= {"report.html", "formula.json", "predictions.csv"}

    def without_hole(tree: dict[str, Any]) -> None:
        tree["best"]["parts"]["holes"] = tree["front"][-1]["parts"]["holes"] = []

    with pytest.raises(RunError, match="unknown parts that do not fit its template"):
        open_bundle(read_bundle(changed(packed, "snapshot.json", without_hole)), tmp_path / "bad")


@pytest.mark.slow
def test_units_that_steered_steer_the_replay(tmp_path: Path) -> None:
    frame = table().rename(columns={"=b": "b"})
    run = create_run(frame, target="y", inputs=["a", "b"], source="a table", root=tmp_path / "runs", steps=5, seed=5,
                     units={"a": "m", "b": "1", "y": "m"}, prior={"units": {"constants": 0}})
    execute(run, commands=lambda: None)
    bundle = read_bundle(make_bundle(run))

    assert reproduce(bundle).outcome == "identical"
    opened = open_bundle(bundle, tmp_path / "other").problem()
    assert opened.constraints == run.problem().constraints
    assert opened.constraints.units is not None


@pytest.mark.slow
def test_several_processes_with_a_budget_in_steps_repeat_as_well(tmp_path: Path) -> None:
    run = searched(tmp_path, steps=12, n_jobs=2, seconds=600)

    assert reproduce(read_bundle(make_bundle(run))).outcome == "identical"


@pytest.mark.slow
def test_a_run_limited_by_the_clock_is_reported_as_not_repeatable(packed: bytes) -> None:
    def change(config: dict[str, Any]) -> None:
        config.update(steps=None, n_jobs=2, seed=6)

    done = reproduce(read_bundle(changed(packed, "config.json", change)))

    assert not done.same
    assert "Only its first process can be repeated" in done.sentence


@pytest.mark.slow
def test_another_seed_and_other_releases_are_distinguished(packed: bytes) -> None:
    other = reproduce(read_bundle(changed(packed, "config.json", lambda config: config.update(seed=6))))
    files = files_of(changed(packed, "config.json", lambda config: config.update(seed=6)))
    manifest = json.loads(files["manifest.json"])
    manifest["versions"]["numpy"] = "1.0"
    older = reproduce(read_bundle(zipped(files | {"manifest.json": json.dumps(manifest).encode()})))

    assert not other.same
    assert "The version numbers are the same. Possible causes are another state of X-Net's source" in other.sentence
    assert "created with numpy 1.0 (here " in older.sentence


@pytest.mark.parametrize(("change", "same"), [(1e-9, True), (1e-4, False)])
def test_constants_that_differ_by_more_than_the_last_digits_are_others(change: float, same: bool) -> None:
    one = read_formula("2.5*sin(x0) + 1", ("x0",))
    assert alike(one, one.with_constants([c * (1.0 + change) for c in one.constants])) is same


@pytest.mark.slow
def test_last_digits_are_no_other_formula(packed: bytes) -> None:
    def nudge(snapshot: dict[str, Any]) -> None:
        for row in (*snapshot["front"], snapshot["best"]):
            row["network"]["constants"] = [c * (1 + 1e-12) for c in row["network"]["constants"]]

    done = reproduce(read_bundle(changed(packed, "snapshot.json", nudge)))

    assert (done.outcome, done.same, done.scores_hold) == ("close", True, True)


@pytest.mark.slow
def test_scores_that_are_not_those_of_the_formulas_are_noticed(packed: bytes) -> None:
    def flatter(snapshot: dict[str, Any]) -> None:
        snapshot["front"][0]["loss"] /= 2

    assert not reproduce(read_bundle(changed(packed, "snapshot.json", flatter))).scores_hold


def test_a_budget_in_steps_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "table.csv"
    table().to_csv(file, index=False)
    results = []
    for _ in range(2):
        assert main(["discover", str(file), "--target", "y", "--steps", "3", "--json"]) == 0
        results.append(json.loads(capsys.readouterr().out))

    assert results[0]["stop_reason"] == "steps"
    assert {**results[0], "seconds": 0} == {**results[1], "seconds": 0}
    assert main(["discover", str(file), "--target", "y", "--steps", "0"]) == 2
    assert "steps is 0" in capsys.readouterr().err


@pytest.mark.slow
def test_a_search_that_started_from_known_networks_and_went_on_after_its_end_repeats(tmp_path: Path) -> None:
    x = np.linspace(1, 3, 30)
    law = pd.DataFrame({"a": x, "b": x % 0.37, "y": 2 * x**2 + x % 0.37})
    known = searched(tmp_path).snapshot()
    assert known is not None
    run = create_run(law, target="y", inputs=["a", "b"], source="a law", root=tmp_path, seconds=60, steps=6,
                     warm_start=[row["network"] for row in known["front"]])
    execute(run, commands=lambda: None)
    ended = run.snapshot()
    execute(run, commands=lambda: None)
    snapshot = run.snapshot()
    assert ended is not None
    assert snapshot is not None
    assert ended["stop_reason"] == "exact"
    assert snapshot["step"] > ended["step"]
    assert snapshot["reopened"] == [ended["step"]]
    bundle = read_bundle(make_bundle(run))

    assert reproduce(bundle).outcome == "identical"
    assert reproduce(read_bundle(make_bundle(open_bundle(bundle, tmp_path)))).outcome == "identical"


def test_bundle_and_replay_on_the_command_line(run: Run, packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XNET_RUNS", str(run.folder.parent))
    file = tmp_path / "deep" / "run.zip"

    assert main(["bundle", run.id, str(file)]) == 0
    assert file.read_bytes() == packed
    assert main(["replay", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    snapshot = run.snapshot()
    assert snapshot is not None
    assert said | {"message": ""} == {"same": True, "outcome": "identical", "steps": 8, "scores_hold": True,
                                      "formula": snapshot["best"]["text"], "message": ""}
    file.write_bytes(changed(packed, "config.json", lambda config: config.update(seed=6)))
    assert main(["replay", str(file)]) == 1
    assert "The replay found" in capsys.readouterr().out
    file.write_text("no zip")
    for path in (file, tmp_path / "none.zip", tmp_path):
        assert main(["replay", str(path)]) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert main(["bundle", "x" * 20, str(file)]) == 2
    assert main(["bundle", run.id, "/proc/nowhere/run.zip"]) == 2
    assert "folder that you may write to" in capsys.readouterr().err
