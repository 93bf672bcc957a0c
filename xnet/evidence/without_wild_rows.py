"""R² and error of a formula without its wild rows, and which of the two parts of a table they make worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xnet.engine.fitting.losses import Huber
from xnet.engine.networks.network import Network
from xnet.wording.number_text import measured
from xnet.wording.row_words import HELD_OUT, TRAINING
from xnet.wording.score_text import capitalized, r2, rounded_score

from .scores import score
from .wild_rows import WildRows, named_wild_rows

if TYPE_CHECKING:
    from xnet.engine import Problem

#: The held-out rows are clearly better if they leave less than this share of what the training rows leave, and the
#: training rows leave more than this share of their variance.
_CLEARLY, _LEAST_SHARE = 0.5, 1e-3


@dataclass(frozen=True)
class WithoutWildRows:
    """R² of a formula on training or held-out rows, with and without the wild ones among them.

    Attributes:
        rows: `TRAINING` or `HELD_OUT`.
        r2: R² on all of these rows.
        without: R² without the wild ones.
        rmse: root mean square error without the wild ones, in units of the target.
        left_out: the wild ones by their names.
        count: how many they are.
        name: of R²: that of all rows may be another one ("plain R²" under Huber's scale), or have weights.
    """

    rows: str
    r2: float
    without: float
    rmse: float
    left_out: str
    count: int
    name: str = "R²"

    @property
    def clear(self) -> bool:
        """Whether the wild rows are most of what the formula leaves unexplained."""
        return 1.0 - self.r2 >= _LEAST_SHARE and 1.0 - self.without <= _CLEARLY * (1.0 - self.r2)

    @property
    def sentence(self) -> str:
        """Both scores, and the rows that make the difference."""
        scores = f"{r2(self.r2)}, and {r2(self.without)} without {self.left_out}"
        return f"{capitalized(self.name)} on the {self.rows} is {scores}."

    @property
    def note(self) -> str:
        """The score without the wild rows, to stand beside the other one."""
        return f"{r2(self.without)} {self._left_out}"

    def error_note(self, unit: str = "") -> str:
        """The typical error without the wild rows, to stand beside the other one; `unit` begins with a space."""
        return f"{measured(self.rmse)}{unit} {self._left_out}"

    @property
    def _left_out(self) -> str:
        return f"without {self.left_out if self.count == 1 else f'{self.count} wild rows'}"


def scores_without_wild_rows(network: Network, problem: Problem, found: WildRows) -> dict[str, WithoutWildRows]:
    """R² on the training and on the held-out rows without the wild ones among them.

    Args:
        network: the formula.
        problem: the problem of the search.
        found: the wild rows of the formula.

    Returns:
        `TRAINING` and `HELD_OUT` -> the scores. Left out are rows without an R², and rows of which none is
        wild or whose R² is not higher without the wild ones; all of them if the rows are too many to be wild.
    """
    if not found.are_wild:
        return {}
    parts = ((TRAINING, problem.train, problem.train_index, ~found.held_out),
             (HELD_OUT, problem.holdout, problem.holdout_index, found.held_out))
    scores = {}
    for name, rows, index, wild in parts:
        if rows is None or not wild.any():
            continue
        values = network.evaluate(rows.columns.T)
        there = np.isfinite(values)
        kept = there & ~np.isin(index, found.positions[wild])
        every, rest = (score(values[mask], rows.y[mask], None if rows.weight is None else rows.weight[mask])
                       for mask in (there, kept))
        if every.r2 is not None and rest.r2 is not None and rest.rmse is not None and rest.r2 > every.r2:
            named = named_wild_rows(found.names.kept(np.flatnonzero(wild)))
            scores[name] = WithoutWildRows(name, every.r2, rest.r2, rest.rmse, named, int(wild.sum()),
                                           _r2_name(problem))
    return scores


def _r2_name(problem: Problem) -> str:
    """The name of R² in sentences: under Huber's scale the score that stands beside a formula is a robust R²."""
    plain = "plain " if isinstance(problem.train.loss_function, Huber) else ""
    return f"{plain}{'' if problem.train.weight is None else 'weighted '}R²"


def held_out_is_better_sentence(problem: Problem, found: WildRows, scores: Mapping[str, WithoutWildRows],
                                r2_train: float | None, r2_holdout: float | None) -> str:
    """Why R² is clearly higher on the held-out rows than on the training rows; "" where it is not.

    Under Huber's scale nothing is said: wild rows hardly change the robust R² that stands beside a formula.

    Args:
        problem: the problem of the search.
        found: the wild rows of the formula.
        scores: its `scores_without_wild_rows`.
        r2_train: R² of the formula on the training rows.
        r2_holdout: R² on the held-out rows.
    """
    if isinstance(problem.train.loss_function, Huber) or problem.holdout is None:
        return ""
    if r2_train is None or r2_holdout is None:
        return ""
    if 1.0 - r2_train < _LEAST_SHARE or 1.0 - r2_holdout > _CLEARLY * (1.0 - r2_train):
        return ""
    better = f"{capitalized(_r2_name(problem))} is higher on the held-out rows than on the training rows"
    n = int((~found.held_out).sum())
    if (score := scores.get(TRAINING)) is not None:
        which = "a wild row is a training row" if n == 1 else f"{n} wild rows are training rows"
        without = rounded_score(score.without, 4)
        return f"{better}, because {which}: without {'it' if n == 1 else 'them'} it would be {without}."
    return f"{better}; the {len(problem.holdout.y)} held-out rows may be easier to predict by chance."
