"""Losses that say what an error costs: derivatives against differences, constants, laws over decades, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from xnet.arrays import Array
from xnet.engine import Budget, DataError, Problem, advance, start
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.loss_names import LOSSES, check_loss_name, known_errors, make_loss
from xnet.engine.fitting.losses import Loss
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows
from xnet.engine.front.plain_models import PlainKind
from xnet.engine.problem.shuffling import with_target_order
from xnet.engine.search.state import SearchState

SMOOTH: list[Loss] = [Relative(0.3), KnownError(2.5)]
ALL: list[Loss] = [*SMOOTH, Logarithmic(), Poisson(), Quantile(), Quantile(0.8)]


def found(X: Array, y: Array, loss: str = "squared_error", steps: int = 18, **options: object) -> SearchState:
    problem = Problem.from_arrays(X, y, loss=loss, **options)  # type: ignore[arg-type]
    return advance(start(problem), problem, Budget(steps=steps, seconds=1e6))[0]


@pytest.mark.parametrize("loss", ALL, ids=lambda loss: loss.name)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_gradient_is_the_derivative_of_half_the_loss(loss: Loss, weighted: bool, rng: np.random.Generator) -> None:
    y = rng.integers(1, 9, 40).astype(float)
    f = y * rng.uniform(0.5, 2.0, 40)
    w = rng.uniform(0.5, 2.0, 40) if weighted else None
    root, residual = loss.residuals(f, y, w)
    gradient = np.empty(40)
    for i in range(40):
        low, high = f.copy(), f.copy()
        low[i] -= 1e-6
        high[i] += 1e-6
        gradient[i] = 40 * (loss.mean(high, y, w) - loss.mean(low, y, w)) / 4e-6
    assert np.allclose(-root * residual, gradient, rtol=1e-5, atol=1e-7)
    assert np.isclose(loss.mean(f, y, w), loss.values(f, y, w).mean())
    assert np.allclose(loss.curvature(f, y, w), np.broadcast_to(root * root, 40))


@pytest.mark.parametrize("loss", SMOOTH, ids=lambda loss: loss.name)
def test_the_curvature_of_a_quadratic_loss_is_its_second_derivative(loss: Loss, rng: np.random.Generator) -> None:
    y, f = rng.uniform(1, 9, 40), rng.uniform(1, 9, 40)
    low, mid, high = (loss.values(f + s, y, None) / 2 for s in (-1e-3, 0.0, 1e-3))
    assert np.allclose(loss.curvature(f, y, None), (high - 2 * mid + low) / 1e-6, rtol=1e-5)
    g, h = loss.working_response(f, y, None)
    assert np.allclose(f - g / h, y)  # the target does not depend on the output


@pytest.mark.parametrize("loss", ALL, ids=lambda loss: loss.name)
def test_no_constant_has_a_lower_loss_than_the_best(loss: Loss, rng: np.random.Generator) -> None:
    y, w = rng.integers(1, 9, 41).astype(float), rng.uniform(0.5, 2.0, 41)

    def cost(c: float) -> float:
        return loss.mean(np.full_like(y, c), y, w)

    lowest = minimize_scalar(cost, bounds=(1.0, 9.0), method="bounded", options={"xatol": 1e-9}).fun
    assert cost(loss.best_constant(y, w)) <= lowest * (1 + 1e-6)


def test_the_deviance_of_counts_is_that_of_scikit_learn(rng: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    y, f, w = rng.poisson(3.0, 50).astype(float), rng.uniform(0.5, 6.0, 50), rng.uniform(0.5, 2.0, 50)
    assert np.isclose(Poisson().mean(f, y, w / w.mean()), metrics.mean_poisson_deviance(y, f, sample_weight=w))


def test_an_output_that_is_not_positive_has_an_infinite_loss_where_the_loss_needs_it() -> None:
    f, y = np.array([0.0, -1.0, 2.0]), np.array([1.0, 1.0, 2.0])
    assert np.array_equal(np.isinf(Logarithmic().values(f, y, None)), [True, True, False])
    assert np.array_equal(np.isinf(Poisson().values(f, y, None)), [True, True, False])
    assert Poisson().values(np.zeros(1), np.zeros(1), None)[0] == 0.0


def decades(seed: int) -> list[tuple[Array, Array]]:
    """Inputs and noise-free targets of three laws over four to five decades."""
    rng = np.random.default_rng(seed)
    x, z, t = 10 ** rng.uniform(-1, 1, 150), 10 ** rng.uniform(-1, 1, 150), rng.uniform(0, 15, 150)
    return [(x[:, None], x**-5 / (np.exp(1.4 / x) - 1)), (np.column_stack([x, z]), 3 * x**1.5 * (1 + z) / z**2),
            (t[:, None], 5 * np.exp(-2 * t) + 0.02 * np.exp(-0.3 * t))]


@pytest.mark.slow
@pytest.mark.parametrize(("law", "error"), [(0, 1e-9), (1, 1e-9), (2, 0.02)],
                         ids=["Planck exactly", "power law exactly", "two decays nearly"])
def test_laws_over_decades_are_found_by_relative_errors(law: int, error: float) -> None:
    X, truth = decades(0)[law]
    y = truth * np.exp(0.05 * np.random.default_rng(1).normal(size=150))
    best = found(X, y, "relative").best
    assert np.median(np.abs(best.network.evaluate(X) / truth - 1)) < error


def test_a_logarithmic_loss_finds_a_power_law_in_the_first_step() -> None:
    X, _ = decades(0)[1]
    truth = 3 * X[:, 0] ** 1.5 / X[:, 1] ** 2
    y = truth * np.exp(0.3 * np.random.default_rng(1).normal(size=150))
    best = found(X, y, "log", steps=1).best
    assert np.median(np.abs(best.network.evaluate(X) / truth - 1)) < 0.15


def test_a_quantile_has_its_share_of_fresh_rows_below() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 10, 7000)
    y = 2 * x + (1 + 0.3 * x) * rng.normal(size=7000)
    best = found(x[:2000, None], y[:2000], "quantile:0.9", steps=3).best
    below = np.mean(y[2000:] < best.network.evaluate(x[2000:, None]))
    assert 0.88 < below < 0.92
    truth = 2 * x + (1 + 0.3 * x) * norm.ppf(0.9)
    assert np.corrcoef(best.network.evaluate(x[:, None]), truth)[0, 1] > 0.99


def test_absolute_errors_ignore_wild_rows() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 10, 100)
    y = 3 * x + 2.0
    y[:15] += 500.0
    best = found(x[:, None], y, "absolute", steps=6).best
    assert np.allclose(best.network.evaluate(x[:, None]), 3 * x + 2, atol=1e-4)


def test_counts_give_the_rate() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(0, 4, 300)
    rate = np.exp(-0.5 + 0.7 * x)
    y = rng.poisson(rate).astype(float)
    best = found(x[:, None], y, "poisson", steps=3).best
    assert best.plain is PlainKind.RATE
    assert np.max(np.abs(best.network.evaluate(x[:, None]) / rate - 1)) < 0.25


def test_chi_square_per_row_is_one_for_the_true_law_and_noise_is_seen() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 4, 200)
    error = rng.uniform(0.05, 0.5, 200)
    y = 3 * np.exp(-x) + error * rng.normal(size=200)
    problem = Problem.from_arrays(x[:, None], y, sample_error=error)
    state = advance(start(problem), problem, Budget(steps=3, seconds=1e6))[0]
    f = state.best.network.evaluate(x[:, None])
    assert np.isclose(problem.all_rows.loss(state.best.network) * problem.all_rows.scale,
                      np.mean(((f - y) / error) ** 2))
    assert abs(np.mean(((f - y) / error) ** 2) - 1) < 3 * np.sqrt(2 / 200)
    nearest = nearest_rows(problem.search.columns)
    assert looks_like_noise(state.best.network, problem.search, nearest)
    assert not looks_like_noise(state.front[0].network, problem.search, nearest)


def test_known_errors_move_with_their_values_when_rows_are_shuffled() -> None:
    rng = np.random.default_rng(0)
    x, y, error = rng.uniform(size=50), rng.normal(size=50), rng.uniform(1, 2, 50)
    problem = Problem.from_arrays(x[:, None], y, sample_error=error, holdout_fraction=0.0)
    order = rng.permutation(50)
    other = with_target_order(problem, order)
    assert isinstance(other.train.loss_function, KnownError)
    assert np.allclose(other.train.loss_function.values(np.zeros(50), other.train.y, other.train.weight),
                       (y[order] / error[order]) ** 2)


def test_fits_reach_the_minimum_of_every_loss(rng: np.random.Generator) -> None:
    from xnet.engine.algebra.conversion import to_network
    from xnet.engine.algebra.expressions import ONE, add, var

    x = rng.uniform(1, 5, 80)
    y = np.round(3 * x + 1 + rng.normal(size=80)).clip(1)
    start_network = to_network(add([(2.0, var(0)), (2.0, ONE)]), 1)
    assert start_network is not None
    for loss in ALL:
        rows = Problem.from_arrays(x[:, None], y, holdout_fraction=0.0, loss="squared_error").train
        rows = type(rows)(rows.columns, rows.y, 1.0, None, loss)
        fitted = fit_parameters(start_network, rows, 200)
        constants = np.array(fitted.network.constants)
        for i in range(len(constants)):
            for step in (-1e-3, 1e-3):
                moved = constants.copy()
                moved[i] += step
                assert rows.loss(fitted.network, moved) >= fitted.loss * (1 - 1e-6), loss.name


@pytest.mark.parametrize(("loss", "y", "message"), [
    ("log", [0.0, 1.0, 2.0, 3.0], "needs a positive target"), ("poisson", [-1.0, 1.0, 2.0, 3.0], "needs counts"),
    ("quantile:1.5", [1.0, 2.0, 3.0, 4.0], "between 0 and 1"), ("quantile", [1.0, 2.0, 3.0, 4.0], "no quantile"),
    ("cubic", [1.0, 2.0, 3.0, 4.0], "no loss 'cubic'")])
def test_a_loss_that_does_not_suit_is_refused(loss: str, y: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        make_loss(loss, np.array(y))


@pytest.mark.parametrize(("error", "message"), [
    ([1.0, 0.0, 1.0], "row 1"), ([1.0, np.nan, 1.0], "row 1"), ("text", "something else"), ([1.0, 2.0], "3 numbers")])
def test_standard_errors_that_are_no_errors_are_refused(error: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        known_errors(error, 3)  # type: ignore[arg-type]


def test_weights_and_errors_together_are_refused(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(20, 1)), rng.uniform(1, 2, 20)
    with pytest.raises(DataError, match="cannot be given together"):
        Problem.from_arrays(X, y, sample_weight=np.ones(20), sample_error=np.ones(20))
    with pytest.raises(DataError, match="belongs to squared errors"):
        Problem.from_arrays(X, y, loss="log", sample_error=np.ones(20))


def test_every_name_of_the_list_makes_its_loss() -> None:
    for name in LOSSES:
        check_loss_name(name)
        assert make_loss(name, np.array([1.0, 2.0, 3.0])).name == name
