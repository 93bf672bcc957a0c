"""Waves on inputs of whole steps: of all frequencies that give the same values in the rows, the lowest.

sin(5.75*month) and -sin(0.533*month) are equal at whole months: the frequencies differ by 2*pi for each step. No row
tells them apart, but only the slow one says something between the rows (Nyquist).
"""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.known_values import KnownValue, form_of
from xnet.engine.networks.network import Network

from .rows import Rows

_WAVES, _SUMS = ("sin", "cos"), ("add", "sub", "neg")
#: Multiples of a step may differ from it by this share; fewer different values are no grid.
_TOLERANCE, _FEWEST = 1e-6, 4
#: The values of the network may change by this share of their spread.
_ROUNDING = 1e-6


def with_slow_waves(network: Network, rows: Rows, known: tuple[KnownValue, ...] = ()) -> Network:
    """The network whose waves on inputs of whole steps are as slow as they can be, with the same values in the rows.

    Args:
        network: any network.
        rows: the rows, which decide whether an input has whole steps.
        known: known constants, which stay.
    """
    if network.own is not None or not any(n.activation in _WAVES for n in network.neurons):
        return network
    changed = list(network.constants)
    for constant, variable in _frequencies(network):
        step = _step(rows.columns[variable])
        if step is not None and abs(changed[constant]) * step > math.pi and form_of(changed[constant], known) is None:
            turn = 2.0 * math.pi / step
            changed[constant] -= turn * round(changed[constant] / turn)
    if changed == list(network.constants):
        return network
    slow = network.with_constants(changed)
    with np.errstate(all="ignore"):
        before, after = network.evaluate(rows.columns.T), slow.evaluate(rows.columns.T)
        same = np.abs(after - before).max() <= _ROUNDING * np.std(before)
    return slow if same else network


def _frequencies(network: Network) -> list[tuple[int, int]]:
    """Pairs of a constant and the input that it multiplies in the argument of a wave, if nothing else reads it."""
    neurons = network.neurons
    read = [i for n in neurons for i in n.children]
    found, queue = [], [i for n in neurons if n.activation in _WAVES for i in n.children]
    while queue:
        i = queue.pop()
        if neurons[i].activation in _SUMS:
            queue += neurons[i].children
        elif neurons[i].activation == "mul":
            a, b = sorted((neurons[k] for k in neurons[i].children), key=lambda n: n.activation)
            constant = next(k for k in neurons[i].children if neurons[k] is a)
            if (a.activation, b.activation) == ("constant", "variable") and read.count(constant) == read.count(i) == 1:
                found.append((a.index, b.index))
    return [pair for pair in found if sum(n.activation == "constant" and n.index == pair[0] for n in neurons) == 1]


def _step(values: Array) -> float | None:
    """The step of which all values (n,) are multiples; None without one."""
    different = np.unique(values)
    if len(different) < _FEWEST:
        return None
    step = float(np.diff(different).min())
    with np.errstate(all="ignore"):
        multiples = different / step
    whole = np.isfinite(multiples).all() and np.abs(multiples - np.round(multiples)).max() <= _TOLERANCE
    return step if whole else None
