"""Three stricter tests of what a network leaves over: whether it is noise, and whether these rows would show that.

The test of neighbours (`residual_noise`) has power where the target is smooth, but a remainder may be rougher than the
target, and long fitted networks leave residuals without similar neighbours. So a search ends itself only where these
tests agree with it (`search/noise_ending`):

* no low power or product of up to three inputs correlates with the residuals;
* a smooth function of the inputs plus noise explains the residuals no better than noise alone (a Gaussian process,
  by its profile likelihood; Rasmussen & Williams 2006, chapter 5);
* the test of neighbours has power here: it detects most functions of a bank of waves and products.

All inputs are replaced by their ranks, from -1 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import erfc

import numpy as np

from xnet.arrays import Array

from .residual_noise import neighbour_similarity

#: The least p-value of the correlations, after Bonferroni's correction for their number.
LEAST_P_VALUE = 0.2
#: The largest twofold log likelihood ratio of a smooth remainder.
LARGEST_RATIO = 0.1
#: The least median similarity of neighbours, in standard errors, over the functions of the bank.
LEAST_POWER = 6.0
#: The most rows for the likelihood, which takes eigenvalues of matrices of this size.
_MOST_ROWS = 400
#: Widths of the kernel, relative to the largest distance of two rows; shares of the smooth part in the variance.
_WIDTHS, _SHARES = (0.05, 0.1, 0.2, 0.4), (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)

Eigen = tuple[Array, Array]


def scaled_ranks(columns: Array) -> Array:
    """The ranks of the inputs (d, n), from -1 to 1."""
    n = columns.shape[1]
    ranks = np.argsort(np.argsort(columns, axis=1, kind="stable"), axis=1, kind="stable")
    return 2.0 * ranks / max(n - 1, 1) - 1.0


def correlation_p_value(residuals: Array, ranks: Array) -> float:
    """The p-value of the largest correlation of the residuals (n,) with powers and products of the ranks (d, n)."""
    r = residuals - residuals.mean()
    size, n = float(np.sqrt(r @ r)), len(r)
    if not size > 0 or n < 5:
        return 1.0
    largest, count = 0.0, 0
    for probe in _products(ranks, 3):
        centred = probe - probe.mean()
        length = float(np.sqrt(centred @ centred))
        if length > 0:
            largest, count = max(largest, abs(float(r @ centred)) / (size * length)), count + 1
    z = np.arctanh(min(largest, 1.0 - 1e-12)) * np.sqrt(n - 3.0)  # Fisher's transform
    return float(min(1.0, count * erfc(z / np.sqrt(2.0))))


def _products(ranks: Array, most: int) -> Iterator[Array]:
    """Powers up to the third of every input, and products of up to `most` different inputs."""
    for u in ranks:
        yield from (u, u * u, u**3)
    for size in range(2, most + 1):
        for chosen in combinations(ranks, size):
            yield np.prod(chosen, axis=0)


def kernel_eigen(ranks: Array) -> tuple[Array, list[Eigen]]:
    """The rows used (k,), and eigenvalues (k,) and eigenvectors (k, k) of the smooth covariance, one pair a width."""
    d, n = ranks.shape
    chosen = np.arange(n) if n <= _MOST_ROWS else np.linspace(0, n - 1, _MOST_ROWS).round().astype(np.intp)
    points = ranks[:, chosen]
    squares = np.einsum("ij,ij->j", points, points)
    distance = np.maximum(squares[:, None] + squares[None, :] - 2.0 * points.T @ points, 0.0)
    widths = [share * 2.0 * np.sqrt(d) for share in _WIDTHS]
    return chosen, [_eigen(np.exp(-distance / (2.0 * width * width))) for width in widths]


def _eigen(kernel: Array) -> Eigen:
    found = np.linalg.eigh(kernel)
    return np.maximum(found.eigenvalues, 0.0), found.eigenvectors


def smooth_likelihood_ratio(residuals: Array, chosen: Array, eigen: Sequence[Eigen]) -> float:
    """Twice the gain in log likelihood of a smooth function plus noise over noise alone; 0 where there is none.

    Args:
        residuals: (n,) residuals.
        chosen, eigen: the result of `kernel_eigen` for the ranks of the same rows.
    """
    r = residuals[chosen] - residuals[chosen].mean()
    n = len(r)
    if not float(r @ r) > 0:
        return 0.0
    alone = n * float(np.log(np.mean(r * r)))
    best = 0.0
    for values, vectors in eigen:
        z = (vectors.T @ r) ** 2
        for share in _SHARES:
            spread = (1.0 - share) + share * values
            best = max(best, alone - n * float(np.log(np.mean(z / spread))) - float(np.log(spread).sum()))
    return best


def median_power(ranks: Array, nearest: Array) -> float:
    """The median similarity of neighbours over a bank of waves and products of up to three inputs.

    Args:
        nearest: the result of `nearest_rows` for the same rows.
    """
    waves = [np.sin(np.pi * frequency * u + phase) for u in ranks for frequency in (1.0, 2.0, 3.0)
             for phase in (0.0, 0.5 * np.pi)]
    mixed = [np.sin(np.pi * frequency * (u + v)) for u, v in combinations(ranks, 2) for frequency in (1.0, 2.0)]
    products = [np.prod(chosen, axis=0) for size in (2, 3) for chosen in combinations(ranks, size)]
    return float(np.median([neighbour_similarity(values, nearest) for values in (*waves, *mixed, *products)]))
