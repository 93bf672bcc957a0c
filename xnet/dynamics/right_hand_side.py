"""The right-hand sides of a simulation, as an integrator calls them: with a limit of evaluations and of the states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xnet.arrays import Array


class EndedError(Exception):
    """All evaluations are used, or a state is too large."""


class RightHandSide:
    """The right-hand sides while every driving input is a line.

    Attributes:
        calls: evaluations so far.
        limit: how many there may be.
        latest: the time at which the last error was raised; before one, that of the beginning.
    """

    def __init__(self, slopes: Callable[[Array], Array], bound: float, begin: float, limit: int = 0) -> None:
        self._slopes, self._bound = slopes, bound
        self.calls, self.limit, self.latest = 0, limit, begin
        self._begin, self._u, self._rate = begin, np.zeros(0), np.zeros(0)

    def between(self, begin: float, u: Array, rate: Array) -> None:
        """From now on the inputs (k,) are u + rate (t - begin)."""
        self._begin, self._u, self._rate = begin, u, rate

    def __call__(self, time: float, x: Array) -> Array:
        """The derivatives (d,) of the states x (d,).

        Raises:
            EndedError: all evaluations are used, or a state is not finite or too large.
        """
        self.calls += 1
        largest = np.abs(x).max()
        if self.calls > self.limit or not (largest <= self._bound and largest < np.inf):  # NaN is neither
            self.latest = float(time)
            raise EndedError
        columns = np.concatenate([x, self._u + self._rate * (time - self._begin)]) if len(self._u) else x
        return self._slopes(columns[:, None])[:, 0]
