"""Systems of the joint front with their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .observations import Observations
from .system import System, simulate
from .trajectory_fit import TrajectoryFit

#: A system follows the rows where it leaves less than this share of their variance unexplained, or where its squared
#: errors are at most so many times those of the noise: a state that hardly moves is mostly noise.
_FOLLOWS, _NOISE_RATIO = 0.2, 2.5


@dataclass(frozen=True)
class Candidate:
    """A system of the joint front.

    Attributes:
        fit: the fit over the whole trajectories, or over windows where no system follows them.
        score: of the whole trajectories, or of the windows; lower is better.
        whole: whether the fit is over whole trajectories.
        r2: the lowest R² of a measured state on these.
    """

    fit: TrajectoryFit
    score: float
    whole: bool
    r2: float

    @property
    def system(self) -> System:
        """The fitted system."""
        return self.fit.system

    def order(self) -> tuple[bool, float]:
        """What systems are ordered by: fits of whole trajectories before others, then the score."""
        return not self.whole, self.score

    @property
    def follows(self) -> bool:
        """Whether the simulation follows the rows, as far as their noise allows."""
        return self.whole and bool(self.r2 > 1.0 - _FOLLOWS or np.nanmax(self.fit.mse) < _NOISE_RATIO)


def agrees(candidate: Candidate, observed: Observations) -> bool:
    """Whether LSODA gives the same trajectories as the Runge-Kutta steps of the fit."""
    if not candidate.whole:
        return True
    bound, sizes = float(observed.bound.max()), observed.data.sizes
    simulated = np.concatenate([
        simulate(candidate.system, candidate.fit.first[:, w], item.t, item, bound, sizes).X
        for w, item in enumerate(observed.items)])
    fit = candidate.fit
    residuals = (observed.data.stacked[fit.row, fit.state] - simulated[fit.row, fit.state]) \
        / observed.noise[fit.row, fit.state]
    return bool(np.isfinite(residuals).all() and residuals @ residuals < 2.0 * fit.cost + len(residuals))


def merged(first: Sequence[Candidate], second: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The different systems of two fronts, the best score first; fits of whole trajectories before others."""
    best: dict[tuple[object, ...], Candidate] = {}
    for candidate in (*first, *second):
        key = candidate.system.networks_key
        if key not in best or (candidate.whole, -candidate.score) > (best[key].whole, -best[key].score):
            best[key] = candidate
    return tuple(sorted(best.values(), key=Candidate.order))
