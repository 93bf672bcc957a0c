"""Losses of a network's outputs, with the gradient and curvature that both phases of the search need.

A loss is a deviance: twice the negative log-likelihood of an output f, up to a constant (for squared error the squared
error). g and h are the first and second derivative of half the deviance by f; squared error has g = f - y and h = 1.
The structure phase and a Gauss-Newton step under any loss are then weighted least squares with

    working response  t = f - g / h        and        weight  w = h

(iteratively reweighted least squares; McCullagh & Nelder 1989, "Generalized Linear Models"). The three losses are
squared error, a robust scale of the errors that outliers do not change (Huber 1964, proposal 2), and the logistic
loss, for which f is the log-odds of a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from xnet.arrays import Array

#: A normalised loss (mean squared error over the target's variance) below this is due to rounding.
EXACT_LOSS = 1e-20
#: Shares of two classes that differ by less than this, as a share, are equal: sums of weights round.
_EVEN = 1e-12


class Loss(Protocol):
    """A loss of outputs f (n,) against the target y (n,), with weights (n,) of the rows, or None for equal weights."""

    @property
    def name(self) -> str:
        """The name by which the loss is chosen, one of `LOSSES`."""

    @property
    def dispersion(self) -> float | None:
        """The deviance that the fit of one useless parameter removes; None if the noise level is unknown."""

    @property
    def is_least_dispersion(self) -> bool:
        """Whether the noise may be larger than `dispersion`: counts often scatter more than Poisson's distribution."""

    @property
    def exact_deviance(self) -> float:
        """The deviance of all rows below which nothing is left to explain; 0 where only rounding may be left."""

    @property
    def in_target_units(self) -> bool:
        """Whether the loss is in squared units of the target and ignores some rows, so that 0 needs a scale."""

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted deviances (n,); their mean is the loss."""

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """The mean of `values`, computed fast; not finite if an output is not."""

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """sqrt(h) and -g / sqrt(h): a Gauss-Newton step regresses the second on the Jacobian times the first."""

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weighted h (n,) of `residuals`."""

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """g and h (n,), both weighted, for the structure phase; h is kept away from 0."""

    def root_weights(self, y: Array, weight: Array | None) -> Array | None:
        """(n,) weights with which the target itself is matched; None where a working response is matched instead."""

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The constant output of least loss."""

    @property
    def without_smoothing(self) -> Loss:
        """The loss for rows that nothing was fitted to: the same, but without label smoothing (`Logistic`)."""


class UsualLoss:
    """What most losses have in common: an unknown noise level, and no label smoothing."""

    dispersion: float | None = None
    is_least_dispersion: bool = False
    exact_deviance: float = 0.0
    in_target_units: bool = False

    @property
    def without_smoothing(self) -> Self:
        """The same."""
        return self


@dataclass(frozen=True)
class SquaredError(UsualLoss):
    """(f - y)^2."""

    name = "squared_error"

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted squared errors (n,)."""
        r = f - y
        return r * r if weight is None else r * r * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Weighted mean squared error."""
        r = f - y
        return float(r @ r if weight is None else r @ (weight * r)) / len(r)

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """sqrt(weight) and sqrt(weight) (y - f)."""
        if weight is None:
            return 1.0, y - f
        root = np.sqrt(weight)
        return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weights."""
        return np.ones_like(y) if weight is None else weight

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """f - y and 1, weighted."""
        g, h = f - y, np.ones_like(f)
        return (g, h) if weight is None else (g * weight, h * weight)

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """The weights of the rows."""
        return np.ones_like(y) if weight is None else weight

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The mean."""
        return float(np.average(y, weights=weight))


#: Errors are cut off at this many robust standard deviations.
_CUTOFF = 2.0
#: E min(u^2, _CUTOFF^2) for a standard normal u; it makes the robust scale consistent for normal noise.
_CONSISTENCY = 0.9205369256


@dataclass(frozen=True)
class Huber(UsualLoss):
    """The squared robust scale s^2 of the errors r: mean min(r^2, (2 s)^2) = 0.92 s^2 (Huber 1964, proposal 2).

    The scale is found together with the fit, so no threshold is needed. For normal noise s is its standard deviation;
    errors beyond 2 s count as 2 s; a formula that is exact on more than 77 % of the rows has s = 0, whatever the other
    rows are. With a fixed threshold, outliers would keep pulling at the constants, and their large loss would hide
    the misfit of the other rows.
    """

    name = "huber"
    in_target_units = True

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted squared errors (n,), cut off at (2 s)^2 for outliers."""
        limit = huber_threshold(f, y, weight)
        value = np.minimum((f - y) ** 2, limit * limit) / _CONSISTENCY
        return value if weight is None else value * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """s^2, times the mean weight."""
        limit = huber_threshold(f, y, weight)
        mean_weight = 1.0 if weight is None else float(weight.mean())
        return mean_weight * (limit / _CUTOFF) ** 2

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """As for squared error, but 0 for outliers, because they do not change s."""
        r = y - f
        root = (np.abs(r) <= huber_threshold(f, y, weight)) * (1.0 if weight is None else np.sqrt(weight))
        return root, r * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weights of inliers (n,); 0 for outliers."""
        inlier = (np.abs(f - y) <= huber_threshold(f, y, weight)).astype(np.float64)
        return inlier if weight is None else inlier * weight

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """As for squared error, but outliers are moved to 2 s from f, and their weight falls with their distance."""
        r, limit = f - y, huber_threshold(f, y, weight)
        far = np.maximum(np.abs(r), limit)
        h = np.maximum(np.where(far > limit, limit / np.where(far > 0, far, 1.0), 1.0) ** 2, 1e-6)
        h = h if weight is None else h * weight
        return h * np.clip(r, -limit, limit), h

    def root_weights(self, y: Array, weight: Array | None) -> None:
        """None: the search starts from a working response."""

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The mean of the inliers around a centre, iterated from the median."""
        centre = float(np.median(y))
        for _ in range(30):
            near = self.curvature(np.full_like(y, centre), y, weight)
            new = float(np.average(y, weights=near)) if near.any() else centre
            if new == centre:
                break
            centre = new
        return centre


def huber_threshold(f: Array, y: Array, weight: Array | None) -> float:
    """2 s, the largest error of an inlier (`Huber`); infinite if an output is not finite.

    Args:
        f: (n,) outputs.
        y: (n,) the target.
        weight: (n,) weights of the rows, or None.
    """
    r = np.sort(np.abs(f - y)) if weight is None else np.abs(f - y)
    size = r * r
    if weight is None:
        inner, outer = np.cumsum(size), np.arange(len(size) - 1, -1, -1.0)
    else:
        order = np.argsort(r, kind="stable")
        r, size, w = r[order], size[order], weight[order]
        inner, outer = np.cumsum(w * size), np.maximum(w.sum() - np.cumsum(w), 0.0)
    total = len(r) if weight is None else float(outer[0] + weight[order[0]])
    # With the m smallest errors as inliers, s^2 = inner / (consistency n - cutoff^2 (n - m)).
    # The first m whose threshold lies below the next error is the right one.
    below = _CONSISTENCY * total - _CUTOFF * _CUTOFF * outer
    usable = below > 1e-9 * total
    limit = np.where(usable, _CUTOFF * _CUTOFF * inner / np.where(usable, below, 1.0), np.inf)
    after = np.append(r[1:] ** 2, np.inf)
    fits = np.flatnonzero(np.isfinite(limit) & (limit <= after))
    return float(np.sqrt(limit[fits[0]])) if len(fits) and np.isfinite(r[-1]) else np.inf


@dataclass(frozen=True)
class Logistic:
    """The logistic loss for a target y of 0 and 1 and outputs f, the log-odds of 1.

    If a boundary separates the classes without an error, the likelihood grows without limit as the constants grow. So
    every label is taken to be wrong with the probability `smoothing`, of the order of 1 / n (Platt 1999). The best
    log-odds are then +-log(1 / smoothing - 1), and the loss of these is subtracted.
    """

    smoothing: float = 0.0
    name = "logistic"
    dispersion = 1.0
    is_least_dispersion = False
    #: What Akaike's information criterion (1974) demands for one parameter: below it no further one can pay for itself.
    exact_deviance = 2.0
    in_target_units = True

    def _parts(self, f: Array, y: Array) -> tuple[Array, Array]:
        """The gradient p - y and the curvature p (1 - p), for the smoothed labels y and p = 1 / (1 + exp(-f))."""
        e = np.exp(-np.abs(f))
        p = np.where(f >= 0, 1.0, e) / (1.0 + e)
        return p - (y + self.smoothing * (1.0 - 2.0 * y)), e / (1.0 + e) ** 2

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Twice the log-loss (n,), less that of the best possible log-odds, weighted."""
        soft = y + self.smoothing * (1.0 - 2.0 * y)
        least = sum(-s * np.log(s) for s in (self.smoothing, 1.0 - self.smoothing) if s > 0)
        with np.errstate(invalid="ignore", over="ignore"):
            # |f| avoids the difference of two large numbers.
            value = np.log1p(np.exp(-np.abs(f))) + np.maximum(f, 0.0) - soft * f - least
        value = 2.0 * np.where(np.isfinite(f), np.maximum(value, 0.0), np.inf)  # negative values are rounding errors
        return value if weight is None else value * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Mean of `values`."""
        return float(self.values(f, y, weight).mean())

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """sqrt(h) and -g / sqrt(h) for h = p (1 - p), with a lower bound of 1e-10."""
        g, h = self._parts(f, y)
        root, by_weight = np.sqrt(np.maximum(h, 1e-10)), 1.0 if weight is None else np.sqrt(weight)
        return root * by_weight, -g / root * by_weight

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """p (1 - p), with a lower bound of 1e-10, weighted."""
        h = np.maximum(self._parts(f, y)[1], 1e-10)
        return h if weight is None else h * weight

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """p - y and p (1 - p), weighted; h is at least |g| / 4, so that working responses are at most 4 off."""
        g, h = self._parts(f, y)
        h = np.maximum(np.maximum(h, 0.25 * np.abs(g)), 1e-10)
        return (g, h) if weight is None else (g * weight, h * weight)

    def root_weights(self, y: Array, weight: Array | None) -> None:
        """None: the search starts from a working response."""

    @property
    def without_smoothing(self) -> Logistic:
        """The logistic loss without label smoothing."""
        return Logistic()

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The log-odds of the base rate; exactly 0 for classes of equal weight, to the last digits of the sums."""
        soft = y + self.smoothing * (1.0 - 2.0 * y)
        p, q = (float(np.average(share, weights=weight)) for share in (soft, 1.0 - soft))
        odds = min(max(p, 1e-6), 1.0 - 1e-6) / min(max(q, 1e-6), 1.0 - 1e-6)
        return 0.0 if abs(odds - 1.0) <= _EVEN else float(np.log(odds))


SQUARED_ERROR = SquaredError()
#: The expected number of wrong labels in a table; the probability is this over the number of rows (`Logistic`).
SMOOTHING = 0.1
