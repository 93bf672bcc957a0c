"""The rows of the second round: curves from the simulated trajectories of the best system of the first one."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from xnet.arrays import Array

from .candidates import Candidate
from .observations import Observations
from .smoothing import Curve, SmoothState, exponential, smooth
from .system import simulate


def renewed_by(observed: Observations, candidate: Candidate) -> Observations | None:
    """The rows with new curves: the simulated trajectories, plus what is smooth in the residuals.

    None where the integrator with error control ends before the last row, although the fit with fixed steps did not.

    The simulation of a system that follows the rows is a better curve than a spline. What it misses stays in the
    residuals, which are smoothed and added.
    """
    curves = []
    rows = _simulated_rows(observed, candidate)
    for item, X in zip(observed.items, rows, strict=True):
        slopes = candidate.system.slopes(np.concatenate([X, item.U], axis=1).T).T
        if not (np.isfinite(X).all() and np.isfinite(slopes).all()):
            return None
        curves.append(tuple(_renewed_state(item.t, X[:, i], slopes[:, i], item.X[:, i], observed.logarithmic[i])
                            for i in range(X.shape[1])))
    return Observations(observed.data, tuple(curves), observed.measured)


def _simulated_rows(observed: Observations, candidate: Candidate) -> list[Array]:
    sizes = observed.data.sizes
    return [simulate(candidate.system, candidate.fit.first[:, w], item.t, item, sizes=sizes).X
            for w, item in enumerate(observed.items)]


def _renewed_state(t: Array, x: Array, slope: Array, rows: Array, logarithmic: bool) -> SmoothState:
    """The curve of one state from its simulated values (n,), their derivatives and the measured rows."""
    if logarithmic and (x > 0).all():
        return exponential(t, _sum_of(CubicHermiteSpline(t, np.log(x), slope / x), smooth(t, np.log(rows / x))))
    return _sum_of(CubicHermiteSpline(t, x, slope), smooth(t, rows - x))


def _sum_of(model: CubicHermiteSpline, rest: SmoothState) -> SmoothState:
    return SmoothState(partial(_sum_at, model, rest.curve), partial(_sum_at, model.derivative(), rest.slope),
                       rest.slope_error, rest.noise, rest.error)


def _sum_at(first: Curve, second: Curve, at: Array) -> Array:
    """The sum of two curves at times."""
    return first(at) + second(at)
