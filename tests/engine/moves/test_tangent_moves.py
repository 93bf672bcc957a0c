"""Tangent moves: new constants and terms are ranked with all constants of the network refitted."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import net
from xnet.engine import Problem
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, add, call, mul, var
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.moves.additive_fits import additive_fits
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.tangent_moves import gain_per_parameter, tangent_proposals, tangent_space
from xnet.engine.moves.target_transforms import target_transforms
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import keeps_distance_from_poles
from xnet.engine.search.beam import updated_beam
from xnet.engine.search.records import Expansion, StepContext, Trial
from xnet.engine.search.schedule import TaskKind, scheduled_task
from xnet.engine.search.tasks import run_task
from xnet.engine.search.trial_fitting import fitted_trials

X = np.random.default_rng(0).uniform(1, 3, (300, 3))


def problem_of(y: np.ndarray, **options: object) -> Problem:
    return Problem.from_arrays(X, y, holdout_fraction=0.0, **options)  # type: ignore[arg-type]


def fitted(expr: Expr, problem: Problem) -> Network:
    network = to_network(expr, problem.n_inputs)
    assert network is not None
    return fit_parameters(network, problem.search, 50).network


def fitted_proposals(network: Network, problem: Problem) -> list[tuple[float, str]]:
    """Losses and reasons of the fitted proposals, lowest loss first."""
    small = problem.library(LibrarySize.SMALL, wide=True)
    with np.errstate(all="ignore"):
        proposals = tangent_proposals(network, problem.search, small, small)
        trials, _ = fitted_trials(proposals, problem, frozenset(), len(proposals))
    return sorted((t.loss, t.reason) for t in trials)


@pytest.mark.parametrize(("y", "expr", "kind"), [
    (2 * np.log(X[:, 0] + 1.7), add([(2.0, call("log", var(0)))], 1.0), "bias"),
    (np.exp(0.4 * X[:, 0]) + X[:, 1], add([(1.0, call("exp", var(0))), (1.0, var(1))], 0.5), "scale"),
    (3 * X[:, 0] ** 1.37 + X[:, 1], add([(3.0, var(0)), (1.0, var(1))], 0.5), "exponent"),
])
def test_the_missing_constant_is_added(y: np.ndarray, expr: Expr, kind: str) -> None:
    problem = problem_of(y)
    found = fitted_proposals(fitted(expr, problem), problem)
    assert any(loss < 1e-12 and kind in reason for loss, reason in found)


def test_an_inner_term_is_found_although_other_constants_have_to_change() -> None:
    y = 2.5 * np.sqrt(X[:, 0] + 0.1 * X[:, 1] * X[:, 2]) + 0.7 * X[:, 1]
    problem = problem_of(y)
    network = fitted(add([(2.1, call("sqrt", var(0))), (0.9, var(1))], 0.1), problem)
    before = problem.search.loss(network)
    loss, reason = fitted_proposals(network, problem)[0]
    assert loss < 1e-3 * before
    assert "plus a term" in reason


def test_an_exact_network_stays_exact() -> None:
    problem = problem_of(2.0 * X[:, 0] + 1.0)
    network = fitted(add([(1.5, var(0))], 0.5), problem)
    assert all(loss < 1e-20 for loss, _ in fitted_proposals(network, problem))


def test_an_infinite_derivative_gives_no_tangent_space() -> None:
    columns = np.vstack([np.zeros((1, 30)), np.linspace(1, 2, 30)[None]])
    problem = Problem.from_arrays(columns.T, columns[1], holdout_fraction=0.0)
    network = to_network(mul([(call("sqrt", add([(1.3, var(0))])), 1.0), (var(1), 0.5)]), 2)
    assert network is not None
    with np.errstate(all="ignore"):
        assert tangent_space(network, problem.search) is None or tangent_proposals(
            network, problem.search, *2 * [problem.library(LibrarySize.SMALL, wide=True)]) is not None


def test_gain_per_parameter_counts_what_is_added() -> None:
    short = to_network(add([(2.5, var(0))]), 1)
    long = to_network(add([(2.5, call("log", var(0))), (1.5, var(0))], 0.3), 1)
    assert short is not None
    assert long is not None
    assert gain_per_parameter((0.5, short), (0.4, short), 0.1) > gain_per_parameter((0.5, short), (0.4, long), 0.1) > 0
    assert gain_per_parameter((0.4, short), (0.5, long), 0.1) < 0


def test_a_step_grows_a_network_whose_terms_interact_and_that_stays_clear_of_poles() -> None:
    noise = 0.005 * np.random.default_rng(1).normal(size=300)
    y = 3 / (X[:, 0] + 0.4 * X[:, 1]) + np.log(X[:, 2] + 0.3 * X[:, 0]) + noise
    problem = problem_of(y, max_complexity=60)
    step = next(k for k in range(40) if scheduled_task(k)[0] == "tangent")
    with np.errstate(all="ignore"):
        outcome = run_task(StepContext(step), problem)
        space = target_transforms(problem.search, problem.activations)[0]
        library = problem.library(LibrarySize.MEDIUM, wide=True)
        *_, start = additive_fits(space.target, space.wrap, [], problem.search, library, 4)
    best = min(outcome.trials, key=lambda t: t.loss)
    assert best.loss < 0.6 * problem.search.loss_of(evaluate(start, problem.search.columns, {}))
    assert best.complexity <= 60
    assert all(keeps_distance_from_poles(t.network, problem.search.columns) for t in outcome.trials)
    assert any(e.kind == "tangent" for e in outcome.expansions)


def trial_of(complexity: int, loss: float) -> Trial:
    """A stand-in with `complexity` neurons: nested squares."""
    lines = [("x", 0), *(("square", i) for i in range(complexity - 1))]
    return Trial(net(1, *lines), loss, f"{complexity} {loss}", "a test")


def test_long_networks_do_not_take_the_places_of_short_ones() -> None:
    trials = tuple(trial_of(size, 1.0 / size + 1e-3 * k) for size in range(3, 140) for k in range(12))
    beam = updated_beam((), trials, frozenset())
    sizes = [t.complexity for t in beam]
    assert sum(size > 40 for size in sizes) == 100
    assert sum(size <= 40 for size in sizes) == 240
    assert {size // 10 for size in sizes if size > 40} == set(range(4, 14))
    assert all(t.loss <= 1.0 / t.complexity + 9.5e-3 for t in beam)


def test_every_few_turns_it_is_the_front_that_grows() -> None:
    problem = problem_of(2.5 * np.sqrt(X[:, 0] + 0.1 * X[:, 1] * X[:, 2]) + 0.7 * X[:, 1])
    lowest = fitted(add([(2.1, call("sqrt", var(0))), (0.9, var(1))], 0.1), problem)
    step = [k for k in range(60) if scheduled_task(k)[0] == "tangent"][2]
    with np.errstate(all="ignore"):
        outcome = run_task(StepContext(step, lowest=lowest), problem)
    assert Expansion(TaskKind.TANGENT, LibrarySize.MEDIUM, shape(to_expression(lowest))) in outcome.expansions
    assert min(t.loss for t in outcome.trials) < 1e-3 * problem.search.loss(lowest)


@pytest.mark.parametrize("most", [0, 1])
def test_a_turn_with_one_proposal_or_none_breaks_nothing_off(most: int) -> None:
    problem = problem_of(2.0 * X[:, 0] + 1.0)
    proposals = [Proposal(add([(1.5, var(0))], 0.5), "a line")][:most]
    trials, _ = fitted_trials(proposals, problem, frozenset(), len(proposals))
    assert [t.loss < 1e-20 for t in trials] == [True] * most
