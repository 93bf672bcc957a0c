from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from xnet import XNetDynamics, load_sample
from xnet.dynamics.bands import bands_of
from xnet.dynamics.candidates import Candidate
from xnet.dynamics.combinations import best_combinations
from xnet.dynamics.fixed_points import fixed_points
from xnet.dynamics.integral_matching import IntegralFit, IntegralRows
from xnet.dynamics.joint_selection import JointSelection
from xnet.dynamics.observations import observe
from xnet.dynamics.polynomials import polynomial_networks
from xnet.dynamics.renewal import renewed_by
from xnet.dynamics.segments import make_segments
from xnet.dynamics.system import simulate
from xnet.dynamics.tidying import all_tidied
from xnet.dynamics.trajectories import from_arrays
from xnet.dynamics.trajectory_fit import TrajectoryFit, TrajectoryModel
from xnet.dynamics.whitening import likeliest_whitening, make_whitening
from xnet.engine import Network, Neuron, resolve_activations
from xnet.engine.formulas.text import to_text

from .conftest import system_of


def test_segments_follow_lsoda_with_inputs_and_irregular_times():
    system = system_of(("x",), "u - 2*x", inputs=("u",))
    t = np.sort(np.random.default_rng(0).uniform(0, 4, 60))
    data = from_arrays([t, t[:20]], [np.sin(t), np.cos(t[:20])], [t, t[:20]], states=["x"], input_names=["u"])
    observed = observe(data)
    segments = make_segments(data.items, observed.smoothed, None, 8)

    out = segments.simulate(system, system.constants[:, None], segments.first[:, None, :], observed.bound)

    expected = simulate(system, segments.first[:, 0], t, data.items[0]).X[:, 0]
    assert out[:, 0, 0, 0] == pytest.approx(expected, abs=1e-5)
    assert out[20:, 0, 0, 1] == pytest.approx(out[19, 0, 0, 1])  # a short piece keeps its last state


def test_constants_are_recovered_from_noisy_rows(predator_prey):
    system, t, X = predator_prey
    rows = X * (1 + 0.03 * np.random.default_rng(0).normal(size=X.shape))
    observed = observe(from_arrays(t, rows, states=system.states))
    start = system.with_constants(0.97 * system.constants)

    fit = TrajectoryModel(observed, make_segments(observed.items, observed.smoothed, None, 2), True).fit(start)
    bands = bands_of(fit, observed)

    assert fit.system.constants == pytest.approx(system.constants, rel=0.05)
    assert (np.abs(bands.system.constants - system.constants) < 4 * bands.errors).all()
    inside = (bands.curves[0] - 1e-9 <= X) & (bands.curves[1] + 1e-9 >= X)
    assert inside.mean() > 0.6


def test_integral_matching_is_exact_without_noise(predator_prey):
    system, t, X = predator_prey
    integrals = IntegralRows(observe(from_arrays(t, X, states=system.states)))
    start = system.with_constants(1.3 * system.constants)

    fitted = [integrals.fit(network, i).network.constants for i, network in enumerate(start.networks)]

    assert np.concatenate(fitted) == pytest.approx(system.constants, rel=1e-3)


def test_sparse_polynomials_hold_the_law_and_keep_to_library_and_forbidden_columns(predator_prey):
    system, t, X = predator_prey
    rows = X * (1 + 0.03 * np.random.default_rng(0).normal(size=X.shape))
    integrals = IntegralRows(observe(from_arrays(t, rows, states=system.states)))
    library = resolve_activations("default")

    scores = [integrals.fit(network, 0).score for network in polynomial_networks(integrals, 0, library)]

    assert min(scores) == pytest.approx(integrals.fit(system.networks[0], 0).score, abs=12.0)
    assert all(network.variables in ((), (0,)) for network in polynomial_networks(integrals, 0, library, [1]))
    assert all(not network.variables for network in polynomial_networks(integrals, 0, ("sin",)))


def test_sets_of_terms_are_compared_where_adding_and_dropping_terms_misses_the_law():
    system = system_of(("x", "y"), "0.5 - 0.5*x - x*y*y", "x*y*y - 0.02*y")
    t = np.linspace(0, 10, 150)
    X = simulate(system, np.array([1.4, 0.2]), t).X
    rows = X * (1 + 0.05 * np.random.default_rng([1, 45]).normal(size=X.shape))
    integrals = IntegralRows(observe(from_arrays(t, rows, states=system.states)))

    fits = [integrals.fit(network, 0) for network in polynomial_networks(integrals, 0, resolve_activations("default"))]

    law = integrals.fit(system.networks[0], 0)  # three terms; the product has a fixed factor there
    assert min(fit.mse for fit in fits if fit.network.n_parameters == 3) <= law.mse


def test_integral_matching_skips_a_network_without_a_value(predator_prey):
    system, t, X = predator_prey
    integrals = IntegralRows(observe(from_arrays(t, X, states=system.states)))

    assert integrals.fit(system_of(system.states, "log(0 - prey*prey)").networks[0], 0) is None


def test_a_simulation_that_leaves_the_bound_says_when():
    result = simulate(system_of(("x",), "x*x"), np.array([1.0]), np.linspace(0, 2, 40), bound=1e4)

    assert result.end == pytest.approx(1.0, abs=0.01)
    assert np.isfinite(result.X[:15]).all()
    assert np.isnan(result.X[-1]).all()


@pytest.mark.parametrize(("formulas", "kinds"), [
    (("0.9*x - 0.4*x*y", "0.3*x*y - 0.7*y"), ["saddle", "centre"]),
    (("y", "-4*x - 0.5*y"), ["stable focus"]),
    (("-x", "-3*y"), ["stable node"]),
    (("x + y", "y - x"), ["unstable focus"]),
    (("1 + x*x", "-y"), []),
])
def test_fixed_points(formulas, kinds):
    found = fixed_points(system_of(("x", "y"), *formulas), np.array([-5.0, -5.0]), np.array([5.0, 5.0]))

    assert [point.kind for point in found] == kinds


def test_a_line_of_fixed_points_is_told_by_its_ends():
    found = fixed_points(system_of(("x", "y"), "x*(2 - y)", "x"), np.array([0.0, 0.0]), np.array([5.0, 5.0]))

    assert [point.kind for point in found] == ["on a line of fixed points"] * 2
    assert [point.x[0] for point in found] == [0.0, 0.0]
    assert 0.0 <= found[0].x[1] < 1.0
    assert found[1].x[1] > 4.0


def test_a_surface_of_fixed_points_is_no_line_and_keeps_the_sign_of_the_rows():
    states = ("S", "I", "R")
    system = system_of(states, "-0.5*S*I", "0.5*I*(S - 0.4)", "0.2*I")

    found = fixed_points(system, np.array([0.1, 0.0, 0.0]), np.array([0.95, 0.2, 0.9]))

    assert [point.kind for point in found] == ["on a surface of fixed points"] * 2
    assert all((point.x >= 0).all() and point.x[1] == 0.0 for point in found)


def test_linked_windows_reach_the_law_from_constants_that_miss_the_rows(predator_prey):
    system, t, X = predator_prey
    rows = X * (1 + 0.03 * np.random.default_rng(0).normal(size=X.shape))
    observed = observe(from_arrays(t, rows, states=system.states))
    selection = JointSelection(observed, IntegralRows(observed))
    start = system.with_constants(system.constants * np.array([1.5, 0.7, 1.4, 0.6]))

    linked = selection.linked(start)
    whole = selection.over_whole(linked)

    assert selection.whole.fit(start).cost > 10 * whole.fit.cost
    assert linked.system.constants == pytest.approx(whole.system.constants, rel=0.02)
    assert whole.system.constants == pytest.approx(system.constants, rel=0.05)


def test_gaps_between_linked_windows_have_the_derivatives_of_their_differences(predator_prey):
    system, t, X = predator_prey
    observed = observe(from_arrays(t, X, states=system.states))
    segments = make_segments(observed.items, observed.smoothed, 10, 2)
    model = TrajectoryModel(observed, segments, True, link=2.0)
    fit = model.evaluated(system, segments.first * 1.01)
    step = 1e-6 * np.random.default_rng(0).normal(size=fit.J.shape[1])

    moved = model.moved(fit, step)

    assert (fit.state < 0).sum() == 2 * (segments.before >= 0).sum()
    change, expected = moved.residuals - fit.residuals, -fit.J @ step
    assert change == pytest.approx(expected, abs=1e-3 * np.abs(expected).max())


@pytest.mark.parametrize("ratio", [0.0, 0.5])
def test_whitening_is_generalised_least_squares(ratio):
    rng = np.random.default_rng(0)
    steps, noise = [rng.uniform(0.5, 1.5, 11), np.ones(4)], [rng.uniform(0.5, 2.0, 12), np.ones(5)]
    values = rng.normal(size=(17, 2))

    white = make_whitening(steps, noise, ratio)(values)

    expected = np.zeros((2, 2))
    for h, s, own in zip(steps, noise, (values[:12], values[12:]), strict=True):
        D = np.diff(np.eye(len(s)), axis=0)
        covariance = D @ np.diag(s**2) @ D.T + ratio**2 * np.diag(h)
        expected += (D @ own).T @ np.linalg.solve(covariance, D @ own)
    assert white.T @ white == pytest.approx(expected)


def test_a_walk_is_seen_in_the_rows():
    rng, n = np.random.default_rng(0), 200
    walk = np.cumsum(rng.normal(size=n))
    steps, noise, basis = [np.ones(n - 1)], [np.ones(n)], np.ones((n, 1)).cumsum(axis=0)

    with_walk, without = (likeliest_whitening(steps, noise, 0.01 * rng.normal(size=n) + rows, basis)
                          for rows in (walk, rng.normal(size=n)))

    assert with_walk.factor[0, 1] > without.factor[0, 1] == pytest.approx(np.sqrt(1.5), rel=0.01)


def test_sparse_polynomials_have_a_share_of_the_combinations():
    searched = [IntegralFit(system_of(("x",), "1.5*sin(x)" + "+ x" * k).networks[0], 1.0, float(k)) for k in range(12)]
    sparse = [IntegralFit(system_of(("x",), text).networks[0], 1.0, 100.0, True) for text in ("2.5*x", "2.5*x*x")]

    found = best_combinations([[*searched, *sparse]] * 2, 30)

    assert found[0] == (searched[0].network,) * 2
    assert found[1] == (sparse[0].network,) * 2
    assert len({tuple(network.structure() for network in own) for own in found}) == len(found) > 12


def test_plain_formulas_have_a_share_of_the_combinations():
    """Integrals of 14 rows of an epidemic prefer polynomials of four terms to the law."""
    texts = ["1.5*sin(x)" + "+ x**3" * k for k in range(12)]
    long = [IntegralFit(system_of(("x",), text).networks[0], 1.0, float(k)) for k, text in enumerate(texts)]
    law = IntegralFit(system_of(("x",), "x").networks[0], 1.0, 12.5)

    assert (law.network,) * 2 in best_combinations([[*long, law]] * 2, 14)[:3]


@pytest.mark.slow
def test_the_epidemic_of_14_rows_gets_the_law_of_a_small_epidemic():
    model = XNetDynamics(None, budget_steps=10, random_state=0)
    model.fit_table(load_sample("influenza_1978").frame, "day", ["in_bed", "bed_days"])

    assert re.fullmatch(r"0\.0009\d*\*in_bed\*\((79|80)\d(\.\d+)? - bed_days\)", model.formulas_["in_bed"])
    assert model.formulas_["bed_days"] == "in_bed"


def test_combinations_without_a_trajectory_are_passed_over(predator_prey):
    system, t, X = predator_prey
    observed = observe(from_arrays(t, X, states=system.states))
    integrals = IntegralRows(observed)
    wild = [IntegralFit(system_of(system.states, f"100.5*prey**{power}").networks[0], 0.0, -1e9)
            for power in range(2, 8)]
    short = IntegralFit(system_of(system.states, "-0.7*predator").networks[0], 0.0, 1.0)
    laws = [IntegralFit(network, 0.0, 0.0) for network in system.networks]

    best, *_ = JointSelection(observed, integrals).select([[*wild, laws[0]], [laws[1], short]])

    assert best.whole
    assert best.system.constants == pytest.approx(system.constants, rel=1e-3)


def noisy_law(predator_prey):
    """The system, a selection on its rows with 1 % noise, and the system fitted there."""
    system, t, X = predator_prey
    rows = X * (1 + 0.01 * np.random.default_rng(0).normal(size=X.shape))
    observed = observe(from_arrays(t, rows, states=system.states))
    selection = JointSelection(observed, IntegralRows(observed))
    law = selection.over_whole(selection.linked(system))
    return system, selection, law


def test_systems_that_cannot_become_the_best_keep_their_constants(predator_prey):
    system, selection, law = noisy_law(predator_prey)
    other = system_of(system.states, "0.81*prey - 0.4*prey*predator + 1.23457e-9", "0.3*prey*predator - 0.7*predator")
    worse = selection.candidate(other, law.fit.first, True)

    best, rest = all_tidied([law, worse], selection, resolve_activations("default"))

    assert best.score < worse.score
    assert sorted(best.system.constants) != sorted(law.system.constants)
    assert rest.system.constants == pytest.approx(worse.system.constants, abs=0.01)
    assert (rest.system.constants != 0).all()


def test_other_systems_of_the_front_have_few_digits_and_no_sign_behind_a_sign(predator_prey):
    system, selection, law = noisy_law(predator_prey)
    prey = Network((Neuron("variable"), Neuron("variable", (), 1), Neuron("mul", (0, 1)), Neuron("constant"),
                    Neuron("mul", (3, 2)), Neuron("constant", (), 1), Neuron("mul", (5, 0)), Neuron("sub", (4, 6))),
                   (-0.412345678901, -0.912345678901), 2)
    other = selection.over_whole(selection.linked(law.system.with_network(0, prey)))

    _, rest = all_tidied([law, replace(other, score=np.inf)], selection, resolve_activations("default"))

    text = to_text(rest.system.networks[0], system.states)
    assert re.fullmatch(r"-0\.\d{1,6}\*prey\*predator \+ 0\.\d{1,6}\*prey", text)
    assert rest.r2 == pytest.approx(other.r2, abs=1e-4)


@pytest.mark.parametrize(("formula", "is_renewed"), [("-0.5*x", True), ("x**2", False)])
def test_a_system_that_leaves_the_range_renews_no_curves(formula: str, is_renewed: bool):
    t = np.linspace(0, 4, 30)
    observed = observe(from_arrays(t, np.exp(-0.5 * t)[:, None], states=["x"]))
    empty = np.zeros(0)
    fit = TrajectoryFit(system_of(("x",), formula), np.ones((1, 1)), empty, np.zeros((0, 1)), empty, empty,
                        JointSelection(observed, IntegralRows(observed)).whole)

    renewed = renewed_by(observed, Candidate(fit, 0.0, True, 1.0))

    assert (renewed is not None) == is_renewed
    if renewed is not None:
        assert renewed.smoothed[0][:, 0] == pytest.approx(np.exp(-0.5 * t), abs=1e-3)
