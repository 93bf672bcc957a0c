"""What a network does between the rows: a pole that no row happens to lie on is no explanation of measured data.

With few rows it is easy to put a pole between two of them and gain elsewhere; a new row near it is then off by any
amount. So a network that is not (all but) exact has to stay near the targets' range on points between each row and
its nearest neighbours, and a little beyond the outermost rows.
"""

from __future__ import annotations

import numpy as np

from .forward import forward
from .losses import Logistic
from .network import Network
from .noise import nearest_rows
from .parameters import Rows

Array = np.ndarray

#: Places on the line from a row (0) to a neighbour (1): from half a gap beyond the row, as many as make about so many
#: points, but so many at least and at most.
_BEYOND, _POINTS, _FEWEST, _MOST = -0.5, 8000, 8, 80
#: How far beyond the targets' range a value may lie, in units of the range.
_ROOM = 1.0
#: A network this close to all rows is taken for the law itself, poles included.
LAW_LOSS = 1e-10


def points_between(columns: Array) -> Array:
    """Points (d, k) between rows and their nearest neighbours, and beyond the outermost ones; columns are (d, n)."""
    nearest = nearest_rows(columns)
    if not len(nearest):
        return columns
    rows = columns[:, : len(nearest), None]
    step = columns[:, nearest] - rows
    count = int(np.clip(_POINTS // nearest.size, _FEWEST, _MOST))
    places = np.linspace(_BEYOND, 1.0, count, endpoint=False)
    return np.concatenate([(rows + place * step).reshape(len(columns), -1) for place in places], axis=1)


def tame(network: Network, points: Array, rows: Rows) -> bool:
    """Whether a network's values at the points (d, k) are finite and near the range of the rows' targets.

    Log-odds have no range: every network is tame for classes.
    """
    if isinstance(rows.kind, Logistic):
        return True
    low, high = float(rows.y.min()), float(rows.y.max())
    room = _ROOM * (high - low)
    with np.errstate(all="ignore"):
        values = forward(network, points)[-1]
    return bool(np.all((values >= low - room) & (values <= high + room)))
