"""The typical error of a formula's values, in the rows that say most about new ones.

It says how far the value of a new row may be off, so it suits the loss of the search: a share of the value where the
search took errors relative to it, and nothing for a quantile other than the median, which is a limit and no forecast.
Weights say how much a row counts in the fit, not how large its error is, so every row counts alike here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import Logarithmic, Poisson, Relative
from xnet.engine.fitting.losses import Loss
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.wording.number_text import measured
from xnet.wording.row_words import HELD_OUT, TRAINING

from .residuals import residuals
from .scores import score

#: Beside the typical error of a formula for counts, whose errors grow with the value.
OF_COUNTS = "one number for all rows, although counts scatter by about the square root of the value"


class TypicalError(NamedTuple):
    """The root mean square error of a formula.

    Attributes:
        rmse: in units of the target; if `relative`, as a share of the value.
        rows: the number of rows with an error.
        where: `HELD_OUT`, or `TRAINING` where no rows were held out.
        relative: whether the error is a share of the value.
        groups: where groups were added after the search, how many groups the search had; the error is theirs.
        counts: whether the target is a count, so that errors grow with the value (`OF_COUNTS`).
        logarithm: whether the share is exp(s) - 1 with the root mean square error s of the logarithm.
    """

    rmse: float
    rows: int
    where: str
    relative: bool = False
    groups: int | None = None
    counts: bool = False
    logarithm: bool = False

    def describe(self, unit: str = "") -> str:
        """The error as a sentence without a full stop; `unit` stands behind the number, with a space before it."""
        true = "" if self.where == HELD_OUT else "; without held-out rows, the true error is larger"
        size = f"{100 * self.rmse:.2g} % of the value" if self.relative else f"{measured(self.rmse, 3)}{unit}"
        kind = f"root mean square {'relative ' if self.relative else ''}error"
        if self.logarithm:
            kind = f"exp(s) - 1 with s = {np.log1p(self.rmse):.3g}, the root mean square error of the logarithm"
        added = "" if self.groups is None else "; unknown for groups that were added"
        added += f"; {OF_COUNTS}" if self.counts else ""
        return f"Typical error: {size} ({kind} in {self.rows:,} {self.where}{true}{added})"

    def of(self, values: Array, group: Array | None = None) -> Array:
        """The typical errors (n,) of values (n,), in units of the target.

        Args:
            values: of the formula; the error of NaN is NaN.
            group: (n,) the numbers of their groups, or None; the error of a group that was added is NaN.
        """
        known = np.isfinite(values)
        if group is not None and self.groups is not None:
            known &= group < self.groups
        return np.where(known, self.rmse * (np.abs(values) if self.relative else 1.0), np.nan)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {key: value for key, value in self._asdict().items()
                if value != TypicalError._field_defaults.get(key, "needed")}


def typical_error(f: Array, y: Array, weight: Array | None, loss: Loss, where: str) -> TypicalError | None:
    """The typical error in some rows.

    Args:
        f, y: (n,) values of the formula, and the target.
        weight: (n,) weights of the rows, or None; rows of weight 0 are left out, and the others count alike.
        loss: of the search.
        where: `TRAINING` or `HELD_OUT`.

    Returns:
        The error: relative to the target under relative errors, the one that the root mean square error of the
        logarithm gives under errors of logarithms. None for a quantile other than the median, and without a value.
    """
    if isinstance(loss, Quantile) and loss.share != 0.5:
        return None
    if not isinstance(loss, Relative | Logarithmic):
        found = score(f, y, weight)
        return None if found.rmse is None else TypicalError(found.rmse, found.rows - found.missing, where,
                                                            counts=isinstance(loss, Poisson))
    errors = residuals(y, f, weight, loss)
    errors = errors[np.isfinite(errors) & (True if weight is None else weight > 0)]
    if not len(errors):
        return None
    size = float(np.sqrt(np.mean(errors**2)))
    of_logarithm = isinstance(loss, Logarithmic)
    size = float(np.expm1(size)) if of_logarithm else size
    return TypicalError(size, len(errors), where, relative=True, logarithm=of_logarithm) if np.isfinite(size) else None


def typical_error_of(network: Network, problem: Problem) -> TypicalError | None:
    """The typical error of a network in the rows of a search."""
    where, rows = (TRAINING, problem.train) if problem.holdout is None else (HELD_OUT, problem.holdout)
    return typical_error(network.evaluate(rows.columns.T), rows.y, rows.weight, rows.loss_function, where)


def typical_error_from_json(tree: Any) -> TypicalError | None:
    """The typical error that `TypicalError.to_json` gave; None if there is none, as in older files."""
    match tree:
        case {"rmse": int() | float() as rmse, "rows": int() as rows, "where": str(where)} if (
                0 <= rmse < float("inf") and where in (HELD_OUT, TRAINING)):
            groups = tree.get("groups")
            return TypicalError(float(rmse), rows, where, tree.get("relative") is True,
                                groups if type(groups) is int else None, tree.get("counts") is True,
                                tree.get("logarithm") is True)
    return None
