"""Whitening of integrals: rows have noise, and errors of the smoothed states add up in an integral.

The difference between a row and the integral of a right-hand side is the noise of the row, plus a random walk: the
integrand is computed on smoothed states, whose errors accumulate. Steps between rows are therefore compared, with the
covariance D diag(noise²) Dᵀ + ratio² diag(step) of generalised least squares (Aitken 1936), D being the matrix of
differences. The offset of a trajectory drops out. Without a walk, that is least squares on the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky_banded, solve_banded

from xnet.arrays import Array

#: The walks that are compared: the standard deviation in a usual step, as a share of the noise of a row.
_RATIOS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Whitening:
    """The whitening of one state's rows.

    Attributes:
        factors: for each trajectory the banded factor (2, n - 1) of the covariance of its differences.
    """

    factors: tuple[Array, ...]

    def __call__(self, values: Array) -> Array:
        """Differences of values (n, ...) between rows, whitened: (n - m, ...) for m trajectories."""
        out, start = [], 0
        for factor in self.factors:
            stop = start + factor.shape[1] + 1
            steps = np.diff(values[start:stop], axis=0)
            if np.isfinite(steps).all():
                out.append(solve_banded((1, 0), factor, steps))
            else:
                out.append(np.full_like(steps, np.nan))
            start = stop
        return np.concatenate(out)

    @property
    def log_determinant(self) -> float:
        """The logarithm of the determinant of the covariance."""
        return 2.0 * float(sum(np.log(factor[0]).sum() for factor in self.factors))


def make_whitening(steps: Sequence[Array], noise: Sequence[Array], ratio: float) -> Whitening:
    """The whitening for a walk.

    Args:
        steps: for each trajectory the times (n - 1,) between rows, in usual steps.
        noise: for each trajectory the noise (n,) of its rows, up to a common factor.
        ratio: the standard deviation of the walk in a usual step.
    """
    factors = []
    for h, s in zip(steps, noise, strict=True):
        band = np.zeros((2, len(h)))
        band[0] = (s[:-1]**2 + s[1:]**2) + ratio**2 * h
        band[1, :-1] = -s[1:-1]**2
        factors.append(cholesky_banded(band, lower=True))
    return Whitening(tuple(factors))


def likeliest_whitening(steps: Sequence[Array], noise: Sequence[Array], target: Array, basis: Array) -> Whitening:
    """The whitening of the highest restricted likelihood, with a flexible right-hand side in place of the law.

    Args:
        steps, noise: as in `make_whitening`.
        target: (n,) the rows of the state.
        basis: (n, q) integrals of functions whose sum can imitate the right-hand side.
    """
    both = np.column_stack([target, basis])
    best, lowest = make_whitening(steps, noise, 0.0), np.inf
    for ratio in _RATIOS:
        whitening = make_whitening(steps, noise, ratio)
        white = whitening(both)
        Q, R = np.linalg.qr(white[:, 1:] / np.maximum(np.linalg.norm(basis, axis=0), 1e-300))
        diagonal = np.abs(np.diag(R))
        used = diagonal > 1e-9 * diagonal.max()
        rest = white[:, 0] - Q[:, used] @ (Q[:, used].T @ white[:, 0])
        degrees = len(rest) - int(used.sum())
        value = degrees * np.log(max(float(rest @ rest), 1e-300)) + whitening.log_determinant \
            + 2.0 * float(np.log(diagonal[used]).sum())
        if value < lowest:
            best, lowest = whitening, value
    return best
