"""Pieces of trajectories that are simulated side by side: one classical Runge-Kutta step for all of them.

Every piece has its own times. A piece that is shorter than the longest one keeps its last state. All sets of
constants and first states that a Jacobian by finite differences needs are simulated in the same pass.
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
    """

    steps: Array
    inputs: Array
    first: Array
    row_after: Array
    rows: Array
    before: Array

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
        out = np.empty((len(self.row_after), *first.shape))
        wanted = {int(step): j for j, step in enumerate(self.row_after)}
        k = self.inputs.shape[2]

        def slopes(s: int, stage: int, at: Array) -> Array:
            if not k:
                return system.slopes(at, theta)
            u = np.broadcast_to(self.inputs[s, stage][:, None, :], (k, *at.shape[1:]))
            return system.slopes(np.concatenate([at, u]), theta)

        with np.errstate(all="ignore"):
            for s in range(n_steps + 1):
                if s in wanted:
                    out[wanted[s]] = x
                if s == n_steps:
                    break
                x = runge_kutta_step(partial(slopes, s), x, self.steps[s])
                x = np.where(np.abs(x) > limit, np.nan, x)
        return out


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


def make_segments(items: Sequence[Trajectory], curves: Sequence[Array], window: int | None, substeps: int) -> Segments:
    """Cut trajectories into pieces.

    Args:
        items: the trajectories.
        curves: their smoothed states, (n, d) each: a piece begins with them.
        window: the number of steps between rows in a piece; None for whole trajectories.
        substeps: the number of Runge-Kutta steps for a usual step between rows; longer steps get more.
    """
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
