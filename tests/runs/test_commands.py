"""Commands during a search: pause, resume and stop, also in the middle of a step."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.runs.fakes import LADDER, use_fake
from tests.runs.test_execution import after, make_run
from xnet.runs import execute, execution


def test_pause_freezes_the_steps_and_resume_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01, steps=60)
    run = make_run(tmp_path)
    calls: list[int] = []

    def rested() -> bool:
        if run.status()["state"] == "paused":
            calls.append(fake.calls)
        return len(calls) > 10

    last = execute(run, commands=after([(lambda: fake.calls > 5, "pause"), (rested, "resume")]))

    assert len(set(calls)) == 1
    assert last is not None
    assert (last["stop_reason"], last["step"]) == ("exact", 60)


def test_stop_keeps_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.02)
    run = make_run(tmp_path)

    last = execute(run, commands=after([(lambda: fake.calls > 4, "stop")]))

    assert last is not None
    assert (last["state"], last["stop_reason"]) == ("stopped", "stopped")
    assert last["best"]["network"] == LADDER[-1].to_json()
    best = run.best()
    assert best is not None
    assert best["text"] == "y = a**2 + b"


def test_stop_ends_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01)
    run = make_run(tmp_path)
    paused = lambda: run.status()["state"] == "paused"  # noqa: E731 - a condition, named where it is used

    last = execute(run, commands=after([(lambda: fake.calls > 3, "pause"), (paused, "stop")]))

    assert last is not None
    assert last["stop_reason"] == "stopped"


def test_a_forgotten_pause_ends_with_the_best_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.01)
    monkeypatch.setattr(execution, "LONGEST_PAUSE_S", 0.3)
    run = make_run(tmp_path)

    last = execute(run, commands=after([(lambda: fake.calls > 3, "pause")]))

    assert last is not None
    assert last["stop_reason"] == "stopped"
    assert run.best() is not None


@pytest.mark.parametrize("word", ["pause", "stop"])
def test_a_command_takes_effect_during_a_long_step(word: str, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=30)
    run = make_run(tmp_path)
    given: list[float] = []
    obeyed: list[float] = []

    def in_step() -> bool:
        if fake.calls:
            given.append(time.monotonic())
        return bool(given)

    def note(snapshot: dict[str, Any]) -> None:
        if snapshot["state"] in ("paused", "stopped"):
            obeyed.append(time.monotonic())

    last = execute(run, commands=after([(in_step, word), (lambda: bool(obeyed), "stop")]), on_snapshot=note)

    assert obeyed[0] - given[0] < 1.0
    assert last is not None
    assert last["step"] == 0


def test_ctrl_c_in_the_middle_of_a_step_is_a_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch, delay_s=0.02)
    run = make_run(tmp_path)
    handler = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        if fake.calls > 4:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    last = execute(run, commands=interrupt)  # type: ignore[arg-type]

    assert last is not None
    assert last["stop_reason"] == "stopped"
    assert last["best"]["network"] == LADDER[-1].to_json()
    assert signal.getsignal(signal.SIGINT) is handler


def test_commands_that_raise_do_not_end_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=20, delay_s=0.02)

    def broken() -> str | None:
        raise OSError("disk gone")

    last = execute(make_run(tmp_path), commands=broken)

    assert last is not None
    assert last["stop_reason"] == "exact"
