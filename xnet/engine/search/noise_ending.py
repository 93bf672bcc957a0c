"""When a search may end itself because only noise is left.

A test on rows that were fitted is never reliable, because long fitted networks leave residuals without a pattern. So
noise is an offer to stop at first (`stopping.noise_is_left`), and an end only after half of the budget
(`Budget.noise_ends`) and only where everything agrees:

* the strict tests of `fitting/remainder` on the training rows;
* the test of neighbours for the residuals of the held-out rows, with all rows as neighbours;
* longer networks than the default pick were found, and are not better;
* the loss is not so small with many inputs that the remainder is rather a part of the law.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.remainder import (
    LARGEST_RATIO,
    LEAST_P_VALUE,
    LEAST_POWER,
    correlation_p_value,
    kernel_eigen,
    median_power,
    scaled_ranks,
    smooth_likelihood_ratio,
)
from xnet.engine.fitting.residual_noise import LARGEST_OF_NOISE, nearest_rows, neighbour_similarity
from xnet.engine.front.entry import FrontEntry
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .state import Island
from .stopping import varying_inputs

#: Below this loss a remainder counts as a part of the law where more inputs than this vary.
SMALL_LOSS, FEW_INPUTS = 1e-4, 4
#: With more inputs that vary than this, rows are too far apart to call anything noise.
MOST_INPUTS = 12


def ends_on_noise(island: Island, problem: Problem) -> bool:
    """Whether an island ends itself because only noise is left, by all tests together."""
    if not island.noise_is_left or problem.holdout is None:
        return False
    best = island.best
    inputs = varying_inputs(problem)
    if not 0 < inputs <= MOST_INPUTS or (best.loss < SMALL_LOSS and inputs > FEW_INPUTS):
        return False
    longer = any(entry.complexity > best.complexity for entry in island.front)
    return longer and _held_out_rows_agree(best.network, problem) and _strict_tests_agree(best, problem)


def _strict_tests_agree(best: FrontEntry, problem: Problem) -> bool:
    """Whether the three tests of `fitting/remainder` agree that the rows leave noise."""
    rows = problem.search
    ranks: Array = problem.cached("scaled ranks", lambda: scaled_ranks(_columns(problem)))
    nearest = problem.cached("nearest rows", lambda: nearest_rows(_columns(problem)))
    power = problem.cached("power", lambda: median_power(ranks, nearest))
    if power < LEAST_POWER:
        return False
    residuals = rows.y - forward(best.network, rows.columns)[-1]
    if correlation_p_value(residuals, ranks) <= LEAST_P_VALUE:
        return False
    chosen, eigen = problem.cached("kernel", lambda: kernel_eigen(ranks))
    return smooth_likelihood_ratio(residuals, chosen, eigen) < LARGEST_RATIO


def _columns(problem: Problem) -> Array:
    return np.stack([column for _, column in problem.search.inputs()])


def _held_out_rows_agree(network: Network, problem: Problem) -> bool:
    """Whether the residuals of the held-out rows are no more similar to those of their neighbours than noise is."""
    held_out, rows = problem.subsampled.holdout, problem.search
    assert held_out is not None  # the caller asks first
    columns = np.concatenate([held_out.columns, rows.columns], axis=1)
    nearest = problem.cached("nearest to held-out rows", lambda: nearest_rows(columns[np.ptp(columns, axis=1) > 0]))
    residuals = np.concatenate([held_out.y, rows.y]) - forward(network, columns)[-1]
    n = len(held_out.y)
    return all(neighbour_similarity(v, nearest, n) <= LARGEST_OF_NOISE for v in (residuals, np.abs(residuals)))
