"""Whether what a network leaves unexplained looks like noise.

Rows with similar inputs have similar targets; if their residuals are similar too, there is something left to explain.
So the residuals of each row and of its nearest neighbours are multiplied: for noise the mean product is zero within
its standard error (a spatial autocorrelation in the manner of Moran 1950, on the neighbours of the Gamma test, Evans &
Jones 2002). Their sizes are asked in the same way. The test can only speak where neighbours tell something about the
target itself: with many inputs and few rows they do not, and then nothing is called noise.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .losses import SquaredError
from .rows import Rows

#: Neighbours of a row, rows that are looked at, and fewer rows than this tell nothing.
_NEIGHBOURS, _ROWS, _FEWEST = 3, 600, 40

#: Standard errors: at most so many are noise; at least so many in the target itself make the test speak.
_NOISE, _SPEAKS = 2.0, 6.0


def nearest_rows(columns: Array) -> Array:
    """Positions (n, k) of the rows nearest to each of the first rows, in ranks of the inputs (d, n)."""
    ranks = np.argsort(np.argsort(columns[:, :_ROWS], axis=1, kind="stable"), axis=1, kind="stable").astype(np.float64)
    squares = np.einsum("ij,ij->j", ranks, ranks)
    distance = squares[:, None] + squares[None, :] - 2.0 * ranks.T @ ranks
    np.fill_diagonal(distance, np.inf)
    return np.argpartition(distance, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]


def similarity(values: Array, nearest: Array) -> float:
    """How similar neighbours' values (n,) are, in standard errors of what chance makes of it."""
    r = values[: len(nearest)] - values[: len(nearest)].mean()
    variance = float(np.mean(r * r))
    if not variance > 0:
        return 0.0
    # A pair may count twice, once from each side: the variance of the sum is at most twice that of independent terms.
    return float(np.sum(r * r[nearest].mean(axis=1)) / variance / np.sqrt(2.0 * len(r) / _NEIGHBOURS))


def looks_like_noise(network: Network, rows: Rows, nearest: Array) -> bool:
    """Whether the residuals of a network on `rows` are no more similar among neighbours than noise is.

    False where the test cannot tell: few rows, or a target that neighbours say nothing about.
    """
    if len(nearest) < _FEWEST or not isinstance(rows.kind, SquaredError):
        return False
    residuals = rows.y - forward(network, rows.columns)[-1]
    # A misfit that swings faster than the rows lie shows by its size: it is large in some places, small in others.
    return similarity(rows.y, nearest) >= _SPEAKS and similarity(residuals, nearest) <= _NOISE \
        and similarity(np.abs(residuals), nearest) <= _NOISE
