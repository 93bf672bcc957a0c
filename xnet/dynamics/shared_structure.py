"""Right-hand sides of one state tried for the others: states of a system often share their terms.

What one species loses another one gains, and coupled oscillators obey the same law with their roles exchanged. The best
formulas of each state are therefore fitted to every other state, as they are and with the two states exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from xnet.engine import Network

from .combinations import different
from .integral_matching import IntegralFit, IntegralRows

#: Formulas of each state that are tried for every other state.
_TRIED = 6


def with_formulas_of_others(fits: Sequence[Sequence[IntegralFit]], integrals: IntegralRows,
                            may_hold: Callable[[int, Network], bool]) -> tuple[tuple[IntegralFit, ...], ...]:
    """For every state its fits and those of the best formulas of other states, the best first.

    Args:
        fits: for every state its right-hand sides, the best first.
        integrals: what formulas are fitted to.
        may_hold: whether a network may be the right-hand side of a state.
    """
    best = [different((fit.network for fit in own), Network.structure)[:_TRIED] for own in fits]
    wider = []
    for i, own in enumerate(fits):
        tried = [network for network in formulas_of_others(best, i) if may_hold(i, network)]
        known = {fit.network.structure() for fit in own}
        new = [fit for network in different(tried, Network.structure) if network.structure() not in known
               and (fit := integrals.fit(network, i)) is not None]
        wider.append(tuple(sorted([*own, *new], key=lambda fit: fit.score)))
    return tuple(wider)


def formulas_of_others(networks: Sequence[Sequence[Network]], state: int) -> list[Network]:
    """The formulas of all other states, each as it is and with the two states exchanged.

    Args:
        networks: for every state its formulas.
        state: the state that they are tried for.
    """
    return [network for j, own in enumerate(networks) if j != state for one in own
            for network in (one, exchanged(one, state, j))]


def exchanged(network: Network, i: int, j: int) -> Network:
    """The network with two columns in each other's place."""
    other = {i: j, j: i}
    return replace(network, neurons=tuple(
        replace(neuron, index=other.get(neuron.index, neuron.index)) if neuron.activation == "variable" else neuron
        for neuron in network.neurons))
