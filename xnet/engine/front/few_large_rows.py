"""Networks that describe the few largest rows of a heavy-tailed table, and other rows no better than a plain formula.

Where errors grow with the target, as those of incomes, cities or animals do, squared errors are those of a few rows. A
wave that meets these rows has a low leave-one-out loss, because its constants are not determined by one of them, and it
is worse than a line in every new table. So a network has to win twice, as at the gate (`gate`): by its losses, and by
losses bounded at three robust standard deviations of the errors of the best plain formula.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xnet.engine.fitting.gross_errors import MEDIAN_CHI_SQUARE

from .entry import FrontEntry
from .gate import BOUND, CLEARLY_LOWER
from .score import (
    SMALLEST_LOSS,
    SUMMARY_KINDS,
    WEIGHTS,
    Preference,
    Scored,
    equal_below,
    evidence,
    loss_of_linear,
    score,
)

#: A network that leaves less than this share of what the plain formula leaves stays: chance does not go so far.
_FAR_LESS = 0.1


def of_few_large_rows(scored: Sequence[Scored]) -> frozenset[int]:
    """The `id` of the networks that a plain formula clearly beats by bounded losses; none under a known noise level."""
    plain = [(e, loss) for e, loss in scored if e.plain in SUMMARY_KINDS and evidence(e).dispersion is None]
    if not plain:
        return frozenset()
    floor, linear_loss = equal_below(scored), loss_of_linear(scored)

    def value(entry: FrontEntry, loss: float) -> float:
        return score(entry, loss, WEIGHTS[Preference.BALANCED], floor, linear_loss)

    best, left = min(plain, key=lambda item: value(*item))
    limit = BOUND**2 * max(float(np.median(evidence(best).losses)) / MEDIAN_CHI_SQUARE, SMALLEST_LOSS)

    def bounded(entry: FrontEntry) -> float:
        return value(entry, float(np.minimum(evidence(entry).losses, limit).mean()))

    highest = bounded(best) + CLEARLY_LOWER
    return frozenset(id(e) for e, loss in scored if e.plain not in SUMMARY_KINDS and evidence(e).reads_inputs
                     and loss >= _FAR_LESS * left and bounded(e) > highest)
