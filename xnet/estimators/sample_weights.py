"""Sample weights as scikit-learn defines them: a weight of 2 is a row twice, a weight of 0 a row that is not there.

A table with weights and the same table with repeated rows are brought to one form before anything is drawn at random.
Whole-number weights become repeated rows, so that numbers of rows, which statistics of the search use, are right too.
Other weights are added up for identical rows. The rows of both forms are sorted. A table without repeated rows whose
weights are all 1 stays as it is.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from xnet.arrays import Array
from xnet.data_rules import FEWEST_ROWS_TO_SPLIT
from xnet.engine.problem.repeated_rows import is_counted
from xnet.engine.problem.validation import checked_weight

#: Larger tables are not built from whole-number weights; such weights then only weigh the losses.
MOST_ROWS, MOST_VALUES = 200_000, 20_000_000
#: Whole-number weights with a larger mean are rarely numbers of rows; a warning says how they are understood.
MOST_USUAL_COUNT = 10
#: How this warning begins.
COUNTS_WARNING = "sample_weight has whole numbers"
#: What a warning about copies of rows says of them.
COPIES_WARNING = "repeat an earlier one in the target and all inputs"
#: Rows with the same inputs are held out together unless that many of them agree in all inputs (share of all rows).
_LARGEST_GROUP = 0.1


@dataclass(frozen=True)
class CanonicalTable:
    """A table in the form in which the search uses it.

    Attributes:
        X, y: (n, d) inputs and (n,) target.
        weight: (n,) weights of the losses; None for equal weights.
        groups: (n,) equal numbers for rows with the same inputs, which belong to the same side of every split; None
            where all rows are split independently.
    """

    X: Array
    y: Array
    weight: Array | None = None
    groups: Array | None = None

    def holdout(self, fraction: float, seed: int, stratified: bool = False) -> Array | None:
        """Whether each row is held out (n,), whole groups together; None where rows are split independently.

        Args:
            fraction: the largest share of the rows to hold out.
            seed: of the drawing.
            stratified: whether to hold out about the same share of every value of y.
        """
        if self.groups is None or not 0 < fraction < 1:
            return None
        _, first, sizes = np.unique(self.groups, return_index=True, return_counts=True)
        order = np.random.default_rng(seed).permutation(len(sizes))
        rank, room = np.argsort(order).astype(np.float64), round(fraction * len(self.y))
        if stratified:
            for value in np.unique(self.y[first]):
                of_class = order[self.y[first][order] == value]
                rank[of_class] = (np.arange(len(of_class)) + 0.5) / len(of_class)
        chosen = np.zeros(len(sizes), dtype=bool)
        for group in np.argsort(rank, kind="stable"):
            if sizes[group] <= room:
                chosen[group], room = True, room - sizes[group]
        held_out = chosen[np.unique(self.groups, return_inverse=True)[1]]
        lost = set(np.unique(self.y)) - set(np.unique(self.y[~held_out])) if stratified else ()
        return None if lost or not held_out.any() else held_out


def canonical_table(X: Array, y: Array, sample_weight: Array | None) -> CanonicalTable:
    """The table of a call of `fit`; tables that mean the same become the same.

    Args:
        X, y: (n, d) inputs and (n,) target. Where a value is not finite, the table stays as it is, for `Problem` to
            refuse with the row's number.
        sample_weight: (n,) weights, or None.

    Raises:
        DataError: the weights cannot be used.
    """
    weight = None
    if sample_weight is not None:
        checked_weight(sample_weight, len(y))
        weight = np.asarray(sample_weight, dtype=np.float64)
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        return CanonicalTable(X, y, weight)
    if weight is not None:
        X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
        weight = None if (weight == 1.0).all() else weight
    if weight is not None:
        _warn_of_large_counts(weight, X.shape[1])
    if weight is None and (len(y) > MOST_ROWS or not _repeated(X, y)):
        return CanonicalTable(X, y)
    if sample_weight is None and (counted := is_counted(X, y)) is not None:
        warnings.warn(
            f"{int((~counted).sum()):,} of {len(y):,} rows {COPIES_WARNING}. Each counts as an observation, as "
            "scikit-learn defines it, so a formula may have more detail than the rows justify, and the errors of its "
            "constants are too small. If the rows are copies, give each observation once.", UserWarning, stacklevel=3)
    return _sorted_table(X, y, np.ones(len(y)) if weight is None else weight, weight is None)


def _are_counts(total: Array, d: int) -> bool:
    """Whether weights (n,) of rows with d inputs become repeated rows: they are whole, and not too many."""
    n = total.sum()
    return bool((total == np.round(total)).all() and n <= MOST_ROWS and n * d <= MOST_VALUES)


def _warn_of_large_counts(weight: Array, d: int) -> None:
    """Warn where whole-number weights are so large that they may say how much a row matters, as in a survey."""
    if len(weight) and weight.mean() > MOST_USUAL_COUNT and _are_counts(weight, d):
        warnings.warn(
            f"{COUNTS_WARNING} with a mean of {weight.mean():.4g}, which count as numbers of rows: the "
            f"{len(weight):,} rows are searched as {weight.sum():,.0f}, so a formula may have more detail than they "
            "justify. Divide the weights by their mean if they only say how much a row matters.",
            UserWarning, stacklevel=4)


def _sorted_table(X: Array, y: Array, weight: Array, unweighted: bool) -> CanonicalTable:
    """The distinct rows in order, repeated by their added weights where these are whole numbers."""
    order = np.lexsort((weight, y, *X.T[::-1]))
    X, y, weight = X[order], y[order], weight[order]
    new_X = np.append(True, (X[1:] != X[:-1]).any(axis=1))
    new = new_X | np.append(True, y[1:] != y[:-1])
    starts = np.flatnonzero(new)
    total = np.add.reduceat(weight, starts)
    X, y, groups = X[starts], y[starts], np.cumsum(new_X)[starts]
    if not (unweighted or _are_counts(total, X.shape[1])):
        return CanonicalTable(X, y, total)
    times = total.astype(np.int64)
    X, y, groups = X.repeat(times, axis=0), y.repeat(times), groups.repeat(times)
    largest = int(np.bincount(groups).max())
    together = groups[-1] >= FEWEST_ROWS_TO_SPLIT and largest <= max(2.0, _LARGEST_GROUP * len(y))
    return CanonicalTable(X, y, None, groups if together else None)


def _repeated(X: Array, y: Array) -> bool:
    """Whether a row occurs twice in the table; a random linear combination distinguishes rows."""
    mix = np.random.default_rng(0).uniform(1.0, 2.0, X.shape[1] + 1)
    scale = np.maximum(np.abs(X).max(axis=0), 1e-300)
    key = (X / scale) @ mix[1:] + mix[0] * (y / max(float(np.abs(y).max()), 1e-300))
    near = np.diff(np.sort(key)) <= 1e-12 * len(mix)
    return bool(near.any()) and len(np.unique(np.column_stack([X, y]), axis=0)) < len(y)
