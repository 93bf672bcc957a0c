from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from xnet.dynamics.candidates import Candidate
from xnet.dynamics.observations import Observations, observe
from xnet.dynamics.remarks import _turns_alone, constant_sum, remarks
from xnet.dynamics.system import simulate
from xnet.dynamics.tidying import _replacements
from xnet.dynamics.trajectories import from_arrays

from .conftest import system_of

STATES = ("S", "I", "R")


def with_noise(observed: Observations) -> tuple[Observations, np.ndarray]:
    """The rows, and the noise that smoothing leaves."""
    return observed, np.sqrt(np.mean(observed.noise**2, axis=0))


@pytest.fixture(scope="module")
def epidemics() -> tuple[np.ndarray, list[np.ndarray]]:
    """Times (60,), and the states (60, 3) of epidemics among 100 and among 150 people."""
    system, t = system_of(STATES, "-0.02*S*I", "0.02*S*I - 0.5*I", "0.5*I"), np.linspace(0, 10, 60)
    return t, [simulate(system, np.array([people - 1.0, 1.0, 0.0]), t).X for people in (100, 150)]


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_constant_sum_of_states_is_named(epidemics, noise):
    t, (X, _) = epidemics
    rows = X + noise * np.random.default_rng(0).normal(size=X.shape)

    text, value = constant_sum(*with_noise(observe(from_arrays(t, rows, states=STATES))))

    assert text == "S + I + R"
    assert value == pytest.approx(100, abs=0.5)


def test_no_sum_is_named_where_trajectories_have_different_ones(epidemics):
    t, both = epidemics

    assert constant_sum(*with_noise(observe(from_arrays([t, t], both, states=STATES)))) is None


def test_states_that_only_vary_together_for_a_while_have_no_constant_sum(predator_prey):
    system, t, X = predator_prey

    assert constant_sum(*with_noise(observe(from_arrays(t, X, states=system.states)))) is None
    assert constant_sum(*with_noise(observe(from_arrays(t, X[:, :1], states=["prey"])))) is None


@pytest.mark.parametrize(("whole", "r2", "mse", "follows"), [
    (True, 0.81, 9.0, True), (True, 0.79, 9.0, False), (True, 0.1, 2.4, True), (True, 0.1, 2.6, False),
    (False, 0.99, 0.5, False)])
def test_a_system_follows_rows_by_their_variance_or_by_their_noise(whole, r2, mse, follows):
    """Four fifths of the variance, or squared errors of at most 2.5 times those of the noise."""
    fit = SimpleNamespace(mse=np.array([0.5, mse]))
    assert Candidate(fit, 0.0, whole, r2).follows is follows


@pytest.mark.parametrize(("x", "turns"), [
    (lambda t: np.exp(-0.2 * t) * np.cos(3 * t), True), (lambda t: np.exp(-t), False),
    (lambda t: 1 / (1 + np.exp(5 - t)), False), (lambda t: np.zeros_like(t), False)])
def test_a_single_state_that_rises_and_falls_has_no_law_of_first_order(x, turns):
    t = np.linspace(0, 10, 80)
    rows = x(t) + 0.02 * np.random.default_rng(1).normal(size=80)

    alone = with_noise(observe(from_arrays(t, rows[:, None], states=["angle"])))
    assert ("search angle with second order" in _turns_alone(*alone)) == turns
    assert not _turns_alone(*with_noise(observe(from_arrays(t, rows[:, None], states=["angle"]), ["angle"])))
    driven = from_arrays(t, rows[:, None], np.sin(t)[:, None], states=["angle"], input_names=["voltage"])
    assert not _turns_alone(*with_noise(observe(driven)))


def test_errors_that_are_alike_in_successive_rows_are_no_noise(predator_prey):
    """What chance moves itself is not followed up to the noise of its measurement."""
    system, t, X = predator_prey
    rng = np.random.default_rng(0)
    walk = np.cumsum(0.1 * rng.normal(size=80))
    noisy = X + np.column_stack([walk - walk.mean(), 0.1 * rng.normal(size=80)])
    observed = observe(from_arrays(t, noisy, states=system.states))
    rows = np.repeat(np.arange(80), 2)
    state = np.tile([0, 1], 80)
    residuals = ((noisy - X) / observed.noise)[rows, state]

    def said(whole, r2, residuals=residuals):
        fit = SimpleNamespace(mse=np.array([1.0, 1.0]), residuals=residuals, state=state, row=rows, system=system)
        return " ".join(remarks(Candidate(fit, 0.0, whole, r2), observed, np.array([0.1, 0.1])))

    assert "Errors of successive rows of prey are alike" in said(True, 0.95)
    assert "predator are alike" not in said(True, 0.95)
    assert "as far as the rows tell, the rest is noise" not in said(True, 0.5)
    assert "read the equations as a rough description" in said(True, 0.5)
    assert "are alike" not in said(False, 0.95)
    assert "are alike" not in said(True, 0.999, residuals * 1e-3)


def test_a_constant_that_is_0_needs_no_simpler_number():
    assert [value for _, value in _replacements(0.0, 0.1, 50.0, 60)] == [0.0]
