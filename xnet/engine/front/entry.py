"""One network of a front, with its scores."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.cancellation import rests_on_rounding
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.fitting.losses import EXACT_LOSS
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import rarity
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.domain import is_defined_inside
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.engine.networks.row_regions import hull_of, is_defined_between
from xnet.engine.problem.problem import Problem
from xnet.engine.problem.restrictions import fixed_constants

from .plain_models import PlainKind


@dataclass(frozen=True, eq=False)
class Support:
    """The evidence of all rows, training and held-out, for one network.

    Attributes:
        losses: (n,) normalised leave-one-out losses; not finite for a network without a value on some row.
        loss: the mean loss of the constants fitted to all rows.
        n_determined: how many constants the rows determine.
        price: the price of the structure in nats (`structure_price`).
        choice: nats of the choice of the network's inputs among those that vary; a part of the price of linear models.
        reads_inputs: whether the network reads an input at all.
        linear_p_value: of a linear dependence on all inputs (`linear_dependence`); of the table, not the network.
        curve_p_value: of a smooth curve over an input (`curved_dependence`); likewise. 1 where a linear dependence is
            shown.
        follows_a_row: whether a single row determines a constant almost alone (a leverage above 0.9).
        is_steady: whether its values stay near the target's range a little outside the rows (`steadiness`); None where
            that is not checked: with groups, and under a loss whose noise level is known.
        dispersion: the deviance that one useless parameter removes, in units of `losses`, if the loss function fixes
            the noise level (logistic loss); None if the noise has to be estimated.
        is_least_dispersion: whether the noise may be larger (`Loss.is_least_dispersion`).
        evidence: what a gain in log-likelihood is worth (`Quantile.evidence`); 1 under other losses.
        rounding: the normalised loss that the last decimal of the target leaves; 0 where it has all digits of a double.
        symmetric: under relative errors the `symmetric_error` of all rows; None under other losses.
    """

    losses: Array
    loss: float
    n_determined: int
    price: float
    reads_inputs: bool
    choice: float = 0.0
    linear_p_value: float = 1.0
    curve_p_value: float = 1.0
    follows_a_row: bool = False
    is_steady: bool | None = None
    dispersion: float | None = None
    is_least_dispersion: bool = False
    evidence: float = 1.0
    symmetric: float | None = None
    rounding: float = 0.0


@dataclass(frozen=True)
class FrontEntry:
    """A network with its scores.

    Attributes:
        n_parameters: the number of constants that the rows determine; others are held
            (`fitting.determined_constants`), and fixed ones are none (`problem.restrictions`).
        loss, loss_holdout: mean losses of the rows over the scale of the search, which is the loss of the best constant
            in the whole table (for squared error the target's variance). `loss_holdout` is None if no rows were held
            out.
        holdout_error: standard error of `loss_holdout`.
        reason: the move that made the network.
        exact: the loss below which nothing is left to explain.
        admitted: whether the network satisfies the user's constraints (only the initial constant may not).
        is_defined: whether interval arithmetic finds the network defined everywhere inside the box of the rows; with
            support also where it finds so in their hull.
        support: the evidence of all rows for the network; None where it was not computed.
        plain: the kind of plain model that the network is; None for a network that was searched for.
        is_robust: whether the network is the suggestion of a second look under Huber's scale (`search/second_look`).
        parts: what fills the unknown parts of a form with unknown parts; None for other networks.
        unexplained_train, unexplained_holdout: the losses as shares of the loss of the best constant of the same rows
            (1 - R² for squared error); None where that constant leaves nothing to explain.
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
    is_defined: bool = True
    unexplained_train: float | None = None
    unexplained_holdout: float | None = None
    plain: PlainKind | None = None
    is_robust: bool = False
    parts: Parts | None = None
    support: Support | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rarity(self) -> int:
        """How far from arithmetic the activations are, summed over the neurons."""
        return sum(rarity(neuron.activation) for neuron in self.network.neurons if neuron.children)

    @property
    def explained_train(self) -> float | None:
        """The share of the loss of the best constant of the training rows that the network explains.

        It is R² for squared error, the robust R² for Huber's scale, and McFadden's pseudo R² (1974) for log-odds.
        """
        return None if self.unexplained_train is None else 1.0 - self.unexplained_train

    @property
    def explained_holdout(self) -> float | None:
        """The same for the held-out rows; None also when no rows were held out."""
        return None if self.unexplained_holdout is None else 1.0 - self.unexplained_holdout

    @property
    def shown_loss(self) -> float:
        """The loss on the training rows for viewers: `unexplained_train`, else the normalised loss of the search."""
        return self.loss if self.unexplained_train is None else self.unexplained_train


#: The networks of a front, of growing complexity; or other entries.
Front = tuple[FrontEntry, ...]


def make_entry(network: Network, problem: Problem, reason: str = "", parts: Parts | None = None) -> FrontEntry:
    """Score a network on all train rows and on the held-out rows; it gets the names of the known constants in it.

    Args:
        network: the formula.
        problem: the rows, the constraints, and the restrictions of constants.
        reason: the move that made the network.
        parts: what fills the form of a template; None for another network.
    """
    network = network.with_known(problem.known)
    loss = problem.train.loss(network)
    losses = _holdout_losses(network, problem.holdout)
    mean, error = None if losses is None else np.inf, 0.0
    if losses is not None and np.isfinite(losses).all():
        mean, error = float(losses.mean()), float(losses.std() / np.sqrt(len(losses)))
    fixed = fixed_constants(network, problem, parts)
    n_parameters = n_determined(network, problem.search, fixed)
    # Squares are bounded together only where units steer: other searches keep their fronts (D-151).
    squares = problem.constraints.units is not None
    entry = FrontEntry(network, network.complexity, n_parameters, loss, mean, error, reason, problem.train.exact,
                       problem.admits(network, fixed) and not rests_on_rounding(network, problem.search),
                       is_defined_inside(network, problem.box, squares=squares), parts=parts)
    return with_shares(entry, problem)


def is_defined_between_rows(network: Network, problem: Problem) -> bool:
    """Whether the network is defined in the hull of the rows, which is smaller than their box; False with groups."""
    if problem.groups is not None:
        return False
    columns = problem.subsampled.all_rows.columns
    return is_defined_between(network, problem.box, lambda i, j: problem.cached(
        ("hull of the rows", i, j), lambda: hull_of(columns[i], columns[j])))


def with_shares(entry: FrontEntry, problem: Problem) -> FrontEntry:
    """The entry with the shares of the losses of its rows' best constants that it leaves unexplained.

    The search smooths labels of classes in training rows (`Logistic`); the shares are those of the plain log loss.
    """
    train, held_out, loss = problem.train, problem.holdout, entry.loss
    plain = train.loss_function.without_smoothing
    if plain != train.loss_function:
        train = problem.cached("plain_train", lambda: replace(problem.train, loss_function=plain))
        loss = train.loss(entry.network)
    return replace(entry, unexplained_train=train.share_unexplained(loss),
                   unexplained_holdout=None if held_out is None else held_out.share_unexplained(entry.loss_holdout))


def _holdout_losses(network: Network, rows: Rows | None) -> Array | None:
    """The loss of every held-out row."""
    if rows is None:
        return None
    return rows.loss_function.values(forward(network, rows.columns)[-1], rows.y, rows.weight) / rows.scale
