"""Right-hand sides by what they would change in the simulated trajectories of a system.

Near a fitted system, another right-hand side of one state changes the simulated rows in first order by the integral of
the difference, carried forward by the linearised system (variation of constants). Errors that a stiff system damps are
damped there, and no smoothed state is needed, only the simulated one; in integrals of smoothed states both kinds of
error add up. So sums of terms (`term_library`) are selected a second time, with sensitivities in place of integrals.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import issparse

from xnet.arrays import Array
from xnet.engine import Network

from .integral_matching import IntegralRows
from .many_pieces import without_columns
from .segments import runge_kutta_step
from .system import System
from .term_library import best_sums, terms_of
from .trajectory_fit import TrajectoryFit, TrajectoryModel

#: Relative size of the differences for derivatives.
_DIFFERENCE = 1e-6
#: The sums that are selected for a state.
_SELECTED = 6
#: The most values of terms at the steps: memory ends there, and so does the time of one selection.
_MOST_VALUES = 3_000_000


class Sensitivities:
    """The linearised system along the pieces of its trajectories.

    Args:
        model: linked pieces with free first states.
        fit: a fit of the model.
        integrals: the rows.
    """

    def __init__(self, model: TrajectoryModel, fit: TrajectoryFit, integrals: IntegralRows) -> None:
        self._model, self._fit, self._integrals = model, fit, integrals
        segments, system = model.segments, fit.system
        every = replace(segments, row_after=np.arange(len(segments.steps) + 1))
        x = every.simulate(system, system.constants[:, None], fit.first[:, None, :], model.observed.bound)[:, :, 0]
        self._steps = segments.steps  # (S, W)
        begin, end = x[:-1].transpose(1, 0, 2), x[1:].transpose(1, 0, 2)  # (d, S, W)
        inputs = segments.inputs.transpose(1, 2, 0, 3)  # (3, k, S, W)
        with np.errstate(all="ignore"):
            slopes = [system.slopes(np.concatenate([at, u])) for at, u in ((begin, inputs[0]), (end, inputs[2]))]
            middle = 0.5 * (begin + end) + 0.125 * self._steps * (slopes[0] - slopes[1])
            self._carried = _carried(system, begin, self._steps, inputs, model.observed.scale)
        parts = zip((begin, middle, end), inputs, strict=True)
        columns = np.stack([np.concatenate([at, u]) for at, u in parts], axis=1)
        #: The columns (d + k, 3 S W) at the beginning, the middle and the end of every step.
        self.columns = columns.reshape(len(columns), -1)

    def sums(self, state: int, library: tuple[str, ...], forbidden: tuple[int, ...] = ()) -> list[Network]:
        """Sums of terms for the derivative of a state; empty where the linearised system has no value.

        Args:
            state: the state whose right-hand side is replaced.
            library, forbidden: as in `terms_of`.
        """
        fit = self._fit
        most = max(_MOST_VALUES // (self._steps.size * len(fit.first)), 1)
        terms = terms_of(self.columns, library, forbidden, most)
        with np.errstate(all="ignore"):
            own = fit.system.slopes(self.columns)[state]
            effects = self.effects(np.stack([own, *(term.values for term in terms)]), state)
        if not np.isfinite(effects).all():
            return []
        start = sum(network.n_parameters for network in fit.system.networks[:state])
        both = np.column_stack([fit.residuals + effects[:, 0], effects[:, 1:]])
        both = _outside(both, fit.J, np.arange(start, start + fit.system.networks[state].n_parameters))
        return best_sums(terms, both[:, 1:], both[:, 0], self._integrals, library, _SELECTED)

    def effects(self, values: Array, state: int) -> Array:
        """What functions, added to the derivative of a state, change in the rows and gaps, over the noise: (N, m).

        Args:
            values: (m, 3 S W) values of the functions at `columns`.
            state: the state.
        """
        f = values.reshape(len(values), 3, *self._steps.shape)
        d, n_steps = len(self._fit.first), len(self._steps)
        unit = np.zeros((d, 1))
        unit[state] = 1.0
        change = np.zeros((d, len(values), self._steps.shape[1]))
        at_rows = {int(step): j for j, step in enumerate(self._model.segments.row_after)}
        rows = np.zeros((len(at_rows), *change.shape))
        for s in range(n_steps):
            A = self._carried[:, :, s]  # (d, d, W)
            begin = A[:, state]
            middle = begin + unit  # twice the mean of both
            added = begin[:, None] * f[:, 0, s] + 2.0 * middle[:, None] * f[:, 1, s] + unit[:, None] * f[:, 2, s]
            change = np.einsum("abw,bmw->amw", A, change) + self._steps[s] / 6.0 * added
            if s + 1 in at_rows:
                rows[at_rows[s + 1]] = change
        return self._model.derivatives(rows)


def _outside(values: Array, J: Any, own: Array) -> Array:
    """The parts of values (N, m) outside the columns of a Jacobian, which may be sparse, but those at `own`."""
    if issparse(J):
        return without_columns(values, J[:, np.delete(np.arange(J.shape[1]), own)])
    rest = np.delete(J, own, axis=1)
    Q, R = np.linalg.qr(rest / np.maximum(np.linalg.norm(rest, axis=0), 1e-300))
    Q = Q[:, np.abs(np.diag(R)) > 1e-9]
    return np.asarray(values - Q @ (Q.T @ values))


def _carried(system: System, x: Array, h: Array, inputs: Array, scale: Array) -> Array:
    """The derivatives (d, d, S, W) of the state after each step by the state before it."""
    d = len(x)
    delta = _DIFFERENCE * scale
    starts = np.repeat(x[:, None], 1 + d, axis=1)  # (d, 1 + d, S, W)
    starts[np.arange(d), 1 + np.arange(d)] += delta[:, None, None]
    u = np.broadcast_to(inputs[:, :, None], (*inputs.shape[:2], 1 + d, *inputs.shape[2:]))
    ends = runge_kutta_step(lambda stage, at: system.slopes(np.concatenate([at, u[stage]])), starts, h)
    return (ends[:, 1:] - ends[:, :1]) / delta[:, None, None]
