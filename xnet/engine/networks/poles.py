"""Where a network leaves what the rows vouch for: poles between rows, and sums that nearly touch the end of a domain.

A denominator is continuous, so if it is positive in one row and negative in another it is zero somewhere between them,
and the network has a pole there. The signs alone tell it: nothing is extrapolated, and a law over many orders of
magnitude, such as a^1.5 / m, is never suspected. The same holds for the branches of a tangent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array

from .activations import ACTIVATIONS
from .backpropagation import forward
from .network import Network, Neuron

#: A sum is clear of the end of a domain by this share of the way from its nearest row there to its tenth of the rows.
_CLEAR, _TENTH = 0.25, 0.1


def has_pole(network: Network, columns: Array) -> bool:
    """Whether what is divided by (or taken the logarithm of) changes its sign from one row to another.

    Or one of its factors, or what it is a power of: 1 / cos(x)^2 has a pole where the cosine changes its sign. A
    tangent has one where it changes its branch.
    """
    return _has_pole(network, forward(network, columns))


def _has_pole(network: Network, values: Sequence[Array]) -> bool:
    return any(_changes_branch(neuron, values) or
               any(values[i].min() < 0.0 < values[i].max() for i in _zeros(network, _divisor(neuron, values)))
               for neuron in network.neurons if neuron.children)


def _changes_branch(neuron: Neuron, values: Sequence[Array]) -> bool:
    branch = ACTIVATIONS[neuron.activation].branch
    return branch is not None and bool(np.ptp(branch(values[neuron.children[0]])) > 0)


def _divisor(neuron: Neuron, values: Sequence[Array]) -> list[int]:
    """What must not be zero below a neuron."""
    if ACTIVATIONS[neuron.activation].pole_at_zero:
        return [neuron.children[-1]]
    return [neuron.children[0]] if neuron.activation == "pow" and (values[neuron.children[1]] < 0.0).any() else []


def _zeros(network: Network, where: list[int]) -> list[int]:
    """The neurons that are zero where one of the given ones is: these, their factors, and the bases of their powers."""
    found = list(where)
    for i in found:  # grows while it is gone through
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
    """Whether there is no pole, and every sum that must not reach zero keeps a distance from it.

    What is no sum has the sign of its inputs and may come as near to zero as they do.
    """
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
    """How far a child is from where its parent's domain ends; None where it may go anywhere."""
    name, v = neuron.activation, below[place]
    ends = (0.0,) if (name, place) == ("div", 1) else ACTIVATIONS[name].domain_ends
    if name == "pow" and place == 0 and not ((below[1] == np.round(below[1])).all() and (below[1] >= 0).all()):
        ends = (0.0,)
    ends = tuple(end for end in ends if end != 0.0 or is_sum)
    return np.min([np.abs(v - end) for end in ends], axis=0) if ends else None


def waves_are_resolved(network: Network, columns: Array) -> bool:
    """Whether the rows resolve every wave: its argument must not run faster than a radian a row.

    A faster one takes any value on any row, so it fits noise, and says nothing between the rows.
    """
    waves = [n.children[0] for n in network.neurons if n.children and ACTIVATIONS[n.activation].periodic]
    if not waves:
        return True
    values = forward(network, columns)
    return all(np.ptp(values[i]) <= columns.shape[1] for i in waves)
