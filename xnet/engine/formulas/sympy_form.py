"""Networks as SymPy expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_inputs import with_names

from .precedence import closed_form, root_form
from .printed_network import printed_network


def to_sympy(network: Network, names: Sequence[str]) -> Any:
    """The SymPy expression of a network.

    Columns become symbols; constants become fractions, multiples of pi, roots or floats.

    Args:
        names: names of the columns.
    """
    network, names = with_names(printed_network(network), names)
    import sympy as sp  # here, because importing SymPy takes longer than a short search

    def constant(c: float) -> Any:
        form, root = closed_form(c), root_form(c)
        if root is not None:
            return sp.Rational(root.top if c > 0 else -root.top, root.bottom) * sp.sqrt(root.radicand)
        if form is None:
            return sp.Float(repr(float(c)), 17)
        fraction, unit = form
        value = sp.Rational(fraction.numerator, fraction.denominator)
        return value * sp.pi if unit == "pi" else value / sp.pi if unit else value

    def combine(i: int, neuron: Neuron, below: list[Any]) -> Any:
        if neuron.activation == "variable":
            return sp.Symbol(names[neuron.index])
        if neuron.activation == "constant":
            return constant(network.constants[neuron.index])
        if neuron.activation == "number":
            return sp.Integer(neuron.index)
        return ACTIVATIONS[neuron.activation].sympy(sp, *below)

    return network.fold(combine)
