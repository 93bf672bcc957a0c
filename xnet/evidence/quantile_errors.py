"""Standard errors of the constants of a quantile, the median among them.

The pinball loss has no curvature, so the weights of its reweighted least squares say nothing about errors. What counts
is the density of the target at the quantile: the covariance is the sandwich H^-1 V H^-1 with

    H = sum of w f J J'        and        V = share (1 - share) sum of w^2 J J'

for the weights w, the densities f at the formula and the rows J of the Jacobian (Koenker 2005, "Quantile Regression",
section 3.2). The density of a row is that of Hendricks and Koenker (1992): twice the bandwidth h of Hall and Sheather
(1988), over the distance between the formulas fitted to the shares share + h and share - h. It may differ from row to
row. Where these formulas cross, one density for all rows is taken from the residuals.

The density itself is known from the rows between the two formulas only, so intervals have Student's t with as many
degrees of freedom as rows there, less the constants that were fitted to them (`density_degrees`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.profiles import optimum
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network

#: A bandwidth leaves at least this share of the rows that lie beyond the quantile.
_LEFT = 0.1
#: A distance counts as at least this share of the median one: a row where the neighbouring formulas nearly meet by
#: chance would otherwise outweigh all others.
_LEAST_DISTANCE = 0.1
#: The last step of a fit to a neighbouring share lowers the loss by no more than this share of it.
_SMALL_GAIN = 1e-6


def bandwidth(share: float, n: int, n_parameters: int) -> float:
    """The half-width in shares over which a density is measured: that of Hall and Sheather for intervals of 95 %.

    It spans more rows than there are constants, because the formula runs through that many rows.

    >>> round(bandwidth(0.5, 200, 2), 3), round(bandwidth(0.9, 200, 2), 3)
    (0.166, 0.059)
    """
    z = float(ndtri(share))
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    found = n ** (-1 / 3) * float(ndtri(0.975)) ** (2 / 3) * (1.5 * density**2 / (2.0 * z * z + 1.0)) ** (1 / 3)
    return float(min(max(found, (n_parameters + 1) / n), (1.0 - _LEFT) * min(share, 1.0 - share)))


def density_degrees(share: float, n: int, n_parameters: int) -> float:
    """Degrees of freedom of a density measured over the `bandwidth`: the rows there less the constants, at least 1.

    >>> round(density_degrees(0.5, 200, 2), 1), round(density_degrees(0.9, 30, 2), 1)
    (64.5, 3.4)
    """
    return max(2.0 * n * bandwidth(share, n, n_parameters) - n_parameters, 1.0)


def one_density(residuals: Array, share: float, h: float) -> float:
    """The density of residuals (n,) at their quantile, the same for all rows; infinite where they are equal."""
    low, high = np.quantile(residuals, [share - h, share + h])
    return float(2.0 * h / (high - low)) if high > low else np.inf


def sandwich(J: Array, density: Array, weight: Array | None, share: float) -> tuple[Array, Array]:
    """H and V (p, p) of some rows, for their Jacobian (n, p), densities (n,) and weights (n,)."""
    w = np.ones(len(J)) if weight is None else weight
    return (J * (w * density)[:, None]).T @ J, share * (1.0 - share) * (J * (w * w)[:, None]).T @ J


def covariance_of(H: Array, V: Array) -> Array:
    """H^-1 V H^-1 (p, p); infinite where H is not finite, and for a constant without influence."""
    if not np.isfinite(H).all():
        return np.full(H.shape, np.inf)
    idle = ~(np.diag(H) > 0)
    size = np.where(idle, np.inf, np.sqrt(np.diag(H)))
    inverse = np.linalg.pinv(H / np.outer(size, size), rcond=1e-15, hermitian=True) / np.outer(size, size)
    found: Array = inverse @ V @ inverse
    found[idle, idle] = np.inf
    return found


def quantile_covariance(network: Network, rows: Rows, theta: Array, free: list[int]) -> Array:
    """The covariance (k, k) of the k constants that were fitted; zero where the residuals around the quantile are.

    Args:
        network: the structure.
        rows: the rows, with the loss of a quantile.
        theta: (p,) the optimum.
        free: positions of the constants that were fitted.
    """
    loss = rows.loss_function
    assert isinstance(loss, Quantile)
    density = _densities(network, rows, theta, free, loss)
    H, V, start = np.zeros((len(free), len(free))), np.zeros((len(free), len(free))), 0
    if not np.isfinite(density).all():
        return H
    for block in rows.blocks():
        J = jacobian(network, block.columns, theta)[1][:, free]
        h, v = sandwich(J, density[start:start + block.n], block.weight, loss.share)
        H, V, start = H + h, V + v, start + block.n
    return covariance_of(H, V)


def _densities(network: Network, rows: Rows, theta: Array, free: list[int], loss: Quantile) -> Array:
    """The densities (n,) of the target at the formula, row by row."""
    h = bandwidth(loss.share, rows.n, len(free))
    low, high = (_fitted(network, rows, theta, free, Quantile(share)) for share in (loss.share - h, loss.share + h))
    distance = high - low
    if np.isfinite(distance).all() and (distance > 0).all():
        found: Array = 2.0 * h / np.maximum(distance, _LEAST_DISTANCE * np.median(distance))
        return found
    residuals = rows.y - network.with_constants(theta).evaluate(rows.columns.T)
    return np.full(rows.n, one_density(residuals, loss.share, h))


def _fitted(network: Network, rows: Rows, theta: Array, free: list[int], loss: Quantile) -> Array:
    """The outputs (n,) of the formula fitted to another share."""
    rows = replace(rows, loss_function=loss)
    found, _ = optimum(network, rows, theta, free, least_gain=_SMALL_GAIN * rows.loss(network, theta))
    return network.with_constants(found).evaluate(rows.columns.T)
