from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.smoothing import smooth

T = np.sort(np.concatenate([np.linspace(0, 10, 120), np.random.default_rng(3).uniform(0, 10, 30)]))


def test_exact_rows_are_interpolated():
    state = smooth(T, np.sin(2 * T))

    assert np.abs(state.slope(T) - 2 * np.cos(2 * T))[8:-8].max() < 1e-4
    assert not state.noise.any()


@pytest.mark.parametrize("logarithmic", [False, True])
def test_noise_is_estimated_and_removed(logarithmic):
    rng, x = np.random.default_rng(0), np.exp(np.sin(T)) if logarithmic else np.sin(2 * T)
    rows = x * np.exp(0.05 * rng.normal(size=len(T))) if logarithmic else x + 0.05 * rng.normal(size=len(T))
    slope = x * np.cos(T) if logarithmic else 2 * np.cos(2 * T)

    state = smooth(T, rows)

    assert state.logarithmic == logarithmic
    assert np.mean(state.noise / (x if logarithmic else 1)) == pytest.approx(0.05, rel=0.3)
    assert np.std((state.slope(T) - slope)[8:-8]) < 0.12 * np.std(slope)


def test_a_straight_line_with_noise_becomes_a_straight_line():
    rows = T + 0.1 * np.random.default_rng(1).normal(size=len(T))

    assert np.std(smooth(T, rows).slope(T)) < 0.1
