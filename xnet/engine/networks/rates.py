"""Rates: constants that are the only number in the exponent of an exponential, such as c in exp(c*t).

exp(c*t) is also a power of a base, b**t with b = exp(c), or one with a doubling time or a half-life, 2**(t/T). Where
that number is simple, people write this form.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from .network import Network, Neuron


class Rate(NamedTuple):
    """Where a rate stands.

    Attributes:
        exponential: position of the neuron `exp`.
        product: position of the neuron `mul` with the constant as a child; no other neuron has it as a child.
        constant: position of the constant.
    """

    exponential: int
    product: int
    constant: int


def rates(network: Network) -> list[Rate]:
    """The rates of a network; a constant that stands in several places is none."""
    neurons = network.neurons
    if not any(n.activation == "exp" for n in neurons):
        return []
    uses = Counter(child for n in neurons for child in n.children)
    shares = Counter(n.index for n in neurons if n.activation == "constant")
    found = []
    for i, neuron in enumerate(neurons):
        if neuron.activation != "exp" or uses[neuron.children[0]] > 1:
            continue
        top = neuron.children[0]
        places = _products_with_a_constant(neurons, top, uses)
        if len(places) == 1:
            product, constant = places[0]
            if uses[constant] == 1 and shares[neurons[constant].index] == 1:
                found.append(Rate(i, product, constant))
    return found


def indices_of_rates(network: Network) -> set[int]:
    """The indices of the constants that are rates."""
    return {network.neurons[rate.constant].index for rate in rates(network)}


def _products_with_a_constant(neurons: tuple[Neuron, ...], i: int, uses: Counter[int]) -> list[tuple[int, int]]:
    """The products from neuron i downwards that have a constant as a factor, each with the position of the constant.

    A quotient counts by its numerator, and a factor with several parents is not entered.
    """
    neuron = neurons[i]
    factors = {"mul": neuron.children, "div": neuron.children[:1]}.get(neuron.activation, ())
    own = [(i, c) for c in factors if neurons[c].activation == "constant" and neuron.activation == "mul"]
    return own + [place for c in factors if uses[c] == 1 for place in _products_with_a_constant(neurons, c, uses)]
