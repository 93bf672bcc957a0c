from __future__ import annotations

import numpy as np
import pytest

from xnet.dynamics.integral_matching import IntegralRows
from xnet.dynamics.joint_selection import JointSelection
from xnet.dynamics.observations import observe
from xnet.dynamics.sensitivities import Sensitivities
from xnet.dynamics.shared_structure import exchanged, with_formulas_of_others
from xnet.dynamics.system import simulate
from xnet.dynamics.term_library import sums_by_integrals, terms_of
from xnet.dynamics.trajectories import from_arrays
from xnet.engine import resolve_activations
from xnet.engine.formulas.parser import read_formula
from xnet.engine.formulas.text import to_text

from .conftest import system_of

LIBRARY = resolve_activations("default")
T = np.linspace(0, 12, 120)


def noisy(system, first, share=0.03):
    """Rows of a system with noise of a share of each state's standard deviation."""
    X = simulate(system, np.array(first), T).X
    return X + share * X.std(axis=0) * np.random.default_rng(0).normal(size=X.shape)


@pytest.fixture(scope="module")
def pendulum():
    """A damped pendulum, its rows, and its selection."""
    law = system_of(("x", "y"), "y", "0 - sin(x) - 0.2*y")
    observed = observe(from_arrays(T, noisy(law, [2.5, 0.0]), states=law.states))
    selection = JointSelection(observed, IntegralRows(observed))
    selection.prepare(law)
    return law, selection


def proposed(selection, system, state, library=LIBRARY, forbidden=()):
    fit = selection.linked(system)
    sums = Sensitivities(selection.model_of_links(), fit, selection.integrals).sums(state, library, forbidden)
    return [to_text(network, system.names) for network in sums]


def test_sensitivities_lead_from_an_imitation_to_the_law(pendulum):
    law, selection = pendulum
    imitation = system_of(law.states, "y", "0.1*x**3 - 0.9*x - 0.2*y")

    best, *_ = proposed(selection, imitation, 1)

    assert best.endswith("*y - sin(x)")


def test_sensitivities_are_the_changes_of_simulated_rows(pendulum):
    law, selection = pendulum
    model = selection.model_of_links()
    fit = model.evaluated(law, model.segments.first)
    larger = system_of(law.states, "y", "0 - sin(x) - 0.2*y + 1e-6*cos(x)")

    changed = model.evaluated(larger, model.segments.first)
    sensitivities = Sensitivities(model, fit, selection.integrals)
    effects = sensitivities.effects(np.cos(sensitivities.columns[:1]), 1)

    expected = (fit.residuals - changed.residuals) / 1e-6
    assert effects[:, 0] == pytest.approx(expected, abs=0.01 * np.abs(expected).max())


def test_sums_keep_to_the_library_and_to_the_columns_that_a_state_may_read(pendulum):
    law, selection = pendulum

    assert not any(name in text for text in proposed(selection, law, 1, ("add", "sub", "mul", "div"))
                   for name in ("sin", "cos", "exp", "sqrt"))
    assert not any("y" in text for text in proposed(selection, law, 1, forbidden=(1,)))


def test_sums_of_functions_are_found_by_their_integrals():
    law = system_of(("x",), "0.21 - sin(x)")
    integrals = IntegralRows(observe(from_arrays(T, noisy(law, [-2.7]), states=law.states)))

    sums = sums_by_integrals(integrals, 0, LIBRARY)

    scores = {to_text(fit.network, law.names): fit.score for fit in (integrals.fit(network, 0) for network in sums)}
    assert min(scores, key=scores.get).endswith(" - sin(x)")  # without a constant: it may be 1


def test_terms_without_a_value_are_left_out():
    x = np.array([[-1.0, 0.0, 2.0]])

    texts = {term.text for term in terms_of(x, LIBRARY)}

    assert {"1", "x0", "x0*x0", "x0*x0*x0", "exp(x0)", "sin(x0)*cos(x0)"} <= texts
    assert not any(name in text for text in texts for name in ("log", "sqrt", "1/"))


def test_two_columns_are_exchanged():
    network = read_formula("x*(2 - y) + z", ("x", "y", "z"))

    assert to_text(exchanged(network, 0, 1), ("x", "y", "z")) == to_text(
        read_formula("y*(2 - x) + z", ("x", "y", "z")), ("x", "y", "z"))


def test_states_are_offered_the_formulas_of_others():
    law = system_of(("x", "y"), "x*(1.5 - x - 0.5*y)", "y*(1.5 - y - 0.5*x)")
    integrals = IntegralRows(observe(from_arrays(T, noisy(law, [0.1, 1.0], 0.0), states=law.states)))
    known = integrals.fit(law.networks[0], 0)
    poor = integrals.fit(system_of(law.states, "0.3*y").networks[0], 1)

    offered = with_formulas_of_others([[known], [poor]], integrals, lambda i, network: True)
    refused = with_formulas_of_others([[known], [poor]], integrals, lambda i, network: i == 0)

    assert offered[1][0].network.constants == pytest.approx(known.network.constants, rel=1e-3)
    assert offered[1][0].score < poor.score
    assert list(refused[1]) == [poor]
