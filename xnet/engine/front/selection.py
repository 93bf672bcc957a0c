"""The default pick of a front, by held-out rows and by description length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.engine.fitting.losses import EXACT_LOSS

from .entry import FrontEntry

#: Normalised losses below this (R2 > 0.99999) count as equal when the default is picked.
PRACTICAL_LOSS = 1e-5

#: A network with a pole between the rows has to lower the loss to this share of the lowest loss of the others.
POLE_GAIN = 0.1

#: No measured table has seven correct digits: a table with a lower loss was computed, not measured.
FINEST_TABLE = 1e-14

#: Standard errors of the differences, row by row, by which a network is clearly worse than the best.
CLEARLY = 2.0

#: Held-out rows below which the default pick does not rest on them alone.
FEWEST_TO_TRUST = 30

#: Nats per neuron in a description length, beside half of the neuron's rarity: most formulas consist of sums and
#: products, which are cheap to describe. A search tries millions of structures, so some fit by chance, mostly with rare
#: activations.
NEURON_NATS = 1.5


def pick(front: tuple[FrontEntry, ...], n_train: int) -> FrontEntry:
    """The default: the simplest network within one standard error of the best on held-out rows, and not clearly worse.

    Of networks that are as good, one without a pole between the rows is preferred. Fewer than `FEWEST_TO_TRUST`
    held-out rows give no reliable standard error: then the least description length on all rows decides.
    """
    front = _without_poles(front)
    if front[0].loss_holdout is None or _n_holdout_losses(front[0]) in range(1, FEWEST_TO_TRUST):
        return _best_supported(front, n_train)
    good = _as_good_as_the_best(front)
    return next((e for e in good if not e.pole), good[0])


def pick_supported(front: tuple[FrontEntry, ...], n_train: int) -> FrontEntry:
    """The network of the least description length on training and held-out rows.

    On few rows this is steadier than the default pick, which rests on a fifth of them; on many, longer and more
    accurate.
    """
    return _best_supported(_without_poles(front), n_train)


def _without_poles(front: tuple[FrontEntry, ...]) -> tuple[FrontEntry, ...]:
    """The networks without a pole between the rows; all, where one with a pole explains far more than any of these.

    A law may have a pole between rows, but then no other network comes near its loss. A network that a pole makes only
    a little better fits by chance, and may be a thousand times off at the next row.
    """
    def unexplained(entry: FrontEntry) -> float:
        return max(entry.loss if entry.loss_holdout is None else entry.loss_holdout, entry.exact)

    clear = tuple(e for e in front if not e.pole)
    return clear if clear and min(map(unexplained, front)) > POLE_GAIN * min(map(unexplained, clear)) else front


def _best_supported(entries: Sequence[FrontEntry], n_train: int) -> FrontEntry:
    floor = _smallest_relevant_loss(entries)
    return min(entries, key=lambda e: (_description_length(e, n_train, floor), e.complexity))


def _smallest_relevant_loss(entries: Sequence[FrontEntry]) -> float:
    """The loss below which networks count as equally good.

    Measured tables rarely have more correct digits than `PRACTICAL_LOSS`; beyond them a network explains the rounding.
    Only if a network goes below `FINEST_TABLE` was the table computed by a formula, and every digit counts.
    """
    computed = any(max(e.loss, e.loss_holdout or 0.0) <= FINEST_TABLE for e in entries)
    return max(EXACT_LOSS if computed else PRACTICAL_LOSS, entries[0].exact)


def _as_good_as_the_best(front: tuple[FrontEntry, ...]) -> list[FrontEntry]:
    """The networks within one standard error of the best on held-out rows that are not clearly worse, simplest first.

    The standard error of a loss comes mostly from the few hard rows, which are hard for every network. So the losses
    are compared row by row as well: a network that is worse than the best by two standard errors of the difference is
    not as good.
    """
    floor = _smallest_relevant_loss(front)
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
    """Twice the description length in nats: of the network, and of the rows given the network.

    A neuron costs `NEURON_NATS` and half its rarity, a constant what Schwarz's criterion says, with Akaike's correction
    for few rows.
    (Rissanen, Modeling by shortest data description, 1978; Hurvich and Tsai 1989.)
    """
    held_out = _n_holdout_losses(entry)
    n, p = n_train + held_out, entry.n_parameters
    loss = (n_train * entry.loss + held_out * (entry.loss_holdout or 0.0)) / n
    structure = 2.0 * NEURON_NATS * (entry.complexity - p) + entry.rarity
    if entry.exact > EXACT_LOSS:  # the noise level is known: the loss in units of one parameter's worth
        return 2.0 * loss / entry.exact + structure + 2 * p
    if n <= p + 1 and loss > EXACT_LOSS:
        return np.inf
    if loss <= EXACT_LOSS and p < n - 1:
        return n * np.log(EXACT_LOSS)
    fit = n * np.log(max(loss, floor))
    return fit + structure + p * np.log(n) + 2 * p * (p + 1) / max(n - p - 1, 1)


def _n_holdout_losses(entry: FrontEntry) -> int:
    """How many held-out rows' losses are kept."""
    return 0 if entry.holdout_losses is None else len(entry.holdout_losses)
