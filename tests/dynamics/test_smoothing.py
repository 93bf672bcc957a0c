from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.observations import observe
from xnet.dynamics.smoothing import smooth
from xnet.dynamics.trajectories import from_arrays

T = np.sort(np.concatenate([np.linspace(0, 10, 120), np.random.default_rng(3).uniform(0, 10, 30)]))


def test_exact_rows_are_interpolated():
    state = smooth(T, np.sin(2 * T))

    assert np.abs(state.slope(T) - 2 * np.cos(2 * T))[8:-8].max() < 1e-4
    assert not state.noise.any()


@pytest.mark.parametrize(("x", "curvature"), [(np.sin(2 * T), -4 * np.sin(2 * T)), (np.exp(-T), np.exp(-T))])
def test_the_second_derivative_of_exact_rows(x, curvature):
    found = smooth(T, x).curvature(T)

    assert np.abs(found - curvature)[8:-8].max() < 1e-2


@pytest.mark.parametrize("logarithmic", [False, True])
def test_noise_is_estimated_and_removed(logarithmic):
    rng, x = np.random.default_rng(0), np.exp(np.sin(T)) if logarithmic else np.sin(2 * T)
    rows = x * np.exp(0.05 * rng.normal(size=len(T))) if logarithmic else x + 0.05 * rng.normal(size=len(T))
    slope = x * np.cos(T) if logarithmic else 2 * np.cos(2 * T)

    state = smooth(T, rows)

    assert state.logarithmic == logarithmic
    assert np.mean(state.noise / (x if logarithmic else 1)) == pytest.approx(0.05, rel=0.3)
    assert np.std((state.slope(T) - slope)[8:-8]) < 0.12 * np.std(slope)
    assert state.curvature(T)[8:-8] == pytest.approx(np.gradient(state.slope(T), T)[8:-8], abs=1.0)


def test_a_straight_line_with_noise_becomes_a_straight_line():
    rows = T + 0.1 * np.random.default_rng(1).normal(size=len(T))

    assert np.std(smooth(T, rows).slope(T)) < 0.1


def test_the_velocity_of_a_positive_state_with_proportional_noise():
    x = np.exp(np.sin(T)) * np.exp(0.05 * np.random.default_rng(0).normal(size=len(T)))

    observed = observe(from_arrays(T, x, states=["x"]), ["x"])

    assert observed.logarithmic[0]
    assert observed.data.states == ("x", "x_velocity")
    assert np.isfinite(observed.slopes[0]).all()
