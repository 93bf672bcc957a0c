"""Least squares on few columns, polynomials, and products of powers: what the fits in logarithms share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, mul


def norm(r: Array) -> float:
    """The sum of squares of residuals (n,)."""
    return float(r @ r)


def fit(A: Array, t: Array, w: Array) -> Array:
    """Coefficients (k,) of the columns of A (n, k) by least squares; w (n,) are square roots of weights."""
    found: Array = np.linalg.lstsq(A * w[:, None], t * w, rcond=None)[0]
    return found


def residual_of(A: Array, t: Array, w: Array) -> Array:
    """The weighted residual (n,) of the columns of A."""
    return w * (t - A @ fit(A, t, w))


def polynomial(V: Array, most_degree: int, share: float) -> tuple[Array, list[tuple[int, ...]]]:
    """The monomials of the columns of V (n, d) as columns (n, k), and the positions of their factors.

    The degree is 2, or the highest up to `most_degree` at which they are at most this share of the rows.
    """
    n, d = V.shape
    terms: list[tuple[int, ...]] = [()]
    for degree in range(1, most_degree + 1):
        if degree > 2 and len(terms) + math.comb(d + degree - 1, degree) > share * n:
            break
        terms += combinations_with_replacement(range(d), degree)
    return np.column_stack([np.prod(V[:, list(e)], axis=1) for e in terms]), terms


def log_weights(y: Array) -> Array:
    """Square roots of weights (n,): a logarithm dives where its argument changes its sign; small values count less."""
    if (y > 0).all() or (y < 0).all():
        return np.ones_like(y)
    return np.minimum(np.abs(y) / np.median(np.abs(y)), 1.0)


def simple_powers(powers: Array) -> Array:
    """The nearest multiples of one half or one third."""
    halves, thirds = np.round(2.0 * powers) / 2.0, np.round(3.0 * powers) / 3.0
    return np.where(np.abs(halves - powers) <= np.abs(thirds - powers) + 0.02, halves, thirds)


def product_of_powers(bases: Sequence[Expr], U: Array, powers: Array) -> tuple[Expr, Array]:
    """A product of powers and its values, from the logarithms U (n, k) of the bases."""
    return mul([(base, float(p)) for base, p in zip(bases, powers, strict=True) if p]), np.exp(U @ powers)
