"""Residuals in the words of the loss: what the search minimises is what a plot of residuals has to show.

A fan of plain residuals says nothing under relative errors: there a residual is a share of the value, and only a
pattern in these shares is something that the formula does not describe yet.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine import Problem
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.losses import Loss

PLAIN = "actual − formula"


def residual_title(loss: Loss) -> str:
    """What a residual under a loss is, as the title of an axis; `PLAIN` for differences in the unit of the target."""
    return {Relative: "(actual − formula) / |actual|", Logarithmic: "ln(actual / formula)",
            KnownError: "(actual − formula) / standard error",
            Poisson: "(actual − formula) / √formula"}.get(type(loss), PLAIN)


def residuals(y: Array, f: Array, weight: Array | None, loss: Loss) -> Array:
    """The residual of every row in the words of a loss; NaN where it has none.

    Relative errors, logarithms of quotients, errors in standard errors, and Pearson's residuals of counts (McCullagh &
    Nelder 1989, section 2.4.1); differences under all other losses.

    Args:
        y, f: (n,) target and values of the formula.
        weight: (n,) weights of the rows; under known standard errors 1 / error^2 over its mean (`KnownError`).
        loss: of the search.
    """
    with np.errstate(all="ignore"):
        if isinstance(loss, Relative):
            found = (y - f) / np.abs(y)
        elif isinstance(loss, Logarithmic):
            found = np.log(y / f)
        elif isinstance(loss, KnownError):
            found = (y - f) * np.sqrt(loss.unit * (np.ones_like(y) if weight is None else weight))
        else:
            found = (y - f) / np.sqrt(f) if isinstance(loss, Poisson) else y - f
    return np.where(np.isfinite(found), found, np.nan)


def table_weights(problem: Problem) -> Array | None:
    """(n,) the weights of all rows of a problem in the order of its table, 0 for rows that are left out; or None."""
    if problem.train.weight is None:
        return None
    weights = np.zeros(problem.n_rows)
    weights[problem.train_index] = problem.train.weight
    if problem.holdout is not None and problem.holdout.weight is not None:
        weights[problem.holdout_index] = problem.holdout.weight
    return weights
