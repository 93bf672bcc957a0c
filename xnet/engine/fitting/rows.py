"""The rows that constants are fitted to: columns, target, weights, loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, var
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network

from .error_losses import Poisson
from .losses import EXACT_LOSS, SQUARED_ERROR, Loss
from .r_squared import target_variance

#: Rows that a network is evaluated on at once: the outputs of its neurons then stay in a core's cache.
BLOCK_ROWS = 16_384
#: Of numbers computed with 32 bits, half use the last bit.
_LAST_BIT = 0.25


@dataclass(frozen=True)
class Rows:
    """Data to fit on: n rows of d inputs.

    Attributes:
        columns: (d, n) the inputs, one contiguous row per variable.
        y: (n,) the target.
        scale: divides all losses: the loss of the best constant output (for squared error the target's variance).
        weight: (n,) weights of the rows, or None.
        loss_function: the loss of a row as a function of the network's output.
        selected_inputs: in a table of many inputs, those that moves may add to a network; None for all. Networks may
            read all columns in either case.
    """

    columns: Array
    y: Array
    scale: float
    weight: Array | None = None
    loss_function: Loss = SQUARED_ERROR
    selected_inputs: tuple[int, ...] | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.y)

    @property
    def exact(self) -> float:
        """The normalised loss below which nothing is left to explain.

        This is rounding, unless the loss says otherwise (`Loss.exact_deviance`).
        """
        deviance = self.loss_function.exact_deviance
        return deviance / (len(self.y) * self.scale) if deviance else EXACT_LOSS

    def loss(self, network: Network, constants: Array | None = None) -> float:
        """The normalised loss of a network, e.g. mean squared error over variance; infinite if an output is not finite.

        Args:
            constants: (p,) used instead of the network's own when given.
        """
        total = sum(len(b.y) * b.loss_of(forward(network, b.columns, constants)[-1]) for b in self.blocks())
        return total / len(self.y)

    @cached_property
    def has_32_bits(self) -> bool:
        """Whether the target was computed with 32 bits: all values have 24 significant bits, and many use the last."""
        with np.errstate(over="ignore"):
            single = self.y.astype(np.float32)
        if not np.array_equal(single, self.y):
            return False
        return bool((single.view(np.uint32) & 1).mean() > _LAST_BIT)

    @cached_property
    def constant_loss(self) -> float | None:
        """The normalised loss of the best constant of these rows; None if there is none or it leaves nothing.

        It is 1 for the whole table. For some of its rows it differs, because the search divides all losses by the same
        number. R² divides by this loss instead.
        """
        variance = target_variance(self.y, self.weight)
        if variance is None:
            return None
        if self.loss_function.name == SQUARED_ERROR.name:
            return variance * (1.0 if self.weight is None else float(self.weight.mean())) / self.scale
        constant = self.loss_function.best_constant(self.y, self.weight)
        loss = self.loss_of(np.full_like(self.y, constant))
        return loss if loss > EXACT_LOSS else None

    def share_unexplained(self, loss: float | None) -> float | None:
        """A normalised loss as a share of the loss of the best constant of these rows: 1 - R² for squared errors."""
        return None if loss is None or self.constant_loss is None else loss / self.constant_loss

    @property
    def in_one_block(self) -> bool:
        """Whether the rows are few enough to be evaluated in one block."""
        return len(self.y) <= BLOCK_ROWS

    def blocks(self) -> Iterator[Rows]:
        """The rows in blocks (views) of at most `BLOCK_ROWS`, so that memory does not grow with the table."""
        if self.in_one_block:
            yield self
            return
        for start in range(0, len(self.y), BLOCK_ROWS):
            part = slice(start, start + BLOCK_ROWS)
            yield replace(self, columns=self.columns[:, part], y=self.y[part],
                          weight=None if self.weight is None else self.weight[part])

    def loss_of(self, f: Array) -> float:
        """Normalised loss of outputs f (n,); infinite if one is not finite."""
        value = self.loss_function.mean(f, self.y, self.weight) / self.scale
        return value if np.isfinite(value) else np.inf

    def inputs(self) -> list[tuple[Expr, Array]]:
        """The selected inputs that vary, each with its column (n,)."""
        used = range(len(self.columns)) if self.selected_inputs is None else self.selected_inputs
        return [(var(i), self.columns[i]) for i in used if np.ptp(self.columns[i]) > 0]

    def with_inputs(self, inputs: Iterable[int]) -> Rows:
        """The same rows with further inputs selected."""
        if self.selected_inputs is None:
            return self
        return replace(self, selected_inputs=tuple(sorted({*self.selected_inputs, *inputs})))

    def sample(self, index: Array) -> Rows:
        """The rows at the positions `index` (k,)."""
        return replace(self, columns=np.ascontiguousarray(self.columns[:, index]), y=self.y[index],
                       weight=None if self.weight is None else self.weight[index])


def loss_per_parameter(rows: Rows, loss: float) -> float:
    """How much of a normalised loss the fit of one useless parameter removes on average.

    Counts may scatter more than Poisson's distribution says: then it is the mean deviance of a row.
    """
    dispersion = rows.loss_function.dispersion
    if dispersion is not None and isinstance(rows.loss_function, Poisson):
        dispersion = max(dispersion, loss * rows.scale)
    return loss / len(rows.y) if dispersion is None else dispersion / (len(rows.y) * rows.scale)


def allowed_loss(rows: Rows, loss: float) -> float:
    """The highest loss that simpler constants may cost.

    The rise equals what Schwarz's Bayesian information criterion (1978) credits for two parameters fewer.
    """
    if rows.loss_function.dispersion is None:
        return allowed_loss_of_unknown_noise(loss, len(rows.y))
    return loss + 2.0 * float(np.log(len(rows.y))) * loss_per_parameter(rows, loss)


def allowed_loss_of_unknown_noise(loss: float, n: int) -> float:
    """`allowed_loss` on n rows where the noise level is unknown; it is at least what rounding explains."""
    return max(loss * n ** (2.0 / n), min(EXACT_LOSS, max(loss * 100.0, 1e-25)))
