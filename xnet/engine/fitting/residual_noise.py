"""A test of whether the residuals of a network look like noise.

Rows with similar inputs have similar targets. If their residuals are similar too, the network leaves something
unexplained. The test multiplies the residual of each row with those of its nearest neighbours: for noise the mean
product is zero within its standard error. This is a spatial autocorrelation (Moran 1950), on the neighbours that the
Gamma test uses (Evans & Jones 2002). The sizes of the residuals are tested in the same way. The test has power only
where neighbours are similar in the target itself. With many inputs and few rows they are not, and then no residuals
count as noise.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .error_losses import KnownError, Poisson
from .losses import SquaredError
from .rows import Rows

#: Neighbours per row, the most rows used, and the fewest rows that the test needs.
_NEIGHBOURS, _MOST_ROWS, _FEWEST_ROWS = 3, 600, 40

#: A chi-square of n rows is that of noise up to n plus this many standard deviations.
_DEVIATIONS = 2.0
#: Similarities in standard errors: residuals count as noise up to the first; the target must reach the second.
LARGEST_OF_NOISE, _LEAST_OF_TARGET = 2.0, 6.0


def nearest_rows(columns: Array) -> Array:
    """The nearest neighbours of the first rows, by the Euclidean distance of the inputs' ranks.

    Args:
        columns: (d, n) the inputs.

    Returns:
        (min(n, 600), 3) positions of neighbours.
    """
    order = np.argsort(columns[:, :_MOST_ROWS], axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable").astype(np.float64)
    squares = np.einsum("ij,ij->j", ranks, ranks)
    distance = squares[:, None] + squares[None, :] - 2.0 * ranks.T @ ranks
    np.fill_diagonal(distance, np.inf)
    return np.argpartition(distance, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]


def neighbour_similarity(values: Array, nearest: Array, first: int | None = None) -> float:
    """How similar the values of neighbours are, in standard errors of the similarity of independent values.

    Args:
        values: (n,) one value per row.
        nearest: the result of `nearest_rows`.
        first: compare only the first rows with their neighbours, which may be any row; None for all rows.
    """
    r = values[: len(nearest)] - values[: len(nearest)].mean()
    variance = float(np.mean(r * r))
    if not variance > 0:
        return 0.0
    nearest = nearest[:first]
    # A pair may count twice, once from each side: the variance of the sum is at most twice that of independent terms.
    return float(np.sum(r[: len(nearest)] * r[nearest].mean(axis=1)) / variance
                 / np.sqrt(2.0 * len(nearest) / _NEIGHBOURS))


def looks_like_noise(network: Network, rows: Rows, nearest: Array) -> bool:
    """Whether the residuals of a network on `rows` are no more similar among neighbours than noise is.

    Args:
        nearest: the result of `nearest_rows` for the same rows.

    Returns:
        False also where the test has no power: few rows, a target that is not similar among neighbours, or another
        loss than squared error. Where the loss knows the noise, the Pearson statistic (chi-square for known standard
        errors) decides beside the similarity.
    """
    if isinstance(rows.loss_function, KnownError | Poisson):
        return _as_large_as_known(network, rows, nearest)
    if len(nearest) < _FEWEST_ROWS or not isinstance(rows.loss_function, SquaredError):
        return False
    residuals = rows.y - forward(network, rows.columns)[-1]
    # A misfit that oscillates faster than the rows can resolve has random signs, but its size varies between regions.
    return neighbour_similarity(rows.y, nearest) >= _LEAST_OF_TARGET and all(
        neighbour_similarity(values, nearest) <= LARGEST_OF_NOISE for values in (residuals, np.abs(residuals)))


def _as_large_as_known(network: Network, rows: Rows, nearest: Array) -> bool:
    """Whether the residuals, in units of their known sizes, have the chi-square of noise and no pattern."""
    f = forward(network, rows.columns)[-1]
    standardised = rows.loss_function.residuals(f, rows.y, rows.weight)[1]
    n = len(rows.y)
    if not float(standardised @ standardised) <= n + _DEVIATIONS * np.sqrt(2.0 * n):
        return False
    return len(nearest) < _FEWEST_ROWS or neighbour_similarity(standardised, nearest) <= LARGEST_OF_NOISE
