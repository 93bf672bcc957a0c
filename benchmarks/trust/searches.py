"""A search of one table, with the objects that the measurements need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xnet.arrays import Array
from xnet.engine import Budget, Network, Problem, advance, start
from xnet.engine.fitting.rows import Rows
from xnet.engine.search.state import SearchState
from xnet.evidence.comparison import compare
from xnet.evidence.verdict import Verdict, verdict
from xnet.evidence.weighted_rows import WeightedRows

#: Budgets of the short and of the long measurement; steps give the same result on every machine.
SHORT, LONG = Budget(steps=6, seconds=3.0), Budget(seconds=10.0)
#: Points inside the box of the rows, and its corners, at which a suggestion has to have a value.
POINTS, MOST_CORNERS = 2000, 64
#: A value this many ranges of the target away from its middle is counted as a pole.
EXPLOSION = 100.0


@dataclass(frozen=True)
class Search:
    """A finished search.

    Attributes:
        problem: the table with its split.
        state: the state after the last step.
    """

    problem: Problem
    state: SearchState

    @cached_property
    def network(self) -> Network:
        """The suggested network."""
        return self.state.best.network

    @property
    def is_formula(self) -> bool:
        """Whether the suggestion reads an input."""
        return bool(self.network.variables)

    def verdict(self) -> Verdict:
        """The verdict on the suggestion."""
        held_out = self.problem.holdout
        return verdict(compare(self.network, _rows(self.problem.train), None if held_out is None else _rows(held_out),
                               self.state.best.n_parameters))

    def explodes(self) -> bool:
        """Whether the suggestion has no value, or a huge one, somewhere inside the box of the rows."""
        rows = self.problem.all_rows
        X = box_points(rows.columns)
        with np.errstate(all="ignore"):
            values = self.network.evaluate(X)
        middle, reach = (rows.y.max() + rows.y.min()) / 2, max(float(np.ptp(rows.y)), 1e-300)
        return not bool(np.isfinite(values).all() and np.abs(values - middle).max() <= EXPLOSION * reach)


def _rows(rows: Rows) -> WeightedRows:
    return WeightedRows(np.ascontiguousarray(rows.columns.T), rows.y, rows.weight)


def search(X: Array, y: Array, budget: Budget, seed: int = 0) -> Search:
    """Search a table (n, d) and its target (n,) on one core with the default settings of the estimator."""
    problem = Problem.from_arrays(X, y, max_complexity=140, seed=seed)
    state, _ = advance(start(problem), problem, budget)
    return Search(problem, state)


def box_points(columns: Array) -> Array:
    """Quasi-random points (Halton) inside the box that d columns of n rows span, and corners of the box."""
    from scipy.stats import qmc

    low, high = columns.min(axis=1), columns.max(axis=1)
    inside = qmc.Halton(len(columns), seed=0).random(POINTS)
    corners = np.random.default_rng(0).integers(0, 2, (MOST_CORNERS, len(columns)))
    return low + np.vstack([inside, corners]) * (high - low)
