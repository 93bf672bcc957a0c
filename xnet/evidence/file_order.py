"""The training and the held-out rows of a problem together, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network


def positions(problem: Problem) -> Array:
    """The positions (n,) of the training and held-out rows in the file, ascending."""
    return np.sort(np.concatenate([problem.train_index, problem.holdout_index]))


def in_file_order(problem: Problem, of: Callable[[Rows], Array]) -> Array:
    """Values (n, ...) of the training and held-out rows, in the order of `positions`.

    Args:
        problem: the problem of n rows.
        of: the values (k, ...) of k rows, training or held-out.
    """
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    order = np.argsort(np.concatenate([problem.train_index, problem.holdout_index]), kind="stable")
    return np.concatenate([of(rows) for rows in parts])[order]


def targets(problem: Problem) -> Array:
    """The targets (n,) of the rows."""
    return in_file_order(problem, lambda rows: rows.y)


def outputs(network: Network, problem: Problem) -> Array:
    """The values (n,) of a network on the rows."""
    return in_file_order(problem, lambda rows: network.evaluate(rows.columns.T))


def weights(problem: Problem) -> Array | None:
    """The weights (n,) of the rows; None where they have none."""
    def of(rows: Rows) -> Array:
        return np.ones(rows.n) if rows.weight is None else rows.weight

    return None if problem.train.weight is None else in_file_order(problem, of)
