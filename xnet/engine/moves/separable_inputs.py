"""Inputs that a formula reads in one place only, as a term or as a factor, and constants in front of a product.

    y = c_1 x_1 + ... + F(the other inputs)    y = x_1^a_1 ... x_k^a_k F(the other inputs)    y = c + x_1^a F(...)

Without them a smaller problem is left. A quadratic fit has no product with such an input (in logarithms for a factor),
whatever F is: F-tests of the input's row of the Hessian find it, and its coefficient comes from a fit with a polynomial
of high degree in place of F. The third form is linear in c and in the coefficients of a polynomial for F.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, add
from xnet.engine.fitting.rows import Rows

from .log_fits import fit, log_weights, norm, polynomial, product_of_powers, residual_of, simple_powers
from .similarity_forms import SimilarityForm

#: Fewest and most inputs, and rows for each coefficient of the quadratic fit.
_FEWEST_INPUTS, _MOST_INPUTS, _ROWS_EACH = 2, 10, 2.5
#: An input with a larger F than this has curvature.
_LARGEST_F = 4.0
#: The polynomial in place of F: its highest degree, columns as a share of the rows, and what it may leave of the
#: squares that a linear fit leaves.
_MOST_DEGREE, _COLUMNS, _LEFT = 6, 0.5, 0.1
#: The largest standard error of a coefficient as a share of it, and how far exponents are from simple ones.
_PRECISION, _NEAR = 0.03, 0.08
#: Powers of the factor in the third form, and the share of the variance that this form may leave.
_POWERS, _OFFSET_LEFT = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5), 1e-4
#: What the exact form c + sqrt(F) leaves of the variance, and of what a polynomial of the squares leaves.
_EXACT, _GAIN = 1e-12, 1e-4
#: A constant counts if it is so many standard errors from 0, and this share of the standard deviation of the target.
_LEAST_T, _LEAST_SHARE = 6.0, 1e-3


def without_linear_terms(rows: Rows) -> tuple[Expr, Rows] | None:
    """A sum of inputs with coefficients, and rows of the target without it and of the other inputs.

    None if no input is only a term of the formula, or no other input is left.
    """
    inputs = rows.inputs()
    if not _are_enough(rows):
        return None
    X = np.stack([values for _, values in inputs], axis=1)
    found = _separate(X, rows.y, np.ones_like(rows.y), range(len(inputs)))
    if found is None:
        return None
    c = [_short(a, e) for a, e in zip(found.coefficients.tolist(), found.errors.tolist(), strict=True)]
    others = tuple(inputs[j][0].index for j in range(len(inputs)) if j not in found.which)
    terms = add([(a, inputs[j][0]) for a, j in zip(c, found.which, strict=True)])
    return terms, _rows_of(rows, rows.y - X[:, found.which] @ np.array(c), others)


def power_factor(rows: Rows) -> SimilarityForm | None:
    """The product of powers of the inputs that are only factors of the formula, and the other inputs.

    None if there is no such input, or no other input is left.
    """
    inputs = rows.inputs()
    if not _are_enough(rows) or not rows.y.all():
        return None
    X = np.stack([values for _, values in inputs], axis=1)
    positive = (X > 0).all(axis=0)
    U = np.where(positive, np.log(np.where(positive, X, 1.0)), X)
    found = _separate(U, np.log(np.abs(rows.y)), log_weights(rows.y), np.flatnonzero(positive).tolist())
    if found is None:
        return None
    powers = simple_powers(found.coefficients)
    good = (np.abs(powers - found.coefficients) < _NEAR) & (powers != 0)
    which = [j for j, is_good in zip(found.which, good, strict=True) if is_good]
    if not which:
        return None
    factor = product_of_powers([inputs[j][0] for j in which], U[:, which], powers[good])
    return SimilarityForm(factor, tuple(pair for j, pair in enumerate(inputs) if j not in which))


def without_offset(rows: Rows) -> tuple[float, Rows] | None:
    """c of y = c + x^p F(the other inputs) or y = c + sqrt(F), and the rows of y - c; None where c is 0 or unclear."""
    if not _are_enough(rows):
        return None
    found = _offset(np.stack([values for _, values in rows.inputs()], axis=1), rows.y)
    if found is None or abs(found.value) < max(_LEAST_T * found.error, _LEAST_SHARE * rows.y.std()):
        return None
    c = _short(found.value, found.error)
    return c, _rows_of(rows, rows.y - c, rows.selected_inputs)


def _rows_of(rows: Rows, y: Array, inputs: tuple[int, ...] | None) -> Rows:
    return Rows(rows.columns, y, float(y.var()) or 1.0, rows.weight, rows.loss_function, inputs)


def _are_enough(rows: Rows) -> bool:
    """Whether there are enough rows, and inputs that vary by more than rounding."""
    inputs = [values for _, values in rows.inputs()]
    d = len(inputs)
    return (_FEWEST_INPUTS <= d <= _MOST_INPUTS and len(rows.y) >= _ROWS_EACH * (1 + d + d * (d + 1) / 2)
            and all(values.std() > 1e-6 * np.abs(values).max() for values in inputs) and float(rows.y.std()) > 0)


def _short(value: float, error: float) -> float:
    """The multiple of 1/12 within two standard errors, else the shortest decimal number there."""
    if not error > 0 or not math.isfinite(error):
        return value
    twelfth = round(12.0 * value) / 12.0
    if abs(twelfth - value) <= 2.0 * error < 0.04:
        return twelfth
    digits = max(0, math.floor(math.log10(abs(value) or 1.0)) - math.floor(math.log10(2.0 * error)) + 1)
    return next((s for k in range(1, digits + 1) if abs((s := float(f"{value:.{k}g}")) - value) <= 2.0 * error), value)


class _Separate(NamedTuple):
    """Inputs without curvature: their positions, and their coefficients and standard errors (k,)."""

    which: list[int]
    coefficients: Array
    errors: Array


def _separate(U: Array, t: Array, w: Array, candidates: Sequence[int]) -> _Separate | None:
    """The candidates without curvature; None if there are none, or no other input is left."""
    V = (U - U.mean(axis=0)) / U.std(axis=0)
    which = [k for k in _without_curvature(V, t, w) if k in candidates]
    others = [j for j in range(V.shape[1]) if j not in which]
    if not which or not others:
        return None
    A = np.column_stack([V[:, which], polynomial(V[:, others], _MOST_DEGREE, _COLUMNS)[0]])
    r = residual_of(A, t, w)
    if norm(r) > _LEFT * norm(residual_of(np.column_stack([np.ones(len(t)), V]), t, w)):
        return None
    c, errors = fit(A, t, w)[:len(which)], _standard_errors(A * w[:, None], norm(r) + 1e-28 * norm(w * t))[:len(which)]
    clear = errors <= _PRECISION * np.abs(c)  # an input that is not in the formula has no clear coefficient
    scale, kept = U.std(axis=0)[which], [k for k, is_clear in zip(which, clear, strict=True) if is_clear]
    return _Separate(kept, (c / scale)[clear], (errors / scale)[clear]) if kept else None


def _without_curvature(V: Array, t: Array, w: Array) -> list[int]:
    """The inputs of which no product is in a quadratic fit."""
    n, d = V.shape
    i, j = np.triu_indices(d)
    A = np.column_stack([np.ones(n), V, V[:, i] * V[:, j]])
    full = norm(residual_of(A, t, w))
    noise = max(full / (n - A.shape[1]), 1e-28 * norm(w * t) / n)
    found = []
    for k in range(d):
        own = np.concatenate([np.zeros(1 + d, bool), (i == k) | (j == k)])
        rise = norm(residual_of(A[:, ~own], t, w)) - full
        if rise / own.sum() < _LARGEST_F * noise:
            found.append(k)
    return found


def _standard_errors(A: Array, squares: float) -> Array:
    """Standard errors (k,) of the coefficients of the columns of A, which leave a sum of squares."""
    found: Array = np.sqrt(squares / max(len(A) - A.shape[1], 1) * np.diag(np.linalg.pinv(A.T @ A)))
    return found


class _Offset(NamedTuple):
    """A constant and its standard error."""

    value: float
    error: float


def _offset(X: Array, y: Array) -> _Offset | None:
    """The constant of the best form c + x^p F, or that of c + sqrt(F) = y, which is y^2 = 2 c y + a polynomial."""
    V = (X - X.mean(axis=0)) / X.std(axis=0)
    t = y - y.mean()
    reach, total, plain = float(np.abs(t).max()), norm(t), polynomial(V, _MOST_DEGREE, _COLUMNS)[0]
    if _left(plain, t) < _EXACT * total:
        return None  # a polynomial: any constant is as good
    squared = t**2 / reach  # of the centred target, in its units
    root = np.column_stack([2.0 * t, plain])
    if _left(root, squared) < min(_EXACT * total, _GAIN * _left(plain, squared)):
        found = _first_coefficient(root, squared)
        return _Offset(found.value * reach + y.mean(), found.error * reach)
    left, A = min(((_left(A, y), A) for A in _products(X, V)), key=lambda form: form[0])
    return _first_coefficient(A, y) if left < _OFFSET_LEFT * total else None


def _products(X: Array, V: Array) -> Iterator[Array]:
    """The columns of every form c + x^p F, that of c first."""
    for k in range(X.shape[1]):
        F = polynomial(np.delete(V, k, axis=1), _MOST_DEGREE, 0.8 * _COLUMNS)[0]
        for p in _POWERS if (X[:, k] > 0).all() else _POWERS[:3:2]:
            yield np.column_stack([np.ones(len(X)), F * X[:, k, None] ** p])


def _left(A: Array, t: Array) -> float:
    """About the sum of squares that the columns of A leave, by the normal equations."""
    A = A / np.linalg.norm(A, axis=0)
    G = A.T @ A
    G[np.diag_indices_from(G)] += 1e-13
    return norm(t - A @ np.linalg.solve(G, A.T @ t))


def _first_coefficient(A: Array, t: Array) -> _Offset:
    size = np.linalg.norm(A, axis=0)
    A, w = A / size, np.ones(len(t))
    squares = norm(residual_of(A, t, w)) + 1e-28 * norm(t)
    return _Offset(float(fit(A, t, w)[0] / size[0]), float(_standard_errors(A, squares)[0] / size[0]))
