"""The forward pass: the output of every neuron of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from xnet.arrays import Array

from .activations import VALUES
from .own_constants import OwnConstants


class NeuronLike(Protocol):
    """The fields of a neuron that the forward pass reads."""

    @property
    def activation(self) -> str:
        """The name of the activation."""

    @property
    def children(self) -> tuple[int, ...]:
        """Positions of the neurons whose outputs it reads."""

    @property
    def index(self) -> int:
        """For a leaf its column, the position of its constant, or the number itself."""


class Structure(Protocol):
    """The fields of a network that the forward pass reads. (`Network` imports this module, not the other way round.)"""

    @property
    def neurons(self) -> Sequence[NeuronLike]:
        """The neurons in topological order."""

    @property
    def constants(self) -> Sequence[float]:
        """The values of the constants, in the order of their index."""

    @property
    def own(self) -> OwnConstants | None:
        """The constants that every group of rows has of its own."""

    @property
    def adjustable(self) -> Sequence[int]:
        """Positions of the neurons whose output depends on a constant."""


def forward(network: Structure, columns: Array, constants: Array | None = None,
            known: Sequence[Array] | None = None) -> list[Array]:
    """The output of every neuron.

    Args:
        network: the network to evaluate.
        columns: (d, n) the inputs, one contiguous row per variable.
        constants: (p,) used instead of the network's own when given; (p, n) for other constants in every row.
        known: outputs of all neurons on the same inputs with other constants; only neurons that depend on a constant
            are then computed again.

    Returns:
        One (n,) array per neuron, in order; the last is the network's output.
    """
    theta = network.constants if constants is None else constants
    n = columns.shape[1]
    neurons = network.neurons
    values: list[Array] = [columns] * len(neurons) if known is None else list(known)
    for i in range(len(neurons)) if known is None else network.adjustable:
        neuron = neurons[i]
        children = neuron.children
        if len(children) == 2:
            values[i] = VALUES[neuron.activation](values[children[0]], values[children[1]])
        elif children:
            values[i] = VALUES[neuron.activation](values[children[0]])
        elif neuron.activation == "variable":
            values[i] = columns[neuron.index]
        elif neuron.activation == "own" and network.own is not None:
            values[i] = network.own.rows(columns)[neuron.index]
        else:
            values[i] = leaf = np.empty(n)
            leaf[:] = theta[neuron.index] if neuron.activation == "constant" else neuron.index
    return values
