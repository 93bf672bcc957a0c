"""Problems with the rows of the target shuffled: what a search finds in them, chance gives."""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.error_losses import KnownError
from xnet.engine.fitting.losses import SQUARED_ERROR
from xnet.engine.fitting.rows import Rows

from .problem import Problem


def with_target_order(problem: Problem, order: Array) -> Problem:
    """The problem whose target values, with their weights, stand in other rows.

    A weight says how exact a value of the target is, so it moves with this value. The same places stay held out.
    Samples of the rows are drawn again, because they depend on the target.

    Args:
        problem: n training and held-out rows.
        order: (n,) positions of the rows; training rows are counted first.
    """
    parts = [rows for rows in (problem.train, problem.holdout) if rows is not None]
    n = sum(len(rows.y) for rows in parts)
    weights = None if problem.train.weight is None else np.concatenate([_weights(rows) for rows in parts])[order]
    loss, error = problem.train.loss_function, None
    if isinstance(loss, KnownError) and weights is not None:
        error, weights = (loss.unit * weights) ** -0.5, None
    return Problem.from_arrays(
        np.concatenate([rows.columns.T for rows in parts]), np.concatenate([rows.y for rows in parts])[order],
        names=problem.names, target_name=problem.target_name, activations=problem.activations,
        parameters=problem.parameters, max_complexity=problem.max_complexity,
        sample_weight=weights, sample_error=error, seed=problem.seed,
        loss=SQUARED_ERROR.name if error is not None else loss.name, constraints=problem.constraints,
        initial_formula=problem.initial_formula, device=problem.device, holdout=np.arange(n) >= len(problem.train.y))


def _weights(rows: Rows) -> Array:
    return np.ones(len(rows.y)) if rows.weight is None else rows.weight
