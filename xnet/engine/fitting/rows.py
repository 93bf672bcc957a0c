"""The rows that constants are fitted to: columns, target, weights, loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, var
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .losses import EXACT_LOSS, SQUARED_ERROR, Loss

#: Rows that a network is evaluated on at once: the outputs of its neurons then stay in a core's cache.
BLOCK_ROWS = 16_384


@dataclass(frozen=True)
class Rows:
    """Data to fit on.

    Attributes:
        columns, y, weight: (d, n) inputs, (n,) target, and (n,) weights of the rows or None.
        scale: what losses are divided by: the loss of the best constant (the variance, for squared error).
        kind: the loss of a row by the network's output.
        chosen: the inputs that moves may bring in, in a table of many (None for all); networks know all columns.
    """

    columns: Array
    y: Array
    scale: float
    weight: Array | None = None
    kind: Loss = SQUARED_ERROR
    chosen: tuple[int, ...] | None = None

    @property
    def exact(self) -> float:
        """The normalised loss below which nothing is left to explain.

        That is rounding; under a loss with a known noise level, the deviance that Akaike's criterion asks for one
        parameter: no further one can pay for itself.
        """
        return EXACT_LOSS if self.kind.dispersion is None else 2.0 * self.unit(0.0)

    def unit(self, loss: float) -> float:
        """The part of a loss that fitting one useless parameter takes away."""
        if self.kind.dispersion is None:
            return loss / len(self.y)
        return self.kind.dispersion / (len(self.y) * self.scale)

    def allowed(self, loss: float) -> float:
        """How far a loss may rise for simpler constants (`allowed_loss`)."""
        if self.kind.dispersion is None:
            return allowed_loss(loss, len(self.y))
        return loss + 2.0 * float(np.log(len(self.y))) * self.unit(loss)

    def loss(self, network: Network, constants: Array | None = None) -> float:
        """Normalised loss (mean squared error over the variance); infinite where a row is not finite."""
        total = sum(len(b.y) * b.loss_of(forward(network, b.columns, constants)[-1]) for b in self.blocks())
        return total / len(self.y)

    @property
    def in_one_block(self) -> bool:
        """Whether the rows are few enough to be evaluated at once."""
        return len(self.y) <= BLOCK_ROWS

    def blocks(self) -> Iterator[Rows]:
        """The rows in runs of at most `BLOCK_ROWS` (views): what a network needs does not grow with the table."""
        if self.in_one_block:
            yield self
            return
        for start in range(0, len(self.y), BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            yield replace(self, columns=self.columns[:, part], y=self.y[part],
                          weight=None if self.weight is None else self.weight[part])

    def loss_of(self, f: Array) -> float:
        """Normalised loss of outputs f (n,)."""
        value = self.kind.mean(f, self.y, self.weight) / self.scale
        return value if np.isfinite(value) else np.inf

    def inputs(self) -> list[tuple[Expr, Array]]:
        """The (chosen) inputs that vary, with their columns."""
        used = range(len(self.columns)) if self.chosen is None else self.chosen
        return [(var(i), self.columns[i]) for i in used if np.ptp(self.columns[i]) > 0]

    def with_inputs(self, inputs: Iterable[int]) -> Rows:
        """The same rows with further inputs chosen."""
        return self if self.chosen is None else replace(self, chosen=tuple(sorted({*self.chosen, *inputs})))

    def sample(self, index: Array) -> Rows:
        """Some of the rows."""
        return replace(self, columns=np.ascontiguousarray(self.columns[:, index]), y=self.y[index],
                       weight=None if self.weight is None else self.weight[index])


def allowed_loss(loss: float, n: int) -> float:
    """How far the loss may rise for simpler constants: as far as Schwarz's criterion pays for two of them."""
    return max(loss * n ** (2.0 / n), min(EXACT_LOSS, max(loss * 100.0, 1e-25)))
