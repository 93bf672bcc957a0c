"""Losses: what a network's output costs in every row, and the gradient and curvature that the whole loop is built on.

A loss is a deviance: of a row's output f, twice the negative log-likelihood (of the squared error: the squared error).
`g` and `h` are the first and second derivative of half of it by f, so that squared error has g = f - y and h = 1, and
a structure phase or a Gauss-Newton step under any loss is weighted least squares with

    working target  t = f - g / h        and        weight  w = h.

Three losses: squared error; a robust scale of the errors (Huber's proposal 2), which a share of wild rows leaves as it
is; and the logistic loss, where f is the log-odds of a class (iteratively reweighted least squares).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from xnet.arrays import Array
from xnet.errors import DataError

#: A normalised loss (mean squared error over the target's variance) below this is rounding, not misfit.
EXACT_LOSS = 1e-20


class Loss(Protocol):
    """A loss of outputs f (n,) against y (n,), rows weighted with `weight` (n,) or all alike (None)."""

    @property
    def name(self) -> str:
        """The name it is chosen by."""

    @property
    def dispersion(self) -> float | None:
        """The deviance that one useless parameter takes away; None where the noise's variance has to be estimated."""

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """(n,) weighted deviances; their mean is the loss."""

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """The mean of `values`, fast; not finite where an output is not."""

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """(sqrt(h), -g / sqrt(h)): a Gauss-Newton step is least squares of the second by the first times J."""

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """(n,) the weighted h of `residuals`."""

    def working(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(g, h), both weighted, for the structure phase: h is kept from zero where a row is far from its target."""

    def constant(self, y: Array, weight: Array | None) -> float:
        """The constant output to start from."""

    @property
    def unseen(self) -> Loss:
        """The loss to score rows with that nothing was fitted to."""


@dataclass(frozen=True)
class SquaredError:
    """(f - y)^2."""

    name = "squared_error"
    dispersion = None

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """(n,) weighted squared errors."""
        r = f - y
        return r * r if weight is None else r * r * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Mean squared error."""
        r = f - y
        return float(r @ r if weight is None else r @ (weight * r)) / len(r)

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """(sqrt(weight), sqrt(weight) (y - f))."""
        if weight is None:
            return 1.0, y - f
        root = np.sqrt(weight)
        return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weights."""
        return np.ones_like(y) if weight is None else weight

    def working(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(f - y, 1), weighted."""
        g, h = f - y, np.ones_like(f)
        return (g, h) if weight is None else (g * weight, h * weight)

    @property
    def unseen(self) -> SquaredError:
        """The same."""
        return self

    def constant(self, y: Array, weight: Array | None) -> float:
        """The mean."""
        return float(np.average(y, weights=weight))


#: Errors beyond this many robust standard deviations count as if they were as large; E min(u^2, K^2) for normal u.
_K, _BETA = 2.0, 0.9205369256


@dataclass(frozen=True)
class Huber:
    """The squared robust scale s^2 of the errors: mean min(r^2, (2 s)^2) = 0.92 s^2 (Huber's proposal 2, 1964).

    The scale is found together with the fit, so no threshold has to be known: with normal noise s is its standard
    deviation, rows further out than 2 s count as if they were there, and a formula that is exact on more than 77 % of
    the rows has s = 0, whatever the others are. (With a fixed threshold wild rows would keep pulling at the
    constants, and their own large loss would hide what the network still misses elsewhere.)
    """

    name = "huber"
    dispersion = None

    def threshold(self, f: Array, y: Array, weight: Array | None) -> float:
        """2 s: errors up to here are inliers'."""
        r = np.sort(np.abs(f - y)) if weight is None else np.abs(f - y)
        size = r * r
        if weight is None:
            inner, outer = np.cumsum(size), np.arange(len(size) - 1, -1, -1.0)
        else:
            order = np.argsort(r, kind="stable")
            r, size, w = r[order], size[order], weight[order]
            inner, outer = np.cumsum(w * size), np.maximum(w.sum() - np.cumsum(w), 0.0)
        total = len(r) if weight is None else float(outer[0] + weight[order[0]])
        # With the m smallest inside, s^2 = inner / (beta n - K^2 (n - m)); the right m is the first that fits.
        below = _BETA * total - _K * _K * outer
        limit = np.where(below > 1e-9 * total, _K * _K * inner / np.where(below > 1e-9 * total, below, 1.0), np.inf)
        after = np.append(r[1:] ** 2, np.inf)
        fits = np.flatnonzero(np.isfinite(limit) & (limit <= after))
        return float(np.sqrt(limit[fits[0]])) if len(fits) and np.isfinite(r[-1]) else np.inf

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """(n,) squared errors, those of outliers cut off at (2 s)^2."""
        limit = self.threshold(f, y, weight)
        value = np.minimum((f - y) ** 2, limit * limit) / _BETA
        return value if weight is None else value * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """s^2."""
        limit = self.threshold(f, y, weight)
        mean_weight = 1.0 if weight is None else float(weight.mean())
        return mean_weight * (limit / _K) ** 2

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """As for squared error, with nothing for outliers: they do not move s."""
        r = y - f
        root = (np.abs(r) <= self.threshold(f, y, weight)) * (1.0 if weight is None else np.sqrt(weight))
        return root, r * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weights of the inliers; 0 for outliers."""
        inlier = (np.abs(f - y) <= self.threshold(f, y, weight)).astype(np.float64)
        return inlier if weight is None else inlier * weight

    def working(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """Outliers are moved to 2 s from f, where they are plausible, with a weight that falls with their distance."""
        r, limit = f - y, self.threshold(f, y, weight)
        far = np.maximum(np.abs(r), limit)
        h = np.maximum(np.where(far > limit, limit / np.where(far > 0, far, 1.0), 1.0) ** 2, 1e-6)
        h = h if weight is None else h * weight
        return h * np.clip(r, -limit, limit), h

    @property
    def unseen(self) -> Huber:
        """The same."""
        return self

    def constant(self, y: Array, weight: Array | None) -> float:
        """The mean of the rows near the median."""
        centre = float(np.median(y))
        for _ in range(30):
            near = self.curvature(np.full_like(y, centre), y, weight)
            new = float(np.average(y, weights=near)) if near.any() else centre
            if new == centre:
                break
            centre = new
        return centre


@dataclass(frozen=True)
class Logistic:
    """The logistic loss: y is 0 or 1, f the log-odds of 1.

    Where a boundary parts the classes without an error the likelihood grows for ever with the constants. So a row
    may have carried the wrong label with the probability `smoothing` (of the order of 1 / n, as in Platt 1999): the
    best log-odds are then +-log(1 / smoothing - 1), and the loss is measured from what they reach.
    """

    smoothing: float = 0.0
    name = "logistic"
    dispersion = 1.0

    def _parts(self, f: Array, y: Array) -> tuple[Array, Array]:
        """Gradient p - y and curvature p (1 - p)."""
        e = np.exp(-np.abs(f))
        p = np.where(f >= 0, 1.0, e) / (1.0 + e)
        return p - (y + self.smoothing * (1.0 - 2.0 * y)), e / (1.0 + e) ** 2

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """(n,) twice the log-loss, above the best possible."""
        soft = y + self.smoothing * (1.0 - 2.0 * y)
        least = sum(-s * np.log(s) for s in (self.smoothing, 1.0 - self.smoothing) if s > 0)
        with np.errstate(invalid="ignore", over="ignore"):
            # Written with |f|, so that nothing large is subtracted from something large.
            value = np.log1p(np.exp(-np.abs(f))) + np.maximum(f, 0.0) - soft * f - least
        value = 2.0 * np.where(np.isfinite(f), np.maximum(value, 0.0), np.inf)  # below zero there is only rounding
        return value if weight is None else value * weight

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Mean of `values`."""
        return float(self.values(f, y, weight).mean())

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """(sqrt(h), -g / sqrt(h)) with h = p (1 - p), kept from zero."""
        g, h = self._parts(f, y)
        root, by_weight = np.sqrt(np.maximum(h, 1e-10)), 1.0 if weight is None else np.sqrt(weight)
        return root * by_weight, -g / root * by_weight

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """The weighted p (1 - p)."""
        h = np.maximum(self._parts(f, y)[1], 1e-10)
        return h if weight is None else h * weight

    def working(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(p - y, p (1 - p)); rows on the wrong side for sure are asked to move by 4 at most."""
        g, h = self._parts(f, y)
        h = np.maximum(np.maximum(h, 0.25 * np.abs(g)), 1e-10)
        return (g, h) if weight is None else (g * weight, h * weight)

    @property
    def unseen(self) -> Logistic:
        """The log-loss itself."""
        return Logistic()

    def constant(self, y: Array, weight: Array | None) -> float:
        """The log-odds of the base rate."""
        p = float(np.average(y + self.smoothing * (1.0 - 2.0 * y), weights=weight))
        p = min(max(p, 1e-6), 1.0 - 1e-6)
        return float(np.log(p / (1.0 - p)))


SQUARED_ERROR = SquaredError()
#: How many rows of a table may carry a wrong label without a sign of it (`Logistic`).
SMOOTHING = 0.1
#: Losses to choose from by name.
LOSSES = ("squared_error", "huber", "logistic")


def make_loss(name: str, y: Array) -> Loss:
    """The loss of that name for a target.

    Raises:
        DataError: there is no such loss, or the target does not suit it.
    """
    if name == "squared_error":
        return SQUARED_ERROR
    if name == "huber":
        return Huber()
    if name == "logistic":
        if not np.isin(y, (0.0, 1.0)).all():
            raise DataError("The logistic loss needs a target of zeros and ones; give each class a number first, or "
                            "use XNetClassifier.")
        return Logistic(SMOOTHING / len(y))
    raise DataError(f"There is no loss {name!r}; choose one of {', '.join(map(repr, LOSSES))}.")

