"""Saved runs: what the Results page offers of a run as a whole, and a bundle that is opened on the first page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from tests.ui.test_replay import record
from xnet.archive.bundle import make_bundle, read_bundle
from xnet.archive.reproduce import reproduce
from xnet.runs import Run, execute, list_runs

Make, Open = Callable[..., Run], Callable[..., AppTest]


def labels(at: AppTest) -> list[str]:
    return [button.proto.label for button in at.get("download_button")]


def test_a_run_is_offered_as_a_whole(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    without = labels(app("pages/results.py", run=run.id))
    record(run)

    assert "Run bundle (ZIP)" in without
    assert "Search as an animation (GIF)" not in without, "nothing was recorded that could be shown"
    assert "Search as an animation (GIF)" in labels(app("pages/results.py", run=run.id))


def test_a_bundle_opens_as_a_new_run(app: Open, make_run: Make, own_runs: Path) -> None:
    run = make_run(("distance", "=mass", "<b>period"), steps=2)
    execute(run, commands=lambda: None)
    best = run.best()
    at = app()
    assert "adds the search to the Library" in texts(at)
    at.file_uploader(key="saved_run").upload("run.zip", make_bundle(run), "application/zip").run()

    assert not at.exception
    assert best is not None
    opened = next(found for found in list_runs(own_runs) if found.id != run.id)
    assert "Formulas for" in texts(at)
    assert at.query_params["run"] in (opened.id, [opened.id])
    assert opened.best()["text"] == best["text"]  # type: ignore[index]
    assert reproduce(read_bundle(make_bundle(opened))).outcome == "identical"
    assert not app("pages/discover.py", run=opened.id).exception


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_a_file_that_is_not_a_bundle_is_refused_in_a_sentence(content: bytes, app: Open, own_runs: Path) -> None:
    at = app()
    at.file_uploader(key="saved_run").upload("run.zip", content, "application/zip").run()

    assert not at.exception
    assert "This file is not a run bundle" in at.error[0].value.replace("\\", "")
    assert list_runs(own_runs) == []
