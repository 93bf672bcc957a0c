"""Losses that say what an error costs: relative and logarithmic errors, counts, known standard errors.

All of them are deviances of the protocol `Loss` (McCullagh & Nelder 1989, "Generalized Linear Models"). Before there is
a network, the target itself is matched with the weights of `root_weights`: to first order in the error they give every
row the influence that the loss gives it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

from .losses import UsualLoss

#: A relative error divides by at least this share of the median size of the target.
_LEAST_SIZE = 1e-6
#: Curvatures are at least this, so that a Gauss-Newton step stays bounded.
_LEAST_CURVATURE = 1e-12


def weighted(values: Array, weight: Array | None) -> Array:
    """The values (n,) times the weights (n,), if there are any."""
    return values if weight is None else values * weight


def root_of(h: Array, weight: Array | None) -> Array:
    """The roots (n,) of weighted curvatures (n,)."""
    root: Array = np.sqrt(weighted(h, weight))
    return root


@dataclass(frozen=True)
class Relative(UsualLoss):
    """((f - y) / max(|y|, floor))^2: an error of 1 % costs the same in every row.

    Attributes:
        floor: the least size that an error is divided by, for rows where the target is zero.
    """

    floor: float
    name = "relative"

    @classmethod
    def of(cls, y: Array) -> Relative:
        """The loss for a target y (n,): the floor is its smallest size, but at least 1e-6 of its median size."""
        size = np.abs(y)[y != 0]
        return cls(1.0 if not len(size) else max(float(size.min()), _LEAST_SIZE * float(np.median(size))))

    def _h(self, y: Array) -> Array:
        h: Array = np.maximum(np.abs(y), self.floor) ** -2.0
        return h

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted squared relative errors (n,)."""
        return weighted((f - y) ** 2 * self._h(y), weight)

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Weighted mean squared relative error."""
        return float(self.values(f, y, weight).mean())

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """1 / s and (y - f) / s for s = max(|y|, floor)."""
        root = root_of(self._h(y), weight)
        return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """1 / s^2, weighted."""
        return self.root_weights(y, weight)

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(f - y) / s^2 and 1 / s^2, weighted."""
        h = self.root_weights(y, weight)
        return (f - y) * h, h

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """1 / s^2, weighted."""
        return weighted(self._h(y), weight)

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The mean with weights 1 / s^2."""
        return float(np.average(y, weights=self.root_weights(y, weight)))


@dataclass(frozen=True)
class Logarithmic(UsualLoss):
    """(log f - log y)^2 for a positive target: a factor of 2 costs the same in every row, up or down.

    An output that is not positive has an infinite loss.
    """

    name = "log"

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted squared errors of the logarithms (n,); infinite where f is not positive."""
        return weighted(self._error(f, y) ** 2, weight)

    @staticmethod
    def _error(f: Array, y: Array) -> Array:
        """log f - log y, exact also where f is nearly y; infinite where f is not positive."""
        with np.errstate(all="ignore"):
            return np.where(f > 0, np.log1p((f - y) / y), np.inf)

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Mean of `values`."""
        return float(self.values(f, y, weight).mean())

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """1 / f and log y - log f."""
        with np.errstate(all="ignore"):
            root = root_of(f**-2.0, weight)
            return root, -weighted(self._error(f, y), None if weight is None else np.sqrt(weight))

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """1 / f^2, weighted."""
        return weighted(f**-2.0, weight)

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(log f - log y) / f and 1 / f^2, weighted; the working target is within a factor of e^2 of f."""
        with np.errstate(all="ignore"):
            h = np.where(f > 0, f**-2.0, y**-2.0)
            g = np.where(f > 0, np.clip(self._error(f, y), -2.0, 2.0) / f, (f - y) * h)
        return weighted(g, weight), weighted(h, weight)

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """1 / y^2, weighted: under exp, where the target is log y, all rows then weigh the same."""
        return weighted(y**-2.0, weight)

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The geometric mean."""
        return float(np.exp(np.average(np.log(y), weights=weight)))


@dataclass(frozen=True)
class Poisson(UsualLoss):
    """Twice the negative log-likelihood of counts y with the mean f, less that of f = y.

    An output that is not positive has an infinite loss, but 0 is right where the count is 0.
    """

    name = "poisson"
    dispersion = 1.0
    is_least_dispersion = True

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Weighted deviances (n,): 2 (y log(y / f) - y + f)."""
        with np.errstate(all="ignore"):
            ratio = np.where(y > 0, f / np.where(y > 0, y, 1.0), 1.0)
            value = np.where(y > 0, y * (ratio - 1.0 - np.log(ratio)), f)
            value = np.where((f > 0) | ((f == 0) & (y == 0)), 2.0 * np.maximum(value, 0.0), np.inf)
        return weighted(value, weight)

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Mean of `values`."""
        return float(self.values(f, y, weight).mean())

    def _h(self, f: Array) -> Array:
        """The expected curvature 1 / f."""
        h: Array = 1.0 / np.maximum(f, _LEAST_CURVATURE)
        return h

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """1 / sqrt(f) and (y - f) / sqrt(f)."""
        root = root_of(self._h(f), weight)
        return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """1 / f, weighted."""
        return weighted(self._h(f), weight)

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """1 - y / f and 1 / f, weighted."""
        h = weighted(np.where(f > 0, self._h(f), 1.0 / (y + 0.5)), weight)
        return (f - y) * h, h

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """1 / (y + 1/2), weighted: about one over the variance of a count."""
        return weighted(1.0 / (y + 0.5), weight)

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The mean."""
        return float(np.average(y, weights=weight))


@dataclass(frozen=True)
class KnownError(UsualLoss):
    """Squared errors in units of known standard errors: the sum over the rows is chi-square.

    The weights of the rows are those of `known_errors`: 1 / error^2, divided by their mean.

    Attributes:
        unit: the mean of 1 / error^2, with which the weights become those of chi-square again.
    """

    unit: float
    name = "known_error"
    dispersion = 1.0
    is_least_dispersion = True  # stated errors are often too small

    def errors_of(self, weight: Array) -> Array:
        """The standard errors (n,) of rows of these weights (n,)."""
        return np.asarray((self.unit * weight) ** -0.5)

    def values(self, f: Array, y: Array, weight: Array | None) -> Array:
        """Squared errors over squared standard errors (n,)."""
        return weighted(self.unit * (f - y) ** 2, weight)

    def mean(self, f: Array, y: Array, weight: Array | None) -> float:
        """Chi-square per row."""
        return float(self.values(f, y, weight).mean())

    def residuals(self, f: Array, y: Array, weight: Array | None) -> tuple[Array | float, Array]:
        """One over the standard errors, and errors over standard errors."""
        root = root_of(np.full_like(y, self.unit), weight)
        return root, (y - f) * root

    def curvature(self, f: Array, y: Array, weight: Array | None) -> Array:
        """One over the squared standard errors."""
        return weighted(np.full_like(y, self.unit), weight)

    def working_response(self, f: Array, y: Array, weight: Array | None) -> tuple[Array, Array]:
        """(f - y) / error^2 and 1 / error^2."""
        h = self.curvature(f, y, weight)
        return (f - y) * h, h

    def root_weights(self, y: Array, weight: Array | None) -> Array:
        """One over the squared standard errors."""
        return self.curvature(y, y, weight)

    def best_constant(self, y: Array, weight: Array | None) -> float:
        """The weighted mean."""
        return float(np.average(y, weights=weight))
