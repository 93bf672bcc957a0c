"""Whether a network is defined everywhere inside a box of its inputs, by interval arithmetic.

A network that is defined at every row may still have a pole, or the end of a domain, between two rows: 1 / (x - 2.5)
on whole numbers, sqrt(a - b) where a < b in no row. Interval arithmetic over the box that the rows span never clears
such a network. It suspects a few others, where an input occurs twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from xnet.arrays import Array

from .activations import ACTIVATIONS
from .intervals import Interval, whole_power
from .network import Network, Neuron
from .sums_of_squares import least_value


def box_of(columns: Array) -> tuple[Interval, ...]:
    """The interval that every input (d, n) spans."""
    return tuple((float(c.min()), float(c.max())) for c in columns)


def is_defined_inside(network: Network, box: Sequence[Interval], *, squares: bool = False) -> bool:
    """Whether every neuron has a finite value for all inputs inside the box (one interval an input).

    Args:
        squares: whether a sum of two squares and their product is bounded as a whole (`sums_of_squares`).
    """
    return output_interval(network, box, squares=squares) is not None


def output_interval(network: Network, box: Sequence[Interval], *, squares: bool = False) -> Interval | None:
    """An interval that contains all values inside the box; None where a neuron may have none."""
    values: list[Interval] = []
    for neuron in network.neurons:
        try:
            value = bounds(neuron, network, values, box)
            if squares and value is not None and neuron.activation in ("add", "sub") and value[0] <= 0.0 < value[1]:
                value = max(value[0], least_value(network, len(values), values)), value[1]
        except (OverflowError, ZeroDivisionError, ValueError):
            return None
        if value is None or not (math.isfinite(value[0]) and math.isfinite(value[1])):
            return None
        values.append(value)
    return values[-1]


def bounds(neuron: Neuron, network: Network, values: Sequence[Interval], box: Sequence[Interval]) -> Interval | None:
    """The interval of a neuron's values by those of its children; None where it may have no value.

    Raises:
        OverflowError, ZeroDivisionError, ValueError: it may have no value either.
    """
    if neuron.activation == "variable":
        return box[neuron.index]
    if neuron.activation == "own" and network.own is not None:
        return min(network.own.values[neuron.index]), max(network.own.values[neuron.index])
    if not neuron.children:
        number = network.constants[neuron.index] if neuron.activation == "constant" else float(neuron.index)
        return number, number
    if neuron.activation == "mul" and neuron.children[0] == neuron.children[1]:
        return whole_power(values[neuron.children[0]], 2)  # one child twice: never negative
    rule = ACTIVATIONS[neuron.activation].bounds
    return None if rule is None else rule(*(values[c] for c in neuron.children))
