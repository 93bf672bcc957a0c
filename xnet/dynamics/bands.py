"""Uncertainty of constants and curves: intervals of 95 % from the curvature of the loss, with Student's t.

All constants are fitted once more, from the printed ones on, also those that are simple numbers and the factors of 1
that are not printed (`unit_factors`). Errors and intervals belong to these values. The noise of each state comes from
its own residuals over their degrees of freedom: the rows less the share of the fitted numbers that the state determines
(the trace of its part of the hat matrix). States of different noise give an interval the degrees of freedom of
Satterthwaite (1946). Constants that the rows do not determine are held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.determination import determined

from .observations import NOISE_FLOOR, Observations
from .system import System
from .trajectory_fit import TrajectoryFit
from .unit_factors import Added, with_unit_factors

#: The level of the intervals.
_LEVEL = 0.95
#: The most steps of the fit of all constants, and the share of the cost by which a step has to lower it.
_STEPS, _TOLERANCE = 8, 1e-6


@dataclass(frozen=True)
class Bands:
    """Intervals of 95 %.

    Attributes:
        system: the system with its constants fitted once more; p constants, those of unit factors among them.
        added: for each state what is a constant of `system` alone, as `with_unit_factors` returns it.
        constants: (2, p) lower and upper ends for the constants; NaN for one that the rows do not determine.
        errors: (p,) their standard errors; NaN as above.
        noise: (d,) standard deviations of the residuals, corrected for the fitted numbers; NaN for a state that was
            not measured.
        curves: (2, n_rows, d) ends for the simulated states at the rows; NaN for a state that was not measured.
    """

    system: System
    added: tuple[tuple[Added, ...], ...]
    constants: Array
    errors: Array
    noise: Array
    curves: Array


def bands_of(fit: TrajectoryFit, observed: Observations) -> Bands:
    """Intervals of a fit over whole trajectories.

    Args:
        fit: the fit, with the printed constants.
        observed: its rows.
    """
    fit, added, kept = _refitted(fit, observed)
    unit = np.sqrt(np.mean(observed.noise**2, axis=0))
    variances, covariances, degrees = _covariances(fit, kept, (NOISE_FLOOR * observed.scale / unit) ** 2)
    p, d = len(fit.system.constants), len(fit.first)
    units = np.eye(len(kept))[[k for k, i in enumerate(kept) if i < p]]
    own, errors, width = [i for i in kept if i < p], np.full(p, np.nan), np.full(p, np.nan)
    errors[own], width[own] = _errors(units, covariances, degrees)
    noise, states = np.full(d, np.nan), np.unique(fit.state)
    noise[states] = np.sqrt(variances) * unit[states]
    sizes = observed.noise[fit.row, fit.state]
    simulated = observed.data.stacked[fit.row, fit.state] - fit.residuals * sizes
    _, reach = _errors(fit.J[:, kept], covariances, degrees)
    curves = np.full((2, *observed.noise.shape), np.nan)
    curves[:, fit.row, fit.state] = simulated + np.stack([-reach, reach]) * sizes
    return Bands(fit.system, added, fit.system.constants + np.stack([-width, width]), errors, noise, curves)


def _refitted(fit: TrajectoryFit, observed: Observations
              ) -> tuple[TrajectoryFit, tuple[tuple[Added, ...], ...], list[int]]:
    """The fit of all constants, those that were added, and the positions of all fitted numbers (see `Bands`)."""
    model = fit.model.holding(())
    wide, added = with_unit_factors(fit.system, observed)
    start = model.evaluated(wide, fit.first)
    if start is None:
        return fit, ((),) * len(fit.first), _determined(fit)
    kept = _determined(start)
    held = tuple(i for i in range(len(wide.constants)) if i not in kept)
    found = model.holding(held).fit(wide, fit.first, _STEPS, _TOLERANCE)
    return found or start, added, [i for i in kept if found is None or found.J[:, i].any()]


def _determined(fit: TrajectoryFit) -> list[int]:
    return determined(fit.J.T @ fit.J, np.concatenate([fit.system.constants, fit.first.ravel()]))


def _covariances(fit: TrajectoryFit, kept: list[int], least: Array) -> tuple[Array, Array, Array]:
    """What the m compared states say about the q fitted numbers `kept`.

    Args:
        fit: the fit.
        kept: positions of the fitted numbers.
        least: (d,) smaller variances of residuals count as this: they are errors of the steps of the simulation.

    Returns:
        The variances (m,) of the states' residuals, the parts (m, q, q) that they add to the covariance of the fitted
        numbers, and their degrees of freedom (m,).
    """
    J = fit.J[:, kept]
    size = np.sqrt(np.einsum("ij,ij->j", J, J))
    inverse = np.linalg.pinv((J / size).T @ (J / size), hermitian=True) / np.outer(size, size)
    variances, parts, degrees = [], [], []
    for state in np.unique(fit.state):
        own = fit.state == state
        gram = J[own].T @ J[own]
        degrees.append(max(float(own.sum() - np.sum(inverse * gram)), 1.0))
        variances.append(max(float(fit.residuals[own] @ fit.residuals[own]) / degrees[-1], float(least[state])))
        parts.append(variances[-1] * inverse @ gram @ inverse)
    return np.array(variances), np.array(parts), np.array(degrees)


def _errors(J: Array, parts: Array, degrees: Array) -> tuple[Array, Array]:
    """Standard errors (n,) of combinations J (n, q) of the fitted numbers, and half widths of their intervals."""
    own = np.maximum([np.einsum("nq,nq->n", J @ part, J) for part in parts], 0.0)
    total = own.sum(axis=0)
    with np.errstate(all="ignore"):
        shared = total**2 / np.sum(own**2 / degrees[:, None], axis=0)
    errors = np.sqrt(total)
    return errors, errors * stdtrit(np.where(np.isfinite(shared), shared, degrees.min()), 0.5 + 0.5 * _LEVEL)
