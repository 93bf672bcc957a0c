"""What is known about a letter, a constant of a given formula or of a form with unknown parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array


@dataclass(frozen=True)
class Letter:
    """What is known about a letter: its bounds, a start value or None, and whether it is a whole number."""

    low: float = -np.inf
    high: float = np.inf
    start: float | None = None
    whole: bool = False

    @property
    def is_free(self) -> bool:
        """Whether nothing is known about it."""
        return self == Letter()

    def inside(self, starts: Array, rng: np.random.Generator) -> Array:
        """Start values (n,) within the bounds, made of any ones; every second one is the given start."""
        if np.isfinite(self.low) and np.isfinite(self.high):
            starts = rng.uniform(self.low, self.high, len(starts))
        elif np.isfinite(self.low):
            starts = self.low + np.abs(starts)
        elif np.isfinite(self.high):
            starts = self.high - np.abs(starts)
        if self.start is not None:
            starts[::2] = self.start
        return starts
