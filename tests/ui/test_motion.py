"""The Motion page: roles, a search, its result, and sentences for tables that cannot be used."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from xnet import runs
from xnet.atomic_files import write_json
from xnet.config.dynamics_runs import MotionRoles
from xnet.dynamics.system import System
from xnet.dynamics.trajectories import from_arrays
from xnet.engine.formulas.parser import read_formula
from xnet.runs import Run
from xnet.runs.dynamics_execution import NOT_ENDED, execute_dynamics
from xnet.runs.dynamics_run import create_dynamics_run
from xnet.tables.column_conversion import parse_conversions, with_conversions
from xnet.tables.reading import read_table
from xnet.ui.motion.figures import curves_figure, phase_figure, titled
from xnet.ui.motion.result import with_velocities
from xnet.ui.motion.roles import proposed_roles, proposed_time

Open = Callable[..., AppTest]


@pytest.fixture
def searched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search runs in this process with two steps."""
    def launch(run: Run, session: str = "", counts: bool = True) -> int:
        write_json(run.folder / "config.json", run.config | {"steps": 2})
        assert execute_dynamics(run, commands=lambda: None) is not None
        return 0

    monkeypatch.setattr(runs, "launch", launch)


@pytest.fixture
def swing() -> pd.DataFrame:
    t = np.linspace(0, 6, 40)
    return pd.DataFrame({"t": t, "x": np.cos(2 * t), "v": -2 * np.sin(2 * t)})


def with_table(app: Open, frame: pd.DataFrame) -> AppTest:
    at = app("pages/motion.py")
    table = read_table(frame.to_csv(index=False).encode(), "swing.csv")
    at.session_state["table"] = at.session_state["table_as_read"] = table
    return at.run()


def test_the_sample_proposes_its_roles(app: Open) -> None:
    at = app("pages/motion.py").button(key="motion_example_coffee_cooling").click().run()

    assert not at.exception
    assert [box.value for box in at.selectbox] == ["minutes", "cup"]
    assert at.multiselect[0].value == ["temperature_c"]
    assert any("Licence: facts" in caption.value.replace("\\", "") for caption in at.caption)
    assert not at.button(key="motion_start").disabled


@pytest.mark.slow
@pytest.mark.usefixtures("searched_at_once")
def test_a_search_shows_equations_curves_and_fixed_points_and_is_in_the_library(app: Open, swing: pd.DataFrame) -> None:
    at = with_table(app, swing).button(key="motion_start").click().run()

    assert not at.exception
    assert not at.error
    assert any("dt" in latex.value for latex in at.latex)
    assert any("centre" in str(table.value) for table in at.dataframe)
    assert len(at.slider) == 2  # the two first states
    drawn = json.loads(next(chart.proto.spec for chart in at.get("plotly_chart")))["data"]
    assert max(np.size(curve["x"]) if isinstance(curve["x"], list) else len(b64decode(curve["x"]["bdata"])) // 8
               for curve in drawn) > len(swing)  # curves are simulated between the rows
    run, = runs.list_runs()
    assert at.query_params["run"] == run.id

    for page in ("pages/motion.py", "pages/results.py", "pages/predict.py"):  # a reload, and links of other pages
        other = app(page, run=run.id)
        assert not other.exception
        assert other.title[0].value == "Motion"
        assert any("dt" in latex.value for latex in other.latex)
    library = app("pages/library.py")
    assert not library.exception
    assert library.dataframe[0].value["Formula"][0].startswith("d x/dt = ")
    assert not any(button.key == "again" for button in library.button)


@pytest.mark.slow
def test_a_search_is_shared_for_reading(app: Open, swing: pd.DataFrame) -> None:
    run = create_dynamics_run(swing, MotionRoles("t", ("x", "v")), source="swing.csv", steps=2, seconds=60)
    assert execute_dynamics(run, commands=lambda: None) is not None
    at = app("pages/motion.py", run=run.id).button(key="make_link").click().run()
    token = runs.shared_as(run)

    assert token is not None
    assert f"?view={token}" in at.code[0].value
    at = app("pages/motion.py", view=token)
    assert not at.exception
    assert not {"motion_again", "make_link", "motion_start"} & {str(button.key) for button in at.button}
    assert run.id not in str(at)


@pytest.mark.slow
@pytest.mark.usefixtures("searched_at_once")
def test_an_interrupted_search_shows_its_best_system_and_is_continued(app: Open, swing: pd.DataFrame) -> None:
    run = create_dynamics_run(swing, MotionRoles("t", ("x", "v")), source="swing.csv", steps=2, seconds=60)

    def gone(snapshot: Mapping[str, Any]) -> None:
        if snapshot["front"]:
            raise SystemExit

    with pytest.raises(SystemExit):
        execute_dynamics(run, commands=lambda: None, on_snapshot=gone)
    run.write_status("failed", "The search ended unexpectedly; the best system so far is kept.")
    at = app("pages/motion.py", run=run.id)

    assert not at.exception
    assert "the best system so far is kept" in at.error[0].value
    assert any("dt" in latex.value for latex in at.latex)
    assert any(NOT_ENDED in info.value.replace("\\", "") for info in at.info)
    assert "get_bundle" not in str(at)
    assert at.button(key="motion_carry_on").label == "Continue the search"
    at = at.button(key="motion_carry_on").click().run()
    assert not at.error
    assert run.status()["state"] == "finished"


@pytest.mark.usefixtures("searched_at_once")
def test_search_again_brings_table_and_roles_back(app: Open, swing: pd.DataFrame) -> None:
    run = create_dynamics_run(swing, MotionRoles("t", ("v",), inputs=("x",)), source="swing.csv", seconds=5)
    run.write_status("stopped", "Stopped before its turn came.")

    at = app("pages/motion.py", run=run.id)
    assert "Stopped before its turn" in at.error[0].value
    at = at.button(key="motion_again").click().run()

    assert not at.exception
    assert at.selectbox[0].value == "t"
    assert [field.value for field in at.multiselect] == [["v"], ["x"], []]
    assert not at.button(key="motion_start").disabled


def test_a_search_that_runs_can_be_paused_and_stopped(app: Open, swing: pd.DataFrame) -> None:
    run = create_dynamics_run(swing, MotionRoles("t", ("x", "v")), source="swing.csv", seconds=5)
    run.write_status("running", "Searching the law of x.", pid=os.getpid())
    at = app("pages/motion.py", run=run.id)

    assert "The search begins" in at.info[0].value
    at = at.button(key="motion_pause").click().run()
    assert run.take_command() == "pause"
    at.button(key="motion_stop").click().run()
    assert run.take_command() == "stop"


def test_a_table_that_cannot_be_used_gets_one_sentence(app: Open) -> None:
    t = np.linspace(0, 6, 20)
    at = with_table(app, pd.DataFrame({"t": t[::-1], "x": t})).button(key="motion_start").click().run()

    assert "earlier than row 1 with 6, but times must increase" in at.error[0].value


def test_a_table_of_several_trajectories_proposes_the_column_that_tells_them_apart(app: Open,
                                                                                  swing: pd.DataFrame) -> None:
    twice = pd.concat([swing.assign(run=7), swing.assign(run=3)])
    at = with_table(app, twice)
    assert [box.value for box in at.selectbox] == ["t", "run"]
    assert at.multiselect[0].value == ["x", "v"]
    assert not at.button(key="motion_start").disabled
    at.multiselect[0].set_value([]).run()
    assert at.button(key="motion_start").disabled
    assert any("Choose the column of time and at least one state." in caption.value for caption in at.caption)


def test_the_axes_of_charts_have_units() -> None:
    t = np.linspace(0, 2, 50)
    data = from_arrays(t, np.column_stack([np.cos(t), -np.sin(t)]), states=["x", "v"])
    units = {"x": "m", "v": "m/s", "time": "s"}
    figure = curves_figure(data, None, units, "time")
    assert [figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text] == ["x (m)", "v (m/s)"]
    assert figure.layout.xaxis2.title.text == "time (s)"
    system = System(("x", "v"), (), tuple(read_formula(text, ("x", "v")) for text in ("v", "-x")))
    phase = phase_figure(system, data, (0, 1), data.items[0].X, [], np.zeros(2), units)
    assert (phase.layout.xaxis.title.text, phase.layout.yaxis.title.text) == ("x (m)", "v (m/s)")
    assert titled("speed (m/s)", {"speed (m/s)": "m/s"}) == "speed (m/s)"


def test_velocities_are_drawn_from_differences_of_the_rows() -> None:
    t = np.linspace(0, 2, 50)
    data = from_arrays(t, np.column_stack([np.cos(t), t**2]), states=["a", "b"])
    networks = tuple(read_formula(text, ("a", "b", "b_velocity")) for text in ("b", "b_velocity", "2.0"))

    wider = with_velocities(data, System(("a", "b", "b_velocity"), (), networks))

    assert wider.items[0].X[:, 2] == pytest.approx(2 * t, abs=0.05)


def test_time_is_proposed_by_its_name() -> None:
    assert proposed_time(["speed", "time (s)"]) == "time (s)"
    assert proposed_time(["speed", "mass"]) is None
    assert proposed_time(["T (K)", "t (s)"]) == "t (s)"


def test_what_dates_became_is_proposed_as_time_whatever_its_name() -> None:
    rows = "".join(f"2026-03-01 10:00:{k:02d},{20 + k % 13}.5\n" for k in range(40))
    table = read_table(f"Timestamp,T\n{rows}", "t.csv")
    assert proposed_roles(table).time == ""
    roles = proposed_roles(with_conversions(table, parse_conversions(table, ["Timestamp:elapsed"])))
    assert (roles.time, roles.states) == ("Timestamp in seconds", ("T",))


def test_a_column_that_is_switched_is_proposed_as_a_driving_input() -> None:
    """A heater of 0 and 1 was proposed as a state, whose law of motion was then searched."""
    rows = "".join(f"{k},{k // 10 % 2},{20 + k % 13}.5\n" for k in range(60))
    roles = proposed_roles(read_table(f"time,heater,T\n{rows}", "t.csv"))
    assert (roles.states, roles.inputs) == (("T",), ("heater",))


def test_a_column_that_is_fixed_within_every_trajectory_is_proposed_as_a_driving_input() -> None:
    """A treatment of 0 and 1 was proposed as a state, whose law of motion is 0."""
    table = read_table("jar,day,treated,fronds\n" + "".join(
        f"jar{j},{d},{int(j > 1)},{10 + d * j}\n" for j in range(4) for d in range(8)), "lemna.csv")
    roles = proposed_roles(table)
    assert (roles.time, roles.states, roles.trajectory, roles.inputs) == ("day", ("fronds",), "jar", ("treated",))
