"""Inputs for ordinary models of a table with groups: a column of zeros and ones for every group but the first.

The number of a group is a name, so a model that multiplied it by a constant would say nothing. With these columns a
linear formula has a constant of its own in every group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xnet.arrays import Array

if TYPE_CHECKING:
    from xnet.engine import Problem


@dataclass(frozen=True)
class GroupColumns:
    """The input that numbers the groups.

    Attributes:
        column: the position of the input.
        count: how many groups there are; their numbers are 0, 1, ...
    """

    column: int
    count: int

    def separate(self, X: Array) -> Array:
        """Inputs (n, d) as (n, d + count - 2): without the numbers, with the columns of zeros and ones at the end.

        >>> GroupColumns(0, 3).separate(np.array([[0.0, 7.0], [2.0, 8.0]])).tolist()
        [[7.0, 0.0, 0.0], [8.0, 0.0, 1.0]]
        """
        numbers = X[:, [self.column]] == np.arange(1, self.count)
        return np.column_stack([np.delete(X, self.column, axis=1), numbers])

    @property
    def words(self) -> str:
        """The words behind the name of a model with these columns."""
        return f"with a constant of its own in each of the {self.count} groups"


def group_columns(problem: Problem) -> GroupColumns | None:
    """The input that numbers the groups of a problem; None in a table without groups."""
    groups = problem.groups
    return None if groups is None else GroupColumns(groups.column, len(groups.labels))
