"""Values and per-sample sensitivities of a network.

The forward pass gives every neuron's output o, the backward pass its sensitivity J = df/do, one number per row. Both
serve everywhere: J makes the second-order targets of the structure phase, and the sensitivities of the constant
neurons are at once the Jacobian of the parameter phase.
"""

from __future__ import annotations

import numpy as np

from .activations import ACTIVATIONS
from .network import Network

Array = np.ndarray


def forward(network: Network, columns: Array, constants: Array | None = None) -> list[Array]:
    """The output of every neuron.

    Args:
        columns: (d, n) the inputs, one contiguous row a variable.
        constants: (p,) used instead of the network's own when given.

    Returns:
        One (n,) array a neuron, in order; the last is the network's output.
    """
    theta = network.constants if constants is None else constants
    n = columns.shape[1]
    values: list[Array] = []
    for neuron in network.neurons:
        name = neuron.activation
        if name == "variable":
            values.append(columns[neuron.index])
        elif name == "constant":
            values.append(np.full(n, theta[neuron.index]))
        elif name == "number":
            values.append(np.full(n, float(neuron.index)))
        else:
            values.append(ACTIVATIONS[name].value(*(values[c] for c in neuron.children)))
    return values


def sensitivities(network: Network, values: list[Array]) -> list[Array]:
    """J = df/do of every neuron: one (n,) array a neuron, from the `values` of `forward`."""
    n = len(values[-1])
    total: list[Array | None] = [None] * len(values)
    total[-1] = np.ones(n)
    for i in range(len(values) - 1, -1, -1):
        neuron, own = network.neurons[i], total[i]
        if own is None:
            total[i] = np.zeros(n)
            continue
        if not neuron.children:
            continue
        below = [values[c] for c in neuron.children]
        for child, derivative in zip(neuron.children, ACTIVATIONS[neuron.activation].derivatives, strict=True):
            if network.neurons[child].activation == "number":
                continue
            part = own * derivative(*below, values[i])
            total[child] = part if total[child] is None else total[child] + part
    return total  # type: ignore[return-value]


def jacobian(network: Network, columns: Array, constants: Array) -> tuple[Array, Array]:
    """The output (n,) and its derivatives by the constants (n, p)."""
    values = forward(network, columns, constants)
    J = sensitivities(network, values)
    result = np.zeros((columns.shape[1], len(constants)))
    for i, neuron in enumerate(network.neurons):
        if neuron.activation == "constant":
            result[:, neuron.index] += J[i]
    return values[-1], result
