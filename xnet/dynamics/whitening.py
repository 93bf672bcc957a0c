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
        factor: the banded factor (2, n - m) of the covariance of the differences in m trajectories; its blocks, one a
            trajectory, are not coupled. One system of all is solved in a fraction of the time of many short ones.
        ends: the last rows of the trajectories but the last one (m - 1,).
    """

    factor: Array
    ends: Array

    def __call__(self, values: Array) -> Array:
        """Differences of values (n, ...) between rows, whitened: (n - m, ...) for m trajectories.

        A trajectory with a value that is not finite is NaN as a whole.
        """
        steps = np.delete(np.diff(values, axis=0), self.ends, axis=0)
        finite = np.isfinite(steps).reshape(len(steps), -1).all(axis=1)
        missing = np.zeros_like(finite)
        if not finite.all():
            piece = np.searchsorted(self.ends - np.arange(len(self.ends)), np.arange(len(steps)), side="right")
            missing = np.isin(piece, piece[~finite])
            steps[missing] = 0.0
        white = solve_banded((1, 0), self.factor, steps, check_finite=False)
        white[missing] = np.nan
        return np.asarray(white)

    @property
    def log_determinant(self) -> float:
        """The logarithm of the determinant of the covariance."""
        return 2.0 * float(np.log(self.factor[0]).sum())


def make_whitening(steps: Sequence[Array], noise: Sequence[Array], ratio: float) -> Whitening:
    """The whitening for a walk.

    Args:
        steps: for each trajectory the times (n - 1,) between rows, in usual steps.
        noise: for each trajectory the noise (n,) of its rows, up to a common factor.
        ratio: the standard deviation of the walk in a usual step.
    """
    band = np.zeros((2, sum(map(len, steps))))
    band[0] = np.concatenate([s[:-1]**2 + s[1:]**2 for s in noise]) + ratio**2 * np.concatenate(steps)
    band[1] = np.concatenate([np.append(-s[1:-1]**2, 0.0) for s in noise])
    return Whitening(cholesky_banded(band, lower=True), np.cumsum([len(s) for s in noise])[:-1] - 1)


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
