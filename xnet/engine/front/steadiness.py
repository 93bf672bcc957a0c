"""Whether a network stays near the range of the target a little outside the rows.

Leave-one-out errors say nothing about rows farther out than those of the table. There a formula that a search selected
from many may grow without limit or have no value, whereas the next row of a table is often its most extreme one. How
far out it may lie is seen from the distances between the outermost rows: far with heavy tails or in few rows, nowhere
for an input with a few values.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

#: An input is moved by the distance between its most extreme value and the sixth (in fewer than 30 rows by that to one
#: row in six), which is what new rows may lie beyond; at most to twice its distance from the median.
_SPACINGS, _ROWS_A_SPACING = 5, 6
#: How far beyond the target's range its values may be there, in ranges of the target.
ROOM = 0.5


def is_steady(network: Network, rows: Rows) -> bool:
    """Whether the network's values at rows farther from the medians are near the range of the target.

    Every input is moved alone, and all of them together (`_farther`).

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
    """The inputs (d, n), each side of the median stretched; non-negative inputs stay above 2/3 of their least value."""
    n = columns.shape[1]
    k = max(1, min(_SPACINGS, n // _ROWS_A_SPACING))
    ordered, median = np.sort(columns, axis=1), np.median(columns, axis=1, keepdims=True)
    least, most = ordered[:, :1], ordered[:, -1:]
    below = _stretch(ordered[:, k:k + 1] - least, median - least)
    above = _stretch(most - ordered[:, n - 1 - k:n - k], most - median)
    away = columns - median
    moved = median + np.where(away > 0, above, below) * away
    return np.where(least >= 0, np.maximum(moved, least / 1.5), moved)


def _stretch(spacing: Array, reach: Array) -> Array:
    """The factor from 1 to 2 by which distances from the median grow, for (d, 1) spacings of the outermost rows."""
    return 1.0 + np.divide(spacing, reach, out=np.zeros_like(reach), where=reach > 0).clip(0.0, 1.0)
