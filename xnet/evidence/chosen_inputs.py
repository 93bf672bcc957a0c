"""Inputs of a linear formula that the rows do not support, or that may have been chosen among many by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.losses import Huber, Logistic, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.wording.row_words import HELD_OUT

from .likelihood_ratio import likelihood_ratio_p_values
from .rank_scores import rank_score_p_values
from .simple_models import is_linear

if TYPE_CHECKING:
    from xnet.engine import Problem
    from xnet.engine.networks.network import Network

#: The key in the cache of a problem of the number of columns that its inputs were chosen from by their relation to the
#: target; without one these are all inputs.
CHOSEN_FROM = "inputs to choose from"
#: From so many inputs on, the choice among them counts.
_MANY = 10
#: An input may be there by chance if its p-value, multiplied by the number of inputs, is above this.
_LEVEL = 0.05
#: The most inputs that are named.
_NAMED = 8
#: The tests under a loss other than squared errors, in words.
_TESTS: dict[type[Loss], str] = {Quantile: "rank-score tests of the quantile", Logistic: "likelihood-ratio tests"}


def n_chosen_from(problem: Problem) -> int:
    """How many columns the inputs of a formula were chosen from: those that vary, and those that were left out."""
    columns = problem.all_rows.columns
    constant = len(columns) - int((np.ptp(columns, axis=1) > 0).sum())
    return int(problem.cached(CHOSEN_FROM, lambda: len(columns))) - constant


def preselected_sentence(problem: Problem) -> str:
    """The sentence that held-out rows had a part in the choice of the inputs; "" where all columns are inputs."""
    n = int(problem.cached(CHOSEN_FROM, lambda: len(problem.names)))
    return "" if problem.holdout is None or n <= len(problem.names) else (
        f"The {len(problem.names)} inputs were chosen from {n} columns. If their relation to the target decided, as in "
        f"X-Net's proposal, {HELD_OUT} had a part in it, and scores on {HELD_OUT} are too good.")


def chosen_inputs_sentence(network: Network, problem: Problem) -> str:
    """The sentence on inputs of a linear formula that the rows do not support.

    The p-value of an input is that of the t-test in least squares of all inputs of the formula on all rows, under the
    loss of a quantile that of the rank-score test (`rank_scores`), and under the logistic loss that of the
    likelihood-ratio test (`likelihood_ratio`). Where there were many inputs to choose from, it is
    multiplied by their number (Bonferroni).

    Args:
        network: a formula; of a class the log-odds.
        problem: its problem.

    Returns:
        "" for a formula that is not linear, or has one input, and where all p-values are small.
    """
    p_values = _p_values(network, problem)
    varying = n_chosen_from(problem)
    if varying >= _MANY and len(p_values) < varying:
        weak = [repr(name) for name, p in p_values.items() if p * varying > _LEVEL]
        if weak:
            return (f"{_listed(weak)} may be in the formula by chance: {counted(varying, 'input')} were there to "
                    f"choose from, and p-values multiplied by {varying} are above {_LEVEL}. Intervals of constants do "
                    "not count the choice.")
    weak = [f"{name!r} (p-value {p:.2g})" for name, p in p_values.items() if p > _LEVEL]
    if not weak or len(p_values) < 2:
        return ""
    tests = _TESTS.get(type(problem.train.loss_function), "t-tests in least squares")
    return f"Beside the other inputs of the formula, the rows do not show an effect of {_listed(weak)}, by {tests}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _p_values(network: Network, problem: Problem) -> dict[str, float]:
    """The p-value of every input of a linear formula by its name; none where no test is valid."""
    used, rows = sorted(network.variables), problem.subsampled.all_rows
    X, y = rows.columns[used].T, rows.y
    n, k, loss = len(y), len(used) + 1, rows.loss_function
    if not used or n <= k or not (np.ptp(X, axis=0) > 0).all() or problem.groups is not None or (
            not isinstance(loss, SquaredError | Huber | Quantile | Logistic)) or not is_linear(network, rows.columns.T):
        return {}
    if isinstance(loss, Quantile | Logistic):
        return _by_test_of_loss(used, rows, problem)
    weight = np.ones(n) if rows.weight is None else rows.weight
    A = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(n)]) * np.sqrt(weight)[:, None]
    coefficients, _, rank, _ = np.linalg.lstsq(A, y * np.sqrt(weight), rcond=None)
    variance = float(np.sum((A @ coefficients - y * np.sqrt(weight)) ** 2)) / (n - k)
    if rank < k or not variance > 0:
        return {}
    t = np.abs(coefficients[:-1]) / np.sqrt(np.diag(np.linalg.inv(A.T @ A))[:-1] * variance)
    return {problem.names[i]: float(p) for i, p in zip(used, 2.0 * stdtr(n - k, -t), strict=True)}


def _by_test_of_loss(used: list[int], rows: Rows, problem: Problem) -> dict[str, float]:
    """The same by the test of the loss; none for rows with weights and for inputs that depend on others."""
    X, loss = rows.columns[used].T, rows.loss_function
    if rows.weight is not None or np.linalg.matrix_rank((X - X.mean(axis=0)) / X.std(axis=0)) < len(used):
        return {}

    def test() -> Array | None:
        if isinstance(loss, Quantile):
            return rank_score_p_values(X, rows.y, loss.share)
        return likelihood_ratio_p_values(X, rows.y)

    found = problem.cached(("test of inputs", *used), test)
    return {} if found is None else {problem.names[i]: float(p) for i, p in zip(used, found, strict=True)}
