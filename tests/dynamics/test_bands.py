"""Intervals of constants: coverage, factors of 1, constants that the rows do not determine, noise."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.bands import Bands, _errors, bands_of
from xnet.dynamics.candidates import Candidate
from xnet.dynamics.constant_records import constant_records
from xnet.dynamics.noise import noise_of
from xnet.dynamics.observations import Observations, observe
from xnet.dynamics.segments import make_segments
from xnet.dynamics.system import System, simulate
from xnet.dynamics.trajectories import from_arrays
from xnet.dynamics.trajectory_fit import TrajectoryFit, TrajectoryModel
from xnet.dynamics.unit_factors import Added, with_unit_factors
from xnet.engine import Network, Neuron

from .conftest import system_of


def fitted(system: System, t: np.ndarray, X: np.ndarray, first: np.ndarray) -> tuple[TrajectoryFit, Observations]:
    observed = observe(from_arrays(t, X, states=system.states))
    model = TrajectoryModel(observed, make_segments(observed.items, observed.smoothed, None, 4), True)
    fit = model.fit(system, first[:, None], max_steps=20, tolerance=1e-8)
    assert fit is not None
    return fit, observed


def bands_with_noise(system: System, first: np.ndarray, t: np.ndarray, noise: float, seed: int) -> Bands:
    X = simulate(system, first, t).X
    return bands_of(*fitted(system, t, X + noise * np.random.default_rng(seed).normal(size=X.shape), first))


def test_half_widths_are_those_of_students_t_with_the_degrees_of_satterthwaite():
    """0.975 quantiles of Student's t: 2.2281 for 10 degrees of freedom, 2.0860 for 20."""
    one, half = _errors(np.array([[1.0]]), np.array([[[4.0]]]), np.array([10.0]))
    both, wide = _errors(np.array([[1.0]]), np.array([[[4.0]], [[4.0]]]), np.array([10.0, 10.0]))

    np.testing.assert_allclose([one[0], half[0]], [2.0, 2.0 * 2.228138852], rtol=1e-8)
    np.testing.assert_allclose([both[0], wide[0]], [np.sqrt(8.0), np.sqrt(8.0) * 2.085963447], rtol=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("n", [10, 30])
def test_intervals_of_short_series_hold_the_truth_as_often_as_they_say(n):
    system, first, t = system_of(("x",), "1.2 - 0.6*x"), np.array([10.0]), np.linspace(0, 6, n)

    found = [bands_with_noise(system, first, t, 0.1, seed) for seed in range(100)]

    inside = np.array([(b.constants[0] <= system.constants) & (system.constants <= b.constants[1]) for b in found])
    assert (inside.mean(axis=0) > 0.9).all()  # 95 %, give or take 2.2; without Student's t about 82 % of 10 rows
    assert np.median([b.noise[0] for b in found]) == pytest.approx(0.1, rel=0.1)


def test_a_factor_of_1_that_is_not_printed_has_an_interval_and_widens_the_others():
    first, t = np.array([3.0, 1.5]), np.linspace(0, 12, 30)
    printed = system_of(("x", "y"), "0.9*x - 0.4*x*y", "0.3*x*y - y")
    full = system_of(("x", "y"), "0.9*x - 0.4*x*y", "0.3*x*y - 0.999999*y")

    bands, free = (bands_with_noise(system, first, t, 0.1, 0) for system in (printed, full))

    last = constant_records(printed, bands)[-1]
    assert last["factor_of"] == "y"
    assert last["value"] == 1.0
    assert last["low"] < 1.0 < last["high"]
    assert bands.errors == pytest.approx(free.errors, rel=0.02)


def test_only_terms_without_a_constant_get_a_factor():
    observed = observe(from_arrays(np.linspace(0, 1, 9), np.random.default_rng(0).normal(size=(9, 2)), states="xy"))
    system = system_of(("x", "y"), "x*y - 2*x/y + 0.5", "-sin(3*x) + 0.2*(x - y)")

    wide, added = with_unit_factors(system, observed)

    assert added == ((Added(1.0, "x*y"),), (Added(1.0, "sin(3*x)"),))
    columns = np.random.default_rng(1).uniform(1, 2, (2, 5))
    assert wide.slopes(columns) == pytest.approx(system.slopes(columns))
    assert len(wide.constants) == len(system.constants) + 2


def test_the_velocity_of_a_state_of_second_order_has_no_factor():
    t = np.linspace(0, 6, 40)
    observed = observe(from_arrays(t, np.cos(t)[:, None], states=["x"]), ["x"])

    _, added = with_unit_factors(system_of(observed.data.states, "x_velocity", "-x"), observed)

    assert added == ((), (Added(1.0, "x"),))


def test_constants_that_the_rows_do_not_determine_have_no_interval():
    twice = Network((Neuron("variable"), Neuron("constant"), Neuron("mul", (1, 0)), Neuron("constant", (), 1),
                     Neuron("mul", (3, 0)), Neuron("add", (2, 4))), (-0.3, -0.2), 1)
    system, t = System(("x",), (), (twice,)), np.linspace(0, 1, 12)

    bands = bands_with_noise(system, np.array([1.0]), t, 0.01, 0)

    records = constant_records(system, bands)
    assert [("low" in record) for record in records].count(False) == 1
    assert sum(bands.system.constants) == pytest.approx(-0.5, abs=3 * np.nanmax(bands.errors))


def test_rows_without_visible_noise_have_that_of_their_rounding():
    system, t = system_of(("x", "y"), "-0.5*x*y", "0.5*x*y - 0.2*y"), np.linspace(0, 39, 40)
    first = np.array([0.95, 0.05])
    X = np.round(simulate(system, first, t).X, 5)

    fit, observed = fitted(system, t, X, first)

    assert observed.interpolated.all()
    noise = noise_of(Candidate(fit, 0.0, True, 1.0), observed, bands_of(fit, observed))
    assert noise == pytest.approx(np.full(2, 1e-5 / np.sqrt(12)), rel=0.35)
