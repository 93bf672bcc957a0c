"""Whether a row or two with an extreme target alone make the R² of a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.losses import Huber, SquaredError
from xnet.tables.row_names import RowNames
from xnet.wording.score_text import r2

from .file_order import outputs, positions, targets, weights

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network

#: Rows that lower R² by less than this when they are left out decide nothing.
_FALL = 0.2
#: A formula that explains less than this of the variation of all other rows is no better than their average.
_NOTHING = 0.1
#: At most one row in so many is left out, and at least one; so many others have to be left.
_ONE_IN, _FEWEST = 50, 10


class ExtremeRows(NamedTuple):
    """The sentence that a few rows make the R² of a formula, and whether it explains nothing without them."""

    sentence: str
    nothing: bool


def extreme_rows(network: Network, problem: Problem, names: RowNames | None = None) -> ExtremeRows | None:
    """The rows of extreme targets without which the R² of a formula is much lower; None where there are none.

    Args:
        network: the formula.
        problem: the problem of n rows.
        names: of these rows; by default row 1, row 2 and so on.
    """
    if not isinstance(problem.train.loss_function, SquaredError | Huber) or problem.groups is not None:
        return None
    y, weight = targets(problem), weights(problem)
    errors = (outputs(network, problem) - y) ** 2
    weight = np.ones(len(y)) if weight is None else weight
    extreme = np.argsort(-weight * (y - np.average(y, weights=weight)) ** 2, kind="stable")

    most = min(max(len(y) // _ONE_IN, 1), len(y) - _FEWEST)
    scores = _without_first(y[extreme], errors[extreme], weight[extreme], most)
    for k in range(1, most + 1):
        if scores[0] - scores[k] >= _FALL:
            everything, without = float(scores[0]), float(scores[k])
            names = RowNames.counted(problem.n_rows) if names is None else names
            named = ", ".join(names.name(int(i)) for i in positions(problem)[extreme[:k]])
            word = "R²" if problem.train.weight is None else "weighted R²"
            return ExtremeRows(f"{word[0].upper()}{word[1:]} on all rows is {r2(everything)}, and {r2(without)} "
                               f"without {named}: {'this row makes' if k == 1 else 'these rows make'} most of it.",
                               without < _NOTHING)
    return None


def _without_first(y: Array, errors: Array, weight: Array, most: int) -> Array:
    """R² of all rows (n,), and without the first 1, ..., `most` of them; NaN where the others do not vary.

    Sums from the end serve all of them: a sum for each would take minutes in a million rows.
    """
    def rest(values: Array) -> Array:
        return np.cumsum((weight * values)[::-1])[::-1][:max(most, 0) + 1]

    y = y - y[-1]  # rows that agree then have a variance of 0 without rounding
    total = rest(y * y) - rest(y) ** 2 / rest(np.ones(len(y)))
    with np.errstate(all="ignore"):
        return np.where(total > 0, 1.0 - rest(errors) / total, np.nan)
