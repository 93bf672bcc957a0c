"""Uncertainty of constants and curves by resampled residuals (Efron 1979).

Residuals are drawn again with replacement, state by state, and the system is refitted to the trajectories that they
give. One Gauss-Newton step from the fit stands for the refit, so that hundreds of samples take milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array

from .observations import Observations
from .trajectory_fit import TrajectoryFit

#: Samples, and the quantiles of a band of 95 %.
SAMPLES = 200
QUANTILES = (0.025, 0.975)


@dataclass(frozen=True)
class Bands:
    """Bands of 95 %.

    Attributes:
        constants: (2, p) lower and upper ends for the constants.
        errors: (p,) standard deviations of the constants over the samples.
        curves: (2, n_rows, d) ends for the simulated states at the rows; NaN for a state that was not measured.
    """

    constants: Array
    errors: Array
    curves: Array


def resampled(fit: TrajectoryFit, observed: Observations, seed: int) -> Bands:
    """Bands of a fit over whole trajectories.

    Args:
        fit: the fit.
        observed: its rows.
        seed: of the samples.
    """
    rng = np.random.default_rng(seed)
    residuals, J = fit.scaled
    drawn = np.empty((len(residuals), SAMPLES))
    for state in np.unique(fit.state):
        own = np.flatnonzero(fit.state == state)
        drawn[own] = (residuals[own] - residuals[own].mean())[rng.integers(0, len(own), (len(own), SAMPLES))]
    steps = fit.covariance @ (J.T @ drawn)
    p = len(fit.system.constants)
    noise = observed.noise[fit.row, fit.state]
    simulated = observed.data.stacked[fit.row, fit.state] - fit.residuals * noise
    low, high = np.quantile(fit.J @ steps, QUANTILES, axis=1) * noise
    curves = np.full((2, *observed.noise.shape), np.nan)
    curves[:, fit.row, fit.state] = simulated + np.stack([low, high])
    ends = fit.system.constants + np.quantile(steps[:p], QUANTILES, axis=1) if p else np.zeros((2, 0))
    return Bands(ends, steps[:p].std(axis=1), curves)
