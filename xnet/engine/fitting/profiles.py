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
#: The share of the way to 0 at which a profile that may reach 0 begins, and that
#: counts as 0; at 0 itself other constants have no influence.
_NEAR_ZERO, _AT_ZERO = 0.99, 1.0 - 1e-9


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
        change = np.zeros(len(theta))
        change[free] = np.linalg.lstsq(matrix + damping * np.eye(len(free)), right, rcond=1e-14)[0] / size
        for trial in (theta + change, _by_factors(theta, change)):
            new = rows.loss(network, trial)
            if new < loss:
                return trial, new, max(0.1 * damping, 1e-14)
        damping = max(10.0 * damping, 1e-6)
    return None


def _by_factors(theta: Array, change: Array) -> Array:
    """The constants (p,) multiplied by factors that are a change to first order.

    Along the curved valley of c*x**p the logarithm of c is linear in p, and plain steps are a hundred times too short.
    """
    with np.errstate(all="ignore"):
        return np.where(np.abs(change) < 50.0 * np.abs(theta), theta * np.exp(change / theta), theta + change)


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
        self.refits: dict[float, Array] = {0.0: theta}

    def rise(self, move: float) -> float:
        """How far the normalised loss rises when the constant moves by this much; infinite where it is not defined."""
        start = self._start(move)
        theta, loss = optimum(self.network, self.rows, start, self.others, 12, self.least_gain)
        if not math.isfinite(loss):
            start = self.theta.copy()
            start[self.at] += move
            theta, loss = optimum(self.network, self.rows, start, self.others, 12, self.least_gain)
        if loss < self.lowest[1]:
            self.lowest = theta, loss
        if not math.isfinite(loss):
            return math.inf
        self.refits[move] = theta
        return loss - self.loss

    def _start(self, move: float) -> Array:
        """The constants (p,) that a refit starts from: on the line through the two last refits of shorter moves.

        From the line through the optimum alone, refits of far moves end in other minima.
        """
        shorter = sorted((m for m in self.refits if m * move >= 0.0 and abs(m) < abs(move)), key=abs)[-2:]
        last = self.refits[shorter[-1]]
        slopes = self.slopes if len(shorter) == 1 else (last - self.refits[shorter[0]]) / (shorter[1] - shorter[0])
        start: Array = last + (move - shorter[-1]) * slopes
        start[self.at] = self.theta[self.at] + move
        return start

    def reach(self, move: float, target: float) -> float:
        """How far the constant moves, in the direction of `move`, until the loss has risen by `target`.

        A guess on the other side of 0 begins before 0: beyond, the formula with all signs reversed may fit as well, as
        -tanh(-x) = tanh(x), and an end that is found there is not that of the values around the optimum.

        Args:
            move: the first guess.

        Returns:
            A move of the sign of `move`; infinite when the loss does not rise that far.
        """
        value, guess = float(self.theta[self.at]), abs(move)
        zero = abs(value) if value * move < 0.0 else math.inf  # the move to 0
        x, close = min(guess, _NEAR_ZERO * zero), _AT_ZERO * zero
        low, high, before, growth, width, is_undefined = 0.0, math.inf, (0.0, 0.0), 1.001, math.inf, False
        for _ in range(50):
            rise = self.rise(math.copysign(x, move))
            low, high = (x, high if x < high else math.inf) if rise < target else (low, x)
            is_undefined = math.isinf(rise) if x == high else is_undefined and high < math.inf
            if low > _FURTHEST * guess:
                break
            if abs(rise - target) <= 1e-3 * target:
                return math.copysign(x, move)
            # The root of the rise is nearly linear in the move, so the line through two moves meets the target there.
            root = math.sqrt(max(rise, 0.0) / target)
            slope = (root - before[1]) / (x - before[0]) if x != before[0] else math.inf
            near = x + (1.0 - root) / slope if 0.0 < slope < math.inf else math.inf
            before = x, root
            if high == math.inf:  # no end yet: steps grow, because a rise that flattens gives ever shorter ones
                further, growth = min(max(near, growth * x), max(4.0 * x, guess)), 1.0 + 2.0 * (growth - 1.0)
                x = close if x < close < further else further
            elif _NEAR_ZERO * zero <= low < high <= close and high - low > 1e-3 * (zero - low):
                x = zero - math.sqrt((zero - low) * (zero - high))  # a factor near 0: its logarithm is halved
            elif high - low > 1e-3 * high:
                # A profile that bends, as that of a factor near 0, makes the line's steps ever shorter.
                x = near if low < near < high and high - low < 0.5 * width else 0.5 * (low + high)
                width = high - low
            elif x == high:
                break
            else:  # a jump: a refit from nearer by may find a lower loss there
                x = high
        # Beyond 0 the formula may have no value, as the logarithm of a negative one: then 0 is the end.
        return math.copysign(zero if is_undefined and low <= zero < high else high, move)
