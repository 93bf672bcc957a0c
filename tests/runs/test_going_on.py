"""Going on with a search that ended, was stopped or broke off: nothing is lost, and nothing else comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.runs.fakes import LADDER, use_fake
from tests.runs.test_execution import after, make_run, silent
from xnet import engine
from xnet.engine import Budget
from xnet.runs import RunError, create_run, execute, execution, frames_file, resuming
from xnet.runs.run import Run


def stopped_after(run: Run, steps: int) -> dict[str, Any] | None:
    """Carry out a run until it has done some steps."""
    def far_enough() -> bool:
        snapshot = run.snapshot()
        return snapshot is not None and snapshot["step"] >= steps
    return execute(run, commands=after([(far_enough, "stop")]))


def test_more_time_lets_an_ended_search_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, delay_s=0.02)
    run = make_run(tmp_path, seconds=0.4)
    first = execute(run, commands=silent)
    events, frames = list(run.events()), frames_file.read_frames(run)

    run.add_time(0.4)
    second = execute(run, commands=silent)

    assert first is not None
    assert second is not None
    assert (first["stop_reason"], second["stop_reason"]) == ("budget", "budget")
    assert second["step"] > first["step"]
    assert (first["seconds_total"], second["seconds_total"]) == (0.4, 0.8)
    assert 0.8 <= second["seconds"] < 2
    assert second["seq"] > first["seq"]
    assert second["feed"] == first["feed"]
    assert second["loss"][:4] == [tuple(point) for point in first["loss"][:4]]
    assert second["best"]["ids"] == first["best"]["ids"]
    assert list(run.events()) == events
    assert frames_file.read_frames(run) == frames


def test_more_time_while_it_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01)
    run = make_run(tmp_path, seconds=0.3)

    def more() -> bool:
        if fake.calls == 0:
            return False
        run.add_time(0.5)
        return True

    last = execute(run, commands=after([(more, "resume")]))

    assert last is not None
    assert last["seconds"] >= 0.8
    assert last["seconds_total"] == 0.8


@pytest.mark.parametrize("seconds", [1e9, float("nan"), -100])
def test_no_more_time_than_a_search_may_have(tmp_path: Path, seconds: float) -> None:
    run = make_run(tmp_path)
    with pytest.raises(RunError, match="seconds"):
        run.add_time(seconds)
    assert run.config["seconds"] == 60


def test_a_search_that_ended_itself_is_reopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=5, stop_reason="noise")
    run = make_run(tmp_path)
    execute(run, commands=silent)
    use_fake(monkeypatch, steps=9, stop_reason="noise")

    last = execute(run, commands=silent)

    assert last is not None
    assert last["step"] == 9


def test_the_search_is_put_away_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, delay_s=0.02)
    monkeypatch.setattr(execution, "CHECKPOINT_S", 0.05)
    run = make_run(tmp_path)
    kept: list[Any] = []

    def saved() -> bool:
        if run.checkpoint() is not None and run.status()["state"] == "running":
            kept.append(run.checkpoint())
        return bool(kept)

    execute(run, commands=after([(saved, "stop")]))
    assert kept[0]["state"]["step"] > 0


def test_half_a_line_of_a_killed_process_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=2)
    run = make_run(tmp_path)
    execute(run, commands=silent)
    for name in ("events.jsonl", "frames.jsonl", "attempts.jsonl"):
        with (run.folder / name).open("a") as file:
            file.write('{"step": 3, "ne')
    use_fake(monkeypatch, steps=6)
    execute(run, commands=silent)

    assert [event["step"] for event in run.events()] == [1, 2, 3]
    assert [frame["net"]["network"] for frame in frames_file.read_frames(run)] \
        == [network.to_json() for network in LADDER]
    assert all(frame["net"] for frame in frames_file.read_frames(run, frames_file.ATTEMPTS))


def test_a_broken_off_search_goes_on_from_what_it_showed(tmp_path: Path) -> None:
    run = make_run(tmp_path, seconds=30)
    stopped_after(run, 2)
    snapshot = run.snapshot()
    assert snapshot is not None
    (run.folder / "state.json").unlink()  # killed before the first checkpoint

    problem = run.problem()
    earlier = resuming.resumed_state(run, problem)

    assert earlier is not None
    seconds, state, ended = earlier
    assert seconds == snapshot["seconds"]
    assert state.step == 0
    assert not ended
    assert state.best.loss <= snapshot["best"]["loss"] * (1 + 1e-6)


def test_networks_found_after_the_last_checkpoint_are_kept(tmp_path: Path) -> None:
    run = make_run(tmp_path, seconds=30)
    problem = run.problem()
    early, _ = engine.advance(engine.start(problem), problem, Budget(steps=1))
    stopped_after(run, 3)
    snapshot = run.snapshot()
    assert snapshot is not None
    (run.folder / "state.json").write_text(json.dumps({"seconds": 0.0, "state": engine.state_to_json(early)}))

    earlier = resuming.resumed_state(run, problem)

    assert earlier is not None
    assert earlier[0] == snapshot["seconds"]
    assert earlier[1].step == 1
    assert min(e.loss for e in earlier[1].front) <= min(r["loss"] for r in snapshot["front"]) * (1 + 1e-6)


@pytest.mark.slow
def test_the_first_snapshot_after_a_kill_has_all_that_was_shown(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.uniform(0.5, 3, (50, 2)), columns=["a", "b"])
    frame["y"] = frame.a**2 * frame.b - frame.b + rng.normal(0, 0.3, 50)
    run = create_run(frame, target="y", inputs=["a", "b"], source="test", root=tmp_path, steps=3, seconds=60)
    execute(run, commands=silent)
    shown = run.snapshot()
    assert shown is not None
    first = engine.state_to_json(engine.start(run.problem()))
    (run.folder / "state.json").write_text(json.dumps({"seconds": 0.0, "state": first}))  # the last one before a kill
    seen: list[dict[str, Any]] = []
    execute(run, commands=after([(lambda: bool(seen), "stop")]), on_snapshot=seen.append)

    for old in shown["front"]:
        assert any(new["complexity"] <= old["complexity"] and new["loss"] <= old["loss"] * (1 + 1e-9)
                   for new in seen[0]["front"]), old["text"]


@pytest.mark.parametrize("content", [
    '{"seconds": 1e999, "state": {"version": 2, "seconds": 1e999}}', '{"seconds": "x", "state": {"version": 2}}',
    '{"seconds": 1, "state": {"version": 2, "front": [{"network": 1' + "0" * 400 + "}]}}", '{"state": ' + "[" * 100_000,
    '{"seconds": 1, "state": {"version": 99}}', '{"seconds": 1' + "0" * 400 + ', "state": {"version": 2}}'])
def test_a_damaged_checkpoint_is_no_error(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path)
    with monkeypatch.context() as patch:
        use_fake(patch, steps=2)
        execute(run, commands=silent)
    (run.folder / "state.json").write_text(content)
    earlier = resuming.resumed_state(run, run.problem())
    assert earlier is None or earlier.state.step == 0


@pytest.mark.slow
def test_a_clean_stop_and_resume_is_the_search_that_was_never_stopped(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.uniform(0.5, 3, 50), "b": rng.uniform(0.5, 3, 50)})
    frame["y"] = np.sin(2 * frame.a) * frame.b + 0.2 * rng.normal(size=50)
    run = create_run(frame, target="y", inputs=["a", "b"], source="test", root=tmp_path, seconds=30)
    stopped_after(run, 2)
    problem = run.problem()
    earlier = resuming.resumed_state(run, problem)
    assert earlier is not None
    _, state, ended = earlier
    assert not ended
    assert not state.stop_reason

    resumed, _ = engine.advance(state, problem, Budget(steps=2))
    fresh = run.problem()
    whole, _ = engine.advance(engine.start(fresh), fresh, Budget(steps=state.step + 2))

    assert resumed.front == whole.front
    assert resumed.islands == whole.islands


def test_a_run_can_start_from_what_another_found(tmp_path: Path) -> None:
    run = make_run(tmp_path, seconds=30, warm_start=[LADDER[-1].to_json()])
    seen: list[dict[str, Any]] = []
    execute(run, commands=silent, on_snapshot=seen.append)

    assert seen[0]["step"] == 0
    assert seen[0]["best"]["r2_train"] > 1 - 1e-12


def test_a_warm_start_without_networks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(engine.NetworkError, match="does not describe a network"):
        make_run(tmp_path, warm_start=[{"neurons": "none"}])
