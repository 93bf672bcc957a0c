"""Constants: fitted as well as SciPy does, simplified only where the rows allow it, rounded without loss."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import least_squares

from tests.engine.helpers import net, oracle, rows_of
from xnet.arrays import Array
from xnet.engine import PRESETS, Network
from xnet.engine.fitting.levenberg_marquardt import fit_parameters, standard_errors
from xnet.engine.fitting.rows import Rows, allowed_loss_of_unknown_noise
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.networks.backpropagation import forward

ALL = PRESETS["everything"]
X0, X1 = ("x", 0), ("x", 1)

#: name -> (network, true constants, constants to start from); the columns are uniform in [0.5, 3].
MODELS: dict[str, tuple[Network, tuple[float, ...], tuple[float, ...]]] = {
    "line": (net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(0, 0)), (2.13, -0.37), (1, 1)),
    "decay": (net(2, ("c", 0), ("c", 1), X0, ("mul", 1, 2), ("exp", 3), ("mul", 0, 4), constants=(0, 0)),
              (3.11, -0.77), (1.0, -0.2)),
    "wave": (net(2, ("c", 0), ("c", 1), X0, ("mul", 1, 2), ("sin", 3), ("mul", 0, 4), X1, ("add", 5, 6),
                 constants=(0, 0)), (1.71, 2.03), (1.0, 1.8)),
    "saturation": (net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 3, 1), ("div", 2, 4), constants=(0, 0)),
                   (4.2, 1.33), (1.0, 0.5)),
    "power": (net(2, ("c", 0), X0, ("c", 1), ("pow", 1, 2), ("mul", 0, 3), X1, ("div", 4, 5), constants=(0, 0)),
              (0.91, 1.37), (1.0, 1.0)),
    "used twice": (net(2, ("c", 0), X0, ("add", 0, 1), ("c", 0), X1, ("mul", 3, 4), ("mul", 2, 5), constants=(0,)),
                   (1.27,), (0.6,)),
}


def rows_for(name: str, noise: float, weighted: bool = False, n: int = 80) -> Rows:
    rng = np.random.default_rng(17)
    X = rng.uniform(0.5, 3.0, (n, 2))
    network, truth, _ = MODELS[name]
    y = oracle(network.with_constants(truth), X)
    weight = rng.uniform(0.1, 4.0, n) if weighted else None
    return rows_of(X, y + noise * y.std() * rng.normal(size=n), None if weight is None else weight / weight.mean())


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


def test_what_cannot_be_fitted_comes_back_as_it_is() -> None:
    rows = rows_for("line", 0.1)
    without = net(2, X0)
    undefined = net(2, ("c", 0), X0, ("mul", 0, 1), ("log", 2), constants=(-1.0,))
    with np.errstate(all="ignore"):
        assert fit_parameters(without, rows).network == without
        assert fit_parameters(undefined, rows).network == undefined
        assert fit_parameters(undefined, rows).loss == np.inf


def test_a_constant_that_changes_nothing_is_no_trouble() -> None:
    network = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("sub", 2, 2), ("mul", 3, 4), ("add", 2, 5),
                  constants=(1.0, 5.0))
    fitted = fit_parameters(network, rows_for("line", 0.0), 60)

    assert np.isfinite(fitted.network.constants).all()
    assert np.isfinite(fitted.loss)


# Losses and standard errors

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


# Tidying

def tidied(network: Network, y: Callable[[Array, Array], Array], noise: float = 0.0, n: int = 60,
           library: tuple[str, ...] = ALL) -> tuple[Network, Rows]:
    rng = np.random.default_rng(23)
    X = rng.uniform(0.5, 3.0, (n, 2))
    target = y(*X.T)
    rows = rows_of(X, target + noise * target.std() * rng.normal(size=n))
    return simplify_constants(network, rows, library).network, rows


def scaled(c: float) -> Network:
    """c * x0 + x1"""
    return net(2, ("c", 0), X0, ("mul", 0, 1), X1, ("add", 2, 3), constants=(c,))


@pytest.mark.parametrize("c", [2.0, -3.0, 17.0, 0.5, 0.75, 2 / 3, -1 / 6, np.pi, 2 * np.pi, 1 / np.pi, -np.pi / 2,
                               np.sqrt(2.0), np.e, 0.25, 9.81, 1 / np.sqrt(2 * np.pi)])
def test_simple_numbers_are_found_to_the_last_digit(c: float) -> None:
    network, rows = tidied(scaled(c * 1.01 + 0.001), lambda a, b: c * a + b)

    assert network.n_parameters == 1
    assert abs(abs(network.constants[0]) - abs(c)) <= 4e-16 * abs(c)
    assert rows.loss(network) < 1e-28


def test_a_scale_of_one_and_a_bias_of_nothing_are_dropped() -> None:
    line = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), X1, ("mul", 4, 5), constants=(1.02, 0.03))
    network, rows = tidied(line, lambda a, b: a * b)

    assert network.n_parameters == 0
    assert network.complexity == 3
    assert rows.loss(network) < 1e-28


def test_an_opposite_needs_no_constant() -> None:
    network, _ = tidied(scaled(-0.98), lambda a, b: b - a)

    assert network.n_parameters == 0
    assert network.complexity == 3


def test_a_term_without_effect_is_dropped_from_noisy_rows() -> None:
    plane = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), X1, ("sin", 4), ("mul", 3, 5), ("add", 2, 6),
                constants=(1.0, 1.0))
    network, _ = tidied(plane, lambda a, b: 2 * a, noise=0.1)

    assert network.variables == (0,)
    assert network.constants == (2.0,)


@pytest.mark.parametrize("c", [2.0, -3.0, 0.5])
def test_noisy_rows_snap_to_the_simple_number_within_their_error(c: float) -> None:
    network, _ = tidied(scaled(c + 0.1), lambda a, b: c * a + b, noise=0.02)

    assert network.n_parameters == 1
    assert abs(network.constants[0]) == abs(c)


@pytest.mark.parametrize("c", [2.07, -1.43, 0.57, 1.083])
def test_nothing_is_snapped_where_the_evidence_is_against(c: float) -> None:
    network, rows = tidied(scaled(c), lambda a, b: c * a + b, noise=0.002, n=200)
    error = standard_errors(network, rows, rows.loss(network))

    assert network.n_parameters == 1
    assert abs(abs(network.constants[0]) - abs(c)) < 4 * error[0]
    assert network.constants[0] not in (2.0, 1.0, 0.5, -1.5, 1.5)


def test_rows_of_little_weight_have_little_say() -> None:
    """Beside rows that say 2 x + 3.7, rows of hardly any weight say something else."""
    rng = np.random.default_rng(5)
    X = rng.uniform(0.5, 3.0, (60, 1))
    y = 2 * X[:, 0] + 3.71 + 1e-3 * rng.normal(size=60)
    weight = np.where(np.arange(60) < 30, 1.0, 1e-12)
    y[30:] += rng.uniform(3.0, 9.0, 30)
    line = net(1, ("c", 0), X0, ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(1.0, 0.0))
    network = simplify_constants(line, rows_of(X, y, weight / weight.mean()), ALL).network

    assert 2.0 in network.constants
    assert max(network.constants) == pytest.approx(3.71, abs=2e-3)


def test_an_irrational_constant_stays_itself_without_noise() -> None:
    c = 1.2345678901234
    network, rows = tidied(scaled(1.2), lambda a, b: c * a + b)

    assert network.constants[0] == pytest.approx(c, rel=1e-10)  # as far as a loss of 1e-20 can tell
    assert rows.loss(network) < 1e-20


def test_noisy_constants_show_only_the_digits_that_count() -> None:
    network, rows = tidied(scaled(2.3), lambda a, b: 2.345678 * a + b, noise=0.01)
    error = standard_errors(network, rows, rows.loss(network))[0]
    digits = len(f"{network.constants[0]!r}".replace(".", "").lstrip("0"))

    assert digits <= 2 - np.floor(np.log10(error))
    assert abs(network.constants[0] - 2.345678) < 4 * error


@pytest.mark.parametrize("noise", [0.0, 1e-6, 1e-3, 0.05, 0.5])
@pytest.mark.parametrize("name", list(MODELS))
def test_tidying_raises_the_loss_by_no_more_than_is_allowed(name: str, noise: float) -> None:
    network, _, begin = MODELS[name]
    rows = rows_for(name, noise)
    best = fit_parameters(network.with_constants(begin), rows, 60)
    result = simplify_constants(network.with_constants(begin), rows, ALL)

    assert result.loss == pytest.approx(rows.loss(result.network), rel=1e-9, abs=1e-30)
    assert result.loss <= allowed_loss_of_unknown_noise(best.loss, len(rows.y)) * (1 + 2 / len(rows.y)) + 1e-20
    assert result.network.n_parameters <= network.n_parameters


@pytest.mark.parametrize("n", [3, 10, 100, 10_000])
def test_more_rows_allow_less_and_none_forbid_all(n: int) -> None:
    assert allowed_loss_of_unknown_noise(0.1, n) >= 0.1
    assert allowed_loss_of_unknown_noise(0.1, 10 * n) < allowed_loss_of_unknown_noise(0.1, n)
    assert allowed_loss_of_unknown_noise(0.0, n) < 1e-20


def test_tidying_keeps_to_the_activation_library() -> None:
    library = ("add", "mul", "exp")
    network = net(2, ("c", 0), X0, ("mul", 0, 1), ("exp", 2), X1, ("mul", 3, 4), constants=(-0.9,))
    result, rows = tidied(network, lambda a, b: b * np.exp(-a), library=library)

    assert {n.activation for n in result.neurons if n.children} <= set(library)
    assert rows.loss(result) < 1e-24


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1e12, 1e30])
def test_units_do_not_matter(scale: float) -> None:
    line = net(2, ("c", 0), X0, ("mul", 0, 1), ("c", 1), X1, ("mul", 3, 4), ("add", 2, 5), constants=(scale, scale))
    network, rows = tidied(line, lambda a, b: scale * (2.37 * a + b))

    assert rows.loss(network) < 1e-24


def test_the_network_prints_what_it_computes() -> None:
    """The rounded constants are the network's own: nothing is rounded once more for show."""
    network, rows = tidied(scaled(2.3), lambda a, b: 2.345678 * a + b, noise=0.01)

    np.testing.assert_allclose(forward(network, rows.columns)[-1], oracle(network, rows.columns.T), rtol=1e-12)
