"""The presentation of a search: large type, and nothing but the network, its formula and its error."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from tests.ui.test_live import in_steps
from xnet import runs
from xnet.evidence.step_story import PHASES
from xnet.runs import Run
from xnet.ui.session import state

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


def test_a_search_step_by_step_is_presented_phase_by_phase(app: Open, make_run: Make) -> None:
    run = in_steps(make_run(), 1)
    at = app("pages/discover.py", run=run.id, present="1")
    for number, phase in enumerate(PHASES, start=1):
        assert f"Step 1, phase {number} of 4: {phase.lower()}" in texts(at)
        assert "left unexplained" in texts(at)
        assert not at.dataframe
        if phase != PHASES[-1]:
            at = at.button(key="next_phase").click().run()
    at.button(key="next_step").click().run()
    assert run.take_command() == "step"
    at.button(key="present_end").click().run()
    assert at.segmented_control(key=f"{state.PHASE}_{run.id}_1").value == PHASES[-1]
    at.segmented_control(key=f"{state.PHASE}_{run.id}_1").set_value(PHASES[1]).run()
    at.button(key="present").click().run()
    assert "Step 1, phase 2 of 4" in texts(at), "the presentation begins at the phase that was shown"
    assert not at.exception


def test_a_presentation_can_be_paused_unless_it_is_shared_for_reading(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run)
    app("pages/discover.py", run=run.id, present="1").button(key="pause").click().run()
    assert run.take_command() == "pause"
    shared = app("pages/discover.py", view=runs.share(run), present="1")
    assert [button.key for button in shared.button] == ["present_end"]
