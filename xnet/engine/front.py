"""The front: the best network found at each complexity, and the default pick among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .activations import GROUPS
from .forward import forward
from .network import Network
from .parameters import EXACT_LOSS, Rows
from .poles import has_pole
from .problem import ROUGH_ROWS, Problem

Array = np.ndarray

#: A more complex network, or one with more parameters, or else with rarer activations, has to lower the loss to this
#: share to be on the front at all.
WORTH = 0.99
#: A more complex network that is no better on held-out rows has to lower the loss on train rows to this share.
SMALL_GAIN = 0.8
#: Normalised losses below this (R2 > 0.99999) count as equal when the default is picked.
PRACTICAL_LOSS = 1e-5
#: A network with a pole between the rows has to lower the loss to this share of what the others leave.
POLE_GAIN = 0.1
#: No measured table bears seven digits: below this a table was computed, not measured.
FINEST_TABLE = 1e-14
#: Standard errors of the differences, row by row, by which a network is clearly worse than the best.
CLEARLY = 2.0
#: Held-out rows below which the default pick does not rest on them alone.
FEWEST_TO_TRUST = 30
#: Nats that a neuron costs when networks are compared by description length, beside half of its rarity: sums and
#: products are what most formulas are made of, and say little. A search tries millions of structures, so some fit by
#: chance, mostly of rare activations.
NEURON_NATS = 1.5
#: How rare an activation is: the place of its group, from arithmetic on. It settles ties, and counts in description
#: lengths.
RARITY = {name: place for place, group in enumerate(GROUPS.values()) for name in group.names}


@dataclass(frozen=True)
class FrontEntry:
    """A network with its scores; losses are mean squared errors over the target's variance, so R2 is 1 - loss.

    Under another loss they are means of it over that of the best constant; 1 - loss is then a robust R2, or the share
    of the log-loss explained (McFadden's pseudo R2). Below `exact` nothing is left to explain. `admitted` says that the
    network keeps the user's constraints, as all of a front do but for the start; `pole`, that it has one between rows.
    `holdout_losses` are those of the single rows, kept where there are at most `ROUGH_ROWS` of them.
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
        return sum(RARITY.get(neuron.activation, 0) for neuron in self.network.neurons)

    @property
    def r2_train(self) -> float:
        """R2 on the train rows."""
        return 1.0 - self.loss

    @property
    def r2_holdout(self) -> float | None:
        """R2 on the held-out rows, against the whole table's variance; None when no rows were held out."""
        return None if self.loss_holdout is None else 1.0 - self.loss_holdout


def make_entry(network: Network, problem: Problem, reason: str = "") -> FrontEntry:
    """Score a network on all train rows and on the held-out rows."""
    loss = problem.train.loss(network)
    losses = _holdout_losses(network, problem.holdout)
    mean, error, kept = None if losses is None else np.inf, 0.0, None
    if losses is not None and np.isfinite(losses).all():
        mean, error = float(losses.mean()), float(losses.std() / np.sqrt(len(losses)))
        kept = tuple(losses.tolist()) if len(losses) <= ROUGH_ROWS else None
    return FrontEntry(network, network.complexity, network.n_parameters, loss, mean, error, reason,
                      problem.train.exact, problem.admits(network), has_pole(network, problem.search.columns), kept)


def _holdout_losses(network: Network, rows: Rows | None) -> Array | None:
    """The loss of every held-out row."""
    if rows is None:
        return None
    return rows.kind.values(forward(network, rows.columns)[-1], rows.y, rows.weight) / rows.scale


def insert(front: tuple[FrontEntry, ...], entry: FrontEntry) -> tuple[FrontEntry, ...]:
    """The front with the entry, ascending in complexity and descending in loss; unchanged where it is dominated.

    A start that does not keep the user's constraints makes way for the first network that does.
    """
    if not np.isfinite(entry.loss) or (entry.loss_holdout is not None and not np.isfinite(entry.loss_holdout)):
        return front
    if front and not (entry.admitted and front[0].admitted):
        return (entry,) if entry.admitted else front
    if any(_dominates(e, entry) for e in front):
        return front
    return tuple(sorted([*(e for e in front if not _dominates(entry, e)), entry], key=lambda e: e.complexity))


def _dominates(a: FrontEntry, b: FrontEntry) -> bool:
    """Whether a is simpler and hardly worse, as simple and no worse, or b much worse on rows that neither has seen."""
    if a.complexity > b.complexity:
        return False
    if a.complexity < b.complexity and a.loss_holdout is not None and b.loss_holdout is not None and \
            b.loss_holdout > 2.0 * a.loss_holdout + a.exact and b.loss_holdout - a.loss_holdout > b.holdout_error:
        return True
    if a.complexity < b.complexity and a.loss_holdout is not None and b.loss_holdout is not None and \
            b.loss_holdout >= a.loss_holdout and b.loss > SMALL_GAIN * a.loss > a.exact:
        return True
    plainer = (a.complexity, a.n_parameters, a.rarity) < (b.complexity, b.n_parameters, b.rarity)
    worth = WORTH if plainer else 1.0
    return worth * max(a.loss, a.exact) <= max(b.loss, b.exact)


def pick(front: tuple[FrontEntry, ...], n_train: int) -> FrontEntry:
    """The default: the simplest network within one standard error of the best on held-out rows, and not clearly worse.

    Of networks that are as good, one without a pole between the rows is preferred. Fewer than `FEWEST_TO_TRUST`
    held-out rows do not tell a standard error: then the network that all rows together support most is taken.
    """
    front = _without_poles(front)
    if front[0].loss_holdout is None or _n_apart(front[0]) in range(1, FEWEST_TO_TRUST):
        return _best_supported(front, n_train)
    good = _as_good_as_the_best(front)
    return next((e for e in good if not e.pole), good[0])


def pick_supported(front: tuple[FrontEntry, ...], n_train: int) -> FrontEntry:
    """The network that train and held-out rows together support most: the least description length.

    On few rows this is steadier than the default pick, which rests on a fifth of them; on many, longer and more
    accurate.
    """
    return _best_supported(_without_poles(front), n_train)


def _without_poles(front: tuple[FrontEntry, ...]) -> tuple[FrontEntry, ...]:
    """The networks without a pole between the rows; all, where one with a pole explains far more than any of these.

    A law may have a pole where there happens to be no row, but then nothing else comes near it. What is a little better
    for a pole is so by chance, and may be a thousand times off at the next row.
    """
    def left(entry: FrontEntry) -> float:
        return max(entry.loss if entry.loss_holdout is None else entry.loss_holdout, entry.exact)

    clear = tuple(e for e in front if not e.pole)
    return clear if clear and min(map(left, front)) > POLE_GAIN * min(map(left, clear)) else front


def _best_supported(entries: Sequence[FrontEntry], n_train: int) -> FrontEntry:
    floor = _least_to_tell(entries)
    return min(entries, key=lambda e: (_description_length(e, n_train, floor), e.complexity))


def _least_to_tell(entries: Sequence[FrontEntry]) -> float:
    """The loss below which networks count as equally good.

    Measured tables rarely bear more digits than `PRACTICAL_LOSS`, and what is then explained is their rounding. Only
    where a network goes below `FINEST_TABLE` are the numbers those of a formula, and every digit counts.
    """
    computed = any(max(e.loss, e.loss_holdout or 0.0) <= FINEST_TABLE for e in entries)
    return max(EXACT_LOSS if computed else PRACTICAL_LOSS, entries[0].exact)


def _as_good_as_the_best(front: tuple[FrontEntry, ...]) -> list[FrontEntry]:
    """The networks within one standard error of the best on held-out rows that are not clearly worse, simplest first.

    The standard error of a loss is mostly that of the few hard rows, which are hard for every network. So the losses
    are compared row by row as well: a network that is worse than the best by two standard errors of the difference is
    not as good.
    """
    floor = _least_to_tell(front)
    best = min(front, key=lambda e: max(e.loss_holdout or 0.0, floor))
    limit = max((best.loss_holdout or 0.0) + best.holdout_error, floor)
    return [e for e in front if (e.loss_holdout or 0.0) <= limit and (e.loss <= 10.0 * limit or e is best)
            and ((e.loss_holdout or 0.0) <= floor or not _clearly_worse(e, best))]


def _clearly_worse(entry: FrontEntry, best: FrontEntry) -> bool:
    """Whether the difference on held-out rows is larger than chance makes it; unknown where these are very many."""
    if entry.holdout_losses is None or best.holdout_losses is None or entry is best:
        return False
    difference = np.array(entry.holdout_losses) - np.array(best.holdout_losses)
    return bool(difference.mean() > CLEARLY * difference.std() / np.sqrt(len(difference)))


def _description_length(entry: FrontEntry, n_train: int, floor: float) -> float:
    """Twice the nats that it takes to write down the network, and then the rows by it; of all rows that are kept apart.

    A neuron costs `NEURON_NATS` and half its rarity, a constant what Schwarz's criterion says, with Akaike's correction
    for few rows.
    (Rissanen, Modeling by shortest data description, 1978; Hurvich and Tsai 1989.)
    """
    apart = _n_apart(entry)
    n, p = n_train + apart, entry.n_parameters
    loss = (n_train * entry.loss + apart * (entry.loss_holdout or 0.0)) / n
    structure = 2.0 * NEURON_NATS * (entry.complexity - p) + entry.rarity
    if entry.exact > EXACT_LOSS:  # the noise level is known: the loss in units of one parameter's worth
        return 2.0 * loss / entry.exact + structure + 2 * p
    if n <= p + 1 and loss > EXACT_LOSS:
        return np.inf
    if loss <= EXACT_LOSS and p < n - 1:
        return n * np.log(EXACT_LOSS)
    fit = n * np.log(max(loss, floor))
    return fit + structure + p * np.log(n) + 2 * p * (p + 1) / max(n - p - 1, 1)


def _n_apart(entry: FrontEntry) -> int:
    """How many held-out rows' losses are kept apart."""
    return 0 if entry.holdout_losses is None else len(entry.holdout_losses)
