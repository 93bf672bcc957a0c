"""The permutation check: how often would shuffled rows give as good a formula?

The target is shuffled among the rows, which destroys every dependence on the inputs, and the shuffled table is searched
with the settings, the pick rule and a budget in steps that also apply to one search of the table as it is. So all
searches differ in nothing but the order of the target. If the target does not depend on the inputs, the table is one
of many equally probable orders, and

    p = (1 + number of shuffled tables with as good a formula) / (1 + number of shuffled tables)

is a p-value (Phipson and Smyth, Permutation P-values should never be zero, 2010). It judges the search of the table,
not one formula of a longer search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.engine import Budget, FrontEntry, Network, Neuron, Problem, advance, start
from xnet.engine.front.selection import clipped_means
from xnet.engine.front.support import support_of
from xnet.engine.problem.shuffling import with_target_order
from xnet.errors import DataError

#: The numbers of shuffled tables that are allowed, and the usual one: the fewest that can give p = 0.05.
LIMITS, USUAL = (1, 9999), 19
#: Fewer rows have hardly more orders than a check draws.
FEWEST_ROWS = 6
#: The usual number of steps of every search.
STEPS = 8
#: Scores that differ by less are equal: sums in another order differ in the last digits.
_SAME = 1e-9


@dataclass(frozen=True)
class PermutationCheck:
    """The result of a permutation check.

    Attributes:
        explained: the share of the leave-one-out loss of the best constant that the suggestion explains in the table
            as it is (for squared error 1 - PRESS of the formula / PRESS of the mean). Gross outliers are clipped, as
            the pick rule does. 0 where the suggestion is a constant.
        shuffled: the same for every shuffled table.
        steps: the number of steps of every search.
        seed: of the shuffles.
    """

    explained: float
    shuffled: tuple[float, ...]
    steps: int
    seed: int

    @property
    def n_shuffled(self) -> int:
        """The number of shuffled tables."""
        return len(self.shuffled)

    @property
    def n_as_good(self) -> int:
        """The number of shuffled tables whose formula explains as much as that of the table as it is."""
        return sum(share >= self.explained - _SAME for share in self.shuffled)

    @property
    def p_value(self) -> float:
        """The p-value."""
        return (1 + self.n_as_good) / (1 + self.n_shuffled)

    def to_json(self) -> dict[str, Any]:
        """The check as plain data, with `n_shuffled`, `n_as_good` and `p_value`."""
        return {"p_value": self.p_value, "n_as_good": self.n_as_good, "n_shuffled": self.n_shuffled,
                "explained": self.explained, "shuffled": list(self.shuffled), "steps": self.steps, "seed": self.seed}

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> PermutationCheck:
        """The check of `to_json`; what follows from the scores is computed again.

        Raises:
            ValueError: the tree describes no check.
        """
        try:
            explained, shuffled = float(tree["explained"]), tuple(map(float, tree["shuffled"]))
            steps, seed = int(tree["steps"]), int(tree["seed"])
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"not a permutation check ({error})") from error
        if not LIMITS[0] <= len(shuffled) <= LIMITS[1] or not all(map(math.isfinite, (explained, *shuffled))):
            raise ValueError("a permutation check needs finite scores")
        return cls(explained, shuffled, steps, seed)


def permutation_check(problem: Problem, n_shuffled: int = USUAL, steps: int = STEPS, seed: int = 0,
                      on_search: Callable[[int], None] = lambda done: None,
                      interrupt: Callable[[], bool] | None = None) -> PermutationCheck | None:
    """Carry out the check, one search after another in this process.

    Args:
        problem: the table and the settings.
        n_shuffled: the number of shuffled tables.
        steps: the budget of every search.
        seed: of the shuffles; the same seed gives the same check.
        on_search: called after every search with the number of searches done; there are `n_shuffled` + 1.
        interrupt: called between steps; True ends the check.

    Returns:
        The check; None if it was interrupted.

    Raises:
        DataError: there are too few rows, the target does not vary, or a number is out of range.
    """
    n = check_possible(problem, n_shuffled, steps)
    rng = np.random.default_rng(seed)
    shares: list[float] = []
    for k in range(n_shuffled + 1):
        order = np.arange(n) if k == 0 else rng.permutation(n)
        share = _explained(with_target_order(problem, order), steps, interrupt)
        if share is None:
            return None
        shares.append(share)
        on_search(k + 1)
    return PermutationCheck(shares[0], tuple(shares[1:]), steps, seed)


def check_possible(problem: Problem, n_shuffled: int, steps: int) -> int:
    """Check the arguments of a permutation check; returns the number of rows.

    Raises:
        DataError: there are too few rows, the target does not vary, or a number is out of range.
    """
    y = problem.all_rows.y
    low, high = LIMITS
    if not low <= n_shuffled <= high:
        raise DataError(f"The permutation check was asked for {n_shuffled:,} shuffled tables; expected {low} to "
                        f"{high:,}.")
    if steps < 1:
        raise DataError(f"The permutation check was asked for {steps} steps; expected at least 1.")
    if len(y) < FEWEST_ROWS:
        raise DataError(f"The permutation check needs at least {FEWEST_ROWS} rows; the table has {len(y)}. Fewer rows "
                        "have hardly more orders than the check draws.")
    if np.ptp(y) == 0:
        raise DataError("The permutation check is not possible, because the target does not vary: every order of its "
                        "rows is the same table.")
    return len(y)


def _explained(problem: Problem, steps: int, interrupt: Callable[[], bool] | None) -> float | None:
    """What the suggestion of a search explains; None if the search was interrupted."""
    state = start(problem)
    while state.stop_reason is None and state.step < steps:
        if interrupt is not None and interrupt():
            return None
        state, _ = advance(state, problem, Budget(steps=1))
    return explained_left_out(state.best, problem)


def explained_left_out(entry: FrontEntry, problem: Problem) -> float:
    """The share of the leave-one-out loss of the best constant that a formula explains; 0 where it has no such loss."""
    with np.errstate(all="ignore"):
        support = entry.support or support_of(entry.network, problem)
        constant = support_of(_constant(problem), problem)
    if not (support.reads_inputs and np.isfinite(support.losses).all()):
        return 0.0
    loss, alone = clipped_means((support, constant))
    return 1.0 - loss / alone if alone > 0 else 0.0


def _constant(problem: Problem) -> Network:
    rows = problem.subsampled.all_rows
    value = float(rows.loss_function.best_constant(rows.y, rows.weight))
    return Network((Neuron("constant", (), 0),), (value,), problem.n_inputs)
