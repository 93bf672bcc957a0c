"""Factors of 1, which are not printed, as constants: in 0.03*x*y - y the second term has the factor 1.

The rows do not say that such a factor is exactly 1. So intervals let it vary, beside the constants that are printed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from xnet.engine import Network, Neuron
from xnet.engine.formulas.text import to_text

from .observations import Observations
from .system import System

#: Activations through which a right-hand side is a sum, and through which a term is a product.
_SUMS, _PRODUCTS = ("add", "sub", "neg"), ("mul", "div", "neg")


class Added(NamedTuple):
    """A constant that was added.

    Attributes:
        value: it is printed as this integer, or as no number where it is 1.
        term: the term whose factor it is, as text; None for an integer that is a term itself.
    """

    value: float
    term: str | None


def with_unit_factors(system: System, observed: Observations) -> tuple[System, tuple[tuple[Added, ...], ...]]:
    """The system with a constant of value 1 before every term without a constant factor.

    An exact integer that is a term becomes a constant of its value. The velocity of a state of second order is that
    state's derivative by definition, and keeps its form.

    Args:
        system: a system of d states.
        observed: its rows.

    Returns:
        The wider system, and for each state its new constants. In a right-hand side they come after the others.
    """
    networks, added = [], []
    for i, network in enumerate(system.networks):
        wider, positions = (network, []) if _is_velocity(network, i, observed) else _wider(network)
        networks.append(wider)
        added.append(tuple(_added(network, position, system.names) for position in positions))
    return replace(system, networks=tuple(networks)), tuple(added)


def _is_velocity(network: Network, state: int, observed: Observations) -> bool:
    neuron = network.neurons[-1]
    return bool(neuron.activation == "variable" and observed.measured[state]
                and neuron.index < len(observed.measured) and not observed.measured[neuron.index])


def _wider(network: Network) -> tuple[Network, list[int]]:
    """The network with its unit factors as constants, and the positions of their terms."""
    neurons, values, positions = list(network.neurons), list(network.constants), list[int]()

    def added(neuron: Neuron) -> int:
        neurons.append(neuron)
        return len(neurons) - 1

    def constant(position: int, value: float) -> int:
        positions.append(position)
        values.append(value)
        return added(Neuron("constant", (), len(values) - 1))

    def spread(i: int) -> int:
        neuron = network.neurons[i]
        if neuron.activation in _SUMS:
            return added(Neuron(neuron.activation, tuple(spread(child) for child in neuron.children)))
        if neuron.activation == "number":
            return constant(i, float(neuron.index)) if neuron.index else i
        return i if _has_constant_factor(network, i) else added(Neuron("mul", (constant(i, 1.0), i)))

    spread(len(network.neurons) - 1)
    return (Network(tuple(neurons), tuple(values), network.n_inputs), positions) if positions else (network, [])


def _has_constant_factor(network: Network, i: int) -> bool:
    neuron = network.neurons[i]
    return neuron.activation == "constant" or (
        neuron.activation in _PRODUCTS and any(_has_constant_factor(network, child) for child in neuron.children))


def _added(network: Network, position: int, names: tuple[str, ...]) -> Added:
    neuron = network.neurons[position]
    if neuron.activation == "number":
        return Added(float(neuron.index), None)
    return Added(1.0, to_text(replace(network, neurons=network.neurons[:position + 1]), names))
