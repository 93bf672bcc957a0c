"""Places of steps: constants such as c in step(x - c), which the rows determine only up to two neighbouring values.

Between two neighbouring values of x the output on the rows does not depend on c, so the loss has no slope there. Its
values between different pairs of neighbours are compared instead, the other constants refitted each time. Places whose
loss exceeds the least one by no more than the point of Hansen (Econometrica 68, 2000, theorem 2) form the interval: its
distribution differs from chi-square, because the loss of a place is not smooth.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.network import Network

from .all_rows import normal_equations
from .determination import determined
from .jumps import Threshold, has_jumps, threshold_at, thresholds
from .levenberg_marquardt import noise_variance
from .profiles import optimum
from .rows import Rows

#: A scan of places ends after so many that are all worse than allowed, and it is repeated from a better place.
_PATIENCE, _TURNS = 4, 4
#: Level of the scan for the best place; its most places on a side.
_LEVEL, _MOST_PLACES = 0.95, 60


@dataclass(frozen=True)
class PlacedThreshold:
    """The best place of a step, the other constants refitted.

    Attributes:
        theta: (p,) the constants at the best place; the threshold is there as it was if that place is as good.
        loss: the normalised loss.
        low, high: all values between them fit the rows alike.
        interval: ends of the values that a likelihood-ratio test does not reject; infinite where there is no end.
    """

    theta: Array
    loss: float
    low: float
    high: float
    interval: tuple[float, float]


def hansen_point(level: float) -> float:
    """The point of the likelihood-ratio statistic of a threshold (Hansen 2000, equation 13).

    >>> round(hansen_point(0.95), 2)
    7.35
    """
    return -2.0 * math.log(1.0 - math.sqrt(level))


def placed_threshold(network: Network, rows: Rows, theta: Array, free: Sequence[int], at: int, level: float = _LEVEL,
                     limits: tuple[float, float] = (-np.inf, np.inf)) -> PlacedThreshold | None:
    """The best place of a step on the rows, and the interval of its places.

    Args:
        theta: (p,) the constants, near an optimum of those that have a slope.
        free: positions of the constants that are refitted.
        at: position of the threshold.
        level: the confidence level of the interval.
        limits: bounds of the threshold.

    Returns:
        The place; None where the constant is no threshold.
    """
    theta, loss = optimum(network, rows, theta, list(free))
    here, turns = threshold_at(network, rows, theta, at), 0
    while here is not None:
        scan, turns = _Scan(network, rows, theta, loss, list(free), here, level, limits), turns + 1
        better = scan.best()
        if better is None or turns == _TURNS:
            return PlacedThreshold(theta, loss, here.low, here.high, scan.interval())
        theta, loss = better
        here = threshold_at(network, rows, theta, at)
    return None


class _Scan:
    """Losses of places on both sides of the present one, from near to far."""

    def __init__(self, network: Network, rows: Rows, theta: Array, loss: float, free: list[int], here: Threshold,
                 level: float, limits: tuple[float, float]) -> None:
        self.network, self.rows, self.theta, self.loss, self.free, self.here = network, rows, theta, loss, free, here
        self.limits = limits
        variance = noise_variance(rows, loss, len(free))
        self.rise = hansen_point(level) * variance / (len(rows.y) * rows.scale)
        self.sides = [list(self._side(sign)) for sign in (-1, 1)]

    def _side(self, sign: int) -> Iterator[tuple[Threshold, Array, float]]:
        """Gaps between places, with the constants and the loss there, until all are worse than allowed."""
        places = self.here.places
        places = places[places <= self.here.low][::-1] if sign < 0 else places[places >= self.here.high]
        offset, misses = 0, 0
        for _ in range(_MOST_PLACES):
            if offset + 1 >= len(places) or misses >= _PATIENCE:
                return
            low, high = sorted((float(places[offset]), float(places[offset + 1])))
            gap = Threshold(self.here.at, low, high, places)
            start = self.theta.copy()
            start[gap.at] = gap.middle
            if not self.limits[0] <= gap.middle <= self.limits[1]:
                return
            theta, loss = optimum(self.network, self.rows, start, self.free, 12)
            misses = 0 if loss <= self.loss + self.rise else misses + 1
            yield gap, theta, loss
            offset += max(1, offset // 5)

    def best(self) -> tuple[Array, float] | None:
        """The constants and the loss of a place that is better than the present one; None if there is none."""
        _, theta, loss = min((found for side in self.sides for found in side), key=lambda found: found[2],
                             default=(self.here, self.theta, math.inf))
        return (theta, loss) if loss < self.loss * (1.0 - 1e-9) else None

    def interval(self) -> tuple[float, float]:
        """Ends of the places that are not rejected; of places that were skipped between two all count as the nearer."""
        ends = [self.here.low, self.here.high]
        for k, (sign, side) in enumerate(zip((-1, 1), self.sides, strict=True)):
            last = max((i for i, (_, _, loss) in enumerate(side) if loss <= self.loss + self.rise), default=-1)
            if 0 <= last == len(side) - 1:
                ends[k] = sign * math.inf
            elif last >= 0:
                following = side[last + 1][0]
                ends[k] = following.high if sign < 0 else following.low
        return max(ends[0], self.limits[0]), min(ends[1], self.limits[1])


def with_placed_thresholds(network: Network, rows: Rows, limits: tuple[Array, Array] | None = None) -> Network:
    """The network with every step at its best place on the rows; a place that is as good as any other stays.

    Args:
        network: its other constants stay.
        rows: the rows.
        limits: the lowest and the highest values (p,) of the constants; None for no limits.
    """
    theta = np.array(network.constants)
    if network.own is not None or not has_jumps(network):
        return network
    with np.errstate(all="ignore"):
        for at in idle_thresholds(network, rows, theta):
            ends = (-np.inf, np.inf) if limits is None else (float(limits[0][at]), float(limits[1][at]))
            free = determined(normal_equations(network, rows, theta).matrix, theta)
            found, trial = placed_threshold(network, rows, theta, free, at, limits=ends), theta.copy()
            trial[at] = theta[at] if found is None else found.theta[at]
            if rows.loss(network, trial) < rows.loss(network, theta):
                theta = trial
    return network.with_constants(theta)


def idle_thresholds(network: Network, rows: Rows, theta: Array, fixed: Collection[int] = ()) -> list[int]:
    """Positions of the constants (p,) that are places of jumps and of nothing else, but for those that are fixed."""
    if not has_jumps(network):
        return []
    slopes = np.diag(normal_equations(network, rows, theta).matrix)
    return thresholds(network, rows, theta, [i for i in range(len(theta)) if i not in fixed and slopes[i] == 0.0])
