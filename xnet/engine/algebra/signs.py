"""Signs of constants behind + and -: a + c, not a - (-c)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from xnet.engine.networks.network import Network

_OTHER = {"add": "sub", "sub": "add"}


def with_signs_taken_out(network: Network, library: Collection[str]) -> Network:
    """The network with a + c*x in the place of a - (-c)*x, and the other way round; its values are the same.

    A fit of the constants may give one the other sign. A constant that is read elsewhere too keeps its sign.

    Args:
        library: names of the allowed activations.
    """
    neurons, constants = list(network.neurons), list(network.constants)
    readers = Counter(child for neuron in neurons for child in neuron.children)
    named = Counter(neuron.index for neuron in neurons if neuron.activation == "constant")
    for i, neuron in enumerate(neurons):
        if _OTHER.get(neuron.activation) not in library:
            continue
        at = neuron.children[1]
        while readers[at] == 1 and neurons[at].activation in ("mul", "div"):
            at = neurons[at].children[0]
        c = neurons[at].index
        if readers[at] == 1 and neurons[at].activation == "constant" and named[c] == 1 and constants[c] < 0:
            neurons[i], constants[c] = replace(neuron, activation=_OTHER[neuron.activation]), -constants[c]
    changed = Network(tuple(neurons), tuple(constants), network.n_inputs, network.known, network.own)
    return network if changed == network else changed
