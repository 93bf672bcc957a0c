"""Fitted constants reach what SciPy reaches, and their standard errors are those of regression."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import least_squares

from tests.engine.fitting.models import MODELS, X0, X1, rows_for
from tests.engine.helpers import net, oracle, rows_of
from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.fitting.levenberg_marquardt import fit_parameters, standard_errors
from xnet.engine.fitting.rows import Rows


def scipy_fit(network: Network, rows: Rows) -> Array:
    root = 1.0 if rows.weight is None else np.sqrt(rows.weight)

    def residuals(theta: Array) -> Array:
        return root * (oracle(network.with_constants(theta), rows.columns.T) - rows.y)

    return least_squares(residuals, network.constants, xtol=1e-15, ftol=1e-15, gtol=1e-15).x


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", list(MODELS))
def test_fit_reaches_what_scipy_reaches(name: str, weighted: bool) -> None:
    network, _, begin = MODELS[name]
    rows = rows_for(name, 0.05, weighted)
    fitted = fit_parameters(network.with_constants(begin), rows, 60)
    expected = scipy_fit(network.with_constants(begin), rows)

    np.testing.assert_allclose(fitted.network.constants, expected, rtol=1e-4)
    assert fitted.loss == pytest.approx(rows.loss(network.with_constants(expected)), rel=1e-6)
    assert fitted.loss == rows.loss(fitted.network)


@pytest.mark.parametrize("name", list(MODELS))
def test_fit_is_exact_on_noise_free_rows(name: str) -> None:
    network, truth, begin = MODELS[name]
    fitted = fit_parameters(network.with_constants(begin), rows_for(name, 0.0), 60)

    np.testing.assert_allclose(fitted.network.constants, truth, rtol=1e-10)
    assert fitted.loss < 1e-24


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_fit_takes_no_more_steps_than_allowed_and_never_makes_it_worse(steps: int) -> None:
    network, _, begin = MODELS["wave"]
    rows = rows_for("wave", 0.1)
    begin_loss = rows.loss(network.with_constants(begin))
    fitted = fit_parameters(network.with_constants(begin), rows, steps)

    assert fitted.n_steps <= steps
    assert fitted.loss <= begin_loss
    assert fitted.network.neurons == network.neurons


@pytest.mark.parametrize("steps", [1, 2, 3, 8])
@pytest.mark.parametrize("name", list(MODELS))
def test_a_step_is_only_taken_downhill(name: str, steps: int) -> None:
    """From starts far away, where the linearised step overshoots."""
    rows = rows_for(name, 0.1)
    network = MODELS[name][0]
    rng = np.random.default_rng(3)
    for _ in range(10):
        begin = network.with_constants(rng.uniform(-4, 4, network.n_parameters))
        with np.errstate(all="ignore"):
            assert fit_parameters(begin, rows, steps).loss <= rows.loss(begin)


def test_a_network_without_constants_or_values_is_returned_unchanged() -> None:
    rows = rows_for("line", 0.1)
    without = net(2, X0)
    undefined = net(2, ("c", 0), X0, ("mul", 0, 1), ("log", 2), constants=(-1.0,))
    with np.errstate(all="ignore"):
        assert fit_parameters(without, rows).network == without
        assert fit_parameters(undefined, rows).network == undefined
        assert fit_parameters(undefined, rows).loss == np.inf


def test_a_constant_without_effect_does_not_prevent_the_fit() -> None:
    network = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("sub", 2, 2), ("mul", 3, 4), ("add", 2, 5),
                  constants=(1.0, 5.0))
    fitted = fit_parameters(network, rows_for("line", 0.0), 60)

    assert np.isfinite(fitted.network.constants).all()
    assert np.isfinite(fitted.loss)


def test_loss_is_the_weighted_mean_of_squares_over_the_scale() -> None:
    rows = Rows(np.array([[1.0, 2.0, 3.0]]), np.array([1.0, 1.0, 5.0]), 2.0)
    weighted = Rows(rows.columns, rows.y, 2.0, np.array([0.0, 1.0, 2.0]))
    f = np.array([1.0, 2.0, 3.0])

    assert rows.loss(net(1, X0)) == pytest.approx((0 + 1 + 4) / 3 / 2)
    assert weighted.loss_of(f) == pytest.approx((0 + 1 + 8) / 3 / 2)
    assert rows.loss_of(np.array([np.nan, 0, 0])) == np.inf
    assert rows.loss_of(np.array([np.inf, 0, 0])) == np.inf


def test_a_sample_of_rows_keeps_scale_and_weights() -> None:
    rows = rows_for("line", 0.1, weighted=True)
    part = rows.sample(np.array([3, 5]))

    np.testing.assert_array_equal(part.columns, rows.columns[:, [3, 5]])
    np.testing.assert_array_equal(part.y, rows.y[[3, 5]])
    np.testing.assert_array_equal(part.weight, rows.weight[[3, 5]])
    assert part.scale == rows.scale


def test_inputs_leave_out_constant_columns() -> None:
    rows = rows_of(np.array([[1.0, 4.0], [2.0, 4.0], [5.0, 4.0]]), np.arange(3.0))

    assert [e.key for e, _ in rows.inputs()] == ["x0"]


@pytest.mark.parametrize("weighted", [False, True])
def test_standard_errors_are_those_of_linear_regression(weighted: bool) -> None:
    """sigma^2 (A' W A)^-1 with sigma^2 = r' W r / (n - p)."""
    plane = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), X1, ("mul", 3, 4), ("add", 2, 5), ("c", 2), ("add", 6, 7),
                constants=(1, 1, 1))
    rng = np.random.default_rng(2)
    X = rng.uniform(0.5, 3.0, (40, 2)) * np.array([1.0, 1e4])
    y = X @ [2.0, -3e-4] + 0.7 + 0.1 * rng.normal(size=40)
    weight = rng.uniform(0.1, 3.0, 40) if weighted else np.ones(40)
    weight = weight / weight.mean()
    rows = rows_of(X, y, weight if weighted else None)
    fitted = fit_parameters(plane, rows, 60)
    A = np.column_stack([X, np.ones(40)])
    r = y - oracle(fitted.network, X)
    expected = np.sqrt(np.diag(np.linalg.inv(A.T @ (weight[:, None] * A))) * (r @ (weight * r)) / 37)

    np.testing.assert_allclose(standard_errors(fitted.network, rows, fitted.loss), expected, rtol=1e-5)


def test_a_constant_that_the_rows_do_not_see_has_an_infinite_error() -> None:
    network = net(1, X0, ("sub", 0, 0), ("c", 0), ("mul", 1, 2), ("c", 1), ("add", 3, 4), constants=(1.0, 1.0))
    rows = rows_of(np.arange(1.0, 9.0)[:, None], np.arange(8.0))

    assert np.isinf(standard_errors(network, rows, 0.1)).any()
