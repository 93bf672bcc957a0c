"""Inputs of a linear formula that the rows do not support, or that may have been chosen among many by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtr  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.counts import counted
from xnet.engine.fitting.losses import Huber, Logistic, Loss, SquaredError
from xnet.engine.fitting.quantile_loss import Quantile
from xnet.engine.fitting.rows import Rows
from xnet.wording.constant_text import SMOOTHED_LABELS
from xnet.wording.row_words import HELD_OUT

from .constant_covariance import cut_off, has_weights, white_variances_of_line
from .error_variance import variance_of_rows
from .likelihood_ratio import likelihood_ratio_p_values
from .rank_scores import rank_score_p_values
from .simple_models import is_linear, line_of
from .weighted_rows import WeightedRows

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
#: The tests, in words: under a loss other than squared errors, and with White's standard errors.
_TESTS: dict[type[Loss], str] = {Quantile: "rank-score tests of the quantile",
                                 Logistic: f"likelihood-ratio tests, in which {SMOOTHED_LABELS}"}
_T_TESTS, _HUBER = "t-tests in least squares", "t-tests under Huber's scale"
_WHITE = " with White's standard errors (form HC4), because "
#: Why, for rows with weights and others.
_WEIGHTED = "rows have weights: they hold whether a weight says how exactly a row was measured or how much it counts"
_GROWING = "errors grow with the values"


class TTests(NamedTuple):
    """The t-tests of the inputs of a linear formula, each beside the others.

    Attributes:
        p_values: (k,) by Student's t.
        white: whether the standard errors are White's (`constant_covariance`).
    """

    p_values: Array
    white: bool


class _Tests(NamedTuple):
    """The p-value of every input by its name, and the tests in words."""

    p_values: dict[str, float]
    words: str


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

    The p-value of an input is that of the t-test in least squares of all inputs of the formula on all rows (`t_tests`),
    under Huber's scale that of `huber_t_tests`, under the loss of a quantile that of the rank-score test
    (`rank_scores`), and under the logistic loss that of the likelihood-ratio test (`likelihood_ratio`). Where there
    were many inputs to choose from, it is multiplied by their number (Bonferroni).

    Args:
        network: a formula; of a class the log-odds.
        problem: its problem.

    Returns:
        "" for a formula that is not linear, or has one input, and where all p-values are small.
    """
    p_values, words = _tests(network, problem)
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
    return f"Beside the other inputs of the formula, the rows do not show an effect of {_listed(weak)}, by {words}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def t_tests(X: Array, y: Array, weight: Array | None) -> TTests | None:
    """The t-tests of the inputs X (n, k) in least squares; None where one does not vary, or without errors.

    With weights, or where errors grow with the values, the standard errors are White's, as those of constants are.

    Args:
        X, y: (n, k) inputs and (n,) target.
        weight: (n,) weights of the rows, or None.
    """
    n, k = len(y), X.shape[1] + 1
    if n <= k or not (np.ptp(X, axis=0) > 0).all():
        return None
    root = np.ones(n) if weight is None else np.sqrt(weight)
    columns = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(n)])
    A = columns * root[:, None]
    coefficients, _, rank, _ = np.linalg.lstsq(A, y * root, rcond=None)
    errors = y * root - A @ coefficients
    variance = float(errors @ errors) / (n - k)
    if rank < k or not variance > 0:
        return None
    equal = np.linalg.inv(A.T @ A)
    white = white_variances_of_line(columns @ coefficients, A, errors, equal, weighted=has_weights(weight))
    t = np.abs(coefficients[:-1]) / np.sqrt((np.diag(equal) * variance if white is None else white)[:-1])
    return TTests(2.0 * stdtr(n - k, -t), white is not None)


def huber_t_tests(X: Array, y: Array, weight: Array | None) -> TTests | None:
    """The same under Huber's scale, as the intervals of constants: wild rows have no part in them."""
    n, k = len(y), X.shape[1] + 1
    loss, table = Huber(), WeightedRows(X, y, weight)
    line = line_of(table, loss)
    f, columns = line(X), line.design(X)
    root, pull = loss.residuals(f, y, weight)
    A, rows = columns * np.reshape(root, (-1, 1)), Rows(X.T, y, 1.0, weight, loss)
    variance = variance_of_rows(f, rows, k)
    if np.linalg.matrix_rank(A) < k or not variance > 0:
        return None
    equal = np.linalg.inv(A.T @ A)
    white = white_variances_of_line(f, A, pull, equal, weighted=True) if has_weights(weight) else None
    t = np.abs(line.weights) / np.sqrt(np.diag(equal) * variance if white is None else white * cut_off(f, rows, k))
    return TTests(2.0 * stdtr(n - k, -t[1:]), white is not None)


def _tests(network: Network, problem: Problem) -> _Tests:
    """The tests of the inputs of a linear formula; none where no test is valid."""
    used, rows, none = sorted(network.variables), problem.subsampled.all_rows, _Tests({}, "")
    X, loss = rows.columns[used].T, rows.loss_function
    if not used or len(rows.y) <= len(used) + 1 or not (np.ptp(X, axis=0) > 0).all() or problem.groups is not None or (
            not isinstance(loss, SquaredError | Huber | Quantile | Logistic)) or not is_linear(network, rows.columns.T):
        return none
    if isinstance(loss, Quantile | Logistic):
        return _Tests(_by_test_of_loss(used, rows, problem), _TESTS[type(loss)])
    found = (huber_t_tests if isinstance(loss, Huber) else t_tests)(X, rows.y, rows.weight)
    if found is None:
        return none
    words = _HUBER if isinstance(loss, Huber) else _T_TESTS
    if found.white:
        words += _WHITE + (_WEIGHTED if has_weights(rows.weight) else _GROWING)
    return _Tests({problem.names[i]: float(p) for i, p in zip(used, found.p_values, strict=True)}, words)


def _by_test_of_loss(used: list[int], rows: Rows, problem: Problem) -> dict[str, float]:
    """The same by the test of the loss; none for rows with weights and for inputs that depend on others."""
    X, loss = rows.columns[used].T, rows.loss_function
    if rows.weight is not None or np.linalg.matrix_rank((X - X.mean(axis=0)) / X.std(axis=0)) < len(used):
        return {}

    def test() -> Array | None:
        if isinstance(loss, Quantile):
            return rank_score_p_values(X, rows.y, loss.share)
        assert isinstance(loss, Logistic)
        return likelihood_ratio_p_values(X, rows.y, loss.smoothing)

    found = problem.cached(("test of inputs", *used), test)
    return {} if found is None else {problem.names[i]: float(p) for i, p in zip(used, found, strict=True)}
