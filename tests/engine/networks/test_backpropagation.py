"""Values and sensitivities against PyTorch's autograd and finite differences, on random networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given

from tests.engine.helpers import net, well_conditioned
from tests.engine.networks.torch_oracle import TORCH
from tests.engine.strategies import inputs, networks
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, Network
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.backpropagation import forward, jacobian, sensitivities


def autograd(network: Network, X: Array) -> tuple[list[Array], list[Array]]:
    """Outputs and sensitivities of all neurons by PyTorch."""
    outputs: list[torch.Tensor] = []
    for neuron in network.neurons:
        if neuron.activation == "variable":
            value = torch.tensor(X[:, neuron.index].copy(), requires_grad=True)
        elif not neuron.children:
            number = network.constants[neuron.index] if neuron.activation == "constant" else float(neuron.index)
            value = torch.full((len(X),), number, dtype=torch.float64, requires_grad=True)
        else:
            value = TORCH[neuron.activation](*(outputs[c] for c in neuron.children))
            value.retain_grad()
        outputs.append(value)
    outputs[-1].sum().backward()
    zeros = np.zeros(len(X))
    return ([o.detach().numpy() for o in outputs], [zeros if o.grad is None else o.grad.numpy() for o in outputs])


@given(networks())
def test_outputs_and_sensitivities_are_those_of_autograd(network: Network) -> None:
    X = inputs()
    good = well_conditioned(network, X)
    assume(good.any())
    expected_values, expected_J = autograd(network, X)
    with np.errstate(all="ignore"):
        values = forward(network, np.ascontiguousarray(X.T))
        J = sensitivities(network, values)

    assert len(values) == len(J) == len(network.neurons)
    for i, neuron in enumerate(network.neurons):
        np.testing.assert_allclose(values[i][good], expected_values[i][good], rtol=1e-9, atol=1e-12)
        if neuron.activation == "number":
            continue  # part of the structure: nothing ever asks how the output depends on it
        defined = good & np.isfinite(expected_J[i]) & (np.abs(expected_J[i]) < 1e8)
        np.testing.assert_allclose(J[i][defined], expected_J[i][defined], rtol=1e-6, atol=1e-7)


@given(networks())
def test_jacobian_is_that_of_finite_differences(network: Network) -> None:
    X = inputs()
    theta = np.array(network.constants)
    good = well_conditioned(network, X)
    assume(len(theta) and good.any())
    columns = np.ascontiguousarray(X.T)

    def f(at: Array) -> Array:
        return forward(network, columns, at)[-1]

    with np.errstate(all="ignore"):
        value, J = jacobian(network, columns, theta)
        np.testing.assert_array_equal(value, f(theta))
        assert J.shape == (len(X), len(theta))
        for j in range(len(theta)):
            step = np.zeros_like(theta)
            step[j] = 1e-5 * max(1.0, abs(theta[j]))
            wide = (f(theta + step) - f(theta - step)) / (2 * step[j])
            narrow = (f(theta + step / 4) - f(theta - step / 4)) / (step[j] / 2)
            # Where the two agree the function is smooth there and the difference can be believed.
            smooth = good & (np.abs(wide - narrow) <= 1e-5 * (np.abs(wide) + 1e-3)) & (np.abs(wide) < 1e6)
            np.testing.assert_allclose(J[smooth, j], narrow[smooth], rtol=1e-3, atol=1e-5)


def test_other_constants_replace_the_networks_own() -> None:
    line = net(1, ("c", 0), ("x", 0), ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(2.0, 1.0))
    columns = np.array([[0.0, 1.0, 2.0]])

    np.testing.assert_allclose(forward(line, columns)[-1], [1, 3, 5])
    np.testing.assert_allclose(forward(line, columns, np.array([-1.0, 0.5]))[-1], [0.5, -0.5, -1.5])
    np.testing.assert_allclose(jacobian(line, columns, np.array([5.0, 5.0]))[1], [[0, 1], [1, 1], [2, 1]])


def test_known_outputs_serve_where_no_constant_reaches(rng: np.random.Generator) -> None:
    network = net(2, ("c", 0), ("x", 0), ("x", 1), ("mul", 1, 2), ("mul", 0, 3), ("sin", 1), ("add", 4, 5),
                  constants=(2.0,))
    columns, theta = rng.normal(size=(2, 5)), np.array([-3.0])

    known = forward(network, columns)
    values = forward(network, columns, theta, known)

    assert network.adjustable == (0, 4, 6)
    assert [a is b for a, b in zip(values, known, strict=True)] == [False, True, True, True, False, True, False]
    np.testing.assert_array_equal(values[-1], forward(network, columns, theta)[-1])
    np.testing.assert_array_equal(jacobian(network, columns, theta, values)[1], jacobian(network, columns, theta)[1])


def test_a_shared_neuron_gathers_its_sensitivity_from_all_its_parents() -> None:
    square = net(1, ("x", 0), ("mul", 0, 0))  # d(x x)/dx = 2 x
    values = forward(square, np.array([[3.0, -2.0]]))

    np.testing.assert_allclose(sensitivities(square, values)[0], [6, -4])


def test_a_constant_that_two_neurons_use_has_one_column() -> None:
    network = net(1, ("x", 0), ("c", 0), ("mul", 1, 0), ("c", 0), ("add", 2, 3), constants=(2.0,))
    columns = np.array([[3.0, -2.0]])

    np.testing.assert_allclose(jacobian(network, columns, np.array([2.0]))[1][:, 0], [4, -1])


def test_a_neuron_that_the_output_does_not_need_has_no_sensitivity() -> None:
    network = net(2, ("x", 0), ("x", 1), ("exp", 0))
    J = sensitivities(network, forward(network, np.ones((2, 3))))

    np.testing.assert_array_equal(J[1], np.zeros(3))
    np.testing.assert_array_equal(J[2], np.ones(3))


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_every_activation_passes_its_sensitivity_on(name: str) -> None:
    """A chain under each activation: df/dx of 2 u(x/3) is found by autograd as well."""
    arity = ACTIVATIONS[name].arity
    network = net(arity, *[("x", j) for j in range(arity)], ("c", 0), *[("mul", j, arity) for j in range(arity)],
                  (name, *range(arity + 1, 2 * arity + 1)), ("c", 1), ("mul", 2 * arity + 1, 2 * arity + 2),
                  constants=(1 / 3, 2.0))
    X = inputs(arity, positive=True) + (3.0 if name == "arccosh" else 0.0)
    values = forward(network, np.ascontiguousarray(X.T))
    for own, expected in zip(sensitivities(network, values), autograd(network, X)[1], strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-10)


@pytest.mark.parametrize("text", [
    "2*x**0.7", "sqrt(2*x)", "(2*x)**1.5", "3 + cbrt(2*x)", "sqrt(x*(x + 3.5))", "x**1.3/(x**1.3 + 4.5)"])
def test_a_row_at_zero_has_the_limits_of_the_derivatives(text: str) -> None:
    network, x = read_formula(text, ("x",)), np.array([[0.0, 1.7]])
    theta = np.array(network.constants)
    with np.errstate(all="ignore"):
        f, J = jacobian(network, x, theta)
    moved = [network.with_constants(theta + 1e-7 * one).evaluate(x.T) for one in np.eye(len(theta))]
    assert len(theta)
    np.testing.assert_allclose(J, (np.array(moved) - f).T / 1e-7, rtol=1e-5, atol=1e-6)
