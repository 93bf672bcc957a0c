"""Whether as many held-out rows lie below a formula for a quantile as the quantile says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, bdtrc  # importing scipy.stats takes a second longer

from xnet.engine.fitting.quantile_loss import Quantile
from xnet.wording.row_words import HELD_OUT
from xnet.wording.score_text import percent

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network

#: The p-value of the binomial test that is said.
_LEVEL = 0.01


def quantile_share_sentence(network: Network, problem: Problem) -> str:
    """The sentence that too few or too many held-out rows lie below a quantile; "" where chance explains the number.

    Args:
        network: the formula.
        problem: its problem; rows with weights are not counted.
    """
    rows, loss = problem.holdout, problem.train.loss_function
    if rows is None or rows.weight is not None or not isinstance(loss, Quantile):
        return ""
    f = network.evaluate(rows.columns.T)
    if not np.isfinite(f).all():
        return ""
    n, below, above = rows.n, int((rows.y < f).sum()), int((rows.y > f).sum())
    few = float(bdtr(n - above, n, loss.share))  # rows on the formula count for whichever is meant
    many = float(bdtrc(below - 1, n, loss.share)) if below else 1.0
    if 2.0 * min(few, many) > _LEVEL:
        return ""
    return (f"{below} of the {n} {HELD_OUT} ({percent(below / n)}) lie below the formula, which is meant for "
            f"{percent(loss.share)} of the rows (p-value {2.0 * min(few, many):.1g}, by a binomial test): for new rows "
            f"the limit is too {'low' if few < many else 'high'}.")
