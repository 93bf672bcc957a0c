"""Backpropagation: the sensitivities of a network's output f to the outputs of its neurons, row by row.

The forward pass gives every neuron's output o, the backward pass its sensitivity J = df/do, one number per row. The
structure phase derives its second-order targets from J, and the sensitivities of the constant neurons are the columns
of the Jacobian of the parameter phase.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

import numpy as np

from xnet.arrays import Array

from .activations import DERIVATIVES
from .forward_pass import forward
from .network import Network


def sensitivities(network: Network, values: Sequence[Array]) -> list[Array]:
    """The sensitivity J = df/do of every neuron.

    Args:
        values: the result of `forward`.

    Returns:
        One (n,) array per neuron; zeros for exact numbers.
    """
    wanted = {i for i, neuron in enumerate(network.neurons) if neuron.activation != "number"}
    return [np.zeros(len(values[-1])) if J is None else J for J in _backward(network, values, wanted)]


def _backward(network: Network, values: Sequence[Array], wanted: Set[int],
              times: Callable[[Array, Array], Array] = np.multiply) -> list[Array | None]:
    """J of the neurons at the wanted positions and of all above them; None for others.

    Args:
        times: the product of the sensitivity of a neuron and its derivative.
    """
    total: list[Array | None] = [None] * len(values)
    total[-1] = np.ones(len(values[-1]))
    for i in range(len(values) - 1, -1, -1):
        neuron, own = network.neurons[i], total[i]
        if own is None or not neuron.children:
            continue
        below = [values[c] for c in neuron.children]
        for child, derivative in zip(neuron.children, DERIVATIVES[neuron.activation], strict=True):
            if child in wanted:
                part, old = times(own, derivative(*below, values[i])), total[child]
                total[child] = part if old is None else old + part
    return total


def _limit_of_product(a: Array, b: Array) -> Array:
    """a b, and 0 where one is 0 and the other infinite, as in the derivative of sqrt(c x) by c where x is 0."""
    at_limit = ((a == 0.0) & np.isinf(b)) | ((b == 0.0) & np.isinf(a))
    return np.where(at_limit, 0.0, a * b)


def jacobian(network: Network, columns: Array, constants: Array,
             values: Sequence[Array] | None = None) -> tuple[Array, Array]:
    """The output of a network and its derivatives by the constants.

    Args:
        columns: (d, n) the inputs.
        constants: (p,) the constants.
        values: the result of `forward` for these, if it is known already.

    Returns:
        The output (n,) and the Jacobian (n, p).
    """
    if values is None:
        values = forward(network, columns, constants)
    result = _by_constants(network, values, len(constants), np.multiply)
    if np.isnan(result.sum()):  # seldom, so not every product is looked at
        with np.errstate(invalid="ignore"):
            result = _by_constants(network, values, len(constants), _limit_of_product)
    return values[-1], result


def _by_constants(network: Network, values: Sequence[Array], p: int,
                  times: Callable[[Array, Array], Array]) -> Array:
    """The Jacobian (n, p) of `jacobian`; `times` as for `_backward`."""
    J = _backward(network, values, frozenset(network.adjustable), times)
    result = np.zeros((len(values[-1]), p))
    for neuron, own in zip(network.neurons, J, strict=True):
        if neuron.activation == "constant" and own is not None:
            result[:, neuron.index] += own
    return result
