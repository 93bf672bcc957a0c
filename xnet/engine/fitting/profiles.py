"""The optimum and the profile of some constants of a network, on tables of any size.

The profile of a constant is the loss as a function of its value while all other constants are refitted. The ends of a
profile-likelihood interval are the values at which the profile has risen by a given amount (Venzon and Moolgavkar
1988).
"""

from __future__ import annotations

import math

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.network import Network

from .all_rows import NormalEquations, normal_equations
from .rows import Rows

#: An end further away than this many times the first guess counts as infinite.
_FURTHEST = 1e3


def optimum(network: Network, rows: Rows, theta: Array, free: list[int], max_steps: int = 50,
            least_gain: float = 0.0) -> tuple[Array, float]:
    """Fit some of the constants by the method of Levenberg and Marquardt; a step is kept only if the loss falls.

    Args:
        network: the structure.
        rows: the rows to fit to, in blocks if there are many.
        theta: (p,) all constants, at their starting values.
        free: positions of the constants to fit.
        max_steps: the largest number of steps.
        least_gain: a step that lowers the normalised loss by no more than this is the last one.

    Returns:
        All constants (p,), and the normalised loss.
    """
    damping, loss = 1e-6, rows.loss(network, theta)
    for _ in range(max_steps if free and np.isfinite(loss) else 0):
        step = _step(network, rows, theta, free, loss, damping)
        if step is None:
            break
        gain, (theta, loss, damping) = loss - step[1], step
        if gain <= max(1e-10 * loss, least_gain):
            break
    return theta, loss


def _step(network: Network, rows: Rows, theta: Array, free: list[int], loss: float,
          damping: float) -> tuple[Array, float, float] | None:
    """The next constants, their loss and the next damping; None when no step lowers the loss."""
    equations = normal_equations(network, rows, theta)
    size = np.sqrt(np.diag(equations.matrix)[free])
    if not np.isfinite(equations.matrix).all() or not size.all():
        return None
    matrix, right = _part(equations, free) / np.outer(size, size), equations.right[free] / size
    for _ in range(8):
        trial = theta.copy()
        trial[free] += np.linalg.lstsq(matrix + damping * np.eye(len(free)), right, rcond=1e-14)[0] / size
        new = rows.loss(network, trial)
        if new < loss:
            return trial, new, max(0.1 * damping, 1e-14)
        damping = max(10.0 * damping, 1e-6)
    return None


def _part(equations: NormalEquations, free: list[int]) -> Array:
    return equations.matrix[np.ix_(free, free)]


class Profile:
    """The profile of one constant around the optimum of all.

    Args:
        network: the structure.
        rows: the rows.
        theta: (p,) the optimum.
        loss: the normalised loss there.
        free: positions of the constants that were fitted, among them `at`.
        at: position of the constant.
        slopes: (p,) how far each constant moves with this one, by the quadratic approximation; 1 for itself.
        least_gain: of the last step of a refit, see `optimum`.
    """

    def __init__(self, network: Network, rows: Rows, theta: Array, loss: float, free: list[int], at: int,
                 slopes: Array, least_gain: float = 0.0) -> None:
        self.network, self.rows, self.theta, self.loss, self.at, self.slopes = network, rows, theta, loss, at, slopes
        self.others, self.least_gain = [i for i in free if i != at], least_gain
        self.lowest = theta, loss

    def rise(self, move: float) -> float:
        """How far the normalised loss rises when the constant moves by this much; infinite where it is not defined."""
        theta, loss = optimum(self.network, self.rows, self.theta + move * self.slopes, self.others, 12,
                              self.least_gain)
        if not math.isfinite(loss):
            start = self.theta.copy()
            start[self.at] += move
            theta, loss = optimum(self.network, self.rows, start, self.others, 12, self.least_gain)
        if loss < self.lowest[1]:
            self.lowest = theta, loss
        return loss - self.loss if math.isfinite(loss) else math.inf

    def reach(self, move: float, target: float) -> float:
        """How far the constant moves, in the direction of `move`, until the loss has risen by `target`.

        Args:
            move: the first guess.

        Returns:
            A move of the sign of `move`; infinite when the loss does not rise that far.
        """
        low, high, x = 0.0, math.inf, abs(move)
        for _ in range(30):
            rise = self.rise(math.copysign(x, move))
            if rise < target:
                low = x
            else:
                high = x
            if low > _FURTHEST * abs(move):
                return math.copysign(math.inf, move)
            if high - low <= 1e-3 * high:
                break
            # The root of the rise is nearly linear in the move.
            near = x * math.sqrt(target / rise) if 0.0 < rise < math.inf else 4.0 * x if rise < target else 0.0
            near *= 1.0005 if near > x else 0.9995  # steps over the end, so that both sides close in
            inside = low < near < high and near < 4.0 * x
            x = near if inside else 4.0 * x if high == math.inf else 0.5 * (low + high)
        return math.copysign(0.5 * (low + high) if high < math.inf else math.inf, move)
