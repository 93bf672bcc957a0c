"""Bounds of the constants of a form of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.letter import Letter


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest values (p, G) of the constants of a form in every group."""

    low: Array
    high: Array

    @classmethod
    def of(cls, letters: Sequence[Letter], n_groups: int) -> Bounds | None:
        """The bounds of p letters, equal in all groups; None where every letter is free."""
        if all(letter.is_free for letter in letters):
            return None
        ends = np.array([(letter.low, letter.high) for letter in letters]).T
        low, high = np.repeat(ends[:, :, None], n_groups, axis=2)
        return cls(low, high)

    def holding(self, j: int, values: Array) -> Bounds:
        """The bounds with constant j held at its values (G,)."""
        low, high = self.low.copy(), self.high.copy()
        low[j] = high[j] = values
        return Bounds(low, high)

    def clipped(self, theta: Array) -> Array:
        """The constants (p, G), each at its nearest value within the bounds."""
        found: Array = np.clip(theta, self.low, self.high)
        return found

    def allow(self, j: int, value: float) -> bool:
        """Whether constant j may have a value in all groups."""
        return bool(((self.low[j] <= value) & (value <= self.high[j])).all())

    def blocked(self, theta: Array, uphill: Array) -> Array:
        """Which constants (p, G) are at a bound, and would leave it against their gradients (p, G)."""
        found: Array = (theta <= self.low) & (uphill > 0) | (theta >= self.high) & (uphill < 0)
        return found
