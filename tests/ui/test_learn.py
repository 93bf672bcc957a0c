"""The Learn page: every phase of the toy, back and by hand, bad points, and the words around it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import drawings, texts
from xnet.learn.glossary import TERMS
from xnet.ui.learn import toy_points, toy_state
from xnet.ui.session import state

Open = Callable[..., AppTest]
PAGE = "pages/learn.py"


def press(at: AppTest, button: str, times: int = 1) -> AppTest:
    for _ in range(times):
        at.button(key=button).click().run()
        assert not at.exception
    return at


def ask(at: AppTest, neuron: str, activation: str) -> AppTest:
    """Choose a neuron by its name and an activation in the question below the toy."""
    neurons, activations = at.pills[0], at.pills[1]
    place = next(o for o in neurons.options if o == neuron)
    neurons.set_value(place).run()
    at.pills[1].set_value(next(o for o in activations.options if o == activation)).run()
    assert not at.exception
    return at


def test_the_page_opens_on_the_first_phase(app: Open) -> None:
    at = app(PAGE)
    assert not at.exception
    assert at.title[0].value == "Learn"
    assert "Forward." in texts(at)
    assert "Round 1" in texts(at)
    assert at.button(key="toy_back").disabled
    assert len(at.get("vega_lite_chart")) == 4, "the answer, and one picture for each of three neurons"


def test_every_phase_to_the_law_and_back(app: Open) -> None:
    at = app(PAGE)
    for says in ("Targets.", "Choice of activation.", "Parameters.", "Round 2", "Targets.", "became", "Found."):
        assert says in texts(press(at, "toy_next")), says
    assert at.button(key="toy_next").disabled
    assert "Left unexplained: 133 % → 18 % → **0 %**".replace(" %", " %") in texts(at).replace("\\", "")
    press(at, "toy_back", 7)
    assert "Round 1" in texts(at)
    assert at.button(key="toy_back").disabled
    assert "Targets." in texts(press(at, "toy_next"))


def test_the_point_that_is_followed_stays_the_same_through_the_phases(app: Open) -> None:
    at = app(PAGE)
    key = f"{state.TOY_POINT}_12"
    drawn = drawings(at)[0].proto.bytes
    at.select_slider(key=key).set_value(5).run()
    assert drawings(at)[0].proto.bytes != drawn, "its outputs stand at the neurons"
    for says in ("targets", "outputs"):
        press(at, "toy_next")
        assert says in at.select_slider(key=key).label
        assert at.select_slider(key=key).value == 5


def test_bars_stand_below_every_neuron_in_the_phase_of_choice_only(app: Open) -> None:
    at = press(app(PAGE), "toy_next", 2)
    assert len(at.get("vega_lite_chart")) == 1 + 2 * 3
    assert "Each bar" in texts(at)
    press(at, "toy_next")
    assert "Each bar" not in texts(at)


def test_an_activation_is_previewed_and_inserted_at_a_neuron(app: Open) -> None:
    at = app(PAGE)
    name = next(o for o in at.pills[0].options if "+" in o)
    ask(at, name, "sin")
    assert "would leave **18" in texts(at).replace("\\", "")
    press(at, "toy_put")
    assert "Your choice." in texts(at)
    assert "sine wave" in texts(at)
    press(at, "toy_back")
    assert "Forward." in texts(at)


def test_an_activation_without_a_value_there_is_explained(app: Open) -> None:
    at = app(PAGE)
    at.selectbox(key=state.TOY_LAW).set_value("Parabola").run()
    ask(at, at.pills[0].options[-1], "log")
    assert "is not possible there" in texts(at)


@pytest.mark.slow
@pytest.mark.parametrize(("law", "start", "says"), [("Only chance", "x", "The search stops here."),
                                                   ("Medicine", "tanh(x) + cos(x)", "The search stops here."),
                                                   ("Medicine", "x*cos(x)", "Found.")])
def test_the_demonstration_states_why_it_ended(app: Open, law: str, start: str, says: str) -> None:
    at = app(PAGE)
    at.selectbox(key=state.TOY_LAW).set_value(law).run()
    at.selectbox(key=state.TOY_START).set_value(start).run()
    assert not at.exception
    for _ in range(24):
        if at.button(key="toy_next").disabled:
            break
        press(at, "toy_next")
    assert says in texts(at)


def test_another_law_noise_or_start_resets_the_demonstration(app: Open) -> None:
    at = press(app(PAGE), "toy_next", 3)
    at.select_slider(key=state.TOY_NOISE).set_value(20).run()
    assert "Forward." in texts(at)
    before = at.session_state[state.TOY_HISTORY][0].points
    press(at, "toy_draw_again")
    assert at.session_state[state.TOY_HISTORY][0].points != before
    press(press(at, "toy_next", 2), "toy_restart")
    assert at.button(key="toy_back").disabled


def type_points(monkeypatch: pytest.MonkeyPatch, rows: list[tuple[object, object]]) -> None:
    """AppTest cannot edit a table, so what the editor returns is put in its place."""
    monkeypatch.setattr(toy_points, "edited", lambda: pd.DataFrame(rows, columns=["x", "y"]))


@pytest.mark.parametrize(("rows", "says"), [
    ([("abc", "1")] + [(str(i), str(i * i)) for i in range(7)], "Row 1, column x holds “abc”"),
    ([("1", "1"), ("2", "4")], "holds 2 points; the demonstration needs between 5 and 40"),
    ([(str(i), "1") for i in range(8)], "same number in every row")])
def test_points_that_cannot_be_used_are_explained_and_the_old_ones_stay(
        app: Open, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[object, object]], says: str) -> None:
    at = press(app(PAGE), "toy_next")
    before = at.session_state[state.TOY_HISTORY]
    type_points(monkeypatch, rows)
    press(at.run(), "toy_use_points")
    assert says in at.error[0].value.replace("\\", "")
    assert at.session_state[state.TOY_HISTORY] == before
    type_points(monkeypatch, [(str(i), str(i * i)) for i in range(1, 9)])
    press(at.run(), "toy_use_points")
    assert not at.error


def test_own_points_are_searched(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = app(PAGE)
    type_points(monkeypatch, [(f"{i},5", f"{3 / (i + 0.5)}") for i in range(8)])
    press(at.run(), "toy_use_points")
    assert at.selectbox(key=state.TOY_LAW).value == toy_state.OWN
    assert at.session_state[state.TOY_HISTORY][0].points.x[0] == 0.5
    press(at, "toy_next", 3)
    assert "Found." in texts(at)
    at.switch_page("pages/home.py").run()
    at.switch_page(PAGE).run()
    assert "Found." in texts(at), "another page and back"


def test_play_goes_on_until_it_is_paused_or_at_the_end(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = press(app(PAGE), "toy_play")
    assert "Targets." in texts(at)
    assert at.button(key="toy_pause")
    monkeypatch.setattr(toy_state, "PACE", 0.0)  # every look at the clock finds that it is time
    at.run()
    assert not at.exception
    assert "Found." in texts(at)
    assert at.button(key="toy_play").disabled


def test_the_glossary_finds_lists_and_says_when_it_has_nothing(app: Open) -> None:
    at = app(PAGE)
    assert all(f"**{term.name}**" in texts(at) for term in TERMS.values())
    at.text_input(key=state.GLOSSARY_TERM).set_value("pareto").run()
    assert "**Front**" in texts(at)
    assert "**Residual**" not in texts(at)
    at.text_input(key=state.GLOSSARY_TERM).set_value("qw [x](y)").run()
    assert not at.exception
    assert "Nothing in the glossary" in at.info[0].value


def test_the_address_of_a_glossary_term_opens_it(app: Open) -> None:
    at = app(PAGE, term="held-out-rows")
    assert not at.exception
    assert at.text_input(key=state.GLOSSARY_TERM).value == "Held-out rows"
    assert not app(PAGE, term="../nothing").exception


def test_limits_privacy_and_citation_are_shown(app: Open) -> None:
    said = texts(app(PAGE))
    for words in ("A formula that fits is not a law", "Nothing leaves the machine", "2401.01772", "@software{xnet"):
        assert words in said


@pytest.mark.slow
def test_a_demonstration_plays_from_home_and_repeats_if_asked(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("xnet.ui.learn.toy_state.time.monotonic", lambda: clock[0])
    at = app(PAGE, demo="wave")
    assert not at.exception
    assert "The points come from" not in texts(at), "the answer is hidden until it is found"
    assert at.session_state[state.TOY_PLAYING] is not None
    at.toggle(key=state.TOY_LOOP).set_value(True).run()
    for _ in range(30):
        clock[0] += 2
        at.run()
        if "Found." in texts(at):
            break
    assert "The points come from" in texts(at)
    clock[0] += 2
    at.run()
    assert "Round 1" in texts(at)
    assert at.session_state[state.TOY_PLAYING] is not None
    assert not at.exception
