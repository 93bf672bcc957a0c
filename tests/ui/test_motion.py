"""The Motion page: roles, a search, its result, and sentences for tables that cannot be used."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from xnet.dynamics import job
from xnet.dynamics.system import System
from xnet.dynamics.trajectories import Trajectories, from_arrays
from xnet.engine.formulas.parser import read_formula
from xnet.tables.reading import read_table
from xnet.ui.motion import session as motion_session
from xnet.ui.motion.result import with_velocities
from xnet.ui.motion.roles import proposed_time

Open = Callable[..., AppTest]


@pytest.fixture
def searched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search runs in this process with a few steps, and its process has ended at once."""
    def start(folder: Path, data: Trajectories, options: dict[str, object]) -> subprocess.Popen[bytes]:
        job.write_job(folder, data, {**options, "budget_seconds": None, "budget_steps": 2})
        job.run_job(folder)
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        return process

    monkeypatch.setattr(motion_session, "start_job", start)


def with_table(app: Open, frame: pd.DataFrame) -> AppTest:
    at = app("pages/motion.py")
    at.session_state["table"] = read_table(frame.to_csv(index=False).encode(), "swing.csv")
    return at.run()


def test_the_sample_proposes_its_roles(app: Open) -> None:
    at = app("pages/motion.py").button(key="motion_example").click().run()

    assert not at.exception
    assert at.selectbox[0].value == "year"
    assert at.multiselect[0].value == ["hares_thousand", "lynx_thousand"]
    assert not at.button(key="motion_start").disabled


@pytest.mark.slow
@pytest.mark.usefixtures("searched_at_once")
def test_a_search_shows_equations_curves_and_fixed_points(app: Open) -> None:
    t = np.linspace(0, 6, 40)
    frame = pd.DataFrame({"t": t, "x": np.cos(2 * t), "v": -2 * np.sin(2 * t)})
    at = with_table(app, frame).button(key="motion_start").click().run()

    assert not at.exception
    assert not at.error
    assert any("dt" in latex.value for latex in at.latex)
    assert any("centre" in str(table.value) for table in at.dataframe)
    assert len(at.slider) == 3  # the budget and the two first states


def test_a_table_that_cannot_be_used_gets_one_sentence(app: Open) -> None:
    t = np.linspace(0, 6, 20)
    at = with_table(app, pd.DataFrame({"t": t[::-1], "x": t})).button(key="motion_start").click().run()

    assert "Time runs backwards" in at.error[0].value


def test_velocities_are_drawn_from_differences_of_the_rows() -> None:
    t = np.linspace(0, 2, 50)
    data = from_arrays(t, np.column_stack([np.cos(t), t**2]), states=["a", "b"])
    networks = tuple(read_formula(text, ("a", "b", "b_velocity")) for text in ("b", "b_velocity", "2.0"))

    wider = with_velocities(data, System(("a", "b", "b_velocity"), (), networks))

    assert wider.items[0].X[:, 2] == pytest.approx(2 * t, abs=0.05)


def test_time_is_proposed_by_its_name() -> None:
    assert proposed_time(["speed", "time (s)"]) == "time (s)"
    assert proposed_time(["speed", "mass"]) is None


def test_a_job_writes_its_result_and_errors(tmp_path: Path) -> None:
    t = np.linspace(0, 5, 30)
    data = job.from_lists({"states": ["x"], "inputs": [], "items": [
        {"name": "1", "t": t.tolist(), "X": np.exp(-t)[:, None].tolist(), "U": [[]] * 30}]})
    job.write_job(tmp_path, data, {"budget_seconds": None, "budget_steps": 2, "random_state": 0})

    job.run_job(tmp_path)

    assert '"formula":"-x"' in (tmp_path / "result.json").read_text()
    job.write_job(tmp_path, data, {"budget_seconds": None})
    job.run_job(tmp_path)
    assert "There is no budget" in (tmp_path / "result.json").read_text()
