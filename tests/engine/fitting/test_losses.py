"""Losses: derivatives against differences, the robust scale against its definition, fits against scikit-learn."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from xnet.arrays import Array
from xnet.engine import Budget, DataError, Network, Problem, advance, start
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import ONE, add, var
from xnet.engine.fitting.levenberg_marquardt import fit_parameters, standard_errors
from xnet.engine.fitting.loss_names import make_loss
from xnet.engine.fitting.losses import SMOOTHING, SQUARED_ERROR, Huber, Logistic, Loss, huber_threshold
from xnet.engine.fitting.rows import Rows
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.moves.targets import neuron_targets
from xnet.engine.networks.backpropagation import forward


def linear(d: int) -> Network:
    network = to_network(add([(0.1, ONE), *((0.1 * (i + 1), var(i)) for i in range(d))], 0.0), d)
    assert network is not None
    return network


@pytest.mark.parametrize("loss", [SQUARED_ERROR, Logistic(), Logistic(0.01)], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradient_and_curvature_are_derivatives_of_half_the_deviance(loss: Loss, weighted: bool,
                                                                     rng: np.random.Generator) -> None:
    f, y = rng.normal(0, 3, 50), rng.integers(0, 2, 50).astype(float)
    w = rng.uniform(0.1, 2, 50) if weighted else None
    step = 1e-4
    low, mid, high = (loss.values(f + s, y, w) / 2 for s in (-step, 0.0, step))
    root, residual = loss.residuals(f, y, w)
    assert np.allclose(-root * residual, (high - low) / (2 * step), atol=1e-6)
    assert np.allclose(root * root, (high - 2 * mid + low) / step**2, atol=1e-5)
    assert np.allclose(loss.curvature(f, y, w), root * root)
    g, h = loss.working_response(f, y, w)
    assert np.allclose(g, -root * residual)
    assert (h >= loss.curvature(f, y, w) - 1e-12).all()
    assert np.isclose(loss.mean(f, y, w), loss.values(f, y, w).mean())


@pytest.mark.parametrize("f", [800.0, -800.0, 1e300])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_logistic_survives_large_outputs(f: float, y: float) -> None:
    loss, at, label = Logistic(1e-3), np.array([f]), np.array([y])
    assert np.isfinite(loss.values(at, label, None)).all()
    assert loss.values(at, label, None)[0] >= 0
    parts = (*loss.residuals(at, label, None), *loss.working_response(at, label, None))
    assert all(np.isfinite(part).all() for part in parts)
    assert loss.mean(np.array([np.inf]), label, None) == np.inf


def test_logistic_is_twice_the_log_loss(rng: np.random.Generator) -> None:
    from sklearn.metrics import log_loss

    f, y = rng.normal(0, 2, 40), rng.integers(0, 2, 40).astype(float)
    assert np.isclose(Logistic().mean(f, y, None), 2 * log_loss(y, 1 / (1 + np.exp(-f))))


@pytest.mark.parametrize("weighted", [False, True])
def test_classes_of_equal_weight_have_the_log_odds_zero(weighted: bool, rng: np.random.Generator) -> None:
    for n in range(100, 300, 2):
        y = rng.permutation(np.arange(n) % 2).astype(float)
        weight = rng.uniform(0.1, 3, n) if weighted else None
        if weight is not None:
            weight /= np.where(y == 1, weight[y == 1].sum(), weight[y == 0].sum())
        assert Logistic(0.1 / n).best_constant(y, weight) == 0.0
    assert np.isclose(Logistic().best_constant(np.array([0.0, 1.0, 1.0, 1.0]), None), np.log(3))


def test_smoothed_logistic_has_its_least_value_zero_at_finite_log_odds() -> None:
    loss = Logistic(0.01)
    best = np.log(0.99 / 0.01)
    assert abs(loss.values(np.array([best]), np.ones(1), None)[0]) < 1e-12
    assert loss.values(np.array([best + 2.0]), np.ones(1), None)[0] > 1e-3


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n", [7, 60])
def test_the_robust_scale_solves_its_equation(weighted: bool, n: int, rng: np.random.Generator) -> None:
    r = rng.standard_cauchy(n)
    w = rng.uniform(0.2, 2, n) if weighted else np.ones(n)
    beta = norm.expect(lambda u: min(u * u, 4.0))

    def excess(s: float) -> float:
        return float(np.average(np.minimum((r / s) ** 2, 4.0), weights=w)) - beta

    s = brentq(excess, 1e-6, 1e6)
    loss = Huber()
    assert np.isclose(huber_threshold(r, np.zeros(n), w if weighted else None), 2 * s, rtol=1e-6)
    assert np.isclose(loss.values(r, np.zeros(n), w if weighted else None).mean(), s * s * w.mean(), rtol=1e-6)
    assert np.isclose(loss.mean(r, np.zeros(n), w if weighted else None), s * s * w.mean(), rtol=1e-6)


def test_the_robust_scale_of_normal_errors_is_their_deviation(rng: np.random.Generator) -> None:
    r = rng.normal(0, 3.0, 20_000)
    assert np.isclose(Huber().mean(r, np.zeros_like(r), None), 9.0, rtol=0.05)
    r[:2000] = 1e9
    assert Huber().mean(r, np.zeros_like(r), None) < 2.5 * 9.0


def test_a_fifth_of_wild_rows_leaves_an_exact_fit_at_zero() -> None:
    r = np.zeros(100)
    r[:20] = 1e3
    assert Huber().mean(r, np.zeros(100), None) == 0.0
    r[:30] = 1e3
    assert Huber().mean(r, np.zeros(100), None) > 0


def test_huber_targets_of_outliers_are_near_the_output_and_light(rng: np.random.Generator) -> None:
    f = rng.normal(0, 1, 50)
    y = f + rng.normal(0, 0.1, 50)
    y[3] = 1e6
    g, h = Huber().working_response(f, y, None)
    assert abs(g[3] / h[3]) < 1.0
    assert h[3] < 1e-5
    inner = np.abs(f - y) < 0.1
    assert np.allclose((f - g / h)[inner], y[inner])
    assert (h[inner] == 1.0).all()


def test_gauss_newton_under_logistic_loss_is_logistic_regression(rng: np.random.Generator) -> None:
    from sklearn.linear_model import LogisticRegression

    X = rng.normal(0, 1, (200, 3))
    y = (rng.random(200) < 1 / (1 + np.exp(-(X @ [1.0, -2.0, 0.5] + 0.3)))).astype(float)
    w = rng.uniform(0.2, 2.0, 200)
    rows = Rows(np.ascontiguousarray(X.T), y, 1.0, w, Logistic())
    fitted = fit_parameters(linear(3), rows, 60).network
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, y, sample_weight=w)
    assert np.allclose(forward(fitted, rows.columns)[-1], model.decision_function(X), atol=1e-4)


def test_standard_errors_of_a_logistic_fit_come_from_the_information(rng: np.random.Generator) -> None:
    X = rng.normal(0, 1, (300, 2))
    y = (rng.random(300) < 1 / (1 + np.exp(-X[:, 0] + 0.5 * X[:, 1]))).astype(float)
    rows = Rows(np.ascontiguousarray(X.T), y, 1.7, None, Logistic())
    fitted = fit_parameters(linear(2), rows, 60)
    p = 1 / (1 + np.exp(-forward(fitted.network, rows.columns)[-1]))
    A = np.column_stack([np.ones(300), X])
    expected = np.sqrt(np.diag(np.linalg.inv(A.T @ (A * (p * (1 - p))[:, None]))))
    assert np.allclose(sorted(standard_errors(fitted.network, rows, fitted.loss)), sorted(expected), rtol=1e-3)


def test_the_target_of_a_logistic_output_is_the_working_response(rng: np.random.Generator) -> None:
    columns, y = rng.normal(0, 1, (1, 40)), rng.integers(0, 2, 40).astype(float)
    network = linear(1)
    target = neuron_targets(network, columns, y, None, Logistic())[-1]
    f = forward(network, columns)[-1]
    p = 1 / (1 + np.exp(-f))
    near = np.abs(y - p) < 4 * p * (1 - p)
    assert np.allclose(target.values[near], (f + (y - p) / (p * (1 - p)))[near])
    assert np.allclose(target.weight[near], (p * (1 - p))[near])
    assert (np.abs(target.values - f) <= 4 + 1e-9).all()


def test_separable_rows_leave_the_constants_finite(rng: np.random.Generator) -> None:
    x = np.sort(rng.uniform(0, 1, 60))
    problem = Problem.from_arrays(x[:, None], (x > 0.5).astype(float), loss="logistic", activations=["add", "mul"])
    result = simplify_constants(linear(1), problem.train, problem.activations)
    assert np.isfinite(result.network.constants).all()
    assert np.abs(forward(result.network, problem.train.columns)[-1]).max() < 1e4
    assert result.loss < 0.1


@pytest.mark.parametrize("law", ["2*x0**2/x1", "sin(2.3*x0) + 0.7*x1"])
@pytest.mark.parametrize("how", ["wild", "one", "within the range"])
def test_huber_finds_the_exact_law_behind_wild_rows(law: str, how: str, rng: np.random.Generator) -> None:
    def truth(X: Array) -> Array:
        return 2 * X[:, 0] ** 2 / X[:, 1] if law.startswith("2") else np.sin(2.3 * X[:, 0]) + 0.7 * X[:, 1]

    X = rng.uniform(0.5, 3, (150, 2))
    y = truth(X)
    wild = rng.permutation(150)[:15]
    if how == "one":
        y[7] = 1e6
    else:
        y[wild] = rng.normal(0, 20 * y.std(), 15) if how == "wild" else 1.7 * rng.permutation(y)[:15]
    problem = Problem.from_arrays(X, y, loss="huber", seed=1)
    state, _ = advance(start(problem), problem, Budget(steps=12))
    fresh = rng.uniform(0.5, 3, (500, 2))
    assert np.abs(state.best.network.evaluate(fresh) - truth(fresh)).max() < 1e-8
    assert state.stop_reason == "exact"


def test_squared_error_bears_one_huge_outlier(rng: np.random.Generator) -> None:
    X = rng.uniform(0.5, 3, (60, 2))
    y = X[:, 0] * X[:, 1]
    y[5] = 1e6
    problem = Problem.from_arrays(X, y)
    state, _ = advance(start(problem), problem, Budget(steps=3))
    assert np.isfinite(state.best.loss)


def test_huber_with_most_rows_alike_still_has_a_scale(rng: np.random.Generator) -> None:
    y = np.zeros(50)
    y[:8] = rng.normal(0, 1, 8)
    problem = Problem.from_arrays(rng.normal(0, 1, (50, 2)), y, loss="huber")
    state, _ = advance(start(problem), problem, Budget(steps=2))
    assert np.isfinite(state.best.loss)


@pytest.mark.slow
def test_the_kept_problem_goes_on_under_its_loss(rng: np.random.Generator) -> None:
    X = rng.uniform(0.5, 3, (80, 2))
    problem = Problem.from_arrays(X, np.exp(X[:, 0]) + rng.standard_t(1, 80) * 0.01, loss="huber")
    whole, _ = advance(start(problem), problem, Budget(steps=4))
    state, _ = advance(start(problem), problem, Budget(steps=2))
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 (our own bytes)
    state = pickle.loads(pickle.dumps(state))  # noqa: S301 (our own bytes)
    state, _ = advance(state, again, Budget(steps=2))
    assert state.front == whole.front


@pytest.mark.parametrize(("loss", "y"), [("cubic", np.arange(30.0)), ("logistic", np.arange(30.0))])
def test_a_loss_that_does_not_suit_is_refused(loss: str, y: Array) -> None:
    with pytest.raises(DataError, match="loss"):
        Problem.from_arrays(np.arange(30.0)[:, None], y, loss=loss)


def test_logistic_holds_out_the_same_share_of_both_classes(rng: np.random.Generator) -> None:
    y = (np.arange(200) < 20).astype(float)
    problem = Problem.from_arrays(rng.normal(0, 1, (200, 2)), y, loss="logistic", seed=3)
    assert problem.holdout is not None
    assert problem.holdout.y.sum() == 4
    assert problem.holdout.loss_function == Logistic()


def test_a_logistic_loss_is_never_below_zero() -> None:
    y = np.repeat([0.0, 1.0], 30)
    loss = make_loss("logistic", y)
    best = np.log(60 / SMOOTHING - 1.0) * (2.0 * y - 1.0)
    for k in range(-40, 41):
        f = best * (1.0 + k * 1e-9)
        assert loss.values(f, y, None).min() >= 0.0
        assert loss.mean(f, y, None) >= 0.0
