"""Many rows: the search works on means of neighbouring rows, and what it finds is compared with all rows (D-232).

The time of a search grows with its rows, while a few hundred rows show a motion as well as ten thousand do. A thinned
row is the smooth curve at the time of the row, plus the mean of what the curve leaves in the rows around it. So its
noise is smaller, and all rows together say as much of the constants as before; a bend of the motion between two
thinned rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from scipy.interpolate import make_interp_spline

from xnet.arrays import Array
from xnet.errors import DataError

from .candidates import Candidate
from .integral_matching import IntegralRows
from .joint_selection import JointSelection
from .observations import Observations
from .smoothing import SmoothState
from .system import System
from .trajectories import Trajectories, Trajectory

#: Tables with more rows are thinned, to so many rows or more in all, and in each trajectory.
MANY_ROWS, _KEPT_ROWS, _KEPT_OF_ONE = 1_000, 500, 16
#: The largest error of curves through the thinned rows, as a share of their noise, and of the spread of a state.
_OF_NOISE, _OF_SPREAD = 0.2, 1e-5
#: The same for lines through the thinned rows of a driving input, as a share of its spread.
_OF_INPUT = 1e-3
#: A curve misses the motion if it leaves so much of the spread of a state, and so many times the noise of single rows.
_MISSED, _OF_SINGLE_ROWS = 0.1, 2.0
#: The most that curves through thinned rows leave where the smooth curve has too few knots: the noise of single rows,
#: and the rest that the means have.
_WITH_THINNED_NOISE = 1.2


def rows_of_search(observed: Observations, data: Trajectories) -> Trajectories:
    """The trajectories that the search works on: thinned ones of a table of many rows, if they show its motion.

    Args:
        observed: all rows with their smooth curves.
        data: the same rows with the measured states alone.
    """
    step = data.n_rows // _KEPT_ROWS if data.n_rows > MANY_ROWS else 1
    while step > 1:
        items = [_thinned(item, curves, step) for item, curves in zip(data.items, observed.curves, strict=True)]
        if all(_is_shown(*own, step) for own in zip(data.items, items, observed.curves, strict=True)):
            return replace(data, items=tuple(items))
        step //= 2
    return data


def _thinned(item: Trajectory, curves: Sequence[SmoothState], step: int) -> Trajectory:
    """Every `step`-th row of a trajectory, its ends, and the rows at which a held driving input jumps."""
    n = len(item.t)
    step = max(min(step, n // _KEPT_OF_ONE), 1)
    kept = np.arange(0, n, step)
    kept[-1] = n - 1
    if any(item.held):
        jumps = np.flatnonzero((np.diff(item.U[:, list(item.held)], axis=0) != 0).any(axis=1))
        kept = np.unique(np.concatenate([kept, jumps, jumps + 1]))
    begins = np.concatenate([[0], (kept[:-1] + kept[1:] + 1) // 2])
    ends = np.append(begins[1:], n)
    columns = []
    for x, state in zip(item.X.T, curves, strict=False):
        if _goes_through_noise(x, state):
            columns.append([_parabola_at(item.t[r], item.t[a:b], x[a:b]) for r, a, b in
                            zip(kept, np.maximum(begins - step, 0), ends + step, strict=True)])
        else:
            smooth = state.curve(item.t)
            columns.append(smooth[kept] + np.add.reduceat(x - smooth, begins) / (ends - begins))
    return replace(item, t=item.t[kept], X=np.stack(columns, axis=1), U=item.U[kept])


def _goes_through_noise(x: Array, state: SmoothState) -> bool:
    """Whether an interpolating curve was chosen for rows with noise, because smooth curves have too few knots."""
    return not state.noise.any() and state.prediction_error > max(_noise_of_rows(x), _OF_SPREAD * float(np.std(x)))


def _noise_of_rows(x: Array) -> float:
    """The standard deviation of the noise of single rows, by differences of fourth order: motion adds little to it."""
    return float(np.sqrt(np.mean(np.diff(x, 4) ** 2) / 70.0))


def _parabola_at(time: float, t: Array, x: Array) -> float:
    """The parabola through rows at a time."""
    half = np.ptp(t)
    return float(np.linalg.lstsq(np.vander((t - time) / half, min(3, len(t))), x, rcond=None)[0][-1])


def _is_shown(item: Trajectory, thinned: Trajectory, curves: Sequence[SmoothState], step: int) -> bool:
    """Whether curves through the thinned rows of a trajectory follow its states and its driving inputs."""
    inputs = np.sqrt(np.mean((thinned.input_at(item.t) - item.U) ** 2, axis=0))
    if (inputs > _OF_INPUT * item.U.std(axis=0)).any():
        return False
    for x, short, state in zip(item.X.T, thinned.X.T, curves, strict=False):
        smooth, single = state.curve(item.t), _noise_of_rows(x)
        missed = float(np.sqrt(np.mean((x - smooth) ** 2)))
        if _goes_through_noise(x, state) or missed > max(_MISSED * float(np.std(x)), _OF_SINGLE_ROWS * single):
            error = np.sqrt(np.mean((make_interp_spline(thinned.t, short, k=5)(item.t) - x) ** 2))
            allowed = _WITH_THINNED_NOISE * single
        else:
            through = make_interp_spline(thinned.t, state.curve(thinned.t), k=5)(item.t)
            error = np.sqrt(np.mean((through - smooth) ** 2))
            noise = float(np.sqrt(np.mean(state.noise**2)))
            allowed = max(_OF_NOISE * noise / np.sqrt(step), _OF_SPREAD * float(np.std(x)))
        if error > allowed:
            return False
    return True


class AllRows:
    """Compares systems with all rows, also those that were found on thinned ones."""

    def __init__(self, observed: Observations) -> None:
        self._observed = observed
        self._selection = JointSelection(observed, IntegralRows(observed))
        self._latest: tuple[Candidate, list[Candidate]] | None = None

    def best(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best system of a search that has not ended; empty where it has no trajectory over all rows."""
        if not candidates:
            return []
        if self._latest is None or self._latest[0].fit is not candidates[0].fit:
            self._latest = candidates[0], self.followed(candidates[:1])
        return self._latest[1]

    def followed(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The systems that have a trajectory over all rows, the best score first."""
        self._prepare(candidates[0].system, candidates[0].fit.first, candidates[0].whole)
        found = []
        for candidate in candidates:
            with suppress(DataError):
                found.append(self._selection.candidate(candidate.system, candidate.fit.first, candidate.whole))
        return sorted(found, key=Candidate.order)

    def restored(self, systems: Sequence[tuple[System, Array, bool]]) -> list[Candidate]:
        """Systems as candidates, in their order.

        Args:
            systems: each with its first states (d, m), and whether whole trajectories are simulated.

        Raises:
            DataError: a system has no trajectory over the rows.
        """
        self._prepare(*systems[0])
        return [self._selection.candidate(*own) for own in systems]

    def _prepare(self, system: System, first: Array, whole: bool) -> None:
        """Choose the steps of the simulations by one good system."""
        self._selection.prepare(system)
        if whole and self._observed.data.n_rows > MANY_ROWS:
            self._selection.lengthen_steps(system, first)
