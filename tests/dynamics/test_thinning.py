"""Many rows: a search works on thinned rows, and its results are those of all rows (D-232)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.dynamics import XNetDynamics, from_arrays, thinning
from xnet.dynamics.decisions import Decisions
from xnet.dynamics.derivative_search import SearchOptions, derivative_problem, searched
from xnet.dynamics.integral_matching import IntegralRows
from xnet.dynamics.joint_selection import JointSelection
from xnet.dynamics.observations import observe
from xnet.dynamics.segments import make_segments
from xnet.dynamics.system import simulate
from xnet.dynamics.thinning import MANY_ROWS, rows_of_search
from xnet.dynamics.trajectory_fit import TrajectoryModel

from .conftest import system_of


def wave(n: int, noise: float = 0.0, end: float = 20.0) -> tuple[np.ndarray, np.ndarray]:
    """Times (n,) and a sine and a cosine (n, 2)."""
    t = np.linspace(0, end, n)
    return t, np.column_stack([np.sin(t), np.cos(t)]) + noise * np.random.default_rng(0).normal(size=(n, 2))


def test_few_rows_are_searched_as_they_are():
    data = from_arrays(*wave(MANY_ROWS))

    assert rows_of_search(observe(data), data) is data


def test_the_noise_of_thinned_rows_is_that_of_means():
    t, X = wave(6000, 0.1)
    data = from_arrays(t, X)

    item = rows_of_search(observe(data), data).items[0]

    assert 500 <= len(item.t) <= 501
    assert item.t[[0, -1]].tolist() == t[[0, -1]].tolist()
    left = item.X - np.column_stack([np.sin(item.t), np.cos(item.t)])
    assert left[1:-1].std() == pytest.approx(0.1 / np.sqrt(12), rel=0.15)


def test_thinned_rows_without_noise_are_rows():
    t, X = wave(6000)
    data = from_arrays(t, X)

    item = rows_of_search(observe(data), data).items[0]

    assert np.abs(item.X - X[np.searchsorted(t, item.t)]).max() < 1e-12


@pytest.mark.parametrize(("end", "most"), [(20.0, 501), (500.0, 2000), (3000.0, 4000)])
def test_fast_motion_keeps_more_rows(end: float, most: int):
    t, X = wave(4000, end=end)
    data = from_arrays(t, X)

    kept = rows_of_search(observe(data), data).n_rows

    assert most / 2 < kept <= most


def test_rows_at_jumps_of_a_switch_are_kept():
    t, X = wave(3000, 0.02)
    u = ((t > 3.03) & (t < 11.77)).astype(float)
    data = from_arrays(t, X, u)

    item = rows_of_search(observe(data), data).items[0]

    assert len(item.t) < 520
    assert item.input_at(t)[:, 0].tolist() == u.tolist()


def test_a_rough_driving_input_keeps_every_row():
    t, X = wave(3000, 0.02)
    data = from_arrays(t, X, np.random.default_rng(1).normal(size=3000))

    assert rows_of_search(observe(data), data) is data


@pytest.mark.parametrize("lengths", [(400,), (331, 250)])
def test_long_steps_simulate_the_rows_between_their_ends(lengths: tuple[int, ...]):
    system = system_of(("x", "v"), "v + 0.1*u", "-x", inputs=("u",))
    items = []
    for n in lengths:
        t = np.linspace(0, 10, n) + np.random.default_rng(n).uniform(-0.01, 0.01, n)
        items.append((t, np.column_stack([np.sin(t), np.cos(t)]), np.sin(0.5 * t)))
    data = from_arrays(*map(list, zip(*items, strict=True)), states=["x", "v"], input_names=["u"])
    observed = observe(data)
    first = np.stack([rows[0] for rows in observed.smoothed], axis=1)

    short, long = (TrajectoryModel(observed, make_segments(data.items, observed.smoothed, None, 1, stride), True)
                   .evaluated(system, first) for stride in (1, 7))

    assert len(long.model.segments.steps) < 60
    assert np.concatenate([long.state, long.row]).tolist() == np.concatenate([short.state, short.row]).tolist()
    noise = observed.noise[short.row, short.state]
    assert np.abs((long.residuals - short.residuals) * noise).max() < 1e-3
    np.testing.assert_allclose(long.J * noise[:, None], short.J * noise[:, None], atol=2e-3)


def test_steps_are_as_long_as_the_motion_allows():
    t, X = wave(4000, 0.05)
    observed = observe(from_arrays(t, X))
    selection = JointSelection(observed, IntegralRows(observed))
    system = system_of(("x0", "x1"), "x1", "-x0")

    selection.lengthen_steps(system, np.array([[0.0], [1.0]]))

    exact = simulate(system, np.array([0.0, 1.0]), t).X
    fit = selection.whole.evaluated(system, np.array([[0.0], [1.0]]))
    assert len(fit.model.segments.steps) < 400
    simulated = X[fit.row, fit.state] - fit.residuals * observed.noise[fit.row, fit.state]
    assert np.abs(simulated - exact[fit.row, fit.state]).max() < 0.1 * 0.05


@pytest.mark.slow
def test_results_of_a_search_of_thinned_rows_are_those_of_all_rows(monkeypatch):
    monkeypatch.setattr(thinning, "MANY_ROWS", 300)
    monkeypatch.setattr(thinning, "_KEPT_ROWS", 60)
    t = np.linspace(0, 5, 600)
    rows = 3 * np.exp(-0.5 * t) + 0.05 * np.random.default_rng(0).normal(size=600)
    shown = []
    model = XNetDynamics(None, budget_steps=1, random_state=0, activations=["add", "mul"],
                         callback=lambda progress: bool(shown.append(progress.so_far())))

    model.fit(t, rows)

    assert model.formulas_["x0"].startswith("-0.")
    constant = model.parameters_[0]
    assert constant["low"] < -0.5 < constant["high"] or constant["low"] < 0.5 < constant["high"]
    residuals = rows - model.simulate(model.first_states_[0], t)[:, 0]
    assert model.r2_ == pytest.approx(1 - np.mean(residuals**2) / rows.var(), abs=1e-6)
    assert model.bands_.curves.shape == (2, 600, 1)
    assert model.noise_["x0"] == pytest.approx(0.05, rel=0.1)
    assert {so_far.observed.data.n_rows for so_far in shown} == {600}
    assert shown[-1].candidates[0].r2 == pytest.approx(model.r2_, abs=1e-3)
    again = XNetDynamics(1).restore(from_arrays(t, rows), [(c.system, c.fit.first.T, c.whole)
                                                           for c in model.candidates_])
    assert again.r2_ == model.r2_


def test_a_step_that_takes_much_longer_than_the_budget_is_abandoned_and_repeated_so():
    observed = observe(from_arrays(*wave(40)))
    seconds = 0.0

    def clock() -> float:
        nonlocal seconds
        seconds += 1e-3 if decisions.asked < 3 else 1.0  # the third step takes a thousand times as long
        return seconds

    options = SearchOptions(5.0, 6, clock=clock)
    problem = derivative_problem(observed, 0, options)
    decisions = Decisions()
    found = list(searched(problem, options, lambda: False, decisions))

    assert len(found) == 2
    assert decisions.yes == [2]
    again = list(searched(problem, replace(options, seconds=None), lambda: False, Decisions(decisions.yes)))
    assert [own.state.step for own in again] == [own.state.step for own in found]
    assert again[-1].state.best == found[-1].state.best
