"""The live page beyond watching: paces, phases, more time, other settings, and what is said of a neuron."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet import runs
from xnet.atomic_files import read_json, write_json
from xnet.engine import Network
from xnet.evidence.neuron_inspection import NeuronInspector
from xnet.evidence.step_story import PHASES
from xnet.runs import Run, execute
from xnet.ui.components.formula_view import FOLD
from xnet.ui.components.network_view import drawing
from xnet.ui.components.neuron_notes import neuron_notes
from xnet.ui.discover import page
from xnet.ui.discover.step_view import TASKS, picture, sentences
from xnet.ui.session import state
from xnet.wording.formula_notation import shortened_text

Open = Callable[..., AppTest]
Make = Callable[..., Run]


def in_steps(run: Run, steps: int) -> Run:
    """Carry out some steps of a run with the real engine, step by step, and leave it waiting for the next one."""
    sent: list[str] = []

    def command() -> str | None:
        """The next command, once the one before is obeyed: on a busy machine a run looks paused some time longer."""
        traced = (run.snapshot() or {}).get("traced", 0)
        wanted = ["step_by_step", *["step"] * steps, "stop"][len(sent):]
        ready = run.status()["state"] == ("paused" if sent else "starting") and traced >= len(sent) - 1
        sent.extend(wanted[:1] if ready else [])
        return wanted[0] if ready and wanted else None

    execute(run, commands=command)
    snapshot = read_json(run.folder / "snapshot.json")
    assert snapshot is not None
    write_json(run.folder / "snapshot.json", snapshot | {"state": "paused", "stop_reason": None})
    run.write_status("paused", "Waiting.", pid=os.getpid())
    return run


@pytest.fixture
def stepped(make_run: Make) -> Run:
    return in_steps(make_run(), 1)


def test_the_formula_being_tried_has_numbers_of_four_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    captions: list[str] = []
    monkeypatch.setattr(page, "network_view", lambda record, **drawn: captions.append(drawn["caption"]))
    record = {"text": "y = 0.001644108127906169*`a b`", "changed": [], "r2_train": 0.9}
    config = {"target": "y", "inputs": ["a b"], "id": "run"}
    page._network(config, {"best": record, "current": record, "seq": 1}, {"state": "running"}, done=False)
    assert captions == ["y = 0.001644·a b (numbers shortened to four digits)"]


def test_a_step_is_shown_phase_by_phase_and_then_the_next_is_requested(app: Open, stepped: Run) -> None:
    at = app("pages/discover.py", run=stepped.id)
    assert not at.exception
    assert at.segmented_control(key=state.PACE).value == "step_by_step"
    for number, phase in enumerate(PHASES, start=1):
        assert f"Step 1, phase {number} of 4: {phase.lower()}" in texts(at)
        if phase != PHASES[-1]:
            at = at.button(key="next_phase").click().run()
            assert not at.exception
    at = at.button(key="next_step").click().run()
    assert stepped.take_command() == "step"
    assert at.button(key="next_step").disabled, "asked for, and not obeyed yet"
    assert "Waiting for your next step" in at.progress[0].text


def test_phases_can_be_chosen_in_any_order(app: Open, stepped: Run) -> None:
    at = app("pages/discover.py", run=stepped.id)
    key = f"{state.PHASE}_{stepped.id}_1"
    at.segmented_control(key=key).set_value("Choice").run()
    assert not at.exception
    assert len(at.dataframe) == 1
    assert {"Candidate", "Leaves unexplained", "After fitting"} == set(at.dataframe[0].value.columns)
    candidates = " ".join(at.dataframe[0].value["Candidate"])
    assert max(map(len, re.findall(r"\d*\.(\d+)", candidates)), default=0) < 9, "numbers in four digits"
    at.segmented_control(key=key).set_value("Parameters").run()
    snapshot = stepped.snapshot()
    assert snapshot is not None
    said = texts(at).replace("\\", "")
    assert "fitted to the training rows" in said
    assert f"The best formula is now {shortened_text(snapshot['best']['text'])}" in said, "the one of the card below"
    at.segmented_control(key=key).set_value("Targets").run()
    assert not at.dataframe


def test_step_by_step_before_the_first_step(app: Open, make_run: Make) -> None:
    at = app("pages/discover.py", run=in_steps(make_run(), 0).id)
    assert not at.exception
    assert at.button(key="next_step").label == "First step"


@pytest.mark.parametrize("pace", ["slow", "step_by_step"])
def test_a_pace_is_sent_to_the_worker_and_shown_as_pending(app: Open, make_run: Make, pace: str) -> None:
    run = make_run()
    play(run)
    at = app("pages/discover.py", run=run.id)
    assert at.segmented_control(key=state.PACE).value == "real_time"
    at.segmented_control(key=state.PACE).set_value(pace).run()
    assert run.take_command() == pace
    assert at.segmented_control(key=state.PACE).value == pace
    snapshot = run.snapshot()
    assert snapshot is not None
    write_json(run.folder / "snapshot.json", snapshot | {"pace": pace})
    assert at.run().segmented_control(key=state.PACE).value == pace
    write_json(run.folder / "snapshot.json", snapshot | {"pace": "real_time"})  # set back in another tab
    assert at.run().segmented_control(key=state.PACE).value == "real_time"


@pytest.mark.parametrize(("slowdown", "hint"), [
    (1.1, ""), (None, ""), (2.34, "; it takes 2.3 times as long, because other programs use the cores")])
def test_a_busy_machine_is_named(slowdown: float | None, hint: str, app: Open, make_run: Make) -> None:
    run = make_run(seconds=60)
    play(run)
    snapshot = run.snapshot()
    assert snapshot is not None
    write_json(run.folder / "snapshot.json", snapshot | ({} if slowdown is None else {"slowdown": slowdown}))
    assert app("pages/discover.py", run=run.id).progress[0].text.partition(" left of ")[2] == f"1 min{hint}"


def test_more_time_while_it_searches(app: Open, make_run: Make) -> None:
    run = make_run(seconds=60)
    play(run)
    at = app("pages/discover.py", run=run.id).button(key="more_5").click().run()
    assert not at.exception
    assert run.config["seconds"] == 360
    assert "left of 6 min" in at.progress[0].text
    at.number_input(key=state.MORE_MINUTES).set_value(2).run()
    at.button(key="more_own").click().run()
    assert run.config["seconds"] == 480


@pytest.mark.parametrize("ended", ["finished", "stopped"])
def test_an_ended_search_continues(app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch, ended: str) -> None:
    run, launched = make_run(), []
    play(run, state=ended, stop_reason="budget")
    monkeypatch.setattr(runs, "launch", lambda run, session="": launched.append(run.id) or play(run))
    at = app("pages/discover.py", run=run.id).button(key="more_1").click().run()
    assert not at.exception
    assert launched == [run.id]
    assert run.config["seconds"] == 120
    assert at.button(key="pause")


def test_an_earlier_stop_does_not_end_a_continued_search(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run)
    at = app("pages/discover.py", run=run.id).button(key="stop").click().run()
    assert at.button(key="stop").disabled
    run.write_status("stopped", "Stopped.", pid=os.getpid())
    at.run()
    run.write_status("running", "Searching.", pid=os.getpid())  # continued, from this tab or from another
    assert not at.run().button(key="stop").disabled


def test_more_than_a_day_is_refused_in_a_sentence(app: Open, make_run: Make) -> None:
    run = make_run(seconds=86_390)
    play(run)
    at = app("pages/discover.py", run=run.id).button(key="more_1").click().run()
    assert not at.exception
    assert "86400" in at.toast[0].value
    assert run.config["seconds"] == 86_390


def test_a_search_that_broke_off_carries_on(app: Open, make_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run, launched = make_run(), []
    play(run)
    run.write_status("running", "Searching.", pid=2**22 + 1)  # a process that cannot be
    monkeypatch.setattr(runs, "launch", lambda run, session="": launched.append(run.id) or play(run))
    at = app("pages/discover.py", run=run.id).button(key="resume_interrupted").click().run()
    assert not at.exception
    assert launched == [run.id]
    assert run.config["seconds"] == 60, "it had time left"


def test_other_settings_go_on_from_what_was_found(app: Open, make_run: Make) -> None:
    old = make_run()
    replay = play(old, steps=6, state="paused")
    at = app("pages/discover.py", run=old.id).button(key="again").click().run()
    at.switch_page("pages/setup.py").run()
    assert not at.exception
    assert at.checkbox(key=state.WARM_START).value
    assert f"{len(replay.front())} formulas" in at.checkbox(key=state.WARM_START).label
    at.button(key="discover").click().run()
    assert not at.exception
    new = runs.list_runs()[0]
    assert new.id != old.id
    assert new.config["warm_start"] == [row["network"] for row in replay.front()]
    assert old.take_command() == "stop"


def test_the_old_formulas_can_be_left_behind(app: Open, make_run: Make) -> None:
    old = make_run()
    play(old, state="finished", stop_reason="budget")
    at = app("pages/discover.py", run=old.id).button(key="again").click().run()
    at.switch_page("pages/setup.py").run()
    at.checkbox(key=state.WARM_START).uncheck().run()
    at.button(key="discover").click().run()
    assert runs.list_runs()[0].config["warm_start"] == []


def test_the_same_search_again_step_by_step(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="exact")
    at = app("pages/discover.py", run=run.id).button(key="repeat_step_by_step").click().run()
    assert not at.exception
    again = runs.list_runs()[0]
    assert at.query_params["run"] == again.id != run.id
    assert again.take_command() == "step_by_step"
    same = {"id": "", "created": "", "name": ""}
    assert again.config | same == run.config | same


def test_a_long_formula_is_folded(app: Open, make_run: Make) -> None:
    run = make_run()
    play(run, state="finished", stop_reason="budget")
    snapshot = run.snapshot()
    assert snapshot is not None
    text = "period = " + " + ".join(f"{i}.123456*distance" for i in range(60))
    snapshot["best"] |= {"text": text, "latex": "x" * 500}
    write_json(run.folder / "snapshot.json", snapshot)
    at = app("pages/discover.py", run=run.id)
    assert len(text) > FOLD
    whole = at.expander[0].markdown[0].value
    folded = next(m.value for m in at.markdown if m.value.startswith("period") and m.value != whole)
    assert len(folded) < len(whole)
    assert "0\\.123456·distance" in whole, "read as on paper, with all digits"
    assert "Show all" in at.expander[0].label


def inspected(run: Run, place: str = "best") -> dict[str, Any]:
    snapshot = run.snapshot()
    assert snapshot is not None
    return dict(snapshot[place])


def test_every_neuron_can_be_looked_into(stepped: Run) -> None:
    net = inspected(stepped)
    found = drawing(net, target="period", columns=["distance", "mass"])
    last = found["nodes"][-1]["about"]
    assert net["text"] == f"period = {net['inspect']['neurons'][-1]['formula']}"
    assert "of 1" in last["facts"][2]
    assert set(found["columns"]) == {n["about"]["x"] for n in found["nodes"] if n["about"]["x"] is not None}
    assert len(last["o"]) == len(last["t"]) == len(found["columns"][last["x"]])
    network, rows = Network.from_json(net["network"]), NeuronInspector(stepped.problem(), ["distance", "mass"])
    shown = rows.rows.columns[:, rows.shown]
    assert last["o"] == pytest.approx(network.evaluate(shown.T), rel=1e-3)
    assert last["t"] == pytest.approx(rows.rows.y[rows.shown], rel=1e-3), "the output's target is the column itself"


def test_a_number_has_no_fit_and_a_network_without_inspection_is_drawn_anyway(stepped: Run) -> None:
    net = inspected(stepped)
    numbers = [i for i, n in enumerate(net["network"]["neurons"]) if n["activation"] == "constant"]
    about = neuron_notes(net, [""] * len(net["labels"]), ["distance", "mass"])
    assert all("one number for all rows" in about[i]["facts"][2] for i in numbers)  # type: ignore[index]
    bare = drawing({**net, "inspect": None}, target="period")
    assert {n["about"] for n in bare["nodes"]} == {None}
    assert bare["columns"] == {}


def test_every_phase_has_a_picture_and_a_sentence(make_run: Make) -> None:
    run = in_steps(make_run(("__import__('os')", "a`b$c\\frac{", "=cmd|' /C calc'!A0")), 2)
    trace = run.trace()
    assert trace is not None
    for scratch in (True, False):
        for phase in PHASES:
            shown = trace | {"scratch": scratch}
            assert sentences(shown, phase, run.config).endswith(".")
            net, notes = picture(shown, phase)
            assert len(notes) in (0, len(net["network"]["neurons"]))
    assert trace["task"] in TASKS
