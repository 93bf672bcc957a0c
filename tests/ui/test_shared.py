"""What several sessions draw at once is made once, and never older than the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import drawings
from tests.ui.fake_run import play
from xnet.atomic_files import write_json
from xnet.runs import Run
from xnet.ui.components import network_view
from xnet.ui.session import shared


def test_a_value_is_made_once_until_others_take_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "MOST", 2)
    shared._values.clear()
    made: list[str] = []

    def make(name: str) -> str:
        return shared.made_once(name, lambda: made.append(name) or name.upper())  # type: ignore[func-returns-value]

    assert [make(name) for name in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"], "a was used last, so that c took the place of b"


def test_a_snapshot_is_read_once_and_never_old(make_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run()
    assert shared.newest_snapshot(run, "running") is None
    play(run)
    first = shared.newest_snapshot(run, "running")
    assert first is not None
    assert shared.newest_snapshot(run, "running") is first
    assert shared.newest_snapshot(run, "failed") is not first, "the state of a lost run differs"
    write_json(run.folder / "snapshot.json", {**first, "seq": first["seq"] + 1})
    second = shared.newest_snapshot(run, "running")
    assert second is not None
    assert second["seq"] == first["seq"] + 1


def test_two_sessions_draw_the_same_and_compute_it_once(app: Callable[..., AppTest], make_run: Callable[..., Run],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    run, drawn = make_run(), []
    play(run)
    real = network_view.drawing

    def counted(*arguments: Any, **options: Any) -> dict[str, Any]:
        drawn.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(network_view, "drawing", counted)
    both = [drawings(app("pages/discover.py", run=run.id))[0].proto.bytes for _ in range(2)]
    assert both[0] == both[1]
    assert len(drawn) == 1
    assert json.loads(both[0])["seq"] == run.snapshot()["seq"]  # type: ignore[index]
