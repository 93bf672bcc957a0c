"""The loss of a quantile: a stated share of the rows lies below the formula; the median is the absolute error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri  # importing scipy.stats takes a second longer

from xnet.arrays import Array

from .error_losses import weighted
from .losses import UsualLoss


@dataclass(frozen=True)
class Quantile(UsualLoss):
    """The squared mean of the pinball loss (Koenker & Bassett 1978); with `share` 1/2 of half the absolute error.

    A squared mean has the unit of squared errors, as Huber's scale, so that losses of all kinds are compared alike: the
    log-likelihood of Laplace-distributed errors is -n log(mean error), which is half of -n log(squared mean error).
    Constants are fitted by iteratively reweighted least squares, with weights 1 / max(|error|, a thousandth of the
    median error).

    Attributes:
        share: the share of the rows that lie below the formula, in (0, 1).
    """

    share: float = 0.5
    in_target_units = True

    @property
    def name(self) -> str:
        """"absolute" for the median, else "quantile:SHARE"."""
        return "absolute" if self.share == 0.5 else f"quantile:{self.share:g}"

    @property
    def evidence(self) -> float:
        """What a gain in log-likelihood is worth as evidence, for normal errors: 0.64 for a median, 0.34 for 0.9.

        A useless constant lowers n log(loss) by one over it (Koenker & Machado 1999): by a density of errors at the
        quantile times their mean cost, both the normal density there, over share (1 - share).
        """
        z = float(ndtri(self.share))
        return float(np.exp(-z * z) / (2.0 * np.pi) / (self.share * (1.0 - self.share)))

    def _costs(self, f: Array, y: Array) -> Array:
        """The pinball losses (n,)."""
        r = y - f
        cost: Array = np.where(r > 0, self.share, self.share - 1.0) * r
        return cost

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted pinball losses (n,), times their mean."""
        cost = weighted(self._costs(f, y), weight)
        return cost * cost.mean()

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """The squared mean of the weighted pinball losses."""
        mean = float(weighted(self._costs(f, y), weight).mean())
        return mean * mean  # a power would raise an error where it overflows

    def _h(self, f: Array, y: Array, weight: Array | None, least: float) -> Array:
        """Weights (n,) with which a squared error is the pinball loss; `least` is a share of the median error."""
        r = y - f
        size = np.abs(r)
        smallest = max(least * float(np.median(size)), 1e-12 * float(size.max(initial=0.0)), 1e-300)
        h = np.where(r > 0, self.share, 1.0 - self.share) / np.maximum(size, smallest)
        return weighted(h * float(weighted(self._costs(f, y), weight).mean()), weight)

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """sqrt(h) and (y - f) sqrt(h) for the weights h of a reweighted least-squares step."""
        with np.errstate(all="ignore"):
            root: Array = np.sqrt(self._h(f, y, weight, 1e-3))
            return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """h, weighted."""
        return self._h(f, y, weight, 1e-3)

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """h (f - y) and h, weighted; errors below the median error share one weight."""
        h = self._h(f, y, weight, 1.0)
        return (f - y) * h, h

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """The weights of the rows."""
        return np.ones_like(y) if weight is None else weight

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The (weighted) quantile of the target."""
        if weight is None:
            return float(np.quantile(y, self.share))
        return float(np.quantile(y, self.share, weights=weight, method="inverted_cdf"))
