"""The presentation of a search: large type, and nothing but the network, its formula and its error."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet.runs import Run

Make, Open = Callable[..., Run], Callable[..., AppTest]


def test_a_presentation_shows_the_network_and_its_formula_alone(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    at = app("pages/discover.py", run=run.id)
    at.button(key="present").click().run()
    assert at.query_params["present"] in ("1", ["1"])
    assert "left unexplained" in texts(at)
    assert not [button for button in at.button if button.key == "to_results"]
    at.button(key="present_end").click().run()
    assert [button for button in at.button if button.key == "to_results"]
    assert not at.exception
