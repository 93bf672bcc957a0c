"""Own functions written out: each call replaced by the function's body."""

from __future__ import annotations

from dataclasses import replace

from .activations import ACTIVATIONS
from .network import Network, Neuron
from .own_functions import is_definition


def expanded(network: Network) -> Network:
    """The network with the body of every own function in place of its call, its numbers as constants.

    A network without own functions is returned as it is.
    """
    if not any(is_definition(n.activation) for n in network.neurons):
        return network
    neurons: list[Neuron] = []
    constants = list(network.constants)
    places: list[int] = []
    for neuron in network.neurons:
        children = tuple(places[c] for c in neuron.children)
        if is_definition(neuron.activation):
            places.append(_append_body(ACTIVATIONS[neuron.activation].body, children, neurons, constants))
        else:
            neurons.append(Neuron(neuron.activation, children, neuron.index))
            places.append(len(neurons) - 1)
    return replace(network, neurons=tuple(neurons), constants=tuple(constants))


def _append_body(body: Network, arguments: tuple[int, ...], neurons: list[Neuron], constants: list[float]) -> int:
    """Append the neurons of a body over its arguments' neurons; returns the position of its last one."""
    places: list[int] = []
    for neuron in body.neurons:
        if neuron.activation == "variable":
            places.append(arguments[neuron.index])
            continue
        index = neuron.index
        if neuron.activation == "constant":
            constants.append(body.constants[neuron.index])
            index = len(constants) - 1
        neurons.append(Neuron(neuron.activation, tuple(places[c] for c in neuron.children), index))
        places.append(len(neurons) - 1)
    return places[-1]
