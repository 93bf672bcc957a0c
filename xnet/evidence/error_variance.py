"""The variance of errors for the standard errors of constants: under Huber's robust scale, and of counts.

Counts scatter at least as Poisson's distribution says, but often more: the variance is that of Pearson's residuals if
they scatter more (quasi-likelihood; McCullagh & Nelder 1989, section 6.2.3).

Rows beyond two robust standard deviations s have no part in such a fit. So the constants vary more than those of least
squares on all rows: for normal errors without wild rows by the factor 1.16. The rows inside, |r| < t = 2 s, are taken
as the core of a normal distribution with standard deviation sigma. With a = t / sigma, P the share of the normal
distribution within a, and q the second moment of this part, their mean square is sigma^2 q / P. The asymptotic
covariance of the constants is (J'J)^-1 sigma^2 P / q, J the Jacobian of the rows inside: that of a Huber-type skipped
mean (Hampel et al., *Robust Statistics*, 1986).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import Poisson
from xnet.engine.fitting.levenberg_marquardt import noise_variance
from xnet.engine.fitting.losses import Huber, huber_threshold
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

#: Limits of a: below, the errors inside are no core of a normal distribution; above, no row is cut off.
_LEAST, _LARGEST = 1.0, 8.0


def error_variance(network: Network, rows: Rows, theta: Array, loss: float, n_parameters: int) -> float:
    """The variance that the inverse of J'J is multiplied by to give the covariance of constants.

    Args:
        network: the formula.
        rows: the rows.
        theta: (p,) the constants.
        loss: the normalised loss there.
        n_parameters: the number of constants that were fitted.

    Returns:
        In squared units of the target; in those of the variance of Poisson's distribution for counts; 1 under another
        loss that knows the noise level.
    """
    if isinstance(rows.loss_function, Huber | Poisson) and math.isfinite(loss):
        outputs = np.concatenate([forward(network, block.columns, theta)[-1] for block in rows.blocks()])
        return variance_of_rows(outputs, rows, n_parameters)
    return noise_variance(rows, loss, n_parameters)


def variance_of_rows(outputs: Array, rows: Rows, n_parameters: int) -> float:
    """The variance of `error_variance` for outputs (n,), under any loss but that of a quantile."""
    loss = rows.loss_function
    robust = robust_variance(outputs, rows, n_parameters) if isinstance(loss, Huber) else None
    if robust is not None:
        return robust
    pull = loss.residuals(outputs, rows.y, rows.weight)[1]
    found = float(pull @ pull) / max(rows.n - n_parameters, 1)
    if loss.dispersion is None:
        return found
    return max(found, loss.dispersion) if isinstance(loss, Poisson) else loss.dispersion


def robust_variance(outputs: Array, rows: Rows, n_parameters: int) -> float | None:
    """The variance of `error_variance` under `Huber`; None where no threshold is defined.

    Args:
        outputs: (n,) of the fitted formula.
        rows: the rows.
        n_parameters: the number of constants that were fitted.
    """
    errors = rows.y - outputs
    limit = huber_threshold(outputs, rows.y, rows.weight)
    inside = np.abs(errors) <= limit
    n = int(inside.sum())
    if not math.isfinite(limit) or n <= n_parameters:
        return None
    weight = None if rows.weight is None else rows.weight[inside]
    square = float(np.average(errors[inside] ** 2, weights=weight)) * n / (n - n_parameters)
    if square == 0.0:
        return 0.0
    share = square / limit**2
    of_weights = 1.0 if weight is None else float(weight.mean())  # J'J has these weights
    if share <= _mean_square(_LARGEST):
        return square * of_weights
    a = _LEAST if share >= _mean_square(_LEAST) else float(brentq(lambda a: _mean_square(a) - share, _LEAST, _LARGEST))
    inner, moment = _core(a)
    return (limit / a) ** 2 * inner / moment * of_weights


def _core(a: float) -> tuple[float, float]:
    """The share of the standard normal distribution within a, and the second moment of this part."""
    inner = float(2.0 * ndtr(a) - 1.0)
    return inner, inner - 2.0 * a * math.exp(-0.5 * a * a) / math.sqrt(2.0 * math.pi)


def _mean_square(a: float) -> float:
    """The mean square of a standard normal error within a, as a share of a^2; it falls with a."""
    inner, moment = _core(a)
    return moment / (inner * a * a)
