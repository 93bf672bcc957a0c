"""One network of a front, with its scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.determination import n_determined
from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.r_squared import r_squared
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import rarity
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import has_pole
from xnet.engine.problem.problem import SUBSAMPLED_ROWS, Problem


@dataclass(frozen=True)
class FrontEntry:
    """A network with its scores.

    Attributes:
        n_parameters: the number of constants that the rows determine; others are held (`fitting.determination`).
        loss, loss_holdout: mean squared errors over the target's variance, so R2 is 1 - loss. Under another loss
            function they are divided by the loss of the best constant: 1 - loss is then a robust R2, or the share of
            the log-loss explained (McFadden's pseudo R2). `loss_holdout` is None if no rows were held out.
        holdout_error: standard error of `loss_holdout`.
        reason: the move that made the network.
        exact: the loss below which nothing is left to explain.
        admitted: whether the network satisfies the user's constraints (only the initial constant may not).
        pole: whether it has a pole between two rows.
        holdout_losses: losses of the single held-out rows, kept for at most `SUBSAMPLED_ROWS` rows.
    """

    network: Network
    complexity: int
    n_parameters: int
    loss: float
    loss_holdout: float | None
    holdout_error: float = 0.0
    reason: str = ""
    exact: float = EXACT_LOSS
    admitted: bool = True
    pole: bool = False
    holdout_losses: tuple[float, ...] | None = field(default=None, repr=False)

    @cached_property
    def rarity(self) -> int:
        """How far from arithmetic the activations are, summed over the neurons."""
        return sum(rarity(neuron.activation) for neuron in self.network.neurons if neuron.children)

    @property
    def r2_train(self) -> float:
        """R2 on the train rows."""
        return r_squared(self.loss)

    @property
    def r2_holdout(self) -> float | None:
        """R2 on the held-out rows, against the whole table's variance; None when no rows were held out."""
        return None if self.loss_holdout is None else r_squared(self.loss_holdout)


def make_entry(network: Network, problem: Problem, reason: str = "") -> FrontEntry:
    """Score a network on all train rows and on the held-out rows."""
    loss = problem.train.loss(network)
    losses = _holdout_losses(network, problem.holdout)
    mean, error, kept = None if losses is None else np.inf, 0.0, None
    if losses is not None and np.isfinite(losses).all():
        mean, error = float(losses.mean()), float(losses.std() / np.sqrt(len(losses)))
        kept = tuple(losses.tolist()) if len(losses) <= SUBSAMPLED_ROWS else None
    return FrontEntry(network, network.complexity, n_determined(network, problem.search), loss, mean, error, reason,
                      problem.train.exact, problem.admits(network), has_pole(network, problem.search.columns), kept)


def _holdout_losses(network: Network, rows: Rows | None) -> Array | None:
    """The loss of every held-out row."""
    if rows is None:
        return None
    return rows.loss_function.values(forward(network, rows.columns)[-1], rows.y, rows.weight) / rows.scale
