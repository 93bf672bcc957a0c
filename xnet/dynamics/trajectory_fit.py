"""Constants and first states of a system fitted to its trajectories by Levenberg and Marquardt's method.

Residuals are divided by the noise of their rows. The Jacobian comes from finite differences that are simulated
together with the trajectory itself (`segments`).

Pieces of a trajectory can be linked (multiple shooting, Bock 1983): their first states are fitted, and the gap between
the end of a piece and the beginning of the next one counts as a residual. Linked pieces are nearly as exact as the
whole trajectory, are simulated side by side, and start from the smoothed states, where a whole trajectory would leave
the rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import issparse, vstack

from xnet.arrays import Array

from .many_pieces import rows_of_gaps, rows_of_pieces, solved, unit_columns
from .observations import NOISE_FLOOR, Observations
from .segments import Segments
from .system import System

#: Relative size of the differences for derivatives.
_DIFFERENCE = 1e-6
#: With more first states than this the Jacobian of linked pieces is sparse.
_MANY = 400


@dataclass(frozen=True)
class TrajectoryFit:
    """A fitted system.

    Attributes:
        system: with the fitted constants.
        first: (d, W) the fitted first states of the W pieces.
        residuals: (N,) residuals over the noise of their rows; infinite cost without any.
        J: (N, q) derivatives of the simulated rows, over the noise, by the constants and then the first states; sparse
            where linked pieces are many (`many_pieces`).
        state: (N,) the state of every residual; -1 - i for a gap of state i between pieces.
        row: (N,) the row of every residual; -1 for a gap between pieces.
        model: what was fitted.
    """

    system: System
    first: Array
    residuals: Array
    J: Any
    state: Array
    row: Array
    model: TrajectoryModel

    @property
    def cost(self) -> float:
        """The sum of the squared residuals."""
        return float(self.residuals @ self.residuals)

    @cached_property
    def mse(self) -> Array:
        """The mean squared residual of every state (d,), in units of the noise; NaN for one that is not compared.

        Gaps between linked pieces are added to the residuals of their state.
        """
        counts = [int((self.state == i).sum()) for i in range(len(self.first))]
        return np.array([np.sum(self.residuals[(self.state == i) | (self.state == -1 - i)] ** 2) / n if n else np.nan
                         for i, n in enumerate(counts)])

    @cached_property
    def scaled(self) -> tuple[Array, Array]:
        """Residuals and Jacobian over the root mean square of each state's residuals."""
        own = np.sqrt(np.maximum(self.mse[self.state], 1e-300))
        return self.residuals / own, self.J / own[:, None]

    @cached_property
    def covariance(self) -> Array:
        """The covariance (q, q) of the constants and first states, from the curvature of the loss."""
        _, J = self.scaled
        size = np.sqrt(np.einsum("ij,ij->j", J, J))
        size[size == 0] = 1.0
        inverse = np.linalg.pinv((J / size).T @ (J / size), rcond=1e-12, hermitian=True)
        return inverse / np.outer(size, size)


@dataclass(frozen=True)
class TrajectoryModel:
    """What is fitted: pieces of trajectories, with first states that are fitted too, or are the smoothed ones.

    Attributes:
        observed: the rows.
        segments: the pieces.
        free_first: whether first states are fitted.
        held: positions of constants that are not fitted.
        link: what a gap between pieces is multiplied by, in units of the noise; 0 does not link them. First states are
            fitted then.
    """

    observed: Observations
    segments: Segments
    free_first: bool
    held: tuple[int, ...] = ()
    link: float = 0.0

    def evaluated(self, system: System, first: Array) -> TrajectoryFit | None:
        """Residuals and Jacobian of a system; None where it has no trajectory."""
        theta, p, d = system.constants, len(system.constants), len(first)
        delta = _DIFFERENCE * (np.abs(theta) + 1e-4)
        shift = _DIFFERENCE * self.observed.scale
        sets = 1 + p + (d if self.free_first else 0)
        constants = np.repeat(theta[:, None], sets, axis=1)
        constants[np.arange(p), 1 + np.arange(p)] += delta
        starts = np.repeat(first[:, None, :], sets, axis=1)
        if self.free_first:
            starts[np.arange(d), 1 + p + np.arange(d), :] += shift[:, None]
        out = self.segments.simulate(system, constants, starts, self.observed.bound)
        return self._fit_of(system, first, out, np.concatenate([delta, shift])[:sets - 1])

    def _fit_of(self, system: System, first: Array, out: Array, delta: Array) -> TrajectoryFit | None:
        """The fit at the result of `Segments.simulate`; delta (q,) are the differences."""
        j, i, w, row = self._compared()
        simulated = out[j, i, :, w]  # (N, sets)
        if not np.isfinite(simulated[:, 0]).all():
            return None
        noise = self.observed.noise[row, i]
        residuals = (self.observed.data.stacked[row, i] - simulated[:, 0]) / noise
        J = (simulated[:, 1:] - simulated[:, :1]) / delta / noise[:, None]
        p, is_sparse = len(system.constants), self.link > 0 and first.size > _MANY
        if is_sparse:
            J = rows_of_pieces(np.where(np.isfinite(J), J, 0.0), p, w, first.shape[1])
        elif self.free_first and first.shape[1] > 1:  # a first state acts on its own piece only
            own = w[:, None] == np.arange(first.shape[1])
            J = np.column_stack([J[:, :p], *(np.where(own, J[:, p + k][:, None], 0.0) for k in range(len(first)))])
        if self.link:
            gaps, slopes = self._gaps(first, out[-1], delta, is_sparse=is_sparse)
            if not np.isfinite(gaps).all():
                return None
            residuals = np.concatenate([residuals, gaps])
            J = vstack([J, slopes], format="csr") if is_sparse else np.concatenate([J, slopes])
            i = np.concatenate([i, np.repeat(-1 - np.arange(len(first)), len(gaps) // len(first))])
            row = np.concatenate([row, np.full(len(gaps), -1)])
        if is_sparse:  # no constant of linked pieces is held
            return TrajectoryFit(system, first, residuals, J, i, row, self)
        J = np.where(np.isfinite(J), J, 0.0)
        J[:, list(self.held)] = 0.0
        return TrajectoryFit(system, first, residuals, J, i, row, self)

    def _compared(self) -> tuple[Array, Array, Array, Array]:
        """Of every value that is compared: its position in its piece, its state, its piece, and its row."""
        rows = self.segments.rows.copy()
        rows[0, (self.segments.before >= 0) if self.free_first else slice(None)] = -1  # the piece before ends there
        j, i, w = np.nonzero((rows[:, None, :] >= 0) & self.observed.measured[None, :, None])
        return j, i, w, rows[j, w]

    def derivatives(self, changes: Array) -> Array:
        """Changes of simulated states as columns (N, m) in the order of the residuals, over the noise.

        Args:
            changes: (rows of a piece, d, m, W) changes at fixed first states.
        """
        j, i, w, row = self._compared()
        columns = changes[j, i, :, w] / self.observed.noise[row, i][:, None]
        if not self.link:
            return columns
        after = np.flatnonzero(self.segments.before >= 0)
        unit = self.link / self.observed.noise[self.segments.rows[0, after]].T  # (d, gaps)
        gaps = changes[-1][:, :, self.segments.before[after]] * unit[:, None]  # (d, m, gaps)
        return np.concatenate([columns, gaps.transpose(0, 2, 1).reshape(-1, changes.shape[2])])

    def _gaps(self, first: Array, end: Array, delta: Array, *, is_sparse: bool) -> tuple[Array, Any]:
        """The gaps (g,) between linked pieces, weighted, and the Jacobian (g, q) of the model values.

        Args:
            first: (d, W) first states.
            end: (d, sets, W) last states of the pieces.
            delta: (p + d,) the differences.
        """
        after = np.flatnonzero(self.segments.before >= 0)
        before, k, d = self.segments.before[after], np.arange(len(after)), len(first)
        unit = self.link / self.observed.noise[self.segments.rows[0, after]].T  # (d, gaps)
        slopes = (end[:, 1:, before] - end[:, :1, before]) / delta[:, None] * unit[:, None]
        p, W = len(delta) - d, first.shape[1]
        gaps = (first[:, after] - end[:, 0, before]) * unit
        if is_sparse:
            return gaps.ravel(), rows_of_gaps(np.where(np.isfinite(slopes), slopes, 0.0), unit, before, after, p, W)
        J = np.zeros((d, len(after), p + d * W))
        J[:, :, :p] = slopes[:, :p].transpose(0, 2, 1)
        for i in range(d):
            J[:, k, p + i * W + before] = slopes[:, p + i]
            J[i, k, p + i * W + after] -= unit[i]
        return gaps.ravel(), J.reshape(-1, J.shape[2])

    def fit(self, system: System, first: Array | None = None, max_steps: int = 10,
            tolerance: float = 1e-4) -> TrajectoryFit | None:
        """Fit the constants, and the first states where they are free.

        Args:
            first: (d, W) first states to start from; the smoothed ones by default.
            max_steps: the largest number of steps.
            tolerance: the fit ends at a step that lowers the cost by a smaller share. Of pieces that are not linked it
                ends before a step that would lower it by a smaller share of what simulations miss (`NOISE_FLOOR`).

        Returns:
            The fit; None where the system has no trajectory from its starting values.
        """
        best = self.evaluated(system, self.segments.first if first is None else first)
        damping, least = 1e-3, 0.0
        if not self.link:
            least = tolerance * float(np.sum((NOISE_FLOOR * self.observed.scale / self.observed.noise) ** 2))
        for _ in range(max_steps if best is not None and best.J.shape[1] else 0):
            assert best is not None  # for the type checker
            better, damping = self._step(best, damping, least)
            if better is None:
                break
            gain = best.cost - better.cost
            best = better
            if gain < tolerance * best.cost:
                break
        return best

    def _step(self, at: TrajectoryFit, damping: float, least: float) -> tuple[TrajectoryFit | None, float]:
        if is_sparse := issparse(at.J):
            A, size = unit_columns(at.J)
        else:
            size = np.sqrt(np.einsum("ij,ij->j", at.J, at.J))
            size[size == 0] = 1.0
            A = at.J / size
        normal, right = A.T @ A, A.T @ at.residuals
        for _ in range(5):
            try:
                step = (solved(normal, damping, right) if is_sparse else
                        np.linalg.solve(normal + damping * np.eye(len(size)), right))
            except np.linalg.LinAlgError:
                return None, damping
            if right @ step < least:
                return None, damping
            trial = self.moved(at, step / size)
            if trial is not None and trial.cost < at.cost:
                return trial, max(0.1 * damping, 1e-12)
            damping *= 10.0
        return None, damping

    def moved(self, at: TrajectoryFit, step: Array) -> TrajectoryFit | None:
        """The fit after a step (q,) of the constants and first states."""
        p = len(at.system.constants)
        first = at.first + step[p:].reshape(at.first.shape) if self.free_first else at.first
        return self.evaluated(at.system.with_constants(at.system.constants + step[:p]), first)

    def holding(self, held: tuple[int, ...]) -> TrajectoryModel:
        """The same model with some constants held."""
        return replace(self, held=held)
