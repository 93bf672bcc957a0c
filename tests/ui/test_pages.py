"""Every page, in its empty, wrong and good states, through app.py; no page may ever show an exception."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import drawings, texts
from tests.ui.fake_run import Replay, play
from xnet import runs
from xnet.atomic_files import write_json
from xnet.runs import Run
from xnet.ui.session import state

Open = Callable[..., AppTest]
Make = Callable[..., Run]
PAGES = ("pages/home.py", "pages/data.py", "pages/setup.py", "pages/discover.py", "pages/results.py",
         "pages/predict.py", "pages/motion.py", "pages/library.py", "pages/learn.py")
CSV = b"distance,mass,period\n" + b"".join(b"%d,%d,%d\n" % (i, i % 3 + 1, i**2) for i in range(1, 30))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_anything_says_what_to_do(app: Open, page: str) -> None:
    at = app(page)
    assert not at.exception
    assert at.title or at.header
    assert len(at.button) + len(at.page_link) > 0, "an empty page is no dead end"


@pytest.mark.parametrize("page", ["pages/discover.py", "pages/results.py", "pages/predict.py"])
@pytest.mark.parametrize("bad", ["nothing-like-this-is-kept", "../../etc/passwd", "x"])
def test_an_unknown_run_is_explained(app: Open, page: str, bad: str) -> None:
    at = app(page, run=bad)
    assert not at.exception
    assert "There is no search with this address" in at.warning[0].value


def test_one_click_on_home_leads_to_a_live_run(app: Open) -> None:
    at = app("pages/home.py").button(key="example").click().run()
    assert not at.exception
    assert "Explaining" in at.title[0].value
    (run,) = runs.list_runs()
    assert at.query_params["run"] == run.id
    assert run.config["source"].startswith("Moons")


def test_home_lists_recent_runs(app: Open, make_run: Make) -> None:
    play(make_run(("distance", "mass", "a*b [c](d)")))
    at = app("pages/home.py")
    assert not at.exception
    assert any("R²" in c.value for c in at.caption)


def test_a_sample_brings_its_target_and_inputs(app: Open) -> None:
    at = app("pages/data.py").button(key="use_solar_system_orbits").click().run()
    assert not at.exception
    assert at.selectbox(key=state.TARGET).value == "orbital_period_days"
    assert at.multiselect(key=state.INPUTS).value == ["semi_major_axis_au"]
    assert at.query_params["sample"] == "solar_system_orbits"
    assert "Licence" in texts(at)


def test_a_sample_in_the_address_is_opened(app: Open) -> None:
    at = app("pages/data.py", sample="earth_satellites")
    assert at.selectbox(key=state.TARGET).value == "period_min"
    assert app("pages/data.py", sample="no such").selectbox == []


def test_an_uploaded_table_is_reported_and_searched(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload("my table.csv", CSV)
    at.run()
    assert not at.exception
    assert "29 rows" in texts(at)
    assert at.selectbox(key=state.TARGET).value == "period"
    at.button(key="discover").click().run()
    assert not at.exception
    assert runs.list_runs()[0].config["inputs"] == ["distance", "mass"]


@pytest.mark.parametrize(("content", "says"), [
    (b"a,b\n" + b"1,5\n" * 12, "varies"), (b"a,b\n" + b"".join(b"3,%d\n" % i for i in range(12)), "varies"),
    (b"a,b\n1,2\n2,3\n3,5\n", "rows"),
])
def test_data_that_cannot_be_searched_is_refused_in_a_sentence(app: Open, content: bytes, says: str) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload("poor.csv", content)
    at.run()
    at.multiselect(key=state.INPUTS).set_value(["a"]).run()
    at.button(key="discover").click().run()
    assert not at.exception
    assert says in at.error[0].value
    assert runs.list_runs() == []


def test_without_inputs_there_is_nothing_to_press(app: Open) -> None:
    at = app("pages/data.py", sample="earth_satellites")
    at.multiselect(key=state.INPUTS).set_value([]).run()
    assert not at.exception
    assert at.button(key="discover").disabled


def test_another_target_leaves_the_inputs(app: Open) -> None:
    at = app("pages/data.py", sample="earth_satellites")
    at.selectbox(key=state.TARGET).set_value("perigee_km").run()
    assert not at.exception
    assert "perigee_km" not in at.multiselect(key=state.INPUTS).value


def test_column_names_are_never_markup_or_code(app: Open) -> None:
    names = ["__import__('os').getpid()", "<img src=x onerror=alert(1)>", "**bold** [link](http://x) $x$ :red[y]"]
    rows = [f"{i},{i * i % 7},{2 * i}" for i in range(1, 20)]
    table = ",".join(f'"{n}"' for n in names) + "\n" + "\n".join(rows)
    at = app("pages/data.py")
    at.file_uploader[0].upload("names.csv", table.encode())
    at.run()
    at.button(key="discover").click().run()
    assert not at.exception
    assert "\\*\\*bold" in at.title[0].value
    assert any("\\<img" in caption.value for caption in at.caption)


STATES = [("queued", "waiting for its turn"), ("starting", "starting"), ("running", "left of"),
          ("paused", "Paused with"), ("finished", "time budget"), ("stopped", "You stopped")]


@pytest.mark.parametrize(("run_state", "says"), STATES)
def test_the_live_page_in_every_state(app: Open, make_run: Make, run_state: str, says: str) -> None:
    run = make_run()
    play(run, state=run_state, stop_reason={"finished": "budget", "stopped": "stopped"}.get(run_state))
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert says.lower() in (at.progress[0].text + texts(at)).lower()
    shown = {b.key for b in at.button}
    expected = {"queued": {"pause", "stop"}, "starting": {"pause", "stop"}, "running": {"pause", "stop"},
                "paused": {"resume", "stop"}}.get(run_state, {"again", "to_results"})
    assert expected <= shown
    assert len(at.get("vega_lite_chart")) == 1


def test_the_live_page_before_the_first_network(app: Open, make_run: Make) -> None:
    run = make_run()
    run.write_status("starting", "Starting the engine.")
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert "first formula" in texts(at)
    assert at.button(key="pause").disabled


def test_a_failed_run_keeps_its_best(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run)
    run.write_status("running", "Searching.", pid=2**22 + 1)  # a process that cannot be
    at = app("pages/discover.py", run=run.id)
    assert not at.exception
    assert "ended unexpectedly" in at.error[0].value
    assert at.metric[0].label == "R², training rows"
    assert at.button(key="to_results")


@pytest.mark.parametrize(("run_state", "button", "word"),
                         [("running", "pause", "pause"), ("paused", "resume", "resume"), ("running", "stop", "stop")])
def test_buttons_leave_commands(app: Open, make_run: Make, run_state: str, button: str, word: str) -> None:
    run = make_run()
    play(run, state=run_state)
    at = app("pages/discover.py", run=run.id).button(key=button).click().run()
    assert run.take_command() == word
    assert at.button(key=button).disabled, "pressed, and not obeyed yet"
    obeyed = {"pause": "paused", "resume": "running", "stop": "stopped"}[word]
    run.write_status(obeyed, "The worker has obeyed.", pid=os.getpid())
    assert not any(b.disabled for b in at.run().button)


def test_searching_again_after_a_reload_finds_the_data_in_the_run(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    at = app("pages/results.py", run=run.id).button(key="again").click().run()
    assert not at.exception
    assert "Explain **period** from distance, mass" in texts(at)
    at.switch_page("pages/setup.py").run()
    at.button(key="discover").click().run()
    assert not at.exception
    newest = runs.list_runs()[0]
    assert newest.id != run.id
    assert newest.data().equals(run.data())


def test_the_drawing_can_show_the_best_instead(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, steps=5)  # the fifth network of the replay is worse than the fourth
    at = app("pages/discover.py", run=run.id)
    tried = drawings(at)[0].proto.bytes
    at.segmented_control(key=state.DRAWN_NETWORK).set_value("Best network").run()
    assert not at.exception
    assert drawings(at)[0].proto.bytes != tried


@pytest.mark.parametrize("run_state", ["running", "paused", "finished", "stopped"])
def test_results_in_every_state(app: Open, make_run: Make, run_state: str) -> None:
    run = make_run()
    replay = play(run, state=run_state)
    at = app("pages/results.py", run=run.id)
    assert not at.exception
    table = next(shown.value for shown in at.dataframe if "★" in shown.value)
    assert len(table) == len(replay.front())
    assert list(table["★"]).count("★") == 1
    assert len(at.get("plotly_chart")) == 6
    assert len(at.get("download_button")) == 25
    assert any("function predict(" in code.value for code in at.code)
    words = {"running": "The search is running", "paused": "The search is paused"}
    assert words.get(run_state, "") in texts(at)
    assert "The search is" not in texts(at).replace(words.get(run_state, "no words"), "")


@pytest.mark.parametrize("page", ["pages/discover.py", "pages/results.py", "pages/predict.py"])
@pytest.mark.parametrize(("run_state", "words"), [
    ("queued", "waits for its turn"), ("starting", "just started"), ("paused", "was paused before"),
    ("stopped", "was stopped before"), ("failed", "The disk is full.")])
def test_a_page_says_why_there_is_no_formula_yet(app: Open, make_run: Make, page: str, run_state: str,
                                                 words: str) -> None:
    run = make_run()
    run.write_status(run_state, "The disk is full.")
    at = app(page, run=run.id)
    assert not at.exception
    shown = " ".join(element.value for element in (*at.info, *at.error, *at.caption)).replace("\\", "")
    assert words in shown
    assert words == "just started" or "just started" not in shown


def test_results_of_hostile_names(app: Open, make_run: Make) -> None:
    run = make_run(("__import__('os')", "a`b$c\\frac{", "=cmd|' /C calc'!A0"))
    play(run, state="finished", stop_reason="budget")
    for page in ("pages/discover.py", "pages/results.py", "pages/home.py"):
        assert not app(page, run=run.id).exception


def test_a_formula_without_values_everywhere_is_drawn_anyway(app: Open, make_run: Make) -> None:
    run = make_run()
    data = run.data()
    data["distance"] *= -1  # the replay ends with a square root of this column
    data.to_csv(run.folder / "data.csv", index=False)
    replay = Replay(run)
    for _ in range(6):
        snapshot = replay.step("finished", "budget")
    snapshot["front"] = snapshot["front"][:1] + [replay.nets[-1]]
    write_json(run.folder / "snapshot.json", snapshot)
    at = app("pages/results.py", run=run.id)
    assert not at.exception
    at.session_state[state.SELECTED_FORMULA] = (run.id, snapshot["front"][1]["text"])
    at.run()
    assert not at.exception
    assert "no value in 40 rows" in texts(at)


def test_the_status_line_names_the_run_of_the_session(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run)
    at = app("pages/setup.py", run=run.id)
    assert not at.exception
    assert any("Searching" in c.value and "period" in c.value for c in at.caption)
    assert any("distance" in c.value for c in at.caption), "the best formula so far"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("run_state", "link"), [("running", "Watch"), ("finished", "Results")])
def test_every_page_shows_the_status_line(app: Open, make_run: Make, page: str, run_state: str, link: str) -> None:
    run = make_run()
    play(run, state=run_state)
    at = app(page, run=run.id)
    assert not at.exception
    word = {"running": "Searching", "finished": "Finished"}[run_state]
    assert any(f"{word}: period from a table" in c.value for c in at.caption)
    labels = [element.proto.label for element in at.get("page_link")]
    assert (link in labels) == (page != f"pages/{'discover' if link == 'Watch' else 'results'}.py")


def test_the_status_line_names_the_table_before_the_first_search(app: Open) -> None:
    at = app("pages/data.py", sample="earth_satellites")
    assert not any("target" in c.value for c in at.caption), "the page says it itself"
    at.switch_page("pages/setup.py").run()
    assert any("Earth satellites" in c.value and "period\\_min" in c.value for c in at.caption)
