"""Second-order targets against a numerical minimisation, and against the whole network where it is linear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from scipy.optimize import minimize_scalar

from tests.engine.helpers import SCALAR, finite_difference, net, well_conditioned
from tests.engine.strategies import inputs, networks
from xnet.arrays import Array
from xnet.engine import Network
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.moves.targets import make_target, neuron_targets
from xnet.engine.networks.backpropagation import forward, sensitivities


def with_neuron(network: Network, X: Array, i: int, value: Array) -> Array:
    """The output when neuron i puts out `value`, by the standard library."""
    results: list[list[float]] = []
    for k, neuron in enumerate(network.neurons):
        if k == i:
            results.append([float(v) for v in value])
        elif neuron.activation == "variable":
            results.append([float(v) for v in X[:, neuron.index]])
        elif not neuron.children:
            number = network.constants[neuron.index] if neuron.activation == "constant" else float(neuron.index)
            results.append([number] * len(X))
        else:
            below = zip(*(results[c] for c in neuron.children), strict=True)
            results.append([SCALAR[neuron.activation](*args) for args in below])
    return np.array(results[-1])


def test_target_minimises_the_second_order_loss_of_every_row(rng: np.random.Generator) -> None:
    o, J, g = rng.normal(size=(3, 20))
    h = rng.uniform(0.1, 2.0, 20)
    target = make_target(o, J, g, h)
    for k in range(20):
        def loss(v: float, k: int = k) -> float:
            return g[k] * J[k] * (v - o[k]) + h[k] * (J[k] * (v - o[k])) ** 2 / 2

        assert target.values[k] == pytest.approx(minimize_scalar(loss).x, rel=1e-5, abs=1e-5)
    np.testing.assert_allclose(target.weight, h * J * J)
    np.testing.assert_array_equal(target.output, o)
    assert target.floor == 0


def test_weighted_distance_to_the_target_is_the_second_order_loss(rng: np.random.Generator) -> None:
    o, J, g, v = rng.normal(size=(4, 50))
    h = rng.uniform(0.1, 2.0, 50)
    target = make_target(o, J, g, h)
    change = g * J * (v - o) + h * (J * (v - o)) ** 2 / 2

    # w (t - v)^2 is twice the change of the loss (f - y)^2 / 2, plus a constant of the row.
    np.testing.assert_allclose(target.weight * (target.values - v) ** 2 - g * g / h, 2 * change, rtol=1e-9, atol=1e-12)


def test_squared_error_has_its_gradient_and_curvature(rng: np.random.Generator) -> None:
    f, y = rng.normal(size=(2, 9))
    g, h = SQUARED_ERROR.working_response(f, y, None)

    np.testing.assert_allclose(g, [finite_difference(lambda p, k=k: (p[k] - y[k]) ** 2 / 2, f, k) for k in range(9)],
                               rtol=1e-6)
    np.testing.assert_array_equal(h, np.ones(9))


@pytest.mark.parametrize("weighted", [False, True])
def test_in_a_linear_place_the_predicted_loss_is_the_true_loss(rng: np.random.Generator, weighted: bool) -> None:
    """1.5 x0 x1 + sin(x2): the output is linear in every neuron but x2 (under the sine)."""
    network = net(3, ("c", 0), ("x", 0), ("mul", 0, 1), ("x", 1), ("mul", 2, 3), ("x", 2), ("sin", 5), ("add", 4, 6),
                  constants=(1.5,))
    X, y, v = inputs(3), rng.normal(size=12), rng.normal(size=12)
    weight = rng.uniform(0.5, 2.0, 12) if weighted else np.ones(12)
    targets = neuron_targets(network, X.T, y, weight if weighted else None)
    for i in (0, 1, 2, 3, 4, 6, 7):
        predicted = targets[i].floor + float(targets[i].weight @ (targets[i].values - v) ** 2)
        true = float(weight @ (with_neuron(network, X, i, v) - y) ** 2)

        assert predicted == pytest.approx(true, rel=1e-10)


@given(networks(with_numbers=False))
def test_targets_point_where_the_loss_falls(network: Network) -> None:
    """A small step of any neuron towards its target never raises the loss of a row."""
    X = inputs()
    good = well_conditioned(network, X)
    assume(good.any())
    columns = np.ascontiguousarray(X[good].T)
    y = np.linspace(-1, 1, int(good.sum()))
    with np.errstate(all="ignore"):
        values = forward(network, columns)
        J = sensitivities(network, values)
        targets = neuron_targets(network, columns, y)
    f = values[-1]
    for o, slope, target in zip(values, J, targets, strict=True):
        reached = (target.weight > 0) & (np.abs(slope) < 1e6) & (np.abs(target.values) < 1e9)
        first_order = (f - y)[reached] * slope[reached] * (target.values - o)[reached]

        assert (first_order <= 1e-6 * (1 + np.abs(f[reached] - y[reached]) ** 2)).all()
        # To first order, the step to the target removes the whole error.
        np.testing.assert_allclose(first_order, -((f - y)[reached] ** 2), rtol=1e-5, atol=1e-6)


def test_weights_scale_losses_and_leave_targets() -> None:
    network = net(1, ("x", 0), ("exp", 0))
    X, y = inputs(1), np.arange(12.0)
    plain, doubled = (neuron_targets(network, X.T, y, w)[0] for w in (None, np.full(12, 2.0)))

    np.testing.assert_allclose(doubled.values, plain.values)
    np.testing.assert_allclose(doubled.weight, 2 * plain.weight)


def test_rows_without_influence_have_weight_zero_and_keep_their_loss() -> None:
    """x0 * x1 with x1 = 0 in two rows: x0 cannot help there, and their error stays in `floor`."""
    network = net(2, ("x", 0), ("x", 1), ("mul", 0, 1))
    X = np.array([[1.0, 2.0], [3.0, 0.0], [2.0, 1.0], [5.0, 0.0]])
    y, weight = np.array([4.0, 1.0, 0.0, 3.0]), np.array([1.0, 2.0, 1.0, 0.5])
    target = neuron_targets(network, X.T, y, weight)[0]

    np.testing.assert_array_equal(target.weight == 0, [False, True, False, True])
    assert np.isfinite(target.values).all()
    np.testing.assert_allclose(target.values[[0, 2]], [2.0, 0.0])
    assert target.floor == pytest.approx(2.0 * 1.0 + 0.5 * 9.0)


def test_rows_with_an_infinite_sensitivity_have_weight_zero() -> None:
    network = net(1, ("x", 0), ("sqrt", 0))
    with np.errstate(all="ignore"):
        target = neuron_targets(network, np.array([[0.0, 4.0]]), np.array([1.0, 1.0]))[0]

    np.testing.assert_array_equal(target.weight > 0, [False, True])
    assert np.isfinite(target.values).all()
    assert target.floor == pytest.approx(1.0)


def test_a_row_of_weight_zero_has_weight_zero_in_the_target() -> None:
    network = net(1, ("x", 0))
    target = neuron_targets(network, np.array([[1.0, 2.0]]), np.array([5.0, 3.0]), np.array([0.0, 1.0]))[0]

    np.testing.assert_array_equal(target.weight, [0, 1])
    assert target.floor == 0
