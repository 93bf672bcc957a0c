"""The live page on when to stop: the time without improvement, and residuals that look like noise."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet.atomic_files import write_json
from xnet.runs import Run
from xnet.ui.discover.page import noise_offer, time_without_improvement

Open = Callable[..., AppTest]
Make = Callable[..., Run]


def test_the_time_without_improvement_is_shown() -> None:
    curve = [[0.1, 0.5, 0.6], [2.0, 0.1, 0.2], [9.0, 0.1, 0.2]]
    assert time_without_improvement({"loss": curve, "seconds": 9.4}) == "No improvement for 7 s."
    assert time_without_improvement({"loss": curve, "seconds": 6.9}) == "", "too soon to mean anything"
    assert time_without_improvement({}) == ""
    assert time_without_improvement({"loss": curve, "seconds": 21.9}) == "No improvement for 19 s."
    assert time_without_improvement({"loss": curve, "seconds": 25.5}) == "Nothing better for 23 s: stop now?"


@pytest.mark.parametrize(("seconds", "kind"), [(3.0, "secondary"), (300.0, "primary")])
def test_where_nothing_better_comes_the_page_asks_whether_to_stop(app: Open, make_run: Make, seconds: float,
                                                                 kind: str) -> None:
    run = make_run()
    snapshot = play(run, steps=3).step()
    write_json(run.folder / "snapshot.json", snapshot | {"seconds": seconds})
    run.write_status("running", "Searching.", pid=os.getpid())
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert ("stop now?" in texts(at)) == (kind == "primary")
    assert at.button(key="stop").proto.type == kind
    at.button(key="stop").click().run()
    assert run.take_command() == "stop"


def test_the_live_page_offers_to_stop_when_the_residuals_look_like_noise(app: Open, make_run: Make) -> None:
    run = make_run()
    snapshot = play(run, steps=3).step()
    assert noise_offer(snapshot) == noise_offer({}) == ""
    write_json(run.folder / "snapshot.json", snapshot | {"noise_is_left": True})
    assert "What is left looks like noise; you may stop here." in texts(app("pages/discover.py", run=run.id))
