"""The noise of one state in several trajectories (D-235)."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.bands import bands_of
from xnet.dynamics.observations import observe
from xnet.dynamics.segments import make_segments
from xnet.dynamics.trajectories import from_arrays
from xnet.dynamics.trajectory_fit import TrajectoryModel

from .conftest import system_of


def test_short_trajectories_of_equal_noise_have_equal_weights_and_honest_intervals():
    """Each was weighted by its own estimate of nine rows: 71 to 83 % of the intervals of 95 % held the constant."""
    t, held = np.array([0.0, 1, 2, 4, 6, 9, 12, 16, 24]), 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = [a * np.exp(-0.13 * t + rng.normal(0, 0.02, 9)) for a in rng.uniform(5, 40, 5)]
        observed = observe(from_arrays([t] * 5, rows, states=["x"]))
        relative = observed.noise[:, 0] / np.concatenate(rows)
        assert relative.max() < 2 * relative.min()
        model = TrajectoryModel(observed, make_segments(observed.items, observed.smoothed, None, 4), True)
        fit = model.fit(system_of(("x",), "-0.13*x"))
        low, high = bands_of(fit, observed).constants[:, 0]
        held += low <= -0.13 <= high
    assert held >= 18


def test_an_interpolated_trajectory_among_noisy_ones_has_their_noise():
    rng, t = np.random.default_rng(0), np.linspace(0, 20, 80)
    smooth, noisy = np.sin(0.2 * t), np.cos(0.2 * t) + 0.05 * rng.normal(size=80)
    observed = observe(from_arrays([t, t], [smooth, noisy], states=["x"]))
    assert not observed.curves[0][0].noise.any()
    assert observed.noise[:, 0] == pytest.approx(observed.curves[1][0].noise[0])
