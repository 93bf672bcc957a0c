"""Constants of their own in every group: block Levenberg-Marquardt.

The constants of a form are shared by all groups, own ones of every group, or fixed. The Gauss-Newton matrix of all of
them is an arrow: a block of k x k for every group, and the shared constants. Own constants are eliminated group by
group (the Schur complement), so a step costs O(n p^2 + G k^3 + s^3) instead of O((s + G k)^3). Where nothing is shared,
the groups are independent, and every group has its own damping. Bounds of constants are kept by projection, as in
`letters.fit_within`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.backpropagation import jacobian
from xnet.engine.networks.network import Network
from xnet.engine.networks.own_constants import OwnConstants
from xnet.engine.networks.own_inputs import as_constants

from .bounds import Bounds
from .gross_errors import is_gross
from .rows import Rows

#: Relative gain below which a fit has converged, and the largest damping.
_CONVERGED, _MOST_DAMPING = 1e-9, 1e10


class Scope(IntEnum):
    """Who a constant belongs to: every group has its own, all share one, or it is fixed."""

    OWN = 0
    SHARED = 1
    FIXED = 2


@dataclass(frozen=True)
class GroupRows:
    """Rows sorted by group, so that a group is a slice.

    Attributes:
        rows: the rows; the cells of input `column` are the groups' numbers.
        codes: (n,) the number of the group of every row, ascending.
        starts, sizes: (G,) where every group starts, and how many rows it has.
        column: the input that holds the groups' numbers.
    """

    rows: Rows
    codes: Array
    starts: Array
    sizes: Array
    column: int

    @classmethod
    def of(cls, rows: Rows, column: int, n_groups: int) -> GroupRows:
        """The rows in the order of their groups; every group has a row."""
        codes = rows.columns[column].astype(np.intp)
        order = np.argsort(codes, kind="stable")
        sizes = np.bincount(codes, minlength=n_groups)
        return cls(rows.sample(order), codes[order], np.cumsum(sizes) - sizes, sizes, column)

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return len(self.sizes)

    def sums(self, values: Array) -> Array:
        """Sums over the rows of every group: (n, ...) -> (G, ...)."""
        return np.add.reduceat(values, self.starts, axis=0)

    def weighted(self, of_group: Array) -> GroupRows:
        """The same rows with their weights times those of the groups (G,)."""
        weight = of_group[self.codes]
        weight = weight if self.rows.weight is None else weight * self.rows.weight
        return replace(self, rows=replace(self.rows, weight=weight))

    @cached_property
    def spread(self) -> Array:
        """The variance (G,) of the target in every group, without a wild row or two."""
        counted = ~self._wild()
        sizes = np.maximum(self.sums(counted.astype(float)), 1.0)
        mean = self.sums(np.where(counted, self.rows.y, 0.0)) / sizes
        return self.sums(np.where(counted, (self.rows.y - mean[self.codes]) ** 2, 0.0)) / sizes

    @cached_property
    def varies(self) -> Array:
        """Whether the target (G,) varies in a group by more than rounding."""
        found: Array = self.spread > 1e-28 * float(np.mean(np.square(self.rows.y)))
        return found

    def _wild(self) -> Array:
        """The rows (n,) far from the median of their group, where they are few."""
        wild = [is_gross(np.square(y - np.median(y))) for y in np.split(self.rows.y, self.starts[1:])]
        return np.concatenate(wild)

    def losses(self, f: Array) -> Array:
        """The mean loss (G,) of outputs f (n,) in every group, not normalised; infinite where one is not finite."""
        found = self.sums(self.rows.loss_function.values(f, self.rows.y, self.rows.weight)) / self.sizes
        return np.where(np.isfinite(found), found, np.inf)


@dataclass(frozen=True)
class GroupFit:
    """A form with constants for every group.

    Attributes:
        form: a network whose constants are those of no group in particular.
        theta: (p, G) the constants; shared ones are equal in all groups.
        losses: (G,) mean losses of the groups, not normalised.
        bounds: the bounds of the constants; None where there are none.
    """

    form: Network
    theta: Array
    losses: Array
    bounds: Bounds | None = None

    def total(self, rows: GroupRows) -> float:
        """The mean loss of all rows, not normalised."""
        return float(self.losses @ rows.sizes / rows.sizes.sum())


def evaluated(form: Network, theta: Array, rows: GroupRows) -> tuple[Array, Array]:
    """Outputs (n,) and Jacobian (n, p) of a form with constants (p, G)."""
    return jacobian(form, rows.rows.columns, theta[:, rows.codes])


def fit_own(form: Network, theta: Array, rows: GroupRows, max_steps: int = 30,
            bounds: Bounds | None = None) -> GroupFit:
    """Fit all constants in every group by itself, a damping for each.

    Args:
        theta: (p, G) the constants to start from, within their bounds.
        bounds: their bounds.
    """
    f, J = evaluated(form, theta, rows)
    losses, damping = rows.losses(f), np.full(rows.n_groups, 1e-3)
    active = np.isfinite(losses) if len(theta) else np.zeros(rows.n_groups, dtype=bool)
    for _ in range(max_steps):
        if not active.any():
            break
        A, r = _weighted(f, J, rows)
        right = rows.sums(A * r[:, None])
        if bounds is not None:
            A = A * ~bounds.blocked(theta, -right.T).T[rows.codes]
            right = rows.sums(A * r[:, None])
        normal = rows.sums(A[:, :, None] * A[:, None, :])
        step = _scaled_solution(normal, right[:, :, None], damping)[:, :, 0]
        trial = np.where(active, theta + step.T, theta)
        trial = trial if bounds is None else bounds.clipped(trial)
        g, K = evaluated(form, trial, rows)
        new = rows.losses(g)
        better = active & (new < losses)
        rows_better = better[rows.codes]
        active &= ~(better & (losses - new <= _CONVERGED * losses)) & (new > 0)
        theta, losses = np.where(better, trial, theta), np.where(better, new, losses)
        f, J = np.where(rows_better, g, f), np.where(rows_better[:, None], K, J)
        damping = np.where(better, np.maximum(damping * 0.1, 1e-14), damping * 10.0)
        active &= damping < _MOST_DAMPING
    return GroupFit(form, theta, losses, bounds)


def fit_shared(form: Network, theta: Array, scopes: Sequence[Scope], rows: GroupRows, max_steps: int = 30,
               bounds: Bounds | None = None) -> GroupFit:
    """Fit own and shared constants together.

    Args:
        theta: (p, G) the constants to start from, within their bounds; shared ones equal in all groups.
        scopes: (p,) who every constant belongs to.
        bounds: their bounds.
    """
    own = [i for i, s in enumerate(scopes) if s is Scope.OWN]
    shared = [i for i, s in enumerate(scopes) if s is Scope.SHARED]
    f, J = evaluated(form, theta, rows)
    fit, damping = GroupFit(form, theta, rows.losses(f), bounds), 1e-3
    for _ in range(max_steps if own or shared else 0):
        loss = fit.total(rows)
        A, r = _weighted(f, J, rows)
        if not np.isfinite(A).all() or not np.isfinite(r).all() or not np.isfinite(loss):
            break
        A = A if bounds is None else _movable(A, r, shared, fit.theta, rows, bounds)
        while damping < _MOST_DAMPING:
            trial = fit.theta + _block_step(A, r, own, shared, rows, damping, fit.theta.shape)
            trial = trial if bounds is None else bounds.clipped(trial)
            f, J = evaluated(form, trial, rows)
            new = GroupFit(form, trial, rows.losses(f), bounds)
            if new.total(rows) < loss:
                break
            damping *= 10.0
        else:
            break
        fit, damping = new, max(damping * 0.1, 1e-14)
        if loss - fit.total(rows) <= _CONVERGED * loss:
            break
    return fit


def _movable(A: Array, r: Array, shared: Sequence[int], theta: Array, rows: GroupRows, bounds: Bounds) -> Array:
    """The weighted Jacobian (n, p) without the columns of constants that a bound holds, in the rows of their groups."""
    uphill = -rows.sums(A * r[:, None]).T
    uphill[shared] = uphill[shared].sum(axis=1, keepdims=True)
    found: Array = A * ~bounds.blocked(theta, uphill).T[rows.codes]
    return found


def _weighted(f: Array, J: Array, rows: GroupRows) -> tuple[Array, Array]:
    root, r = rows.rows.loss_function.residuals(f, rows.rows.y, rows.rows.weight)
    return J * np.reshape(root, (-1, 1)), r


def _block_step(A: Array, r: Array, own: list[int], shared: list[int], rows: GroupRows, damping: float,
                shape: tuple[int, ...]) -> Array:
    """The step (p, G) of all constants, own ones eliminated group by group."""
    step = np.zeros(shape)
    As, Ao = A[:, shared], A[:, own]
    S, b = As.T @ As, As.T @ r
    S = S + damping * np.diag(_diagonal(S))
    if own:
        right = rows.sums(Ao[:, :, None] * np.concatenate([As, r[:, None]], axis=1)[:, None, :])
        Z = _scaled_solution(rows.sums(Ao[:, :, None] * Ao[:, None, :]), right, np.full(rows.n_groups, damping))
        S = S - np.einsum("gks,gkt->st", right[:, :, :-1], Z[:, :, :-1])
        b = b - np.einsum("gks,gk->s", right[:, :, :-1], Z[:, :, -1])
    ds = np.zeros(len(shared))
    if not np.isfinite(S).all() or not np.isfinite(b).all():
        return step  # more damping follows
    if shared:
        size = np.sqrt(_diagonal(S))
        ds = np.linalg.lstsq(S / np.outer(size, size), b / size, rcond=1e-14)[0] / size
        step[shared] = ds[:, None]
    if own:
        step[own] = (Z[:, :, -1] - Z[:, :, :-1] @ ds).T
    return step


def _diagonal(S: Array) -> Array:
    diagonal = np.abs(np.diag(S)).copy()
    diagonal[~(diagonal > 0)] = 1.0
    return diagonal


def _scaled_solution(normal: Array, right: Array, damping: Array) -> Array:
    """Solutions (G, k, m) of damped normal equations (G, k, k), columns scaled; zeros where a group has none."""
    k = normal.shape[1]
    size = np.sqrt(np.einsum("gii->gi", normal))
    size = np.where((size > 0) & np.isfinite(size), size, 1.0)
    scaled = normal / (size[:, :, None] * size[:, None, :]) + damping[:, None, None] * np.eye(k)
    good = np.isfinite(scaled).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2))
    scaled = np.where(good[:, None, None], scaled, np.eye(k))
    right = np.where(good[:, None, None], right, 0.0)
    try:
        solved = np.linalg.solve(scaled, right / size[:, :, None])
    except np.linalg.LinAlgError:
        solved = np.linalg.pinv(scaled, hermitian=True) @ (right / size[:, :, None])
    return solved / size[:, :, None]


def network_of_fit(fit: GroupFit, scopes: Sequence[Scope], blank: OwnConstants) -> Network:
    """The fitted form as one network: its own constants become neurons `own`, with the values of the fit in `blank`."""
    own = [i for i, s in enumerate(scopes) if s is Scope.OWN]
    rest = [i for i, s in enumerate(scopes) if s is not Scope.OWN]
    neurons = tuple(n if n.activation != "constant" else
                    replace(n, activation="own", index=own.index(n.index)) if n.index in own else
                    replace(n, index=rest.index(n.index)) for n in fit.form.neurons)
    values = tuple(tuple(map(float, fit.theta[i])) for i in own)
    return Network(neurons, tuple(float(fit.theta[i, 0]) for i in rest), fit.form.n_inputs,
                   own=replace(blank, values=values) if own else None)


def form_on_rows(network: Network, rows: Rows,
                 fixed: Collection[int] = ()) -> tuple[Network, Array, list[Scope], GroupRows]:
    """A network with own constants as a form (see `form_of`), and the rows by its groups.

    Args:
        network: it has own constants.
        rows: the rows.
        fixed: positions of shared constants that nothing fits.
    """
    own = network.own
    assert own is not None
    form, theta, scopes = form_of(network, own.n_groups)
    scopes = [Scope.FIXED if i in fixed else scope for i, scope in enumerate(scopes)]
    return form, theta, scopes, GroupRows.of(rows, own.column, own.n_groups)


def form_of(network: Network, n_groups: int) -> tuple[Network, Array, list[Scope]]:
    """A network with own constants as a form, its constants (p, G), and who they belong to; own ones come last."""
    own, s = network.own, len(network.constants)
    values = () if own is None else own.values
    theta = np.vstack([np.repeat(np.array(network.constants)[:, None], n_groups, axis=1),
                       np.reshape(np.array(values), (len(values), n_groups))])
    return as_constants(network), theta, [Scope.SHARED] * s + [Scope.OWN] * len(values)
