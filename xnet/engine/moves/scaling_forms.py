"""Scaling forms: the target as a product of powers times a function of a few products of powers.

    y = x_1^a_1 ... x_d^a_d F(z_1, ..., z_r),    z_j = x_1^b_j1 ... x_d^b_jd,    r < d

A formula that keeps its form under a change of units is such a product (Buckingham 1914). The units need not be stated:
y is multiplied by a power of c where every input x_i is multiplied by c^v_i, for every v that is orthogonal to all b_j.
Then the slope of log y along v is constant in the logarithms of the inputs, and that of y^q is proportional to y^q, so
the directions v are the null space of a matrix of gradients (Constantine, del Rosario & Iaccarino, Data-driven
dimensional analysis, 2017). A polynomial of the logarithms gives the gradients. Here small whole numbers near that
space are taken, and each must leave no more than that polynomial does when the form itself is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.rows import Rows
from xnet.polling import poll

from .log_fits import fit, norm, polynomial, product_of_powers, residual_of, simple_powers
from .similarity_forms import SimilarityForm

#: Most inputs, rows for each coefficient of a quadratic fit, and the most rows that are fitted.
_MOST_INPUTS, _ROWS_EACH, _ROWS = 8, 2.5, 300
#: An input has to vary by this factor, in natural logarithms.
_LEAST_SPREAD = 1e-6
#: The largest exponent of a factor in front: beyond it weights overflow.
_LARGEST_EXPONENT = 600.0
#: The powers of the target one of which is fitted, 0 for its logarithm.
_POWERS = (0.0, 1.0, 2.0, -1.0, -2.0)
#: A polynomial: its highest degree for one argument, two and more, and its columns as a share of the rows.
_MOST_DEGREE, _COLUMNS = (12, 8, 6), 0.5
#: Directions along which slopes differ by more than this share of the largest difference are not tried, and the most
#: that are.
_FLAT, _TRIED = 0.1, 16
#: The share of the variance that a linear fit leaves which a polynomial of all inputs may leave, and so a form.
_MOST_LEFT = 0.03
#: Forms are alike up to this ratio of the variances that they leave; those of small numbers are taken first.
_ALIKE = 1.5
#: What clear forms leave at most of what the polynomial of all inputs does.
_CLEAR = 0.01
#: How far exponents of the factor are from simple ones.
_NEAR = 0.06


class _Logs(NamedTuple):
    """What is fitted.

    Attributes:
        U: (n, d) the logarithms of the inputs; inputs that are not positive everywhere as they are.
        scalable: (d,) which are logarithms.
        q: the power of the target; 0 for its logarithm.
        t: (n,) that power or logarithm.
        gradients: (n, d) of a polynomial of U for t.
        plain, full: the variances that a linear fit and that polynomial leave.
    """

    U: Array
    scalable: Array
    q: float
    t: Array
    gradients: Array
    plain: float
    full: float

    def slopes_along(self, directions: Array) -> Array:
        """The power of y along each direction (m,)."""
        along = self.gradients @ directions.T
        found: Array = self.t @ along / (self.t @ self.t) / self.q if self.q else along.mean(axis=0)
        return found

    def left(self, directions: Array) -> float:
        """The variance that the form of directions (m, d) leaves; inf where its exponents are not simple."""
        arguments = _arguments(directions, self.scalable)[:1]
        fronts = _fronts(directions, self.slopes_along(directions))[:1]
        if not arguments or not fronts:
            return math.inf
        poll()
        A = _polynomial(np.column_stack([self.U[:, ~self.scalable], self.U @ arguments[0].T]))[0]
        front = self.U @ fronts[0]
        if np.abs(self.q * front).max() > _LARGEST_EXPONENT:
            return math.inf
        w = np.exp(self.q * front)
        return _variance(A, self.t / w if self.q else self.t - front, w)


class ScalingForms(NamedTuple):
    """Forms of the same directions.

    Attributes:
        forms: with different products of powers in front and as arguments.
        are_clear: whether they leave far less than a polynomial of all inputs, so that they are hardly approximate.
    """

    forms: list[SimilarityForm]
    are_clear: bool


def scaling_forms(rows: Rows) -> ScalingForms:
    """The forms of the most directions that the rows show; none where they show no direction."""
    inputs = rows.inputs()
    d = len(inputs)
    if not 2 <= d <= _MOST_INPUTS or len(rows.y) < _ROWS_EACH * (1 + d + d * (d + 1) / 2):
        return ScalingForms([], False)
    X = np.stack([values for _, values in inputs], axis=1)
    chosen = np.linspace(0, len(X) - 1, min(len(X), _ROWS)).round().astype(int)
    logs = _logs(X[chosen], rows.y[chosen])
    directions = None if logs is None else _directions(logs)
    if logs is None or directions is None or not (X[:, logs.scalable] > 0).all():
        return ScalingForms([], False)
    bases, others = [expr for expr, _ in inputs], [inputs[j] for j in np.flatnonzero(~logs.scalable)]
    U = np.log(np.where(logs.scalable, X, 1.0))
    fronts, forms = _fronts(directions, logs.slopes_along(directions)), []
    for k, B in enumerate(_arguments(directions, logs.scalable)):
        powers = fronts[min(k, len(fronts) - 1)]
        forms.append(SimilarityForm(product_of_powers(bases, U, powers),
                                    (*others, *(product_of_powers(bases, U, b) for b in B))))
    good = [f for f in forms if all(np.isfinite(v).all() for _, v in (f.factor, *f.arguments))]
    return ScalingForms(good, logs.left(directions) < _CLEAR * logs.full)


def _logs(X: Array, y: Array) -> _Logs | None:
    """The power of the target (n,) that a polynomial of inputs (n, d) fits best; None where none does."""
    scalable: Array = np.all(X > 0, axis=0)
    U = np.where(scalable, np.log(np.where(scalable, X, 1.0)), X)
    if scalable.sum() < 2 or U.std(axis=0).min() <= _LEAST_SPREAD or not y.std() > 0:
        return None
    A, terms = _polynomial(U)
    w = np.ones(len(y))
    best: _Logs | None = None
    for q in _POWERS if (y > 0).all() or (y < 0).all() else (1.0,):
        with np.errstate(all="ignore"):
            t = np.abs(y) ** q if q not in (0.0, 1.0) else y if q else np.log(np.abs(y))
        if not np.isfinite(t).all():
            continue
        plain, full = _variance(A[:, :U.shape[1] + 1], t, w), _variance(A, t, w)
        if full < _MOST_LEFT * plain and (best is None or full / plain < best.full / best.plain):
            best = _Logs(U, scalable, q, t, _gradients(U, terms, fit(A, t, w)), plain, full)
    return best


def _variance(A: Array, t: Array, w: Array) -> float:
    """The variance of the residuals of the columns of A, by their degrees of freedom."""
    return norm(residual_of(A, t, w)) / max(len(t) - A.shape[1], 1)


def _directions(logs: _Logs) -> Array | None:
    """Whole directions (m, d) along which the target is a power law; None without one."""
    scale = logs.U.std(axis=0)
    slopes = logs.gradients * scale
    slopes = slopes - (np.outer(logs.t, logs.t @ slopes) / (logs.t @ logs.t) if logs.q else slopes.mean(axis=0))
    C, candidates = slopes.T @ slopes, _whole(logs.scalable)
    units = candidates / scale
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    differences = np.einsum("ki,ij,kj->k", units, C, units)
    most = _FLAT * np.linalg.eigvalsh(C)[-1]
    flat = [k for k in np.argsort(differences, kind="stable")[:_TRIED].tolist() if differences[k] < most]
    chosen: list[int] = []
    limit = min(_ALIKE * logs.full, _MOST_LEFT * logs.plain)
    while flat:
        flat = [k for k in flat if np.linalg.matrix_rank(candidates[[*chosen, k]]) > len(chosen)]
        left = {k: found for k in flat if (found := logs.left(candidates[[*chosen, k]])) <= limit}
        flat = list(left)
        if left:
            least = min(left.values())
            chosen.append(min((k for k in left if left[k] <= _ALIKE * least),
                              key=lambda k: (float(np.abs(candidates[k]).sum()), left[k])))
            limit = min(limit, _ALIKE * least)
    return candidates[chosen] if chosen else None


def _polynomial(U: Array) -> tuple[Array, list[tuple[int, ...]]]:
    """A polynomial of the standardised columns of U (n, d)."""
    return polynomial((U - U.mean(axis=0)) / U.std(axis=0), _MOST_DEGREE[min(U.shape[1], 3) - 1], _COLUMNS)


def _gradients(U: Array, terms: Sequence[tuple[int, ...]], coefficients: Array) -> Array:
    """The gradient (n, d) of a polynomial of the standardised columns of U, by U."""
    scale = U.std(axis=0)
    V = (U - U.mean(axis=0)) / scale
    found = np.zeros_like(V)
    for c, e in zip(coefficients, terms, strict=True):
        for k, j in enumerate(e):
            found[:, j] += c * np.prod(V[:, [*e[:k], *e[k + 1:]]], axis=1)
    return found / scale


def _whole(scalable: Array) -> Array:
    """Small whole vectors (K, d) that are 0 where inputs are not scalable, one of each pair of opposite ones."""
    k = int(scalable.sum())
    most = 3 if k <= 4 else 2 if k <= 6 else 1
    found = np.zeros(((2 * most + 1) ** k, len(scalable)))
    found[:, scalable] = np.array(list(product(range(-most, most + 1), repeat=k)))
    first = found[np.arange(len(found)), np.argmax(found != 0, axis=1)]
    found = found[first > 0]
    return found[np.gcd.reduce(found.astype(int), axis=1) == 1]


def _arguments(directions: Array, scalable: Array) -> list[Array]:
    """Exponents (r, d) of the products of powers that do not change along the directions, for two orders of inputs.

    None where there is no argument at all, or none with small whole exponents.
    """
    r = int(scalable.sum()) - len(directions)
    if len(scalable) == len(directions):
        return []
    whole = _whole(scalable)
    whole = whole[(whole @ directions.T == 0).all(axis=1)]
    found = []
    for sign in (1, -1):
        order = np.lexsort((*-np.abs(whole[:, ::-sign].T), np.abs(whole).sum(axis=1)))
        chosen: list[int] = []
        for k in order.tolist():
            if len(chosen) < r and np.linalg.matrix_rank(whole[[*chosen, k]]) > len(chosen):
                chosen.append(k)
        if len(chosen) == r:
            found.append(sign * whole[chosen])
    return found


def _fronts(directions: Array, slopes: Array) -> list[Array]:
    """Simple exponents (d,) of the factor with slopes (m,) along directions (m, d), the smallest first."""
    m, d = directions.shape
    found: dict[tuple[float, ...], Array] = {}
    for pivots in map(list, combinations(range(d), m)):
        if abs(np.linalg.det(directions[:, pivots])) < 0.5:
            continue
        powers = np.zeros(d)
        powers[pivots] = np.linalg.solve(directions[:, pivots], slopes)
        simple = simple_powers(powers)
        if np.abs(simple - powers).max() < _NEAR:
            found.setdefault(tuple(simple), simple)
    return sorted(found.values(), key=lambda p: (int((p != np.round(p)).sum()), float(np.abs(p).sum()), tuple(p)))
