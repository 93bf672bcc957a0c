from __future__ import annotations

import pickle
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sympy as sp

from xnet import XNetDynamics
from xnet.dynamics import Progress, from_arrays
from xnet.errors import DataError, XNetError

T = np.linspace(0, 6, 60)


@pytest.fixture(scope="module")
def cooling() -> XNetDynamics:
    """Newton's law of cooling, two cups."""
    frames = [pd.DataFrame({"temp": 20 + a * np.exp(-0.5 * T)}) for a in (60.0, -15.0)]
    return XNetDynamics(None, budget_steps=4, random_state=0).fit([T, T], frames)


def test_the_law_is_found_with_tidy_constants(cooling):
    assert cooling.formulas_ in ({"temp": "10 - 0.5*temp"}, {"temp": "0.5*(20 - temp)"})
    assert cooling.r2_ > 0.999999
    assert cooling.remarks_ == [] or "only approaches" in cooling.remarks_[0]
    assert cooling.score(T, 20 + 33 * np.exp(-0.5 * T)) > 0.999999


def test_fixed_points_front_and_constants(cooling):
    point, = cooling.fixed_points()

    assert point.x == pytest.approx([20.0])
    assert point.kind == "stable node"
    assert {"complexity", "r2", "score", "temp"} <= set(cooling.front_)
    assert all(row["low"] <= row["value"] + 1e-6 and row["value"] <= row["high"] + 1e-6
               for row in cooling.parameters_)


def test_the_exported_script_repeats_the_simulation(cooling, tmp_path):
    (tmp_path / "system.py").write_text(cooling.to_python(), encoding="utf-8")

    out = subprocess.run([sys.executable, tmp_path / "system.py"], capture_output=True, text=True, check=True).stdout

    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["trajectory", "t", "temp"]
    rows = [np.array([[float(cell) for cell in line[-2:]] for line in lines[1:] if line[-3] == name]) for name in "12"]
    for own, first in zip(rows, cooling.first_states_, strict=True):
        assert own[:, 0] == pytest.approx(T)
        assert own[:, 1] == pytest.approx(cooling.simulate(first, T)[:, 0], abs=1e-6)


def test_other_exports(cooling):
    assert r"\frac{d" in cooling.to_latex()
    equation, = cooling.to_sympy()
    assert isinstance(equation.lhs, sp.Derivative)
    assert cooling.to_julia().count("ODEProblem") == 2
    assert "function slopes" in cooling.to_javascript()
    assert cooling.to_json()["equations"][0]["state"] == "temp"


@pytest.mark.slow
def test_a_pendulum_of_which_only_the_angle_was_measured():
    x = np.exp(-0.05 * T) * np.cos(2 * T)
    model = XNetDynamics(None, budget_steps=4, second_order=["angle"], random_state=0)

    model.fit(T, pd.DataFrame({"angle": x}))

    assert model.system_.states == ("angle", "angle_velocity")
    assert model.formulas_["angle"] == "angle_velocity"
    assert model.r2_ > 0.99999
    assert model.system_.jacobian_at(np.zeros(2))[1] == pytest.approx([-4.0025, -0.1], abs=1e-3)


def test_the_callback_sees_formulas_and_ends_the_search():
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return True

    model = XNetDynamics(None, budget_steps=50, callback=stop, random_state=0).fit(T, 3 * np.exp(-T))

    assert [p.stage for p in seen if p.stage == "search"] == ["search"]
    assert model.stopped_
    assert model.formulas_["x0"]


@pytest.fixture
def interruptible():
    """Python's handler of Ctrl-C: a test run in the background of a shell inherits that the signal is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_keeps_what_was_found_and_the_search_can_be_repeated():
    asked = []

    def press(progress: Progress) -> bool:
        if progress.stage == "search" and not asked:
            asked.append(progress)
            signal.raise_signal(signal.SIGINT)
        return False

    t, X = T[::2], 3 * np.exp(-T[::2])
    model = XNetDynamics(None, budget_steps=50, callback=press, random_state=0).fit(t, X)
    again = XNetDynamics(None, budget_steps=50, random_state=0).fit_trajectories(from_arrays(t, X), model.decisions_)

    assert model.stopped_
    assert model.r2_ > 0.9999
    assert again.formulas_ == model.formulas_
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_raises():
    def press(progress: Progress) -> bool:
        signal.raise_signal(signal.SIGINT)
        return False

    with pytest.raises(KeyboardInterrupt):
        XNetDynamics(None, budget_steps=50, callback=press, random_state=0).fit(T, 3 * np.exp(-T))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(("options", "sentence"), [
    ({"second_order": ["z"]}, "second_order names 'z', which is no state"),
    ({"second_order": "x0"}, "expected a list of states"),
    ({"budget_seconds": -1.0}, "budget_seconds is -1.0; expected a number that is not negative"),
    ({"forbidden_inputs": {"x0": ["q"]}}, "'q', which is no state or driving input"),
    ({"forbidden_inputs": {"q": ["x0"]}}, "'q', which is no state"),
    ({"budget_seconds": None}, "There is no budget"),
])
def test_bad_options_are_refused(options, sentence):
    with pytest.raises(XNetError, match=sentence):
        XNetDynamics(**options).fit(T, np.exp(-T))


def test_bad_first_states_and_missing_inputs_are_refused(cooling):
    with pytest.raises(DataError, match="x0 has 2 values, but the system has 1 states"):
        cooling.simulate([1.0, 2.0], T)
    with pytest.raises(DataError, match="0 driving inputs"):
        cooling.simulate([1.0], T, np.ones((60, 1)))
    with pytest.raises(XNetError, match="front_ has the rows"):
        cooling.select(99)


def test_a_fitted_system_of_positive_rows_is_pickled() -> None:
    t = np.linspace(0, 8, 60)
    rng = np.random.default_rng(0)
    model = XNetDynamics(budget_steps=2, random_state=0).fit(t, (5 * np.exp(-0.4 * t) * np.exp(0.03 * rng.normal(
        size=60)))[:, None])
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - made one line above
    assert again.formulas_ == model.formulas_
    np.testing.assert_array_equal(again.observed_.smoothed[0], model.observed_.smoothed[0])


def test_a_straight_line_is_found_without_a_division_by_zero():
    """Residuals of exactly 0 gave warnings of NumPy in the terminal, which tests count as errors."""
    t = np.arange(20.0)
    assert XNetDynamics(None, budget_steps=2, random_state=0).fit(t, (1.5 * t)[:, None]).formulas_ == {"x0": "1.5"}
