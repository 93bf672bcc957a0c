"""The forward pass: the output of every neuron of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from xnet.arrays import Array

from .activations import VALUES


class NeuronLike(Protocol):
    """What the forward pass reads of a neuron."""

    @property
    def activation(self) -> str:
        """The name of its activation."""

    @property
    def children(self) -> tuple[int, ...]:
        """Positions of the neurons it reads."""

    @property
    def index(self) -> int:
        """Of a leaf: its column, its constant, or the number itself."""


class Structure(Protocol):
    """What the forward pass reads of a network; `Network` imports this module, so it cannot be imported here."""

    @property
    def neurons(self) -> Sequence[NeuronLike]:
        """The neurons in topological order."""

    @property
    def constants(self) -> Sequence[float]:
        """The values of the constants, by their index."""

    @property
    def adjustable(self) -> Sequence[int]:
        """Positions of the neurons that some constant reaches."""


def forward(network: Structure, columns: Array, constants: Array | None = None,
            known: Sequence[Array] | None = None) -> list[Array]:
    """The output of every neuron.

    Args:
        columns: (d, n) the inputs, one contiguous row a variable.
        constants: (p,) used instead of the network's own when given.
        known: outputs of all neurons on the same inputs with other constants: those stay that no constant reaches.

    Returns:
        One (n,) array a neuron, in order; the last is the network's output.
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
        else:
            values[i] = leaf = np.empty(n)
            leaf.fill(theta[neuron.index] if neuron.activation == "constant" else neuron.index)
    return values
