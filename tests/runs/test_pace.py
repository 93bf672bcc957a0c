"""Slow and step by step: the same search, shown at a slower pace, phase by phase."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.runs.fakes import LADDER, use_fake
from tests.runs.test_execution import after, make_run
from xnet.engine.networks.network import Network
from xnet.evidence.neuron_inspection import NeuronInspector
from xnet.runs import execute, execution
from xnet.runs.run import Run


def waits(run: Run, step: int) -> Callable[[], bool]:
    """Whether the run waits for its next step after so many."""
    def waiting() -> bool:
        snapshot = run.snapshot()
        return run.status()["state"] == "paused" and snapshot is not None and snapshot["step"] == step
    return waiting


def test_step_by_step_takes_a_step_on_request_and_traces_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01)
    run = make_run(tmp_path)
    run.command("step_by_step")  # before it begins: then not a single step goes by unseen
    traces: list[Any] = []

    def take() -> str | None:
        if run.take_command() == "step_by_step":
            return "step_by_step"
        return script()

    def look() -> bool:
        traces.append((run.trace(), fake.calls))
        return True

    script = after([(waits(run, 0), "step"), (waits(run, 1), "step"),
                    (lambda: waits(run, 2)() and look(), "step"), (waits(run, 4), "stop")])
    last = execute(run, commands=take)

    assert last is not None
    assert (last["step"], last["pace"], last["traced"], last["stop_reason"]) == (4, "step_by_step", 3, "stopped")
    trace, calls = traces[0]
    assert calls == 2
    assert (trace["number"], trace["step"], trace["improved"]) == (2, 1, "y = a**2 + 1.25")
    assert trace["net"]["network"] == LADDER[1].to_json()
    assert trace["winner"]["network"] == LADDER[2].to_json()
    assert trace["matched"]["ids"] == trace["winner"]["ids"]
    assert trace["constants"] == [[0.5, 1.25]]
    assert [c["move"] for c in trace["considered"]] == ["a rung"]


def test_the_row_of_a_story_is_the_one_explained_worst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch)
    run = make_run(tmp_path)
    execute(run, commands=after([(lambda: True, "step_by_step"), (lambda: run.status()["state"] == "paused", "step"),
                                 (lambda: run.trace() is not None, "stop")]))
    trace = run.trace()
    assert trace is not None
    row, data = trace["row"], run.data()
    assert row["targets"][-1] == pytest.approx(row["target"], rel=1e-3)
    # The first step that is shown depends on the machine's speed; its row is of the network at the start of the step.
    outputs = Network.from_json(trace["net"]["network"]).evaluate(data[["a", "b"]].to_numpy())
    errors = np.abs(data["y"].to_numpy() - outputs)[8:]
    assert abs(row["target"] - row["outputs"][-1]) == pytest.approx(errors.max(), rel=1e-2)


def test_a_pause_uses_no_time_of_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch)
    run = make_run(tmp_path)
    began: list[float] = []

    def rested() -> bool:
        if run.status()["state"] == "paused" and not began:
            began.append(time.monotonic())
        return bool(began) and time.monotonic() - began[0] > 0.5

    last = execute(run, commands=after([(lambda: True, "step_by_step"), (rested, "step"), (waits(run, 1), "stop")]))

    assert last is not None
    assert last["seconds"] < 0.4


def test_back_to_real_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, delay_s=0.005, steps=40)
    run = make_run(tmp_path)
    last = execute(run, commands=after([(lambda: True, "step_by_step"), (waits(run, 0), "step"),
                                        (waits(run, 1), "real_time")]))
    assert last is not None
    assert (last["stop_reason"], last["step"], last["pace"]) == ("exact", 40, "real_time")


def test_step_by_step_can_be_chosen_in_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01)
    run = make_run(tmp_path)

    def says(word: str) -> Callable[[], bool]:
        return lambda: run.status()["state"] == "paused" and word in run.status()["message"]

    seen: list[int] = []
    last = execute(run, commands=after([
        (lambda: fake.calls > 3, "pause"), (says("until you resume"), "step_by_step"),
        (lambda: says("next step")() and not seen.append(fake.calls), "step"),  # type: ignore[func-returns-value]
        (lambda: run.trace() is not None, "stop")]))

    assert last is not None
    assert last["pace"] == "step_by_step"
    assert last["step"] - seen[0] in (0, 1, 2), "one step, or two where the first has nothing to tell"


def test_the_slow_pace_waits_after_every_step_until_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=50, delay_s=0.01)
    monkeypatch.setattr(execution, "SLOW_S", 0.3)
    run = make_run(tmp_path)
    seen: list[tuple[int, float]] = []

    def note(snapshot: dict[str, Any]) -> None:
        if snapshot["pace"] == "slow" and (not seen or seen[-1][0] != snapshot["step"]):
            seen.append((snapshot["step"], time.monotonic()))

    began = time.monotonic()
    last = execute(run, commands=after([(lambda: True, "slow"), (lambda: len(seen) > 3, "real_time")]),
                   on_snapshot=note)

    assert last is not None
    assert last["stop_reason"] == "exact"
    gaps = [b - a for (_, a), (_, b) in pairwise(seen[1:])]
    assert min(gaps) > 0.25
    assert time.monotonic() - began < 8
    assert last["seconds"] < time.monotonic() - began - 0.5, "resting is not searching"


def test_a_pause_holds_at_every_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=60, delay_s=0.01)
    run = make_run(tmp_path)
    paused: list[str] = []

    def on_hold() -> bool:
        if run.status()["state"] == "paused":
            paused.append(run.status()["message"])
        return len(paused) > 2

    last = execute(run, commands=after([(lambda: True, "slow"), (lambda: True, "pause"), (on_hold, "resume"),
                                        (lambda: True, "real_time")]))
    assert last is not None
    assert last["stop_reason"] == "exact"
    assert "until you resume" in paused[0]


def test_the_real_engine_is_described_step_by_step(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    last = execute(run, commands=after([(lambda: True, "step_by_step"),
                                        (lambda: run.status()["state"] == "paused", "step"),
                                        (lambda: run.trace() is not None, "stop")]))
    trace = run.trace()
    assert last is not None
    assert trace is not None
    assert trace["scratch"]
    assert trace["considered"][0]["fitted"] <= trace["considered"][0]["matched"] * (1 + 1e-9)
    assert len(trace["winner"]["inspect"]["neurons"]) == len(trace["winner"]["network"]["neurons"])
    assert isinstance(NeuronInspector(run.problem(), ["a", "b"]).inspect(LADDER[-1]), dict)
