"""Pieces of trajectories that are simulated side by side: one classical Runge-Kutta step for all of them.

Every piece has its own times. A piece that is shorter than the longest one keeps its last state. All sets of
constants and first states that a Jacobian by finite differences needs are simulated in the same pass. A step may pass
several rows; between its ends the states are cubic Hermite polynomials, whose error is of the same order as the step's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from xnet.arrays import Array

from .system import System
from .trajectories import Trajectory

#: States beyond this many times their range are no longer followed.
LARGEST = 100.0
#: The end of a step, before a switch jumps there.
_BEFORE_THE_END = 1.0 - 1e-9


@dataclass(frozen=True)
class Segments:
    """W pieces of trajectories, with S steps for each.

    Attributes:
        steps: (S, W) lengths of the steps; 0 after the end of a piece.
        inputs: (S, 3, k, W) driving inputs at the beginning, the middle and the end of each step.
        first: (d, W) the states at the beginning of each piece.
        row_after: (m,) the step after which rows are compared, for the j-th row of a piece; 0 is the beginning.
        rows: (m, W) positions of these rows among all rows; -1 where a piece is shorter.
        before: (W,) the piece that ends where a piece begins; -1 for the first of a trajectory.
        within: (m, W) the share of the step after `row_after` that has passed at each row; None where every row stands
            at the end of a step.
    """

    steps: Array
    inputs: Array
    first: Array
    row_after: Array
    rows: Array
    before: Array
    within: Array | None = None

    def simulate(self, system: System, constants: Array, first: Array, bound: Array) -> Array:
        """Integrate every piece under several sets of constants.

        Args:
            constants: (p, C) sets of constants.
            first: (d, C, W) first states.
            bound: (d,) states beyond it become NaN.

        Returns:
            (m, d, C, W) states at the rows.
        """
        theta = constants[:, :, None]
        x, limit, n_steps = first, bound[:, None, None], len(self.steps)
        k = self.inputs.shape[2]

        def slopes(s: int, stage: int, at: Array) -> Array:
            if not k:
                return system.slopes(at, theta)
            u = np.broadcast_to(self.inputs[s, stage][:, None, :], (k, *at.shape[1:]))
            return system.slopes(np.concatenate([at, u]), theta)

        out = np.empty((len(self.row_after) if self.within is None else n_steps + 1, *first.shape))
        wanted = {int(step): j for j, step in enumerate(self.row_after)} if self.within is None else range(n_steps + 1)
        with np.errstate(all="ignore"):
            for s in range(n_steps + 1):
                if s in wanted:
                    out[wanted[s]] = x
                if s == n_steps:
                    break
                x = runge_kutta_step(partial(slopes, s), x, self.steps[s])
                x = np.where(np.abs(x) > limit, np.nan, x)
            return out if self.within is None else self._between(out, self.within, system, theta)

    def _between(self, ends: Array, within: Array, system: System, theta: Array) -> Array:
        """States (m, d, C, W) at the rows between the ends (S + 1, d, C, W) of the steps.

        Args:
            within: as the attribute.
            theta: (p, C, 1) sets of constants.
        """
        inputs = np.concatenate([self.inputs[:, 0], self.inputs[-1:, 2]]).transpose(1, 0, 2)[:, :, None]  # (k, S + 1)
        u = np.broadcast_to(inputs, (len(inputs), len(ends), *ends.shape[2:]))
        rates = system.slopes(np.concatenate([ends.transpose(1, 0, 2, 3), u]), theta).transpose(1, 0, 2, 3)
        last, part = self.row_after, within[:, None, None]
        following = np.minimum(last + 1, len(self.steps))
        h = np.concatenate([self.steps, np.zeros_like(self.steps[:1])])[last][:, None, None]
        return np.asarray(
            ends[last] + part**2 * (3.0 - 2.0 * part) * (ends[following] - ends[last])
            + h * part * (1.0 - part) * ((1.0 - part) * rates[last] - part * rates[following]))


def runge_kutta_step(slopes: Callable[[int, Array], Array], x: Array, h: Array) -> Array:
    """One classical Runge-Kutta step.

    Args:
        slopes: the derivatives at the beginning (0), the middle (1) or the end (2) of the step, at states.
        x: (d, ...) states.
        h: the length of the step, of a shape that broadcasts against a state; x stays where it is 0.
    """
    a = slopes(0, x)
    b = slopes(1, x + 0.5 * h * a)
    c = slopes(1, x + 0.5 * h * b)
    d = slopes(2, x + h * c)
    return np.where(h > 0, x + h / 6.0 * (a + 2.0 * (b + c) + d), x)


def make_segments(items: Sequence[Trajectory], curves: Sequence[Array], window: int | None, substeps: int,
                  stride: int = 1) -> Segments:
    """Cut trajectories into pieces.

    Args:
        items: the trajectories.
        curves: their smoothed states, (n, d) each: a piece begins with them.
        window: the number of steps between rows in a piece; None for whole trajectories.
        substeps: the number of Runge-Kutta steps for a usual step between rows; longer steps get more.
        stride: the number of rows that one Runge-Kutta step passes; of whole trajectories only, with one substep.
    """
    if stride > 1:
        return _with_long_steps(items, curves, stride)
    usual = float(np.median(np.concatenate([np.diff(item.t) for item in items])))
    pieces, offset = [], 0
    for item, curve in zip(items, curves, strict=True):
        n = len(item.t)
        starts = range(0, n - 1, window or n)
        pieces += [(item, curve, a, min(a + (window or n), n - 1), offset) for a in starts]
        offset += n
    longest = max(stop - start for _, _, start, stop, _ in pieces)
    counts = [max(int(np.ceil(substeps * np.clip((item.t[a + j + 1] - item.t[a + j]) / usual, 1.0, 20.0) - 1e-6))
                  for item, _, a, stop, _ in pieces if a + j < stop) for j in range(longest)]
    steps = np.zeros((sum(counts), len(pieces)))
    k = pieces[0][0].U.shape[1]
    inputs = np.zeros((len(steps), 3, k, len(pieces)))
    rows = np.full((longest + 1, len(pieces)), -1)
    after = np.concatenate([[0], np.cumsum(counts)])
    for w, (item, _, a, stop, shift) in enumerate(pieces):
        rows[:stop - a + 1, w] = shift + np.arange(a, stop + 1)
        for j in range(stop - a):
            part = slice(after[j], after[j + 1])
            h = (item.t[a + j + 1] - item.t[a + j]) / counts[j]
            steps[part, w] = h
            if k:
                begin = item.t[a + j] + h * np.arange(counts[j])
                for stage, share in enumerate((0.0, 0.5, _BEFORE_THE_END)):
                    inputs[part, stage, :, w] = item.input_at(begin + share * h)
    first = np.stack([curve[a] for _, curve, a, _, _ in pieces], axis=1)
    before = np.array([w - 1 if piece[2] else -1 for w, piece in enumerate(pieces)])
    return Segments(steps, inputs, first, after, rows, before)


def _with_long_steps(items: Sequence[Trajectory], curves: Sequence[Array], stride: int) -> Segments:
    """Whole trajectories with one Runge-Kutta step for so many rows."""
    ends = [np.append(item.t[:-1:stride], item.t[-1]) for item in items]
    n_steps, m, W = max(map(len, ends)) - 1, max(len(item.t) for item in items), len(items)
    steps, inputs = np.zeros((n_steps, W)), np.zeros((n_steps, 3, items[0].U.shape[1], W))
    rows, within, offset = np.full((m, W), -1), np.zeros((m, W)), 0
    row_after = np.arange(m) // stride
    for w, (item, at) in enumerate(zip(items, ends, strict=True)):
        n, h = len(item.t), np.diff(at)
        steps[:len(h), w] = h
        for stage, share in enumerate((0.0, 0.5, _BEFORE_THE_END)):
            inputs[:len(h), stage, :, w] = item.input_at(at[:-1] + share * h)
        inputs[len(h):, :, :, w] = item.U[-1]
        rows[:n, w] = offset + np.arange(n)
        step = np.minimum(row_after[:n], len(h) - 1)
        within[:n, w] = np.where(row_after[:n] < len(h), (item.t - at[step]) / h[step], 0.0)
        offset += n
    first = np.stack([curve[0] for curve in curves], axis=1)
    return Segments(steps, inputs, first, row_after, rows, np.full(W, -1), within)
