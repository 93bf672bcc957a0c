"""Whether the errors of a formula in successive rows of a file are alike, so that the rows are not independent.

In a time series, or in a file with many rows of each site, a row resembles its neighbours. Intervals of constants are
then too narrow, and a held-out row between two training rows tests little. A formula that misses something that
changes along the file has such errors too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.permutation_tests import ranks
from xnet.ways import ways
from xnet.wording.row_words import HELD_OUT
from xnet.wording.score_text import capitalized

from .file_order import outputs, targets, weights
from .residuals import residuals
from .rounded_target import coarse_step
from .scores import ROUNDING

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network

#: The rank correlation of successive errors that is said: at least this, and above so many standard errors.
_LEAST, _ERRORS = 0.2, 3.3
ALIKE = "Errors of successive rows are alike"
#: Fewer rows say nothing.
_FEWEST = 20
#: Held-out rows lie between training rows if more than this share of them has a training row beside it.
_BETWEEN = 0.5


def dependent_rows_sentence(network: Network, problem: Problem) -> str:
    """The sentence that successive rows are not independent given a formula; "" where nothing says so.

    A file in the order of its target says nothing: its errors are in order, too. Neither does a target that is rounded
    more coarsely than its noise: the errors of rounding are alike while the target changes slowly.

    Args:
        network: the formula.
        problem: its problem, whose rows are in the order of the file.
    """
    y, f = targets(problem), outputs(network, problem)
    errors = residuals(y, f, weights(problem), problem.train.loss_function)
    steps = np.diff(y)
    in_order = (steps >= 0).all() or (steps <= 0).all()
    says_nothing = in_order or coarse_step(y, y - f) is not None
    alike = None if says_nothing else successive_correlation(errors, ROUNDING * float(y.std()))
    if alike is None:
        return ""
    wider = _widening(alike, len(y))
    said = (f"{ALIKE} (rank correlation {alike:.2f}). Either the rows depend on each "
            "other, as in a time series, or the formula misses something that changes along the file. Intervals of "
            f"constants are then too narrow, by about {wider:.2g} times where the inputs change slowly.")
    return said + (f" {capitalized(HELD_OUT)} between training rows test little: hold out the last rows "
                   f"{ways('Data, Held-out rows, The last rows', '--split order')}." if _lie_between(problem) else "")


def _widening(alike: float, n: int) -> float:
    """How many times too small the standard error of a slowly changing term is, for errors of an AR(1) process.

    Ranks of n errors of a fit are less correlated than the errors of the law: a rank correlation s of normal variables
    is a correlation 2 sin(pi s/6), and a fit takes (1 + 4 r)/n away (Marriott and Pope 1954, for a mean).
    """
    r = 2.0 * np.sin(np.pi * alike / 6.0)
    r = min(r + (1.0 + 4.0 * r) / n, 0.97)
    return float(np.sqrt((1.0 + r) / (1.0 - r)))


def successive_correlation(errors: Array, least: float) -> float | None:
    """The rank correlation of successive errors (n,), from von Neumann's ratio of ranks (Bartels 1982).

    Args:
        errors: in order; those that are not finite are left out.
        least: where no error is larger, all of them are rounding.

    Returns:
        None where it is no larger than chance makes it, or where all errors are rounding.
    """
    errors = errors[np.isfinite(errors)]
    n = len(errors)
    if n < _FEWEST or not np.abs(errors).max() > least:
        return None
    places = ranks(errors)
    spread = float(((places - places.mean()) ** 2).sum())
    if not spread > 0:
        return None
    found = 1.0 - 0.5 * float((np.diff(places) ** 2).sum()) / spread
    return min(found, 0.99) if found >= max(_LEAST, _ERRORS / np.sqrt(n)) else None


def _lie_between(problem: Problem) -> bool:
    """Whether most held-out rows have a training row directly before or after them."""
    held_out, train = problem.holdout_index, problem.train_index
    if not len(held_out):
        return False
    return bool((np.isin(held_out - 1, train) | np.isin(held_out + 1, train)).mean() > _BETWEEN)
