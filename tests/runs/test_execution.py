"""The loop that carries out a run, with a stand-in for the engine: what it leaves, how it obeys, how it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.runs.fakes import LADDER, use_fake
from xnet.engine import DataError
from xnet.runs import create_run, execute, recording
from xnet.runs.run import Run
from xnet.stopwatch import Stopwatch

NET_KEYS = {"network", "changed", "layout", "labels", "ids", "text", "latex", "loss", "loss_holdout", "r2_train",
            "r2_holdout", "complexity", "n_parameters", "plain"}


def make_run(root: Path, **settings: Any) -> Run:
    x = np.linspace(0.1, 3, 40)
    b = np.arange(40) * 0.618 % 1  # no smooth function of a
    frame = pd.DataFrame({"a": x, "b": b, "y": x**2 + b})
    return create_run(frame, target="y", inputs=["a", "b"], source="test", root=root, **settings)


def silent() -> None:
    return None


def after(script: list[tuple[Callable[[], bool], str]]) -> Callable[[], str | None]:
    """Commands that are given one after the other, each when its condition holds."""
    left = list(script)

    def next_command() -> str | None:
        if left and left[0][0]():
            return left.pop(0)[1]
        return None

    return next_command


def test_a_run_leaves_everything_a_viewer_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path)
    use_fake(monkeypatch, steps=5)
    seen: list[dict[str, Any]] = []

    last = execute(run, commands=silent, on_snapshot=seen.append)

    assert last == seen[-1]
    assert run.snapshot() == {**last, "loss": [list(point) for point in last["loss"]]}
    assert (last["state"], last["stop_reason"], last["step"]) == ("finished", "exact", 5)
    assert (last["rows_train"], last["rows_holdout"], last["seconds_total"]) == (32, 8, 60.0)
    assert last["best"].keys() == NET_KEYS | {"inspect"}
    assert last["current"].keys() == NET_KEYS | {"inspect"}
    assert last["best"]["network"] == LADDER[-1].to_json()
    assert [row["complexity"] for row in last["front"]] == [network.complexity for network in LADDER]
    assert [entry["text"] for entry in last["feed"]] == ["rung 1", "rung 2", "rung 3"]
    assert [event["step"] for event in run.events()] == [1, 2, 3]
    assert [s["seq"] for s in seen] == sorted({s["seq"] for s in seen})
    status = run.status()
    assert (status["state"], status["message"]) == ("finished", last["message"])


def test_best_json_holds_the_best_network_and_its_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path)
    use_fake(monkeypatch, steps=5)

    execute(run, commands=silent)

    best = run.best()
    assert best is not None
    assert best.keys() == NET_KEYS | {"python"}
    assert best["text"] == "y = a**2 + b"
    assert "def predict(a, b):" in best["python"]


def test_the_loss_curve_falls_from_the_first_network_to_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=6)
    last = execute(make_run(tmp_path), commands=silent)

    assert last is not None
    assert [train for _, train, _ in last["loss"][:4]] == [1.0, 1e-2, 1e-4, 1e-6]
    assert [holdout for *_, holdout in last["loss"][:4]] == [2.0, 2e-2, 2e-4, 2e-6]
    times = [t for t, *_ in last["loss"]]
    assert times == sorted(times)


def test_an_earlier_try_that_cannot_be_read_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path)
    use_fake(monkeypatch, steps=5)
    execute(run, commands=silent)
    (run.folder / "snapshot.json").write_text("{")
    use_fake(monkeypatch, fail_at=1)

    execute(run, commands=silent)

    best = run.best()
    assert best is not None
    assert best["network"] == LADDER[0].to_json()
    assert list(run.events()) == []


@pytest.mark.parametrize("stop_reason", ["exact", "noise", "exhausted"])
def test_the_engine_may_end_the_search(stop_reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=2, stop_reason=stop_reason)
    last = execute(make_run(tmp_path), commands=silent)

    assert last is not None
    assert (last["state"], last["stop_reason"]) == ("finished", stop_reason)


def test_the_budget_ends_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, delay_s=0.05)
    watch = Stopwatch()
    last = execute(make_run(tmp_path, seconds=0.5), commands=silent)

    assert last is not None
    assert (last["state"], last["stop_reason"]) == ("finished", "budget")
    assert 0.5 <= last["seconds"] < 1.5
    assert watch.seconds() < 2


def test_a_step_that_hangs_does_not_outlive_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = use_fake(monkeypatch)
    run = make_run(tmp_path, seconds=0.3)
    seen: list[dict[str, Any]] = []

    def hang_later(snapshot: dict[str, Any]) -> None:
        seen.append(snapshot)
        fake.delay_s = 60.0 if snapshot["step"] >= 2 else 0.0

    watch = Stopwatch()
    last = execute(run, commands=silent, on_snapshot=hang_later)

    assert last is not None
    assert (last["stop_reason"], last["best"]["complexity"]) == ("budget", LADDER[2].complexity)
    assert watch.seconds() < 4
    # Meanwhile the clock went on for those who watch.
    assert len([s for s in seen if s["step"] == 2 and s["state"] == "running"]) >= 2


def test_a_run_can_be_carried_out_in_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch, steps=4)
    run = make_run(tmp_path)
    thread = threading.Thread(target=lambda: execute(run, commands=silent))
    thread.start()
    thread.join(20)

    assert run.status()["state"] == "finished"


@pytest.mark.parametrize(("error", "words"), [
    (ZeroDivisionError("secret detail"), "An unexpected error ended the search; the best formula so far is kept"),
    (DataError("Column a went missing; add it."), "Column a went missing; add it."),
    (MemoryError(), "ran out of memory"),
])
def test_an_error_of_the_engine_leaves_a_message_and_the_best_network(error: Exception, words: str, tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch,
                                                                      caplog: pytest.LogCaptureFixture) -> None:
    use_fake(monkeypatch, fail_at=3, error=error)
    run = make_run(tmp_path)

    last = execute(run, commands=silent)

    assert last is not None
    assert (last["state"], last["stop_reason"], last["step"]) == ("failed", None, 2)
    assert words in run.status()["message"]
    assert "secret" not in run.status()["message"]
    assert "Traceback" not in run.status()["message"]
    assert run.status()["state"] == "failed"
    best = run.best()
    assert best is not None
    assert best["network"] == LADDER[2].to_json()
    assert caplog.records


def test_data_that_vanish_fail_the_run_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake(monkeypatch)
    run = make_run(tmp_path)
    (run.folder / "data.csv").unlink()

    assert execute(run, commands=silent) is None
    assert run.status()["state"] == "failed"


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    points = [(k * 0.001, 1.0 / (k + 1), None) for k in range(3000)]

    thin = recording.thinned(points)

    assert len(thin) == recording.MAX_LOSS_POINTS
    assert (thin[0], thin[-1]) == (points[0], points[-1])
    assert set(thin) <= set(points)


def test_the_real_engine_finds_a_sum_and_says_so(tmp_path: Path) -> None:
    run = make_run(tmp_path, seconds=20)

    last = execute(run, commands=silent)

    assert last is not None
    assert (last["state"], last["stop_reason"]) == ("finished", "exact")
    assert last["best"]["r2_train"] > 1 - 1e-9
    assert last["best"]["n_parameters"] == 0
