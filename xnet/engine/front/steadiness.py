"""Whether a network stays near the range of the target a little outside the rows.

Leave-one-out errors say nothing about rows farther out than those of the table. There a formula that a search selected
from many may grow without limit or have no value, whereas the next row of a table is often its most extreme one.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

#: How much farther from the median of an input than its value in the table the network is evaluated.
FARTHER = 0.5
#: How far beyond the target's range its values may be there, in ranges of the target.
ROOM = 0.5


def is_steady(network: Network, rows: Rows) -> bool:
    """Whether the network's values at rows half as far again from the median are near the range of the target.

    Every input is moved alone, and all of them together. An input that is never negative stays positive where it was.

    Args:
        network: without constants of groups.
        rows: d inputs, n rows.
    """
    farther = _farther(rows.columns)
    low, high = float(rows.y.min()), float(rows.y.max())
    room = ROOM * (high - low)
    used = list(network.variables)
    for inputs in [used, *([j] for j in used if len(used) > 1)]:
        moved = rows.columns.copy()
        moved[inputs] = farther[inputs]
        with np.errstate(all="ignore"):
            values = forward(network, moved)[-1]
        if not (np.isfinite(values).all() and low - room <= values.min() and values.max() <= high + room):
            return False
    return True


def _farther(columns: Array) -> Array:
    """The inputs (d, n) half as far again from their medians; non-negative ones stay above 2/3 of their least value."""
    median = np.median(columns, axis=1, keepdims=True)
    least = columns.min(axis=1, keepdims=True)
    moved = median + (1.0 + FARTHER) * (columns - median)
    return np.where(least >= 0, np.maximum(moved, least / (1.0 + FARTHER)), moved)
