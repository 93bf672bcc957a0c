"""Rows that do not fit in memory: a source that gives them in blocks, again for each pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .losses import SQUARED_ERROR, Loss
from .rows import Rows


@dataclass(frozen=True)
class StreamedRows:
    """Rows under squared error, of which one block is in memory at a time.

    Attributes:
        passes: begins a pass: blocks (d + 1, k) of the inputs and, in the last row, the target.
        n: number of rows of a pass.
        scale: variance of the target, so that a loss is 1 - R².
    """

    passes: Callable[[], Iterator[Array]]
    n: int
    scale: float
    loss_function: Loss = SQUARED_ERROR

    @classmethod
    def of(cls, passes: Callable[[], Iterator[Array]]) -> StreamedRows:
        """The rows of a source; one pass counts them and gives the variance (Chan, Golub and LeVeque, 1979)."""
        n, mean, squares = 0, 0.0, 0.0
        for block in passes():
            k = block.shape[1]
            if k:
                shift = float(block[-1].mean()) - mean
                squares += float(((block[-1] - block[-1].mean()) ** 2).sum()) + shift**2 * n * k / (n + k)
                n, mean = n + k, mean + shift * k / (n + k)
        return cls(passes, n, squares / n if n else 0.0)

    def blocks(self) -> Iterator[Rows]:
        """One pass over all rows."""
        for block in self.passes():
            if block.shape[1]:
                yield from Rows(np.ascontiguousarray(block[:-1]), np.ascontiguousarray(block[-1]), self.scale).blocks()

    def loss(self, network: Network) -> float:
        """1 - R² of a network on all rows; infinite if an output is not finite."""
        return sum(len(b.y) * b.loss_of(forward(network, b.columns)[-1]) for b in self.blocks()) / self.n
