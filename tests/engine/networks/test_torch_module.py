"""A network as a PyTorch module has the same values and gradients."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import assume, given

from tests.engine.helpers import net, well_conditioned
from tests.engine.strategies import inputs, networks
from xnet.arrays import Array
from xnet.engine import ACTIVATIONS, Network, NetworkError
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.torch_module import TorchNetwork, torch_value

#: 1.5 sin(2.5 x0) + 0.7 x1^2 - 3, where the square is an exact number's power.
WAVE = net(2, ("c", 0), ("c", 1), ("x", 0), ("mul", 1, 2), ("sin", 3), ("mul", 0, 4), ("c", 2), ("x", 1), ("n", 2),
           ("pow", 7, 8), ("mul", 6, 9), ("add", 5, 10), ("c", 3), ("add", 11, 12), constants=(1.5, 2.5, 0.7, -3.0))


def values_of(module: TorchNetwork, X: Array) -> Array:
    """What the module gives for X, as an array."""
    return module(torch.tensor(X)).detach().numpy()


def torch_jacobian(module: TorchNetwork, X: Array) -> Array:
    """Derivatives of the output by the constants, (n, p), by PyTorch's reverse mode."""
    rows = torch.tensor(X)

    def of(constants: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, {"constants": constants}, (rows,))

    return torch.autograd.functional.jacobian(of, module.constants.detach()).numpy()


@given(networks())
def test_values_are_those_of_the_network(network: Network) -> None:
    X = inputs()
    good = well_conditioned(network, X)
    assume(good.any())
    module = network.to_torch()
    actual = values_of(module, X)

    assert actual.shape == (len(X),)
    assert actual.dtype == np.float64
    np.testing.assert_allclose(actual[good], network.evaluate(X)[good], rtol=1e-9, atol=1e-12)


@given(networks())
def test_float32_gives_the_same_to_single_precision(network: Network) -> None:
    X = inputs()
    module = network.to_torch(torch.float32)
    # Inputs and constants that float32 holds exactly, so that only the arithmetic's rounding is left.
    X = X.astype(np.float32).astype(np.float64)
    network = network.with_constants(module.constants.tolist())
    actual, expected = values_of(module, X), network.evaluate(X)
    # Single precision moves every neuron by 6e-8: 600 times the 1e-10 for which these rows move by less than 1e-7.
    good = well_conditioned(network, X) & (np.abs(expected) < 1e4)
    assume(good.any())

    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual[good], expected[good], rtol=1e-3, atol=1e-5)


@pytest.mark.slow
@given(networks())
def test_gradients_by_the_constants_are_the_engines_jacobian(network: Network) -> None:
    X = inputs()
    assume(network.constants)
    with np.errstate(all="ignore"):
        _, J = jacobian(network, np.ascontiguousarray(X.T), np.array(network.constants))
    # One row without a derivative spoils reverse mode for all others; the class says so, here they stay out.
    smooth = well_conditioned(network, X) & np.isfinite(J).all(axis=1) & (np.abs(J) < 1e8).all(axis=1)
    assume(smooth.any())

    np.testing.assert_allclose(torch_jacobian(network.to_torch(), X[smooth]), J[smooth], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_torch_form_with_the_same_domain(name: str) -> None:
    grid = np.array([-3.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.3, 0.5, 1.0, 1.7, 2.0, 3.0])
    activation = ACTIVATIONS[name]
    children = [a.ravel() for a in np.meshgrid(*[grid] * activation.arity)]
    with np.errstate(all="ignore"):
        expected = activation.value(*children)
    actual = torch_value(name, *(torch.tensor(c) for c in children))

    assert actual.dtype == torch.float64
    np.testing.assert_allclose(actual.numpy(), expected, rtol=1e-14, atol=1e-15)  # NaN where the engine has NaN


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_the_engines_derivatives(name: str) -> None:
    activation = ACTIVATIONS[name]
    grid = np.array([0.15, 0.4, 0.8]) + (1.0 if name == "arccosh" else 0.0)
    children = [a.ravel() for a in np.meshgrid(*[grid] * activation.arity)]
    children[-1] = children[-1] + (0.013 if activation.arity == 2 else 0.0)  # no ties: there max has two derivatives
    own = activation.value(*children)
    tensors = [torch.tensor(c, requires_grad=True) for c in children]
    torch_value(name, *tensors).sum().backward()

    assert activation.arity == len(activation.derivatives)
    for tensor, derivative in zip(tensors, activation.derivatives, strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), derivative(*children, own), rtol=1e-12)


def test_the_constants_are_the_parameters_and_numbers_are_not() -> None:
    module = WAVE.to_torch()

    assert isinstance(module, torch.nn.Module)
    assert [name for name, _ in module.named_parameters()] == ["constants"]
    assert module.constants.requires_grad
    assert module.constants.tolist() == [1.5, 2.5, 0.7, -3.0]
    assert list(module.state_dict()) == ["constants"]
    assert repr(module) == "TorchNetwork(n_inputs=2, n_constants=4, dtype=torch.float64)"


@given(networks())
def test_the_way_to_torch_and_back_changes_nothing(network: Network) -> None:
    assert network.to_torch().to_network() == network
    assert network.to_torch(torch.float32).to_network() == network  # digits that float32 cannot hold included


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301 - our own
def test_copies_compute_the_same(again: Callable[[TorchNetwork], TorchNetwork]) -> None:
    X = inputs(2)
    module = WAVE.to_torch()

    np.testing.assert_array_equal(values_of(again(module), X), values_of(module, X))


def test_a_shared_neuron_is_computed_once() -> None:
    """Fifty doublings: a tree of them would take 2^50 additions."""
    doublings = [("add", i, i) for i in range(2, 52)]
    network = net(1, ("c", 0), ("x", 0), ("mul", 0, 1), *doublings, constants=(3.0,))
    module = network.to_torch()
    output = module(torch.tensor([[1.0], [2.0]], dtype=torch.float64))
    output.sum().backward()

    assert output.tolist() == [3.0 * 2**50, 6.0 * 2**50]
    assert module.constants.grad is not None
    assert module.constants.grad.tolist() == [3.0 * 2**50]


@pytest.mark.parametrize(("network", "value"), [
    (net(0, ("c", 0), constants=(1.25,)), 1.25),
    (net(0, ("n", 3)), 3.0),
    (net(2, ("n", 4), ("sqrt", 0)), 2.0),
])
def test_a_network_without_inputs_gives_one_value_a_row(network: Network, value: float) -> None:
    assert network.to_torch()(torch.zeros(3, 2)).tolist() == [value] * 3
    assert network.to_torch()(torch.zeros(0, 2)).shape == (0,)


def test_a_network_that_is_one_column_gives_a_copy() -> None:
    X = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    output = net(2, ("x", 1)).to_torch()(X)
    output += 1

    assert X.tolist() == [[1.0, 2.0]]


def test_inputs_of_other_types_are_read_in_the_constants_type() -> None:
    whole = torch.tensor([[1, 2], [3, 4]])
    module = WAVE.to_torch()

    assert module(whole).tolist() == module(whole.double()).tolist()
    assert WAVE.to_torch(torch.float32)(whole.double()).dtype == torch.float32


def test_only_the_columns_that_the_network_reads_are_needed() -> None:
    X = inputs(3)

    np.testing.assert_array_equal(values_of(WAVE.to_torch(), X), values_of(WAVE.to_torch(), X[:, :2]))


@pytest.mark.parametrize(("X", "said"), [
    (torch.zeros(5, 1), r"shape \(5, 1\) but the network reads 2 columns; pass X of shape \(n, 2\)"),
    (torch.zeros(2), r"shape \(2,\) but the network reads 2 columns"),
    (torch.zeros(2, 2, 2), r"shape \(2, 2, 2\)"),
    (np.zeros((5, 2)), r"X is a ndarray; .* pass torch\.as_tensor\(X\)"),
    (torch.zeros(5, 2, device="meta"), r"X is on meta but the module is on cpu; .* X\.to\('cpu'\)"),
])
def test_unusable_inputs_are_refused_with_a_sentence(X: object, said: str) -> None:
    with pytest.raises(NetworkError, match=said):
        WAVE.to_torch()(X)


@pytest.mark.parametrize("dtype", [torch.int64, torch.complex64, "float32"])
def test_types_without_a_gradient_are_refused(dtype: object) -> None:
    with pytest.raises(NetworkError, match=r"expected a floating-point type such as torch\.float64"):
        WAVE.to_torch(dtype)  # type: ignore[arg-type]


@pytest.mark.slow
def test_torch_is_imported_only_when_asked_for() -> None:
    script = ("import sys, xnet, xnet.engine; before = 'torch' in sys.modules; "
              "xnet.engine.Network((xnet.engine.Neuron('number', (), 1),), (), 0).to_torch(); "
              "print(before, 'torch' in sys.modules)")
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.split() == ["False", "True"]
