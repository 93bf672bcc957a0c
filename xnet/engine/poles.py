"""Where a network leaves what the rows vouch for: poles between rows, and sums that nearly touch the end of a domain.

A denominator is continuous, so if it is positive in one row and negative in another it is zero somewhere between them,
and the network has a pole there. The signs alone tell it: nothing is extrapolated, and a law over many orders of
magnitude, such as a^1.5 / m, is never suspected. The same holds for the branches of a tangent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .forward import forward
from .network import Network, Neuron

Array = np.ndarray

#: A sum is clear of the end of a domain by this share of the way from its nearest row there to its tenth of the rows.
_CLEAR, _TENTH = 0.25, 0.1


def has_pole(network: Network, columns: Array) -> bool:
    """Whether a denominator changes its sign, or a tangent its branch, from one row to another."""
    values = forward(network, columns)
    return any(_crosses(neuron, [values[c] for c in neuron.children]) for neuron in network.neurons)


def _crosses(neuron: Neuron, below: Sequence[Array]) -> bool:
    if neuron.activation == "tan":
        return bool(np.ptp(np.floor(below[0] / np.pi + 0.5)) > 0)
    if neuron.activation == "pow":
        return bool((below[1] < 0.0).any()) and _changes_sign(below[0])
    return neuron.activation in ("reciprocal", "div") and _changes_sign(below[-1])


def _changes_sign(v: Array) -> bool:
    return bool(v.min() < 0.0 < v.max())


def is_clear(network: Network, columns: Array) -> bool:
    """Whether there is no pole, and every sum that must not reach zero keeps a distance from it.

    What is no sum has the sign of its inputs and may come as near to zero as they do.
    """
    values = forward(network, columns)
    for neuron in network.neurons:
        below = [values[c] for c in neuron.children]
        if _crosses(neuron, below):
            return False
        for place, child in enumerate(neuron.children):
            room = _room(neuron, place, below, network.neurons[child].activation in ("add", "sub"))
            if room is not None and room.min() < _CLEAR * (np.quantile(room, _TENTH) - room.min()):
                return False
    return True


def _room(neuron: Neuron, place: int, below: Sequence[Array], is_sum: bool) -> Array | None:
    """How far a child is from where its parent's domain ends; None where it may go anywhere."""
    name, v = neuron.activation, below[place]
    if name in ("arcsin", "arccos"):
        return 1.0 - np.abs(v)
    if not is_sum:
        return None
    if name in ("log", "sqrt", "reciprocal") or (name, place) == ("div", 1):
        return np.abs(v)
    whole = name != "pow" or bool((below[1] == np.round(below[1])).all() and (below[1] >= 0).all())
    return None if whole or place else np.abs(v)
