"""The evidence of all rows for a network with own constants: leave-one-out losses by leverages, group by group.

Rows have the leverage of their group's own constants, and that of the shared ones beside them. The losses of all groups
are put on one scale, because their noise may differ (`noise_levels`): the criterion n ln(mean loss) becomes the sum of
n_g ln(noise of group g).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.group_fitting import (
    GroupFit,
    GroupRows,
    Scope,
    evaluated,
    fit_shared,
    form_of,
    noise_levels,
)
from xnet.engine.fitting.leave_one_out import RANK_TOLERANCE, LeaveOneOut
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

#: The largest leverage: the few rows of a small group may determine its own constants alone. Their residuals are
#: rounding then, which a larger limit would blow up.
LARGEST_LEVERAGE = 0.999


def group_rows(problem: Problem, train: bool = False) -> GroupRows:
    """All rows sorted by group, or the training rows alone."""
    groups = problem.groups
    assert groups is not None
    rows = problem.train if train else problem.all_rows
    return problem.cached(("group rows", train), lambda: GroupRows.of(rows, groups.column, len(groups.labels)))


def group_leave_one_out(network: Network, problem: Problem) -> LeaveOneOut | None:
    """The network refitted to all rows, and its leave-one-out losses; None where it is not finite on them."""
    rows = group_rows(problem)
    form, theta, scopes = form_of(network, rows.n_groups)
    with np.errstate(all="ignore"):
        first = GroupFit(form, theta, rows.losses(evaluated(form, theta, rows)[0]))
        fit = fit_shared(form, theta, scopes, rows.weighted(1.0 / noise_levels(first.losses, rows)), 10)
        fit = replace(fit, losses=rows.losses(evaluated(form, fit.theta, rows)[0]))
        if not np.isfinite(fit.losses).all():
            return None
        losses, rank = _losses(fit, scopes, rows)
    total = fit.total(rows) / rows.rows.scale
    found = LeaveOneOut(losses / rows.rows.scale, total, rank, tuple(fit.theta[:, 0].tolist()))
    return found if np.isfinite(losses).all() else None


def _losses(fit: GroupFit, scopes: list[Scope], rows: GroupRows) -> tuple[Array, int]:
    """The leave-one-out losses (n,) on one scale, and the number of parameters as the price of one table counts."""
    f, J = evaluated(fit.form, fit.theta, rows)
    root, step = rows.rows.loss_function.residuals(f, rows.rows.y, rows.rows.weight)
    root = np.broadcast_to(root, f.shape)
    A = J * root[:, None]
    own = [i for i, s in enumerate(scopes) if s is Scope.OWN]
    shared = [i for i, s in enumerate(scopes) if s is Scope.SHARED]
    leverage, count, As = np.zeros(len(f)), 0.0, A[:, shared]
    n = len(f)
    for start, size in zip(rows.starts, rows.sizes, strict=True):
        at = slice(start, start + size)
        Q = _basis(A[at, own])
        leverage[at] = np.einsum("ij,ij->i", Q, Q)
        As[at] -= Q @ (Q.T @ As[at])
        # An own constant is known from the rows of its group alone: ln n_g nats, not ln n.
        count += Q.shape[1] * max(np.log(size), 2.0) / max(np.log(n), 2.0)
    Q = _basis(As)
    leverage = np.minimum(leverage + np.einsum("ij,ij->i", Q, Q), LARGEST_LEVERAGE)
    pull = np.divide(step, root, out=np.zeros_like(f), where=root > 0)
    losses = rows.rows.loss_function.values(f - pull * leverage / (1.0 - leverage), rows.rows.y, rows.rows.weight)
    means = rows.sums(losses) / rows.sizes
    levels = noise_levels(means, rows)
    mean = np.exp(np.log(np.maximum(levels, 1e-300)) @ rows.sizes / n)
    return losses * (mean / levels)[rows.codes], round(count) + Q.shape[1]


def _basis(A: Array) -> Array:
    """An orthonormal basis (n, r) of the columns of A (n, k), which are scaled first."""
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    if not (size > 0).any() or not np.isfinite(size).all():
        return np.zeros((len(A), 0))
    U, S, _ = np.linalg.svd(A[:, size > 0] / size[size > 0], full_matrices=False)
    return np.asarray(U[:, RANK_TOLERANCE * S[0] < S])
