"""Values and per-sample sensitivities of a network.

The forward pass gives every neuron's output o, the backward pass its sensitivity J = df/do, one number per row. Both
serve everywhere: J makes the second-order targets of the structure phase, and the sensitivities of the constant
neurons are at once the Jacobian of the parameter phase.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np

from .activations import ACTIVATIONS
from .network import Network

Array = np.ndarray


#: The functions alone: looked up once a neuron, in the innermost loop of the search.
_VALUE = {name: activation.value for name, activation in ACTIVATIONS.items()}
_DERIVATIVES = {name: activation.derivatives for name, activation in ACTIVATIONS.items()}


def forward(network: Network, columns: Array, constants: Array | None = None,
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
            values[i] = _VALUE[neuron.activation](values[children[0]], values[children[1]])
        elif children:
            values[i] = _VALUE[neuron.activation](values[children[0]])
        elif neuron.activation == "variable":
            values[i] = columns[neuron.index]
        else:
            values[i] = leaf = np.empty(n)
            leaf.fill(theta[neuron.index] if neuron.activation == "constant" else neuron.index)
    return values


def sensitivities(network: Network, values: Sequence[Array]) -> list[Array]:
    """J = df/do of every neuron: one (n,) array a neuron, from the `values` of `forward`."""
    wanted = {i for i, neuron in enumerate(network.neurons) if neuron.activation != "number"}
    return [np.zeros(len(values[-1])) if J is None else J for J in _backward(network, values, wanted)]


def _backward(network: Network, values: Sequence[Array], wanted: Set[int]) -> list[Array | None]:
    """J of the neurons at the wanted positions (with all above them); None where nothing arrives."""
    total: list[Array | None] = [None] * len(values)
    total[-1] = np.ones(len(values[-1]))
    for i in range(len(values) - 1, -1, -1):
        neuron, own = network.neurons[i], total[i]
        if own is None or not neuron.children:
            continue
        below = [values[c] for c in neuron.children]
        for child, derivative in zip(neuron.children, _DERIVATIVES[neuron.activation], strict=True):
            if child in wanted:
                part, old = own * derivative(*below, values[i]), total[child]
                total[child] = part if old is None else old + part
    return total


def jacobian(network: Network, columns: Array, constants: Array,
             values: Sequence[Array] | None = None) -> tuple[Array, Array]:
    """The output (n,) and its derivatives by the constants (n, p); `values` are those of `forward`, where known."""
    if values is None:
        values = forward(network, columns, constants)
    J = _backward(network, values, frozenset(network.adjustable))
    result = np.zeros((columns.shape[1], len(constants)))
    for neuron, own in zip(network.neurons, J, strict=True):
        if neuron.activation == "constant" and own is not None:
            result[:, neuron.index] += own
    return values[-1], result
