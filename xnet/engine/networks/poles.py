"""Where the rows do not constrain a network: poles between rows, and arguments near the end of a domain.

A denominator is continuous. If it is positive in one row and negative in another, it is zero somewhere between them,
and the network has a pole there. The test uses signs only: it extrapolates nothing, and never rejects a law over many
orders of magnitude such as a^1.5 / m. The branches of a tangent are compared in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .activations import ACTIVATIONS
from .backpropagation import forward
from .expansion import expanded
from .network import Network, Neuron

#: A sum must keep this share of the distance between its nearest row and its first decile from the end of a domain.
_CLEAR, _TENTH = 0.25, 0.1


def _has_pole(network: Network, values: Sequence[Array]) -> bool:
    """Whether a network has a pole between two rows.

    It has one where a denominator, an argument of a logarithm, one of their factors, or the base of their powers
    changes its sign: 1 / cos(x)^2 has a pole where the cosine does. A tangent has a pole where it changes its branch.
    """
    return any(_changes_branch(neuron, values) or
               any(values[i].min() < 0.0 < values[i].max() for i in _zeros(network, _divisor(neuron, values)))
               for neuron in network.neurons if neuron.children)


def _changes_branch(neuron: Neuron, values: Sequence[Array]) -> bool:
    branch = ACTIVATIONS[neuron.activation].branch
    return branch is not None and bool(np.ptp(branch(values[neuron.children[0]])) > 0)


def _divisor(neuron: Neuron, values: Sequence[Array]) -> list[int]:
    """Positions of the children that must not be zero."""
    if ACTIVATIONS[neuron.activation].pole_at_zero:
        return [neuron.children[-1]]
    return [neuron.children[0]] if neuron.activation == "pow" and (values[neuron.children[1]] < 0.0).any() else []


def _zeros(network: Network, where: list[int]) -> list[int]:
    """The neurons whose zeros are zeros of a given one: these neurons, their factors, and the bases of their powers."""
    found = list(where)
    for i in found:  # the list grows during the loop
        neuron = network.neurons[i]
        if neuron.activation == "mul":
            found += neuron.children
        elif neuron.activation in ("div", "pow") or (neuron.children and _vanishes_at_zero(neuron.activation)):
            found.append(neuron.children[0])
    return found


def _vanishes_at_zero(name: str) -> bool:
    degree = ACTIVATIONS[name].degree
    return degree is not None and degree > 0


def keeps_distance_from_poles(network: Network, columns: Array) -> bool:
    """Whether a network has no pole, and all sums keep a distance from the ends of the domains they are used in.

    Only sums must keep a distance from zero: other neurons have the sign of their inputs and may come as near to zero
    as these do.

    Args:
        columns: (d, n) the inputs.
    """
    network = expanded(network)
    values = forward(network, columns)
    if _has_pole(network, values):
        return False
    for neuron in network.neurons:
        below = [values[c] for c in neuron.children]
        for place, child in enumerate(neuron.children):
            room = _room(neuron, place, below, network.neurons[child].activation in ("add", "sub"))
            if room is not None and room.min() < _CLEAR * (np.quantile(room, _TENTH) - room.min()):
                return False
    return True


def _room(neuron: Neuron, place: int, below: Sequence[Array], is_sum: bool) -> Array | None:
    """The distance (n,) of a child's output from the ends of its parent's domain; None if there are none to watch."""
    name, v = neuron.activation, below[place]
    ends = (0.0,) if (name, place) == ("div", 1) else ACTIVATIONS[name].domain_ends
    if name == "pow" and place == 0 and not ((below[1] == np.round(below[1])).all() and (below[1] >= 0).all()):
        ends = (0.0,)
    ends = tuple(end for end in ends if end != 0.0 or is_sum)
    return np.min([np.abs(v - end) for end in ends], axis=0) if ends else None


def waves_are_resolved(network: Network, columns: Array) -> bool:
    """Whether the rows resolve all periodic functions: their arguments grow by at most one radian per row on average.

    A faster wave can take any value on any row, so it fits noise and predicts nothing between the rows.

    Args:
        columns: (d, n) the inputs.
    """
    waves = [n.children[0] for n in network.neurons if n.children and ACTIVATIONS[n.activation].periodic]
    if not waves:
        return True
    values = forward(network, columns)
    return all(np.ptp(values[i]) <= columns.shape[1] for i in waves)
