from __future__ import annotations

import numpy as np
import pytest

from xnet import XNetDynamics
from xnet.dynamics.bands import bands_of
from xnet.dynamics.integral_matching import IntegralRows
from xnet.dynamics.joint_selection import JointSelection
from xnet.dynamics.observations import observe
from xnet.dynamics.system import System, simulate
from xnet.dynamics.trajectories import from_arrays
from xnet.dynamics.trajectory_fit import TrajectoryModel
from xnet.dynamics.whitening import make_whitening

from .conftest import system_of

T = np.linspace(0, 5, 60)


def test_states_of_very_small_numbers_are_simulated_as_exactly_as_others():
    exact = 1e-12 * np.exp(-0.5 * T)
    data = from_arrays(T, exact, states=["x"])
    model = XNetDynamics(random_state=0).restore(data, [(system_of(("x",), "0 - 0.5*x"), exact[:1, None], True)])

    assert model.simulate([1e-12], T)[:, 0] == pytest.approx(exact, rel=1e-6, abs=0)


def test_a_small_driven_state_is_as_exact_as_a_large_one():
    system, u = system_of(("x",), "u - 0.5*x", inputs=("u",)), np.sin(T)

    small, large = (simulate(system, np.array([size]), T, from_arrays(T, size + T, size * u, states=["x"], input_names=[
        "u"]).items[0], sizes=np.array([size])).X[:, 0] / size for size in (1e-12, 1.0))

    assert small == pytest.approx(large, rel=1e-6)


def test_a_simulation_starts_once_for_all_rows(monkeypatch):
    slopes, calls = System.slopes, []
    monkeypatch.setattr(System, "slopes", lambda self, *given: calls.append(1) or slopes(self, *given))

    X = simulate(system_of(("x", "v"), "v", "0 - 2*x - 0.3*v"), np.array([1.0, 0.5]), T).X

    assert np.isfinite(X).all()
    assert len(calls) < 400


def test_bands_of_exact_rows_need_few_simulations(monkeypatch, predator_prey):
    system, t, X = predator_prey
    observed = observe(from_arrays(t, X, states=system.states))
    selection = JointSelection(observed, IntegralRows(observed))
    selection.prepare(system)
    fit = selection.candidate(system, X[:1].T, True).fit
    evaluated, calls = TrajectoryModel.evaluated, []
    monkeypatch.setattr(TrajectoryModel, "evaluated", lambda *given: calls.append(1) or evaluated(*given))

    bands = bands_of(fit, observed)

    assert bands.system.constants == pytest.approx(system.constants, rel=1e-3)
    assert len(calls) <= 6


def test_a_value_that_is_missing_spoils_its_own_trajectory_alone():
    rng = np.random.default_rng(0)
    steps, noise = [np.ones(n - 1) for n in (12, 5, 9)], [rng.uniform(0.5, 2.0, n) for n in (12, 5, 9)]
    values = rng.normal(size=(26, 2))
    whitening = make_whitening(steps, noise, 0.5)
    expected = whitening(values)
    values[14, 1] = np.inf

    white = whitening(values)

    assert np.isnan(white[11:15]).all()
    assert (white[:11] == expected[:11]).all()
    assert (white[15:] == expected[15:]).all()
