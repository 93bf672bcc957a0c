"""Groups of rows with constants of their own: which input holds them, and how their rows are held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.data_rules import FEWEST_ROWS_OF_A_GROUP, FEWEST_ROWS_TO_SPLIT
from xnet.errors import DataError
from xnet.name_lists import label_order

from .constraints import Constraints

#: The most groups.
MOST_GROUPS = 500


@dataclass(frozen=True)
class Groups:
    """The groups of a table.

    Attributes:
        column: the input whose cells are the numbers 0, 1, ... of the groups.
        labels: the names of the groups, in the order of their numbers.
        most_own: the most constants that every group may have of its own; None where evidence decides alone.
        shares: whether constants may be shared at all.
    """

    column: int
    labels: tuple[str, ...]
    most_own: int | None = None
    shares: bool = True

    def split(self, X: Array, names: tuple[str, ...], constraints: Constraints, parameters: bool,
              holdout: Array | None, fraction: float, seed: int, used: Array | None = None) -> Array:
        """Whether a row of X (n, d) is held out (n,): as given, else the same share of every group.

        Args:
            used: (n,) whether a row counts; None for all.

        Raises:
            DataError: as `check`, or a given split leaves a group too few rows to fit constants of its own.
        """
        codes, used = X[:, self.column], np.ones(len(X), dtype=bool) if used is None else used
        self.check(codes[used], names, constraints, parameters=parameters)
        if holdout is None:
            held = np.zeros(len(X), dtype=bool)
            held[used] = self.held_out(codes[used], fraction, seed)
            return held
        left = self._counts(codes[used & ~np.asarray(holdout, dtype=bool)])
        if len(poor := np.flatnonzero(left < FEWEST_ROWS_OF_A_GROUP)):
            raise DataError(f"The split leaves {counted(left[poor[0]], 'training row')} of the group "
                            f"{self.labels[poor[0]]!r} of {names[self.column]!r}; every group needs at least "
                            f"{FEWEST_ROWS_OF_A_GROUP} to fit constants of its own. Hold out rows at random, which "
                            "takes the same share of every group.")
        return holdout

    def released(self, X: Array, holdout: Array | None) -> Array | None:
        """A split (n,) drawn at random, without the held-out rows of groups that would have too few training rows.

        Args:
            X: (n, d) the inputs.
            holdout: (n,) whether a row is held out; None stays None.
        """
        if holdout is None:
            return None
        codes = X[:, self.column].astype(np.intp)
        poor = self._counts(codes[~holdout]) < FEWEST_ROWS_OF_A_GROUP
        found: Array = holdout & ~poor[codes]
        return found

    def _counts(self, codes: Array) -> Array:
        """How many of the rows (n,) belong to every group (G,)."""
        return np.bincount(codes.astype(np.intp), minlength=len(self.labels))

    def held_out(self, codes: Array, fraction: float, seed: int) -> Array:
        """Whether a row is held out (n,): the same share of every group, which keeps the fewest rows that it needs.

        Args:
            codes: (n,) the numbers of the rows' groups.
        """
        rng, held = np.random.default_rng(seed), np.zeros(len(codes), dtype=bool)
        if len(codes) < FEWEST_ROWS_TO_SPLIT:
            return held
        for g in range(len(self.labels)):
            rows = rng.permutation(np.flatnonzero(codes == g))
            held[rows[:max(0, min(round(fraction * len(rows)), len(rows) - FEWEST_ROWS_OF_A_GROUP - 1))]] = True
        return held

    def check(self, codes: Array, names: tuple[str, ...], constraints: Constraints, *, parameters: bool) -> None:
        """Check that every group can be fitted.

        Raises:
            DataError: there are too many groups, a group has too few rows, or a setting does not go with groups.
        """
        column = names[self.column]
        if len(self.labels) > MOST_GROUPS:
            raise DataError(f"{column!r} has {len(self.labels):,} groups; at most {MOST_GROUPS} are possible. Choose a "
                            "column with fewer different values.")
        for label, count in zip(self.labels, self._counts(codes), strict=True):
            if count < FEWEST_ROWS_OF_A_GROUP:
                raise DataError(f"The group {label!r} of {column!r} has {counted(count, 'row')}; every group needs at "
                                f"least {FEWEST_ROWS_OF_A_GROUP} to fit constants of its own. Leave it out, or add "
                                "rows.")
        if not parameters:
            raise DataError("Groups have fitted constants of their own, but parameters are switched off. Allow "
                            "parameters, or leave the groups out.")
        if constraints.any_behaviour:
            raise DataError("Limits of the output and directions of inputs are not checked for groups. Leave them "
                            "out, or search without groups.")
        if constraints.units is not None:
            raise DataError("Units cannot steer a search with groups. Leave that rule out, or search without groups.")


def codes_of(labels: Any) -> tuple[Array, tuple[str, ...]]:
    """The numbers (n,) of the rows' groups, and the groups' names, sorted: numbers by size, else by text.

    Args:
        labels: (n,) names of groups; numbers are named as they are printed (2 for 2.0).

    Raises:
        DataError: a label is missing.
    """
    texts = np.array([label_of(value) for value in labels], dtype=object)
    if missing := [i for i, text in enumerate(texts) if text in ("", "nan", "None", "NaT", "<NA>")]:
        raise DataError(f"Row {missing[0]} (counted from 0) has no group. Give every row the name of its group, or "
                        "leave the row out.")
    known = sorted(set(texts), key=label_order)
    place = {text: k for k, text in enumerate(known)}
    return np.array([float(place[text]) for text in texts]), tuple(known)


def label_of(value: Any) -> str:
    """The name of a group as text; whole numbers without decimals."""
    return f"{value:.15g}" if isinstance(value, float | np.floating) else str(value).strip()
