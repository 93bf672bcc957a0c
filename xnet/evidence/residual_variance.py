"""The variance that the standard errors of constants rest on, where the loss of the fit is not this variance.

Counts scatter at least as Poisson's distribution says, but often more: the variance is that of Pearson's residuals if
they scatter more (quasi-likelihood; McCullagh & Nelder 1989, section 6.2.3). Under Huber's loss rows beyond twice the
robust scale have no part in the fit, as in a mean that leaves out extreme rows. With psi(r) = r for rows within that
limit c and 0 beyond it, the covariance is (Huber 1981, "Robust Statistics", section 7.6)

    mean psi(r)^2 / D^2 (sum of J J')^-1        with        D = share of rows within c - c g(c)

for the density g of |r|. The second term of D is the loss of information by rows that cross the limit when the formula
moves. Without it errors are 0.88 times as large as they should be for normal noise.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.fitting.levenberg_marquardt import noise_variance
from xnet.engine.fitting.losses import Huber, Loss, huber_threshold
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.network import Network

#: The half-width of the window in which the density at the limit is measured, as a share of the limit: times n^(-1/5).
_WINDOW = 0.8
#: D is at least this: few rows do not measure the density well.
_LEAST_INFORMATION = 0.4


def residual_variance(network: Network, rows: Rows, theta: Array, loss: float, n_parameters: int) -> float:
    """The variance of a row by which the inverse curvature of the loss becomes the covariance of the constants.

    Args:
        network: the formula.
        rows: the rows of the fit.
        theta: (p,) the constants at the optimum.
        loss: the normalised loss there.
        n_parameters: how many constants were fitted.
    """
    if not isinstance(rows.loss_function, Poisson | Huber) or not np.isfinite(loss):
        return noise_variance(rows, loss, n_parameters)
    f = network.with_constants(theta).evaluate(rows.columns.T)
    return variance_of_residuals(rows.loss_function, f, rows.y, rows.weight, max(rows.n - n_parameters, 1))


def variance_of_residuals(loss: Loss, f: Array, y: Array, weight: Array | None, degrees: float) -> float:
    """The same for outputs f (n,) of rows with the target y (n,), weights (n,) and so many degrees of freedom."""
    with np.errstate(all="ignore"):
        r = loss.residuals(f, y, weight)[1]
    estimated = float(r @ r) / max(degrees, 1)
    if isinstance(loss, Huber):
        return estimated * _inflation(np.abs(y - f), huber_threshold(f, y, weight), weight)
    if loss.dispersion is None:
        return estimated
    return max(loss.dispersion, estimated) if isinstance(loss, Poisson) else loss.dispersion


def _inflation(errors: Array, limit: float, weight: Array | None) -> float:
    """The share of rows within a limit over D^2, for absolute errors (n,): the curvature is that of these rows."""
    if not 0.0 < limit < np.inf:
        return 1.0
    share = np.full(len(errors), 1.0 / len(errors)) if weight is None else weight / weight.sum()
    within = float(share[errors <= limit].sum())
    window = _WINDOW * limit * len(errors) ** -0.2
    near = np.maximum(1.0 - ((errors - limit) / window) ** 2, 0.0)  # Epanechnikov's kernel
    density = float(share @ near) * 0.75 / window
    return within / max(within - limit * density, _LEAST_INFORMATION) ** 2
