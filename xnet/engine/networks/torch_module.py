"""A network as a PyTorch module whose constants are its parameters.

`Network.to_torch` is the entry point. Only it imports this module, because importing PyTorch takes longer than many
searches do.

    module = model.network_.to_torch()
    optimizer = torch.optim.LBFGS(module.parameters())
    ...                                     # train as any module, also as a part of a larger one
    trained = module.to_network()           # a Network again: to_text(trained, names), trained.evaluate(X)

The PyTorch form of an activation is its SymPy form (`Activation.sympy`) evaluated with PyTorch in the place of SymPy:
both have the same functions under the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar

import torch
from torch import Tensor, nn

from xnet.errors import NetworkError

from .activations import ACTIVATIONS
from .forward_pass import NeuronLike
from .own_constants import OwnConstants


class Trainable(Protocol):
    """The members of a `Network` that a module uses. (`Network` imports this module, not the other way round.)"""

    @property
    def neurons(self) -> Sequence[NeuronLike]:
        """The neurons in topological order."""

    @property
    def constants(self) -> tuple[float, ...]:
        """The values of the constants, by their index."""

    @property
    def own(self) -> OwnConstants | None:
        """The constants that every group of rows has of its own."""

    @property
    def n_inputs(self) -> int:
        """The number of columns that the network reads from."""

    def with_constants(self, constants: Iterable[float]) -> Self:
        """The same structure with other constants."""


N = TypeVar("N", bound=Trainable)


class _Functions:
    """PyTorch in the place of SymPy: most names differ in capitals only (`Abs` and `abs`)."""

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name.lower())

    def Rational(self, numerator: int, denominator: int) -> float:
        """A fraction, which PyTorch has as a number only."""
        return numerator / denominator

    def Max(self, a: Tensor | float, b: Tensor) -> Tensor:
        """The larger of two."""
        return torch.maximum(torch.as_tensor(a, dtype=b.dtype, device=b.device), b)

    def Min(self, a: Tensor, b: Tensor) -> Tensor:
        """The smaller of two."""
        return torch.minimum(a, b)

    def Mod(self, a: Tensor, b: Tensor) -> Tensor:
        """The remainder of a by b, with the sign of b."""
        return torch.remainder(a, b)

    def Heaviside(self, a: Tensor, at_zero: float) -> Tensor:
        """0 below zero, 1 above it, and `at_zero` (0 or 1) at zero; `torch.heaviside` has no derivative."""
        return (torch.sign(torch.sign(a) + (at_zero - 0.5)) + 1.0) / 2.0


_FUNCTIONS = _Functions()


def torch_value(name: str, *children: Tensor) -> Tensor:
    """The output of activation `name` for its children's outputs, differentiable; shapes broadcast."""
    return ACTIVATIONS[name].sympy(_FUNCTIONS, *children)


class TorchNetwork(nn.Module, Generic[N]):
    """A network in PyTorch: X (n, d) -> (n,), differentiable by its constants and by X.

    A row on which a neuron leaves its domain gives NaN, as in `Network.evaluate`, and makes the gradient of the whole
    batch NaN. Remove such rows before the forward pass; masking the loss is not enough. A negative base of a fitted
    exponent has the same effect, because its power has no derivative by the exponent.

    Args:
        network: the network to compute; its `number` neurons stay exact numbers.
        dtype: type of the constants and of all arithmetic; float64 by default.
        device: device of the constants; `.to(device)` moves them later.

    Attributes:
        constants: (p,) the only parameter: the constants in the network's order.
        network: the network as given; `to_network` returns one with the trained constants.

    Raises:
        NetworkError: dtype is not a real floating-point type.
    """

    def __init__(self, network: N, dtype: torch.dtype | None = None,
                 device: torch.device | str | int | None = None) -> None:
        super().__init__()
        dtype = torch.float64 if dtype is None else dtype
        if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
            raise NetworkError(f"The dtype of a torch module is {dtype!r}; expected a floating-point type such as "
                               "torch.float64 or torch.float32.")
        self.network = network
        self.constants = nn.Parameter(torch.tensor(network.constants, dtype=dtype, device=device))

    def forward(self, X: Tensor) -> Tensor:
        """Values of the network: X (n, d) of any real dtype -> (n,) in the constants' dtype, on their device.

        Raises:
            NetworkError: X is no tensor, not two-dimensional, has too few columns or lies on another device.
        """
        self._check(X)
        X = X.to(self.constants.dtype)

        # Constants and numbers stay scalars until they are combined with a column; each neuron is computed once.
        values: list[Tensor] = []
        for neuron in self.network.neurons:
            if neuron.activation == "variable":
                values.append(X[:, neuron.index])
            elif neuron.activation == "constant":
                values.append(self.constants[neuron.index])
            elif neuron.activation == "own" and self.network.own is not None:
                own = self.network.own
                table = torch.tensor(own.values[neuron.index], dtype=X.dtype, device=X.device)
                values.append(table[X[:, own.column].long()])
            elif neuron.activation == "number":
                values.append(torch.full((), float(neuron.index), dtype=X.dtype, device=X.device))
            else:
                values.append(torch_value(neuron.activation, *(values[c] for c in neuron.children)))
        return values[-1].expand(len(X)).clone()  # a copy: the output may be a column of X itself

    def to_network(self) -> N:
        """The network with the present constants; unchanged ones keep all their float64 digits.

        Raises:
            NetworkError: a constant is no longer finite: the training diverged.
        """
        now = self.constants.detach().cpu()
        if not bool(torch.isfinite(now).all()):
            raise NetworkError(f"The module's constants are {now.tolist()}; expected finite numbers. The training "
                               "diverged: take a smaller learning rate, or leave out rows whose output is NaN.")
        before = torch.tensor(self.network.constants, dtype=torch.float64)
        return self.network.with_constants(torch.where(now == before.to(now.dtype), before, now.double()).tolist())

    def extra_repr(self) -> str:
        """The text between the brackets of `print(module)`."""
        return f"n_inputs={self.network.n_inputs}, n_constants={len(self.constants)}, dtype={self.constants.dtype}"

    def _check(self, X: Tensor) -> None:
        d = self.network.n_inputs
        if not isinstance(X, Tensor):
            raise NetworkError(f"X is a {type(X).__name__}; a torch module reads tensors: pass torch.as_tensor(X).")
        if X.ndim != 2 or X.shape[1] < d:
            raise NetworkError(f"X has shape {tuple(X.shape)} but the network reads {d} columns; pass X of shape "
                               f"(n, {d}).")
        if X.device != self.constants.device:
            raise NetworkError(f"X is on {X.device} but the module is on {self.constants.device}; move one of them "
                               f"with .to(...), e.g. X.to({str(self.constants.device)!r}).")
