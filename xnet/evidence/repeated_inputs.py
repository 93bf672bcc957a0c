"""Rows with the same inputs: how many different ones a formula was fitted to, and whether it fits their means.

With ten subjects measured twelve times each, or four shops, every held-out row has the inputs of a training row. It
tests the noise of a measurement, not the formula between the subjects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtrc  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.losses import SquaredError
from xnet.ways import ways
from xnet.wording.row_words import HELD_OUT
from xnet.wording.score_text import capitalized

from .rounded_target import coarse_step

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network

#: Fewer different inputs than so many for each fitted number, and one more, say little about a formula.
_A_NUMBER = 2
#: The same however few the fitted numbers: of many structures, one without a number to fit meets four points by chance.
_FEWEST = 6
#: The lack of fit is said below this p-value, with at least so many rows beyond the first of their inputs.
_LEVEL, _REPEATS = 1e-4, 10


def repeated_inputs_sentences(network: Network, problem: Problem, n_parameters: int) -> list[str]:
    """Sentences on a formula that was fitted to few different inputs, or that misses the means of rows of the same.

    The second is the F-test of lack of fit, which compares the errors of means with the spread around them.

    Args:
        network: the formula.
        problem: its problem.
        n_parameters: how many constants of the formula the rows determine.
    """
    rows, used = problem.subsampled.all_rows, sorted(network.variables)
    if not used or problem.groups is not None:
        return []
    X = rows.columns[used].T
    _, first, place, sizes = np.unique(X, axis=0, return_index=True, return_inverse=True, return_counts=True)
    place, m, n = np.ravel(place), len(first), len(X)
    errors = rows.y - network.evaluate(rows.columns.T)
    if n - m < _REPEATS or not np.isfinite(errors).all():
        return []
    said = []
    if m < max(_A_NUMBER * (n_parameters + 1), _FEWEST) and any(map(_has_values_between, X.T)):
        what = "values of the input" if len(used) == 1 else "combinations of the inputs"
        said.append(f"The {n:,} rows have only {m} different {what} that the formula reads, for "
                    f"{counted(n_parameters, 'fitted number')}: other formulas fit them as well.")
        if problem.holdout is not None:
            said.append(f"{capitalized(HELD_OUT)} with the same inputs do not tell such formulas apart.")
    elif isinstance(rows.loss_function, SquaredError) and rows.weight is None and m > n_parameters:
        means = np.bincount(place, errors) / sizes
        within = float(np.sum((errors - means[place]) ** 2)) / (n - m)
        f = float(np.sum(sizes * means**2)) / (m - n_parameters) / within if within > 0 else 0.0
        if (p := float(fdtrc(m - n_parameters, n - m, f))) < _LEVEL:
            alike = f"Rows with the same inputs have errors that are alike (F-test of lack of fit, p = {p:.1g})"
            step = coarse_step(rows.y, errors)
            way = ways("Data, Held-out rows, Whole groups", "--split group:COLUMN")
            said.append(f"{alike}. Either the formula misses something, or such rows belong together, as those of "
                        "one subject or site: then intervals of constants are too narrow, and whole subjects should be "
                        f"held out {way}." if step is None else
                        f"{alike}, because the target is rounded to steps of {step:.3g}, more than its noise: repeated "
                        "rows say little, and intervals of constants are too narrow.")
    return said


def _has_values_between(column: Array) -> bool:
    """Whether a column may have values between those of the rows: -1 and 1, or 20 and 40, but not yes and no."""
    values = np.unique(column)
    return len(values) > 2 or not np.isin(values, (0.0, 1.0)).all()
