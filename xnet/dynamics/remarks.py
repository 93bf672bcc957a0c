"""Sentences on what trajectories cannot tell about the laws of motion."""

from __future__ import annotations

import numpy as np

from .joint_selection import Candidate
from .observations import Observations

#: A state that ends this close to where it stays has only approached a fixed point.
_STILL = 0.05
#: A fit below this R² is mentioned.
_WEAK_R2 = 0.9


def remarks(candidate: Candidate, observed: Observations) -> list[str]:
    """The sentences for one system; none where there is nothing to say."""
    found = []
    if not candidate.whole:
        found.append("No system follows the whole trajectories from their first states, as in chaos; the equations "
                     "were chosen by windows of a few rows. Compare them over short times only.")
    elif candidate.r2 < _WEAK_R2 and not candidate.follows:
        found.append(f"The simulated trajectories explain {100 * max(candidate.r2, 0):.0f} % of the variance of the "
                     "state that they follow worst; read the equations as a rough description.")
    states = observed.data.states
    if len(states) == 1 and all(_approaches_a_point(observed.slopes[i][:, 0]) for i in range(len(observed.items))):
        rows = observed.data.stacked[:, 0]
        found.append(f"{states[0]} only approaches a resting value, between {rows.min():.4g} and {rows.max():.4g}: "
                     "outside this range the law is an extrapolation. Trajectories from other first states would "
                     "test it.")
    return found


def _approaches_a_point(slope: np.ndarray) -> bool:
    """Whether a derivative keeps its sign and fades."""
    inner = slope[2:-2]
    return bool((np.sign(inner[np.abs(inner) > _STILL * np.abs(inner).max()]) == np.sign(inner[0])).all()
                and np.abs(slope[-3:]).mean() < _STILL * np.abs(slope).max())
