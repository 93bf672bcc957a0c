"""Required inputs whose effect in a formula is no larger than noise gives, by the F-test without them.

An input leaves a formula where constants become 0: c in c*z, the exponents in x**b*z**c. The formula without the input
is then a part of the whole one, and the F-test compares the two. Where no constants remove this input alone, as in
a*x/(b - z), it is held at its median and the constants are fitted again: one degree of freedom less, at least. The form
of z was found by a search, so the p-value is rather too small than too large: what the test does not show, the rows do
not show. Where rows have weights or errors
grow with the values, and one constant removes the input, it is the t-test of this constant with White's standard
error, as in the interval of the constant (`constant_covariance`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtr  # importing scipy.stats takes a second longer

from xnet.arrays import Array
from xnet.engine.fitting.determined_constants import determined_constants
from xnet.engine.fitting.error_losses import KnownError, Logarithmic, Poisson, Relative
from xnet.engine.fitting.f_test import f_test_p_value
from xnet.engine.fitting.losses import SquaredError
from xnet.engine.fitting.profiles import optimum
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.network import Network

from .constant_covariance import covariance_of_equal_errors, white_variances
from .error_variance import error_variance

if TYPE_CHECKING:
    from xnet.engine import Problem

#: A required input is weak if the p-value of the formula against that without it is above this.
_LEVEL = 0.05
#: Formulas of more constants are not tested; so many of them become 0 at once at the most.
_MOST_CONSTANTS, _AT_ONCE = 12, 2
#: An input has left a formula if fixing it changes no output by this share of the target's spread.
_VISIBLE = 1e-6


def weak_required_sentence(network: Network, problem: Problem) -> str:
    """The sentence on required inputs whose effect the rows do not show.

    Args:
        network: the formula.
        problem: the problem of the search.

    Returns:
        A sentence with the p-values; "" where the rows show every effect, and where none can be tested: in groups of
        rows, under a loss that is no sum of squares or deviances, and in a formula without constants or with many.
    """
    required = [i for i in problem.constraints.required if i in network.variables]
    if not required or problem.groups is not None or not 0 < len(network.constants) <= _MOST_CONSTANTS or (
            not isinstance(problem.train.loss_function, SquaredError | KnownError | Poisson | Relative | Logarithmic)):
        return ""
    with np.errstate(all="ignore"):
        found = {problem.names[i]: test for i in required if (test := _test(network, problem, i)) is not None}
    weak = [f"{name!r} (p-value {test.p_value:.2g})" for name, test in found.items() if test.p_value > _LEVEL]
    if not weak:
        return ""
    many = len(weak) > 1
    by_t = {test.white for test in found.values() if test.p_value > _LEVEL}
    tests = ("F-tests" if many else "the F-test") + " against the formula without it"
    if True in by_t:
        tests = f"{'t-tests' if many else 'the t-test'} of its constant with White's standard error" + (
            f", or {tests}" if False in by_t else "")
    return (f"The formula reads {', '.join(weak)} because {'they are' if many else 'it is'} required: the rows do not "
            f"show an effect of {'any of these inputs' if many else 'this input'}, by {tests}.")


class _Test(NamedTuple):
    """The p-value of an input, and whether it is that of a t-test with White's standard error."""

    p_value: float
    white: bool


def _test(network: Network, problem: Problem, i: int) -> _Test | None:
    """The test of input i in a formula; None where no constants are fitted."""
    held = {k for k, c in enumerate(network.constants) if form_of(c, network.known) is not None}
    theta = np.array(network.constants, dtype=float)
    rows = problem.all_rows
    removing = _removing(network, problem.subsampled.all_rows, i, [k for k in range(len(theta)) if k not in held])
    free = determined_constants(network, rows, theta, held)
    freedom = rows.n - len(free)
    if not free or freedom < 1:
        return None
    theta, loss = optimum(network, rows, theta, free)
    left = error_variance(network, rows, theta, loss, len(free)) * freedom
    white = _white_p_values(network, rows, theta, free)
    if not removing:
        constant = rows.columns.copy()
        constant[i] = np.median(constant[i])
        without_input = replace(rows, columns=constant)
        kept = determined_constants(network, without_input, theta, held)
        rise = optimum(network, without_input, theta, kept)[1] - loss
        more, whole = max(1, len(free) - len(kept)), left + rise * rows.n * rows.scale
        return _Test(f_test_p_value(whole, left, more, freedom), white=False) if np.isfinite(rise) else None
    tests = []
    for zeros in removing:
        without = theta.copy()
        without[list(zeros)] = 0.0
        kept = determined_constants(network, rows, without, held | set(zeros))
        rise = optimum(network, rows, without, kept)[1] - loss
        if len(zeros) == 1 and zeros[0] in white:
            tests.append(_Test(white[zeros[0]], white=True))
        elif np.isfinite(rise) and len(kept) < len(free):
            whole, more = left + rise * rows.n * rows.scale, len(free) - len(kept)
            tests.append(_Test(f_test_p_value(whole, left, more, freedom), white=False))
    return max(tests, default=None)


def _white_p_values(network: Network, rows: Rows, theta: Array, free: list[int]) -> dict[int, float]:
    """The p-values of t-tests that a constant is 0, by its position, where standard errors are White's; else none."""
    found = white_variances(network, rows, theta, free, covariance_of_equal_errors(network, rows, theta, free))
    if found is None:
        return {}
    t = np.abs(theta[free]) / np.sqrt(found)
    return dict(zip(free, (2.0 * stdtr(rows.n - len(free), -t)).tolist(), strict=True))


def _removing(network: Network, rows: Rows, i: int, free: list[int]) -> list[tuple[int, ...]]:
    """The smallest sets of constants that remove input i, and no other, from the formula where they are 0."""
    X = rows.columns.T
    visible = _VISIBLE * float(np.ptp(rows.y))
    found: list[tuple[int, ...]] = []

    def outputs(zeros: tuple[int, ...], inputs: Array) -> Array:
        constants = (0.0 if k in zeros else c for k, c in enumerate(network.constants))
        return network.with_constants(constants).evaluate(inputs)

    def matters(zeros: tuple[int, ...], j: int) -> bool:
        fixed = X.copy()
        fixed[:, j] = np.median(X[:, j])
        return not (np.abs(outputs(zeros, X) - outputs(zeros, fixed)) <= visible).all()  # also where a value is NaN

    others = [j for j in network.variables if j != i and matters((), j)]
    for size in range(1, _AT_ONCE + 1):
        for zeros in combinations(free, size):
            if any(set(smaller) <= set(zeros) for smaller in found):
                continue
            if not matters(zeros, i) and all(matters(zeros, j) for j in others):
                found.append(zeros)
    return found
