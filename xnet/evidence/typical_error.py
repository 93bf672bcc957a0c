"""The typical error of a formula's values: the root mean square error in the rows that say most about new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.wording.row_words import HELD_OUT, TRAINING

from .scores import Score, score


class TypicalError(NamedTuple):
    """The root mean square error of a formula.

    Attributes:
        rmse: in units of the target.
        rows: the number of rows with a value of the formula.
        where: `HELD_OUT`, or `TRAINING` where no rows were held out.
    """

    rmse: float
    rows: int
    where: str

    def describe(self, unit: str = "") -> str:
        """The error as a sentence without a full stop; `unit` stands behind the number, with a space before it."""
        true = "" if self.where == HELD_OUT else "; without held-out rows, the true error is larger"
        return (f"Typical error: {self.rmse:.3g}{unit} (root mean square error in {self.rows:,} {self.where}{true})")

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return self._asdict()


def typical_error(scores: Mapping[str, Score]) -> TypicalError | None:
    """The typical error by the scores of `TRAINING` and `HELD_OUT`; None if the formula has no value there."""
    where = HELD_OUT if HELD_OUT in scores else TRAINING
    found = scores[where]
    return None if found.rmse is None else TypicalError(found.rmse, found.rows - found.missing, where)


def typical_error_of(network: Network, problem: Problem) -> TypicalError | None:
    """The typical error of a network in the rows of a search."""
    where, rows = (TRAINING, problem.train) if problem.holdout is None else (HELD_OUT, problem.holdout)
    return typical_error({where: score(network.evaluate(rows.columns.T), rows.y, rows.weight)})


def typical_error_from_json(tree: Any) -> TypicalError | None:
    """The typical error that `TypicalError.to_json` gave; None if there is none, as in older files."""
    match tree:
        case {"rmse": int() | float() as rmse, "rows": int() as rows, "where": str(where)} if (
                0 <= rmse < float("inf") and where in (HELD_OUT, TRAINING)):
            return TypicalError(float(rmse), rows, where)
    return None
