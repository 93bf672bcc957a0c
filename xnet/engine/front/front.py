"""The front: the best network found at each complexity."""

from __future__ import annotations

import numpy as np

from .entry import FrontEntry

#: A more complex network, or one with more parameters, or else with rarer activations, has to lower the loss to this
#: share to be on the front at all.
WORTH = 0.99

#: A more complex network that is no better on held-out rows has to lower the loss on train rows to this share.
SMALL_GAIN = 0.8


def insert(front: tuple[FrontEntry, ...], entry: FrontEntry) -> tuple[FrontEntry, ...]:
    """The front with the entry, ascending in complexity and descending in loss; unchanged where it is dominated.

    An initial constant that violates the user's constraints is replaced by the first network that satisfies them.
    """
    if not np.isfinite(entry.loss) or (entry.loss_holdout is not None and not np.isfinite(entry.loss_holdout)):
        return front
    if front and not (entry.admitted and front[0].admitted):
        return (entry,) if entry.admitted else front
    if any(_dominates(e, entry) for e in front):
        return front
    return tuple(sorted([*(e for e in front if not _dominates(entry, e)), entry], key=lambda e: e.complexity))


def _dominates(a: FrontEntry, b: FrontEntry) -> bool:
    """Whether a is simpler and hardly worse, as simple and no worse, or b much worse on held-out rows."""
    if a.complexity > b.complexity or (b.is_defined and not a.is_defined):
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
