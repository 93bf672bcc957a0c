"""Constants fitted to all rows after a search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.helpers import line_whose_constant_is
from xnet.engine import Constraints, Problem, make_entry, refitted
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, mul, var
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.networks.network import Network
from xnet.engine.search.plain_entries import simplified_model

RNG = np.random.default_rng(5)
X = RNG.uniform(1.0, 3.0, (40, 2))
NOISY = 1.7 * X[:, 0] - 0.83 * X[:, 1] + 0.4 + RNG.normal(scale=0.2, size=40)


def plane(*constants: float) -> Network:
    """c0 x0 + c1 x1 + c2."""
    network = to_network(add([(constants[0], var(0)), (constants[1], var(1))], constants[2]), 2)
    assert network is not None
    return network


def test_the_constants_are_those_of_least_squares_on_all_rows_up_to_their_rounding() -> None:
    problem = Problem.from_arrays(X, NOISY, holdout_fraction=0.3)
    entry = make_entry(plane(1.5, -1.0, 0.6), problem)
    found = refitted(entry, problem)
    A = np.column_stack([X, np.ones(40)])
    best = np.linalg.lstsq(A, NOISY, rcond=None)[0]
    rss, least = (float(((values - NOISY) ** 2).sum()) for values in (found.evaluate(X), A @ best))
    assert rss < least * (1.0 + 10.0 / 37), "simpler constants may cost 7.8 units (95 % of chi-square)"
    assert rss < float(((entry.network.evaluate(X) - NOISY) ** 2).sum())


@pytest.mark.parametrize("holdout", [0.0, 0.3])
def test_without_held_out_rows_or_with_an_exact_fit_nothing_changes(holdout: float) -> None:
    y = NOISY if holdout == 0.0 else 2.0 * X[:, 0] - X[:, 1] + 0.5
    problem = Problem.from_arrays(X, y, holdout_fraction=holdout)
    entry = make_entry(plane(2.0, -1.0, 0.5), problem)
    assert refitted(entry, problem) is entry.network


def test_constants_of_all_rows_that_violate_a_constraint_are_not_taken() -> None:
    y = np.where(np.arange(40) < 20, 1.0, -1.0) * 0.05 * X[:, 0] - X[:, 0]
    falling = Problem.from_arrays(X, y, holdout_fraction=0.3)
    rising = replace(falling, constraints=Constraints.of(("x0", "x1"), monotonic={"x0": "increasing"}), _cache={})
    network = to_network(mul([(var(0), 1.0)], 0.5), 2)
    assert network is not None
    assert refitted(make_entry(network, falling), falling) != network
    assert refitted(make_entry(network, rising), rising) is network


def test_a_suggestion_of_the_second_look_is_fitted_under_its_own_loss() -> None:
    y = 1.7 * X[:, 0] - 0.83 * X[:, 1] + 0.4 + RNG.normal(scale=0.02, size=40)
    y[[3, 17]] += 50.0
    problem = Problem.from_arrays(X, y, holdout_fraction=0.3)
    entry = make_entry(plane(1.6, -0.8, 0.5), problem)
    law, tame = plane(1.7, -0.83, 0.4).evaluate(X), np.delete(np.arange(40), [3, 17])
    robust, squared = (refitted(replace(entry, is_robust=bool(is_robust)), problem).evaluate(X) for is_robust in (1, 0))
    assert np.abs(robust - law)[tame].max() < 0.05
    assert np.abs(squared - law)[tame].max() > 0.5, "squared error follows the two rows"


def test_a_step_out_of_the_domain_of_the_formula_is_not_taken_and_does_not_warn() -> None:
    """One row lies at the end of the domain of (x0 - c)**0.75, so that a step of the fit crosses it."""
    rng = np.random.default_rng(5)
    x = np.concatenate([[1.0], rng.uniform(1.0, 4.0, 39)])[:, None]
    y = 1.3 * (x[:, 0] - 0.99) ** 0.75 + rng.normal(scale=0.3, size=40)
    problem = Problem.from_arrays(x, y, holdout_fraction=0.3)
    entry = make_entry(read_formula("1.3*(a - 0.99)**0.75", ["a"]), problem)
    found = refitted(entry, problem)
    assert np.isfinite(found.evaluate(x)).all()


def test_a_linear_model_whose_constant_changes_its_sign_has_no_minus_behind_a_minus() -> None:
    """A term that simplification would drop is kept, and the constant behind the minus became negative in the fit."""
    rng = np.random.default_rng(3)
    X = rng.uniform(0, 10, (60, 2))
    y = 0.2 * X[:, 0] + 1.3 + rng.normal(0, 1.0, 60)
    problem = Problem.from_arrays(X, y, names=("a", "b"), holdout_fraction=0)
    found = simplified_model(read_formula("1.2*a - 0.7*b - 1.6", ("a", "b")), PlainKind.LINEAR, problem)
    assert len(found.variables) == 2
    assert min(found.constants) > 0


@pytest.mark.parametrize(("noise", "dropped"), [(1.5, False), (0.1, True)])
def test_a_plain_model_without_a_law_keeps_the_constant_that_schwarz_would_drop(noise: float, dropped: bool) -> None:
    """The constant is 1.5 standard errors from 0. With a law (R² 0.99) it becomes 0; a summary (R² 0.2) keeps it."""
    x, y = line_whose_constant_is(1.5, size=noise)
    problem = Problem.from_arrays(x[:, None], y, names=("a",), holdout_fraction=0)
    found = simplified_model(read_formula("0.1 + 0.7*a", ("a",)), PlainKind.LINEAR, problem)
    assert bool(found.evaluate(np.zeros((1, 1)))[0] == 0.0) == dropped


@pytest.mark.parametrize("plain", [PlainKind.LINEAR, None])
def test_a_factor_that_the_training_rows_made_one_is_fitted_to_all_rows_in_a_linear_model(
        plain: PlainKind | None) -> None:
    y = 0.5 * X[:, 0] + 2.0 + RNG.normal(scale=0.4, size=40)
    problem = Problem.from_arrays(X, y, names=("a", "b"), holdout_fraction=0.3)
    entry = replace(make_entry(read_formula("a + 1", ("a", "b")), problem), plain=plain)
    slope = float(np.diff(refitted(entry, problem).evaluate(np.array([[1.0, 0.0], [2.0, 0.0]])))[0])
    assert slope == pytest.approx(1.0 if plain is None else np.polyfit(X[:, 0], y, 1)[0], abs=0.06)


def test_a_linear_model_keeps_its_form_where_all_its_constants_violate_a_constraint() -> None:
    y = 0.5 * X[:, 0] + 2.0 + RNG.normal(scale=0.4, size=40)
    problem = replace(Problem.from_arrays(X, y, names=("a", "b"), holdout_fraction=0.3),
                      constraints=Constraints.of(("a", "b"), max_parameters=1), _cache={})
    entry = replace(make_entry(read_formula("a + 1", ("a", "b")), problem), plain=PlainKind.LINEAR)
    found = refitted(entry, problem)
    assert found.n_parameters == 1
    assert found.evaluate(X).mean() == pytest.approx(y.mean(), abs=0.05)


def test_a_law_of_counts_keeps_its_simple_numbers_although_the_noise_of_counts_is_large() -> None:
    """The law leaves a third of the deviance, the noise of counts; its factor is some 1.5 standard errors from 1."""
    rng = np.random.default_rng(2)
    t = rng.uniform(0.0, 2.0, (150, 1))
    counts = rng.poisson(1.5 * np.exp(t[:, 0])).astype(float)
    problem = Problem.from_arrays(t, counts, names=("t",), holdout_fraction=0, loss="poisson")
    found = simplified_model(read_formula("exp(0.4 + 0.95*t)", ("t",)), PlainKind.RATE, problem)
    assert problem.train.loss(found) > 0.2 * (problem.train.constant_loss or 1.0)
    assert np.ptp(found.evaluate(t) / np.exp(t[:, 0])) == pytest.approx(0.0, abs=1e-9)
