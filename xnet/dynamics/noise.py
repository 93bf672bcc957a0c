"""The noise of the rows of each state."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array

from .bands import Bands
from .candidates import Candidate
from .observations import Observations


def noise_of(candidate: Candidate, observed: Observations, bands: Bands | None) -> Array:
    """Standard deviations (d,) of the noise of each state, as root mean squares over its rows.

    They come from smoothing. A state that was interpolated has none there, but its cells may be rounded: for it, they
    are those of the residuals of the system, and at most the error with which its curve predicts rows.

    Args:
        candidate: the system.
        observed: its rows.
        bands: of the system; None where no system follows the whole trajectories.
    """
    noise = np.sqrt(np.mean(observed.noise**2, axis=0))
    if bands is None or not candidate.follows:
        return noise
    left = np.minimum(bands.noise, observed.prediction_error)  # NaN for a state that was not measured
    return np.where(observed.interpolated & (left > noise), left, noise)
