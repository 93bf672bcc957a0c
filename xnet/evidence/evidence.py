"""Constants of a formula: rounding, and confidence intervals."""

from __future__ import annotations

import numpy as np
from scipy import stats

from xnet.engine.fitting.levenberg_marquardt import standard_errors
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.precedence import closed_form
from xnet.engine.networks.network import Network

from .scores import ROUNDING

#: To count as better, a formula must lower the squared error to this share of a simpler model's error.
BETTER = 0.9


def rounded(network: Network, digits: int | None) -> Network:
    """The network with its constants rounded to significant digits (None: unchanged).

    Fractions, multiples of pi and whole numbers are printed exactly, so they are not rounded.
    """
    if digits is None:
        return network
    return network.with_constants(c if closed_form(c) is not None else float(f"{c:.{digits}g}")
                                  for c in network.constants)


def most_digits(network: Network) -> int:
    """The largest number of significant digits among the constants that `rounded` would round; 1 if there is none."""
    return max((next(k for k in range(1, 18) if float(f"{c:.{k}g}") == c) for c in network.constants
                if closed_form(c) is None), default=1)


def confidence_intervals(network: Network, train: Rows) -> list[tuple[float, float] | None]:
    """95 % confidence intervals of the constants: Gauss-Newton covariance at the fit, with Student's t quantile.

    Returns:
        (low, high) for each constant. The ends are equal if the standard error is below rounding; None if the rows do
        not determine the constant.
    """
    if not network.constants:
        return []
    with np.errstate(all="ignore"):
        loss = train.loss(network)
        errors = standard_errors(network, train, loss) if np.isfinite(loss) else np.full(network.n_parameters, np.inf)
    reach = float(stats.t.ppf(0.975, max(len(train.y) - network.n_parameters, 1))) * errors
    return [None if not np.isfinite(r) else (c, c) if r <= ROUNDING * abs(c) else (c - float(r), c + float(r))
            for c, r in zip(network.constants, reach, strict=True)]
