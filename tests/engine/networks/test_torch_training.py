"""The constants of a torch module can be trained and carried back to a network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.engine.networks.test_torch_module import WAVE, values_of
from xnet.engine import NetworkError
from xnet.engine.networks.torch_module import TorchNetwork


def train(module: TorchNetwork, optimizer: torch.optim.Optimizer, X: torch.Tensor, y: torch.Tensor,
          steps: int) -> tuple[float, float]:
    """The mean squared error before and after some steps."""
    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.mean((module(X) - y) ** 2)
        loss.backward()
        return loss

    before = closure().item()
    for _ in range(steps):
        optimizer.step(closure)
    return before, closure().item()


def lbfgs(module: TorchNetwork) -> torch.optim.Optimizer:
    return torch.optim.LBFGS(module.parameters(), max_iter=40, line_search_fn="strong_wolfe", tolerance_grad=1e-12,
                             tolerance_change=1e-15)


def adam(module: TorchNetwork) -> torch.optim.Optimizer:
    return torch.optim.Adam(module.parameters(), lr=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "steps", "tolerance"), [(lbfgs, 3, 1e-7), (adam, 600, 1e-3)])
def test_training_leads_from_perturbed_constants_back_to_the_truth(
        optimizer: Callable[[TorchNetwork], torch.optim.Optimizer], steps: int, tolerance: float,
        rng: np.random.Generator) -> None:
    X = rng.uniform(-2, 2, (200, 2))
    y = torch.tensor(1.5 * np.sin(2.5 * X[:, 0]) + 0.7 * X[:, 1] ** 2 - 3.0)
    perturbed = WAVE.with_constants([1.2, 2.3, 1.0, -2.0])
    module = perturbed.to_torch()
    before, after = train(module, optimizer(module), torch.tensor(X), y, steps)
    trained = module.to_network()

    assert before > 0.1
    assert after < 1e-6 * before
    np.testing.assert_allclose(trained.constants, WAVE.constants, atol=tolerance)
    assert trained.structure() == WAVE.structure()
    np.testing.assert_allclose(trained.evaluate(X), values_of(module, X), rtol=1e-12)
    assert module.network == perturbed  # the network that came is a value: training leaves it alone


def test_float32_trains_on_too(rng: np.random.Generator) -> None:
    X = torch.tensor(rng.uniform(-2, 2, (200, 2)), dtype=torch.float32)
    y = WAVE.to_torch(torch.float32)(X).detach()
    module = WAVE.with_constants([1.2, 2.3, 1.0, -2.0]).to_torch(torch.float32)
    train(module, lbfgs(module), X, y, 3)

    np.testing.assert_allclose(module.to_network().constants, WAVE.constants, atol=1e-3)


def test_gradients_flow_to_the_inputs_so_that_layers_can_stand_before_it() -> None:
    X = torch.tensor([[0.4, 1.1], [-0.3, 2.0]], dtype=torch.float64, requires_grad=True)
    WAVE.to_torch()(X).sum().backward()
    x = X.detach().numpy()
    expected = np.stack([1.5 * 2.5 * np.cos(2.5 * x[:, 0]), 1.4 * x[:, 1]], axis=1)

    np.testing.assert_allclose(X.grad.numpy(), expected, rtol=1e-12)


def test_only_a_constant_that_was_trained_is_rounded_to_float32() -> None:
    module = WAVE.to_torch(torch.float32)
    with torch.no_grad():
        module.constants[0] = 0.1

    assert module.to_network().constants == (float(np.float32(0.1)), 2.5, 0.7, -3.0)


def test_a_state_dict_carries_trained_constants_to_a_module_of_the_same_network() -> None:
    trained, fresh = WAVE.to_torch(), WAVE.to_torch(dtype=torch.float32)
    with torch.no_grad():
        trained.constants *= 1.25
    fresh.load_state_dict(trained.state_dict())

    assert list(trained.state_dict()) == ["constants"]
    np.testing.assert_allclose(fresh.to_network().constants, trained.to_network().constants, rtol=1e-7)
    assert fresh.constants.dtype == torch.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_constants_of_a_training_that_diverged_do_not_become_a_network(bad: float) -> None:
    module = WAVE.to_torch()
    with torch.no_grad():
        module.constants[1] = bad

    with pytest.raises(NetworkError, match="The training diverged"):
        module.to_network()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that PyTorch can use")
def test_a_module_trains_on_a_gpu(rng: np.random.Generator) -> None:
    X = rng.uniform(-2, 2, (200, 2))
    on_gpu = torch.tensor(X, device="cuda")
    y = WAVE.to_torch(device="cuda")(on_gpu).detach()
    module = WAVE.with_constants([1.2, 2.3, 1.0, -2.0]).to_torch().to("cuda")
    train(module, lbfgs(module), on_gpu, y, 3)
    trained = module.to_network()

    np.testing.assert_allclose(y.cpu().numpy(), WAVE.evaluate(X), rtol=1e-12)
    np.testing.assert_allclose(trained.constants, WAVE.constants, atol=1e-7)
    with pytest.raises(NetworkError, match="X is on cpu but the module is on cuda:0"):
        module(torch.tensor(X))
