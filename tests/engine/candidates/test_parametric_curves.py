"""The library of parametric candidates, and the queries that it is matched with."""

from __future__ import annotations

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.candidates.matching import MatchQuery, best_matches
from xnet.engine.candidates.parametric_curves import build_parametric_library
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.target_transforms import parametric_queries, target_transforms
from xnet.engine.networks.activations import PRESETS
from xnet.engine.search.records import StepContext
from xnet.engine.search.schedule import scheduled_task
from xnet.engine.search.tasks import run_task

DATA = np.random.default_rng(0).uniform(1, 3, (4, 112))


@pytest.mark.parametrize("law", [
    lambda a, b, c, d: np.exp(-0.37 * a / b), lambda a, b, c, d: np.sin(4.1 * a * b),
    lambda a, b, c, d: np.tanh(1.7 * a / c),
    lambda a, b, c, d: 1 / (1 + 0.6 * a * b / c), lambda a, b, c, d: np.log(1 + 2.2 * d),
])
def test_a_neighbour_of_every_curve_is_in_the_library(law) -> None:  # type: ignore[no-untyped-def]
    library = build_parametric_library(DATA, PRESETS["default"])
    y = law(*DATA)
    z = (y - y.mean()) / y.std() / len(y)
    assert np.abs(library.standardised @ z.astype(np.float32)).max() > 0.97


def test_candidates_have_the_values_of_their_expressions() -> None:
    library = build_parametric_library(DATA, PRESETS["default"])
    for at in np.random.default_rng(1).permutation(len(library.index))[:200]:
        values = evaluate(library.expression(int(library.index[at])), DATA, {})
        np.testing.assert_allclose((values - values.mean()) / values.std(), library.standardised[at], atol=2e-5)
    logs = np.random.default_rng(2).permutation(len(library.log_index))[:50]
    for at in logs:
        values = np.log(np.abs(evaluate(library.expression(int(library.log_index[at])), DATA, {})))
        assert values.std() == pytest.approx(library.log_deviation[at], rel=1e-6)


def test_only_allowed_activations_are_in_it() -> None:
    library = build_parametric_library(DATA, ("add", "mul", "exp"))
    names = set(library.enumerator.operation[:library.enumerator.count])
    assert names <= {"var", "one", "monomial", "scale", "exp", "add"}
    assert len(library) > 100


def test_a_unit_match_is_least_squares_with_the_coefficient_one_or_minus_one() -> None:
    library = build_parametric_library(DATA, PRESETS["default"])
    rng = np.random.default_rng(3)
    y, w, one = rng.normal(size=112), rng.uniform(0.2, 2, 112), np.ones(112)
    basis = (one, np.log(DATA[0]), np.log(DATA[1]))
    found = best_matches(library, [MatchQuery(y, w, basis, in_logs=True, unit_exponent=True)], top=6, simplicity=0.0)
    root = np.sqrt(w)
    A = np.stack([root * q for q in basis], axis=1)

    def loss(candidate: int) -> float:
        column = np.log(np.abs(evaluate(library.expression(candidate), DATA, {})))
        losses = []
        for sign in (1.0, -1.0):
            target = root * (y - sign * column)
            r = target - A @ np.linalg.lstsq(A, target)[0]
            losses.append(float(r @ r))
        return min(losses)

    assert len(found) == 6
    for f in found:
        assert f.predicted_loss == pytest.approx(loss(f.candidate), rel=1e-3)
    everything = sorted(loss(int(i)) for i in library.log_index[::7])
    assert found[0].predicted_loss <= everything[0] * 1.001


@pytest.mark.slow
@pytest.mark.parametrize("law", [
    lambda a, b, c: a**3 / (np.exp(0.21 * a / b) - 1) / c, lambda a, b, c: c * (np.exp(a / b) - 1),
    lambda a, b, c: np.sin(2.3 * a * b / c) ** 2,
])
def test_a_law_with_an_inner_constant_is_found_in_one_step(law) -> None:  # type: ignore[no-untyped-def]
    X = DATA[:3].T.copy()
    problem = Problem.from_arrays(X, law(*X.T))
    step = next(k for k in range(30) if scheduled_task(k)[0] == "curves of monomials")
    with np.errstate(all="ignore"):
        outcome = run_task(StepContext(step), problem)
    assert min(t.loss for t in outcome.trials) < 1e-20


def test_targets_with_the_same_log_share_one_power_law_query() -> None:
    X = DATA[:2].T.copy()
    problem = Problem.from_arrays(X, X[:, 0] * np.exp(X[:, 1]))
    with np.errstate(all="ignore"):
        spaces = target_transforms(problem.search, problem.activations)
    asked = [q for q in parametric_queries(spaces, problem.search) if q.unit_exponent]
    assert asked
    probes = {tuple(np.round((q.target - q.target.mean()) / q.target.std(), 6)[:5]) for q in asked}
    assert len(probes) == len(asked)
    assert problem.library(LibrarySize.CURVES) is problem.library(LibrarySize.CURVES)


def test_a_product_of_two_curves_is_found_by_joining_the_first_to_the_factors() -> None:
    X = np.random.default_rng(4).uniform(0, 1, (160, 2))
    problem = Problem.from_arrays(X, np.sin(1.5 * X[:, 0]) * np.cos(0.5 * X[:, 1]))
    step = next(k for k in range(30) if scheduled_task(k)[0] == "two curves")
    with np.errstate(all="ignore"):
        outcome = run_task(StepContext(step), problem)
    assert min(t.loss for t in outcome.trials) < 1e-20
