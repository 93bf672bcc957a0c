"""Driving inputs between the rows: pulses are not skipped, and switches keep their values."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from xnet.dynamics.code import to_julia_system, to_python_system
from xnet.dynamics.segments import make_segments
from xnet.dynamics.system import simulate
from xnet.dynamics.trajectories import from_arrays

from .conftest import system_of


def test_a_switch_keeps_its_value_until_the_next_row():
    """It was interpolated: a heater was half on in the step before it was on, and no law followed the rows."""
    system, t = system_of(("x",), "0.9*u - 0.05*x", inputs=("u",)), np.arange(0.0, 400, 5)
    u = (t // 100 % 2 == 1) * 1.0
    on, off = 18 * (1 - np.exp(-5.0)), np.exp(-5.0)
    item = from_arrays(t, t, u, states=["x"], input_names=["u"]).items[0]
    X = simulate(system, np.zeros(1), t, item).X[:, 0]
    assert X[[20, 40, 60, 79]] == pytest.approx([0, on, on * off, 18 + (on * off - 18) * np.exp(-0.05 * 95)], abs=1e-6)
    segments = make_segments([item], [np.zeros((80, 1))], None, 4)
    out = segments.simulate(system, system.constants[:, None], segments.first[:, None, :], np.full(1, 1e9))
    assert out[:, 0, 0, 0] == pytest.approx(X, abs=1e-5)
    script = to_python_system(system, [item], np.zeros((1, 1)))
    assert 'np.searchsorted(run["times"], t, "right")' in script
    assert item.input_at(np.array([99.9, 100.0])).tolist() == [[0.0], [1.0]]


def test_a_short_pulse_of_an_input_after_a_long_rest_is_simulated_and_exported():
    """The integrator took one step of a hundred rows, so the pulse was not there."""
    system, t = system_of(("x",), "u - 0.3*x", inputs=("u",)), np.arange(4000.0)
    u = np.where((t >= 3101) & (t <= 3102), 1.0, 0.0)
    data = from_arrays(t, t, u, states=["x"], input_names=["u"])
    s = np.maximum(t[:, None] - [3101, 3103], 0)
    steps = (1 - np.exp(-0.3 * s)) / 0.3  # of x' = 1 - 0.3 x
    exact = steps @ [1, -1]

    assert simulate(system, np.zeros(1), t, data.items[0]).X[:, 0] == pytest.approx(exact, abs=1e-6)
    assert "max_step=1.0)" in to_python_system(system, data.items, np.zeros((1, 1)))
    assert "dtmax=1.0)" in to_julia_system(system, data.items, np.zeros((1, 1)))
    assert "max_step" not in to_python_system(system, from_arrays(t, t, np.ones(4000)).items, np.zeros((1, 1)))


def test_a_rough_input_is_followed_to_the_last_row():
    """LSODA took 65 calls for each row, so that the simulation ended after two thirds of them and R2 was -inf."""
    n = 1500
    system, t = system_of(("x",), "0.5*u - 0.8*x", inputs=("u",)), 0.1 * np.arange(n)
    u = np.sin(0.05 * t) + 0.3 * np.random.default_rng(1).standard_normal(n)
    simulation = simulate(system, np.zeros(1), t, from_arrays(t, t, u, states=["x"], input_names=["u"]).items[0])

    exact, decay = [0.0], np.exp(-0.08)
    for begin, end in pairwise(u):  # the input is a line between two rows
        rate = (end - begin) / 0.1
        level, slope = 0.5 * (begin - rate / 0.8) / 0.8, 0.5 * rate / 0.8
        exact.append((exact[-1] - level) * decay + level + 0.1 * slope)
    assert simulation.end is None
    assert simulation.X[:, 0] == pytest.approx(np.array(exact), abs=2e-5)


def test_a_stiff_system_with_a_rough_input_is_followed_too():
    """Dormand and Prince's method would need some thousand steps between two rows, so LSODA takes over."""
    system, t = system_of(("x",), "20000*u - 20000*x", inputs=("u",)), np.arange(300.0)
    u = np.random.default_rng(2).standard_normal(300)
    simulation = simulate(system, u[:1], t, from_arrays(t, t, u, states=["x"], input_names=["u"]).items[0])

    assert simulation.end is None
    assert simulation.X[1:, 0] == pytest.approx(u[1:] - np.diff(u) / 20000, abs=1e-4)
