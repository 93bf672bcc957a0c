"""Networks with own constants written as other networks: own constants as inputs, or as constants.

For algebra, an own constant is a variable that happens to have one value a group: `as_inputs` writes it as an input
behind the others, `from_inputs` turns it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .network import Network
from .own_constants import OwnConstants


def own_name(network: Network, j: int, names: Sequence[str]) -> str:
    """How own constant j is printed, e.g. `a[molecule]`.

    Args:
        names: names of the inputs.
    """
    assert network.own is not None
    return f"{network.own.letter(j)}[{names[network.own.column]}]"


def as_inputs(network: Network) -> Network:
    """The network with its k own constants as k inputs behind the others; the same network if it has none."""
    own = network.own
    if own is None:
        return network
    d = network.n_inputs
    neurons = tuple(replace(n, activation="variable", index=d + n.index) if n.activation == "own" else n
                    for n in network.neurons)
    return replace(network, neurons=neurons, n_inputs=d + len(own.values), own=None)


def as_constants(network: Network) -> Network:
    """The form: the network with its own constants behind the shared ones, at their values in the first group."""
    own, s = network.own, len(network.constants)
    if own is None:
        return network
    neurons = tuple(replace(n, activation="constant", index=s + n.index) if n.activation == "own" else n
                    for n in network.neurons)
    return replace(network, neurons=neurons, constants=(*network.constants, *(row[0] for row in own.values)), own=None)


def with_names(network: Network, names: Sequence[str]) -> tuple[Network, tuple[str, ...]]:
    """The network of `as_inputs`, and the names of all its inputs, for printers that know columns alone."""
    if network.own is None:
        return network, tuple(names)
    own = (own_name(network, j, names) for j in range(len(network.own.values)))
    return as_inputs(network), (*names[:network.n_inputs], *own)


def from_inputs(network: Network, own: OwnConstants) -> Network:
    """The network whose last inputs become own constants; those that it does not read are left out.

    Args:
        network: of d + k inputs.
        own: the values of the k own constants.
    """
    d = network.n_inputs - len(own.values)
    order = [i - d for i in dict.fromkeys(n.index for n in network.neurons if n.activation == "variable") if i >= d]
    neurons = tuple(replace(n, activation="own", index=order.index(n.index - d))
                    if n.activation == "variable" and n.index >= d else n for n in network.neurons)
    kept = replace(own, values=tuple(own.values[j] for j in order)) if order else None
    return replace(network, neurons=neurons, n_inputs=d, own=kept)
