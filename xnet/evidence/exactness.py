"""Whether a formula fits every row to all digits, in which sense, and whether the rows are enough to say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.information import held_out_rows_vary, informative_rows, rows_decide
from xnet.engine.fitting.rounding import rounding_errors
from xnet.wording.row_words import HELD_OUT

from .scores import ROUNDING

if TYPE_CHECKING:
    from xnet.engine.networks.network import Network

    from .weighted_rows import WeightedRows

#: The middle 90 % of a wide target span more than this many powers of ten.
WIDE = 2.5
#: A formula misses small values if its relative error is above this in more than this share of the rows.
_MISSED, _SHARE_MISSED = 1e-6, 0.05


@dataclass(frozen=True)
class Exactness:
    """In which sense a formula fits every row.

    Attributes:
        by_spread: no error in any row exceeds 1e-9 of the target's spread.
        by_row: no error exceeds 1e-9 of the value in its row.
        missed, n_rows, worst: of a target over several powers of ten: in how many of how many rows the error exceeds
            1e-9 of the value although rounding does not explain it, and the largest relative error; `missed` is 0 where
            these are few.
        objection: why an exact fit is no evidence; "" where it is.
    """

    by_spread: bool = False
    by_row: bool = False
    missed: int = 0
    n_rows: int = 0
    worst: float = 0.0
    objection: str = ""

    @property
    def proved(self) -> bool:
        """Whether the formula is exact by every measure."""
        return self.by_spread and not self.missed and not self.objection

    @property
    def caution(self) -> str:
        """Why a formula without any error is not called exact; "" for other formulas."""
        return self.objection if self.by_spread else ""

    def sentence(self, rows: str) -> str:
        """What is true of a formula that fits every row by the target's spread.

        Args:
            rows: "held-out row", or "row" without held-out rows.
        """
        if self.missed:
            return (f"No error exceeds 1e-9 of the target's spread, but small values are missed: in {self.missed} of "
                    f"{self.n_rows} rows the error exceeds 1e-9 of the value, in the worst row it is "
                    f"{100 * self.worst:.2g} % of it.")
        if self.by_row:
            return f"It fits every {rows} to nine digits: no error exceeds 1e-9 of the value in its row."
        return f"It fits every {rows} up to rounding: no error exceeds 1e-9 of the target's spread."


def exactness(network: Network, train: WeightedRows, held_out: WeightedRows | None, scale: float,
              n_parameters: int) -> Exactness:
    """In which sense a formula fits every row.

    Args:
        network: the formula.
        train, held_out: the rows.
        scale: the target's variance in the whole table.
        n_parameters: how many constants of the formula the rows determine.
    """
    parts = [train] if held_out is None else [train, held_out]
    X, y = np.concatenate([rows.X for rows in parts]), np.concatenate([rows.y for rows in parts])
    errors = np.abs(network.evaluate(X) - y)
    if not np.isfinite(errors).all() or not errors.max() <= ROUNDING * np.sqrt(scale):
        return Exactness()
    by_row = bool((errors <= ROUNDING * np.abs(y)).all())
    missed, worst = (0, 0.0) if by_row else _missed(errors, y, network, X)
    constants = max(n_parameters, network.n_parameters)
    return Exactness(True, by_row, missed, len(y), worst,
                     _objection(constants, train.y, None if held_out is None else held_out.y))


def rare_values_sentence(n_constants: int, y: Array) -> str:
    """The sentence that too few rows differ from the usual value of a target (n,) to say what it depends on; or "".

    >>> rare_values_sentence(2, np.append(np.full(29, 3.7), 5.0))
    'Only 1 of 30 rows differs from 3.7, the usual value of the target: this does not show what the target depends on.'
    """
    values, counts = np.unique(y, return_counts=True)
    others = len(y) - int(counts.max())
    if 2 * others >= len(y) or others > 2 * n_constants + 1:
        return ""
    return (f"Only {others} of {len(y):,} rows {'differs' if others == 1 else 'differ'} from "
            f"{values[counts.argmax()]:.6g}, the usual value of the target: this does not show what the target "
            "depends on.")


def powers_of_ten(y: Array) -> float:
    """How many powers of ten the middle 90 % of a target (n,) span; 0 where it is 0 somewhere."""
    sizes = np.abs(y)
    if not (sizes > 0).all():
        return 0.0
    low, high = np.quantile(np.log10(sizes), (0.05, 0.95))
    return float(high - low)


def _missed(errors: Array, y: Array, network: Network, X: Array) -> tuple[int, float]:
    """In how many rows a target over powers of ten is missed by more than rounding, and the worst relative error."""
    if powers_of_ten(y) <= WIDE:
        return 0, 0.0
    relative = np.where(errors > rounding_errors(network, X.T, y), errors / np.abs(y), 0.0)
    if np.mean(relative > _MISSED) <= _SHARE_MISSED:
        return 0, 0.0
    return int((relative > ROUNDING).sum()), float(relative.max())


def _objection(n_constants: int, y: Array, held_out: Array | None) -> str:
    if rows_decide(n_constants, y, held_out):
        return ""
    if held_out is not None and not held_out_rows_vary(y, held_out):
        return f"The target does not vary in the {HELD_OUT}, so they do not test whether the formula is exact."
    informative = informative_rows(y)
    rows = (f"All {informative} training rows" if informative == len(y) else
            f"Only {informative - 1} of {len(y)} training rows differ from the most frequent value of the target, and "
            "they")
    return (f"{rows} are too few to call a formula with {counted(n_constants, 'constant')} exact: so many "
            "constants fit so few rows by chance." if n_constants else f"{rows} are too few to call a formula exact.")
