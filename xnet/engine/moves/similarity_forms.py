"""Similarity forms: the target as a product of powers times a function of one product of powers.

    y = x_1^a_1 ... x_d^a_d F(z),    z = x_1^b_1 ... x_d^b_d

Every sum of two monomials has this form, every function of one under a monomial, and so have most laws of physics with
one dimensionless group (Buckingham 1914): d inputs become one. In logarithms it is a partially linear single-index
model, log y = a'u + G(b'u) with u = log x (Ichimura, Journal of Econometrics 58, 1993; Carroll et al., Journal of the
American Statistical Association 92, 1997), of which only b enters non-linearly. A quadratic fit in u has the Hessian
G'' bb', so its dominant eigenvector is a first b. Gauss-Newton steps improve it, with G a polynomial, and whole numbers
near it are compared by pseudo-residuals: by how far each row differs from the line through its two neighbours in the
order of z, which needs no model of G (Gasser, Sroka & Jennen-Steinmetz, Biometrika 73, 1986).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebvander

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, add
from xnet.engine.fitting.rows import Rows

from .log_fits import fit, log_weights, norm, product_of_powers, residual_of, simple_powers

#: Degree of the polynomial G, and Gauss-Newton steps for b.
_DEGREE, _STEPS = 6, 25
#: Most inputs, and rows for each coefficient of the quadratic fit.
_MOST_INPUTS, _ROWS_EACH = 10, 2.5
#: An input has to vary by this factor, in natural logarithms.
_LEAST_SPREAD = 1e-6
#: The index has to explain at least this share of what a product of powers leaves.
_EXPLAINED = 0.6
#: Where rows and neighbours differ by more than this share of the same, the form is at best approximate.
_CLEAR = 0.05
#: Denominators of ratios of the exponents of z.
_DENOMINATORS = (1, 2, 3, 4, 5, 6)
#: How far exponents of the first product are from the simple ones that they are rounded to.
_NEAR = 0.06
#: Forms with different products in front, for one z.
_MOST_FORMS = 2


@dataclass(frozen=True)
class SimilarityForm:
    """y = factor * F(arguments) on n rows.

    Attributes:
        factor: the product of powers in front, with its values (n,).
        arguments: the arguments of F, each with its values (n,).
    """

    factor: tuple[Expr, Array]
    arguments: tuple[tuple[Expr, Array], ...]


def similarity_forms(rows: Rows) -> list[SimilarityForm]:
    """The similarity forms that the rows show, those of 1/z last; one form where they show it approximately.

    There is none where an input changes its sign.
    """
    inputs = rows.inputs()
    d = len(inputs)
    if not 2 <= d <= _MOST_INPUTS or len(rows.y) < _ROWS_EACH * (1 + d + d * (d + 1) / 2):
        return []
    columns = np.stack([values for _, values in inputs], axis=1)
    if not ((columns > 0).all(axis=0) | (columns < 0).all(axis=0)).all() or not rows.y.all():
        return []
    bases = [expr if values[0] > 0 else add([(-1.0, expr)]) for expr, values in inputs]
    U, t = np.log(np.abs(columns)), np.log(np.abs(rows.y))
    index = _index(U, t, log_weights(rows.y)) if U.std(axis=0).min() > _LEAST_SPREAD else None
    if index is None:
        return []
    powers = _simple_fronts(index.front, index.inner)
    forms = [SimilarityForm(product_of_powers(bases, U, p), (product_of_powers(bases, U, sign * index.inner),))
             for sign in (1.0, -1.0) for p in powers]
    forms = [f for f in forms if _is_computable(f.factor[1]) and _is_computable(f.arguments[0][1])]
    return forms if index.is_clear else forms[:1]


def _is_computable(values: Array) -> bool:
    return bool(np.isfinite(values).all() and values.all())


class _Index(NamedTuple):
    """Exponents of both products.

    Attributes:
        inner: (d,) whole exponents b of z.
        front: (d,) exponents a in front, which are determined up to a multiple of b.
        is_clear: whether neighbours in the order of z hardly differ.
    """

    inner: Array
    front: Array
    is_clear: bool


def _index(U: Array, t: Array, w: Array) -> _Index | None:
    """The single index of log y = a'u + G(b'u); None where there is none, or nothing beside a product of powers."""
    V = (U - U.mean(axis=0)) / U.std(axis=0)
    left = norm(residual_of(np.column_stack([np.ones(len(t)), V]), t, w))
    if left <= 1e-20 * max(norm(w * t), 1.0):
        return None  # a product of powers already
    found = min((_improved(V, t, w, b) for b in _first_directions(V, t, w)), key=lambda item: item[0])
    if found[0] > (1.0 - _EXPLAINED) * left:
        return None
    squares, inner, front = min((_pseudo_residuals(U, t, w, b) for b in _whole_directions(found[1] / U.std(axis=0))),
                                key=lambda item: item[0])
    return _Index(inner, front, squares < _CLEAR * left)


def _first_directions(V: Array, t: Array, w: Array) -> list[Array]:
    """The two dominant eigenvectors of the Hessian of a quadratic fit."""
    d = V.shape[1]
    i, j = np.triu_indices(d)
    A = np.column_stack([np.ones(len(t)), V, V[:, i] * V[:, j]])
    H = np.zeros((d, d))
    H[i, j] = fit(A, t, w)[1 + d:]
    values, vectors = np.linalg.eigh(H + H.T)
    return [vectors[:, k] for k in np.argsort(-np.abs(values))[:2]]


def _improved(V: Array, t: Array, w: Array, b: Array) -> tuple[float, Array]:
    """The squares left and the direction after damped Gauss-Newton steps, all other coefficients fitted."""
    def residual(b: Array) -> Array:
        s = V @ b
        T = chebvander(s / np.abs(s).max(), _DEGREE)
        return residual_of(np.hstack([T[:, :1], V, T[:, 2:]]), t, w)

    damping, r = 1e-2, residual(b)
    for _ in range(_STEPS):
        J = np.column_stack([(residual(b + 1e-6 * e) - r) / 1e-6 for e in np.eye(len(b))])
        H, g, before = J.T @ J, J.T @ r, norm(r)
        for _ in range(6):
            trial = b - np.linalg.solve(H + damping * np.diag(np.diag(H) + 1e-12), g)
            trial /= np.linalg.norm(trial)
            r_trial = residual(trial)
            if norm(r_trial) < before:
                break
            damping *= 4.0
        else:
            break
        b, r, damping = trial, r_trial, max(damping / 5.0, 1e-9)
        if norm(r) > (1.0 - 1e-6) * before:
            break
    return norm(r), b


def _whole_directions(b: Array) -> list[Array]:
    """Whole exponents (d,) near a direction, for each denominator of their ratios to the largest."""
    ratios = b / b[np.argmax(np.abs(b))]
    found = {}
    for q in _DENOMINATORS:
        whole = np.round(q * ratios)
        whole /= max(np.gcd.reduce(whole.astype(int)), 1)
        if np.count_nonzero(whole) > 1:
            found[tuple(whole)] = whole
    single = np.where(np.abs(ratios) == 1.0, 1.0, 0.0)
    return [*found.values(), single]


def _pseudo_residuals(U: Array, t: Array, w: Array, b: Array) -> tuple[float, Array, Array]:
    """How far rows differ from the line through their neighbours in the order of z, without a product of powers.

    Returns:
        The sum of squares, b, and the exponents (d,) of that product; b'u has no pseudo-residuals.
    """
    s = U @ b
    order = np.argsort(s, kind="stable")
    s, w, rows = s[order], w[order], np.column_stack([t, U])[order]
    width = np.maximum(s[2:] - s[:-2], 1e-300)
    left = ((s[2:] - s[1:-1]) / width)[:, None]
    e = rows[1:-1] - left * rows[:-2] - (1.0 - left) * rows[2:]
    e *= np.minimum(np.minimum(w[2:], w[:-2]), w[1:-1])[:, None] / np.sqrt(1.0 + left**2 + (1.0 - left) ** 2)
    a = np.linalg.lstsq(e[:, 1:], e[:, 0], rcond=1e-8)[0]
    return norm(e[:, 0] - e[:, 1:] @ a), b, a


def _simple_fronts(a: Array, b: Array) -> list[Array]:
    """Exponents in front that are multiples of one half or one third, one input of z left out of the product."""
    found: dict[tuple[float, ...], Array] = {}
    for pivot in np.flatnonzero(b):
        powers = a - a[pivot] / b[pivot] * b
        simple = simple_powers(powers)
        if np.abs(simple - powers).max() < _NEAR:
            found.setdefault(tuple(simple), simple)
    order = sorted(found.values(), key=lambda p: (int((p != np.round(p)).sum()), float(np.abs(p).sum()), tuple(p)))
    return order[:_MOST_FORMS]
