"""Parts of a formula that read own constants alone, as one own constant: no row determines 7.2 in 7.2*a[subject]."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from .forward_pass import forward
from .network import Network, Neuron


def absorbed(network: Network) -> Network:
    """The network with every part of constants and own constants that nothing else reads as an own constant.

    7.2*a[g] becomes a[g], whose values are 7.2 times as large; exp(a[g]) and a[g] - 3 likewise. A part whose value is
    not finite in some group stays, and so does one whose constants are read elsewhere too.
    """
    own = network.own
    if own is None:
        return network
    neurons = network.neurons
    readers = Counter(child for neuron in neurons for child in neuron.children)
    named = Counter((n.activation, n.index) for n in neurons if n.activation in ("constant", "own"))
    alone = [False] * len(neurons)  # parts that only the neuron above reads, of numbers and constants
    has_own = [False] * len(neurons)
    for i, neuron in enumerate(neurons):
        leaf = neuron.activation == "number" or named[(neuron.activation, neuron.index)] == 1
        below = all(alone[c] and readers[c] == 1 for c in neuron.children)
        alone[i] = below if neuron.children else leaf and neuron.activation != "variable"
        has_own[i] = neuron.activation == "own" or any(has_own[c] for c in neuron.children)
    values = _values(network)
    parts = {i for i, neuron in enumerate(neurons) if neuron.children and alone[i] and has_own[i]
             and np.isfinite(values[i]).all()}
    inside = {c for i in sorted(parts, reverse=True) for c in neurons[i].children}  # the highest parts are taken
    whole = parts - inside
    return network if not whole else _rebuilt(network, whole, values)


def _values(network: Network) -> list[np.ndarray]:
    """The values of every neuron in the G groups, (G,) each; of what depends on columns they mean nothing."""
    own = network.own
    assert own is not None
    columns = np.zeros((network.n_inputs, own.n_groups))
    columns[own.column] = np.arange(own.n_groups)
    with np.errstate(all="ignore"):
        return forward(network, columns)


def _rebuilt(network: Network, whole: set[int], values: list[np.ndarray]) -> Network:
    """The network with the neurons at some positions as own constants of these values."""
    own = network.own
    assert own is not None
    neurons: list[Neuron] = []
    rows: list[tuple[float, ...]] = []
    kept: dict[int, int] = {}  # of constants, and below of own constants and parts: the old index and the new one
    new_own: dict[int, int] = {}
    place: dict[int, int] = {}

    def write(i: int) -> int:
        if i not in place:
            neuron = network.neurons[i]
            if i in whole or neuron.activation == "own":
                leaf = -1 - i if i in whole else neuron.index
                if leaf not in new_own:
                    new_own[leaf] = len(new_own)
                    rows.append(tuple(map(float, values[i])))
                new = Neuron("own", (), new_own[leaf])
            elif neuron.activation == "constant":
                kept[neuron.index] = kept.get(neuron.index, len(kept))
                new = Neuron("constant", (), kept[neuron.index])
            else:
                new = replace(neuron, children=tuple(write(c) for c in neuron.children))
            neurons.append(new)
            place[i] = len(neurons) - 1
        return place[i]

    write(len(network.neurons) - 1)
    constants = tuple(network.constants[i] for i in kept)
    return replace(network, neurons=tuple(neurons), constants=constants, own=replace(own, values=tuple(rows)))
