"""What all rows say about a formula that is no better than the average on the held-out rows.

It is the leave-one-out R² of the formula, or of a linear formula that predicts left-out rows better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.counts import all_of
from xnet.engine.fitting.f_test import f_test_p_value
from xnet.engine.fitting.leave_one_out import leave_one_out, leverages
from xnet.engine.fitting.losses import SquaredError
from xnet.engine.fitting.r_squared import r_squared, target_variance
from xnet.engine.networks.network import Network
from xnet.wording.row_words import HELD_OUT
from xnet.wording.score_text import capitalized, r2

from .chosen_inputs import n_chosen_from, t_tests
from .simple_models import line_of, n_varying
from .weighted_rows import WeightedRows

if TYPE_CHECKING:
    from xnet.engine import Problem

#: A linear formula is mentioned if its F-test against a constant has at most this p-value.
_LEVEL = 0.05
#: More inputs than this are not tried one by one.
_MOST_INPUTS = 100


class _Line(NamedTuple):
    """A linear formula of some inputs, with its R² by leave-one-out and its p-value against a constant.

    The p-value is multiplied by the number of formulas or inputs that it is the best of, `tried`; `white` says whether
    it is by White's standard errors.
    """

    inputs: tuple[int, ...]
    left_out: float
    p_value: float
    tried: int = 1
    white: bool = False


def better_line_sentence(network: Network, problem: Problem) -> str:
    """The sentence that a linear formula predicts left-out rows better than a formula, or that it does so itself.

    Few held-out rows may fail to show what all rows show, and no verdict may stand beside an interval that excludes 0
    without this. The sentence is "" where all rows show nothing either.

    The linear formulas are that of all inputs and that of the best single input, whose p-value is multiplied by the
    number of inputs, because it is chosen among them (Bonferroni). Rows with weights have t-tests with White's standard
    errors in place of the F-test, whose least p-value is multiplied by their number: they hold whether a weight says
    how exactly a row was measured or how much it counts. Only squared errors are judged.

    Args:
        network: a formula that is not clearly better than the average.
        problem: its problem.
    """
    rows = problem.subsampled.all_rows
    if not isinstance(rows.loss_function, SquaredError) or problem.groups is not None:
        return ""
    table = WeightedRows(rows.columns.T, rows.y, rows.weight)
    variance = target_variance(table.y, table.weight)
    line = None if variance is None else problem.cached(
        "best line", lambda: _best_line(table, variance, n_chosen_from(problem)))
    if variance is None or line is None or line.p_value > _LEVEL:
        return ""
    found = leave_one_out(network, rows)
    weight = 1.0 if table.weight is None else float(table.weight.mean())
    own = None if found is None else 1.0 - float(found.losses.mean()) * rows.scale / (variance * weight)
    d = n_varying(table.X)
    inputs = all_of(d, "input") if len(line.inputs) == d else repr(problem.names[line.inputs[0]])
    name = "a straight line" if d == 1 else f"a linear formula of {inputs}"
    p_value = f"{line.p_value:.1g}"
    if line.tried > 1:
        p_value += f" (multiplied by {line.tried}, because the input is the best of {line.tried})"
    weighted, strongest = table.weight is not None, "strongest input" if len(line.inputs) > 1 else "input"
    word, by = "weighted R²" if weighted else "R²", ", with White's standard errors," * line.white
    if own is not None and not line.left_out > max(own, 0.0):
        return "" if own <= 0.0 or not network.variables else (
            f"In all rows together it predicts better than the average: its leave-one-out {word} is {r2(own)}, and the "
            + (f"p-value of the t-test of the {strongest} of {name}{by} is {p_value}."
               if weighted else f"p-value of the F-test of {name} against a constant is {p_value}."))
    test = f"the t-test of its {strongest}{by}" if weighted else "its F-test against a constant"
    return (f"{capitalized(name)} predicts better: its leave-one-out {word} is {r2(line.left_out)} (this formula "
            f"{r2(own)}){_held_out(line, problem)}, and the p-value of {test} is {p_value}.")


def _held_out(line: _Line, problem: Problem) -> str:
    """R² on the held-out rows of the linear formula that is fitted to the training rows; "" without one."""
    train, held_out = problem.train, problem.holdout
    if held_out is None:
        return ""
    inputs = list(line.inputs)
    values = line_of(WeightedRows(train.columns.T[:, inputs], train.y, train.weight))(held_out.columns.T[:, inputs])
    score = r_squared(values, held_out.y, held_out.weight)
    word = "R²" if train.weight is None else "weighted R²"
    return "" if score is None else f", its {word} on the {HELD_OUT} is {r2(score)}"


def _best_line(table: WeightedRows, variance: float, tried: int) -> _Line | None:
    """The better one of the linear formula of all inputs and that of the best input; None with too few rows.

    Args:
        tried: the number of columns that the best input is the best of.
    """
    inputs = [j for j in range(table.X.shape[1]) if np.ptp(table.X[:, j]) > 0]
    single = [line for j in inputs if len(inputs) <= _MOST_INPUTS and (line := _line(table, (j,), variance))]
    lines = [line._replace(p_value=min(1.0, line.p_value * tried), tried=tried) for line in single]
    whole = _line(table, tuple(inputs), variance)
    lines += [] if whole is None or len(inputs) == 1 or tried > len(inputs) else [whole]
    return max((line for line in lines if line.p_value <= _LEVEL), key=lambda line: line.left_out, default=None)


def _line(table: WeightedRows, inputs: tuple[int, ...], variance: float) -> _Line | None:
    n, k = len(table.y), len(inputs)
    if not k or n - k - 1 < 3:
        return None
    weight = np.ones(n) if table.weight is None else table.weight / table.weight.mean()
    X = table.X[:, list(inputs)]
    centred: Array = (X - X.mean(axis=0)) / X.std(axis=0)
    leverage, rank = leverages(np.column_stack([np.ones(n), centred]) * np.sqrt(weight)[:, None])
    tests = None if table.weight is None else t_tests(X, table.y, table.weight)
    if leverage is None or rank < 2 or (table.weight is not None and tests is None):
        return None
    errors = table.y - line_of(table._replace(X=X))(X)
    left_out = 1.0 - float(np.mean(weight * (errors / (1.0 - leverage)) ** 2)) / variance
    if tests is not None:
        return _Line(inputs, left_out, min(1.0, k * float(tests.p_values.min())), k, tests.white)
    return _Line(inputs, left_out, f_test_p_value(variance, float(np.mean(errors**2)), rank - 1, n - rank))
