"""The evidence of all rows for a network with own constants: leave-one-out losses by leverages, group by group.

Rows have the leverage of their group's own constants, and that of the shared ones beside them. The losses of all groups
are put on one scale, because their noise may differ (`noise_levels`): the criterion n ln(mean loss) becomes the sum of
n_g ln(noise of group g).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.gross_errors import is_gross, largest_square
from xnet.engine.fitting.group_fitting import (
    GroupFit,
    GroupRows,
    Scope,
    evaluated,
    fit_shared,
    form_of,
)
from xnet.engine.fitting.group_noise import noise_levels
from xnet.engine.fitting.leave_one_out import (
    HIGH_LEVERAGE,
    RANK_TOLERANCE,
    LeaveOneOut,
    roots_and_pulls,
    with_expected_losses,
)
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .selection import SMALLEST_LOSS

#: The largest leverage: the few rows of a small group may determine its own constants alone. Their residuals are
#: rounding then, which a larger limit would blow up.
LARGEST_LEVERAGE = 0.999
#: A row of high leverage has at least the expected loss where its group has so many rows for each own constant.
_ROWS_A_CONSTANT = 2


def group_rows(problem: Problem, train: bool = False) -> GroupRows:
    """All rows sorted by group, or the training rows alone."""
    groups = problem.groups
    assert groups is not None
    rows = problem.train if train else problem.all_rows
    return problem.cached(("group rows", train), lambda: GroupRows.of(rows, groups.column, len(groups.labels)))


def group_leave_one_out(network: Network, problem: Problem, fitted: Problem | None = None) -> LeaveOneOut | None:
    """The network refitted to all rows, and its leave-one-out losses; None where it is not finite on them.

    Args:
        problem: its loss is that of the losses.
        fitted: the same rows under the loss that the constants are fitted by; by default `problem`.
    """
    rows, scored = group_rows(fitted or problem), group_rows(problem)
    form, theta, scopes = form_of(network, rows.n_groups)
    with np.errstate(all="ignore"):
        first = GroupFit(form, theta, rows.losses(evaluated(form, theta, rows)[0]))
        fit = fit_shared(form, theta, scopes, rows.weighted(1.0 / noise_levels(first.losses, rows)), 10)
        fit = replace(fit, losses=scored.losses(evaluated(form, fit.theta, rows)[0]))
        if not np.isfinite(fit.losses).all():
            return None
        found = _left_out(fit, scopes, rows, scored)
    return found if np.isfinite(found.losses).all() else None


def _left_out(fit: GroupFit, scopes: list[Scope], rows: GroupRows, scored: GroupRows) -> LeaveOneOut:
    """The leave-one-out losses of a fit on one scale, and the number of parameters as the price of one table counts."""
    f, J = evaluated(fit.form, fit.theta, rows)
    root, pull = roots_and_pulls(f, rows.rows)
    leverage, many_rows, count = _leverages(J * root[:, None], scopes, rows)
    losses = scored.rows.loss_function.values(f - pull * leverage / (1.0 - leverage), rows.rows.y, rows.rows.weight)
    total = fit.total(rows)
    expected = with_expected_losses(losses, leverage, total, count)
    losses = np.where(many_rows[rows.codes], expected, losses)
    # A wild row says nothing about the noise of the others in its group.
    smallest = SMALLEST_LOSS * scored.rows.scale
    bounded = np.where(is_gross(losses, smallest), largest_square(losses, smallest), losses)
    levels = noise_levels(rows.sums(bounded) / rows.sizes, rows)
    mean = np.exp(np.log(np.maximum(levels, 1e-300)) @ rows.sizes / len(f))
    return LeaveOneOut(losses * (mean / levels)[rows.codes] / scored.rows.scale, total / scored.rows.scale, count,
                       tuple(fit.theta[:, 0].tolist()),
                       bool((leverage > HIGH_LEVERAGE)[many_rows[rows.codes]].any()))


def _leverages(A: Array, scopes: list[Scope], rows: GroupRows) -> tuple[Array, Array, int]:
    """The leverages (n,) of rows A (n, p), which groups have many rows for their own constants, and the parameters."""
    own = [i for i, s in enumerate(scopes) if s is Scope.OWN]
    shared = [i for i, s in enumerate(scopes) if s is Scope.SHARED]
    n = len(A)
    leverage, many_rows, count, As = np.zeros(n), np.zeros(rows.n_groups, dtype=bool), 0.0, A[:, shared]
    for g, (start, size) in enumerate(zip(rows.starts, rows.sizes, strict=True)):
        at = slice(start, start + size)
        Q = _basis(A[at, own])
        leverage[at] = np.einsum("ij,ij->i", Q, Q)
        As[at] -= Q @ (Q.T @ As[at])
        # An own constant is known from the rows of its group alone: ln n_g nats, not ln n.
        count += Q.shape[1] * max(np.log(size), 2.0) / max(np.log(n), 2.0)
        many_rows[g] = size >= _ROWS_A_CONSTANT * Q.shape[1]
    Q = _basis(As)
    leverage = np.minimum(leverage + np.einsum("ij,ij->i", Q, Q), LARGEST_LEVERAGE)
    return leverage, many_rows, round(count) + Q.shape[1]


def _basis(A: Array) -> Array:
    """An orthonormal basis (n, r) of the columns of A (n, k), which are scaled first."""
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not (size > 0).any() or not np.isfinite(size).all():
        return np.zeros((len(A), 0))
    U, S, _ = np.linalg.svd(A[:, size > 0] / size[size > 0], full_matrices=False)
    return np.asarray(U[:, RANK_TOLERANCE * S[0] < S])
