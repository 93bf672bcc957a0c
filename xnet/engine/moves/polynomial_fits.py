"""Polynomial fits: sums of monomials and quotients of two such sums, by backward elimination.

Least squares on every monomial up to a degree comes first. Then the term whose removal costs least is dropped, again
and again, until few terms are left: on noise-free rows the coefficients of wrong terms are rounding errors, and a
polynomial of six terms is found at once. A quotient P / Q is linear in all its coefficients if it is written as
P - t (Q - q) = t q, where t is the target and q one term of Q. Quotients are tried from low degrees to high ones,
because with spare degrees P and Q can share any common factor.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.candidates.monomials import exponents
from xnet.engine.fitting.least_squares import inverse_diagonal, weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .target_transforms import TransformedTarget

#: Most terms of a proposed sum (or quotient), and most columns that a quotient is fitted with at first.
_LARGEST, _COLUMNS = 12, 40
#: The most inputs whose squares and products are tried as denominators.
_INPUTS_OF_QUOTIENTS = 4


def polynomial_terms(n_inputs: int, n_rows: int, negative: bool) -> list[tuple[float, ...]]:
    """Exponents (n_inputs,) of all monomials up to the largest total degree that the rows can determine.

    Args:
        n_inputs: number of inputs.
        n_rows: number of rows; at most half as many terms are returned.
        negative: whether negative exponents are allowed.
    """
    most = max(2, min(100, n_rows // 2))
    terms: list[tuple[float, ...]] = []
    for degree, level in itertools.groupby(exponents(n_inputs, 8, 8, negative), lambda e: math.fsum(map(abs, e))):
        new = list(itertools.islice(level, most - len(terms) + 1))
        if len(terms) + len(new) > most:
            return terms if degree > 1 else new[:most]
        terms += new
    return terms


def polynomial_fits(transform: TransformedTarget, rows: Rows, negative: bool,
                    powers: Sequence[tuple[float, ...]] | None = None) -> Iterator[Expr]:
    """Sums of monomials, the longest sums first.

    Args:
        transform: the transformed target.
        rows: the rows to explain.
        negative: whether negative exponents are allowed.
        powers: exponents (inputs,) of the monomials to choose from; by default `polynomial_terms`.
    """
    inputs = [expr for expr, _ in rows.inputs()]
    if not inputs:
        return
    powers = polynomial_terms(len(inputs), len(rows.y), negative) if powers is None else powers
    exprs, columns = monomials(inputs, rows, powers)
    terms = [ONE, *exprs]
    target = transform.target
    for keep, coefficients in backward_elimination([np.ones_like(rows.y), *columns], target.values, target.weight):
        yield transform.wrap(sum_of_terms([terms[j] for j in keep], coefficients))


def rational_fits(transform: TransformedTarget, rows: Rows) -> Iterator[Expr]:
    """Quotients of two sums of monomials, low degrees first; then of sums of powers of single inputs.

    Args:
        transform: the transformed target.
        rows: the rows to explain; a quotient has at most a third as many coefficients.
    """
    inputs = [expr for expr, _ in rows.inputs()]
    for below, above in itertools.product(range(1, 5), range(7)):
        d = len(inputs)
        if inputs and math.comb(above + d, d) + math.comb(below + d, d) <= min(_COLUMNS, len(rows.y) // 3):
            upper, lower = powers_up_to(above, d), powers_up_to(below, d)
            leads = {mul([(x, float(below))]) for x in inputs} if d <= 3 else set()
            yield from _quotients(transform, monomials(inputs, rows, upper), monomials(inputs, rows, lower), leads)
    for degree in (2, 3, 4):
        if len(inputs) > 2 and 2 * degree * len(inputs) + 1 <= min(_COLUMNS + 8, len(rows.y) // 3):
            parts = monomials(inputs, rows, _single_powers(degree, len(inputs)))
            yield from _quotients(transform, parts, parts, {mul([(x, float(degree))]) for x in inputs})


def quotients_by_monomials(transform: TransformedTarget, rows: Rows) -> Iterator[Expr]:
    """Polynomials of second degree over an input, a square or a product of two inputs.

    With three inputs and more, such a quotient, as the cosine of an angle of a triangle by its sides, has more terms
    with negative powers than rows determine at once.

    Args:
        transform: the transformed target.
        rows: the rows to explain.
    """
    inputs = [expr for expr, _ in rows.inputs()]
    if not 1 < len(inputs) <= _INPUTS_OF_QUOTIENTS:
        return
    exprs, columns = monomials(inputs, rows, powers_up_to(2, len(inputs)))
    terms, one = [ONE, *exprs], np.ones_like(rows.y)
    for below, values in zip(exprs, columns, strict=True):
        if not values.all():
            continue
        t, w = transform.target.values * values, transform.target.weight / values**2
        for keep, coefficients in backward_elimination([one, *columns], t, w):
            yield transform.wrap(mul([(sum_of_terms([terms[j] for j in keep], coefficients), 1.0), (below, -1.0)]))


def _quotients(transform: TransformedTarget, upper: tuple[list[Expr], list[Array]],
               lower: tuple[list[Expr], list[Array]], leads: set[Expr]) -> Iterator[Expr]:
    """Quotients of given monomials.

    The scale of a quotient is fixed by giving one term of the denominator the coefficient 1: the constant, or one of
    `leads`.
    """
    t, w = transform.target.values, transform.target.weight
    above = list(zip([ONE, *upper[0]], [np.ones_like(t), *upper[1]], strict=True))
    below = list(zip([ONE, *lower[0]], [np.ones_like(t), *lower[1]], strict=True))
    for lead in [0, *(i for i, (e, _) in enumerate(below) if i and e in leads)]:
        rest = below[:lead] + below[lead + 1:]
        columns = [v for _, v in above] + [-t * v for _, v in rest]
        for keep, coefficients in backward_elimination(columns, t * below[lead][1], w):
            parts = list(zip(keep, coefficients, strict=True))
            top = add([(c, above[j][0]) for j, c in parts if j < len(above)])
            bottom = add([(c, rest[j - len(above)][0]) for j, c in parts if j >= len(above)] + [(1.0, below[lead][0])])
            if bottom.args and (top.args or top.value):
                yield transform.wrap(mul([(top, 1.0), (bottom, -1.0)]))


def powers_up_to(degree: int, d: int) -> list[tuple[float, ...]]:
    """The exponents (d,) of all monomials of d inputs from degree 1 up to a degree."""
    return list(exponents(d, degree, degree, False)) if degree else []


def _single_powers(degree: int, d: int) -> list[tuple[float, ...]]:
    """Exponents (d,) of x, x^2, ... of every input."""
    return [tuple(float(p) if i == j else 0.0 for i in range(d)) for p in range(1, degree + 1) for j in range(d)]


def monomials(inputs: Sequence[Expr], rows: Rows, powers: Sequence[tuple[float, ...]],
              ) -> tuple[list[Expr], list[Array]]:
    """The monomials that are finite and vary, and their values (n,)."""
    exprs, columns = [], []
    for e in powers:
        with np.errstate(all="ignore"):
            value = np.prod([np.power(rows.columns[x.index], p) for x, p in zip(inputs, e, strict=True) if p], axis=0)
        if np.isfinite(value).all() and np.ptp(value) > 0:
            exprs.append(mul([(x, p) for x, p in zip(inputs, e, strict=True) if p]))
            columns.append(value)
    return exprs, columns


def sum_of_terms(terms: Sequence[Expr], coefficients: Array) -> Expr:
    """The sum of terms with their coefficients."""
    return add(zip(coefficients.tolist(), terms, strict=True))


def backward_elimination(columns: list[Array], t: Array, w: Array) -> Iterator[tuple[list[int], Array]]:
    """Positions and coefficients of the remaining columns, once at most `_LARGEST` + 1 are left, down to two."""
    keep = list(range(len(columns)))
    while len(keep) > 1:
        coefficients = weighted_least_squares([columns[j] for j in keep], t, w)
        if coefficients is None:
            return
        if len(keep) <= _LARGEST + 1:
            yield keep, coefficients
        keep = _without_least(keep, coefficients, columns, w)


def _without_least(keep: list[int], coefficients: Array, columns: list[Array], w: Array) -> list[int]:
    """The columns without those whose removal raises the loss least: several at first, single ones near the end."""
    root = np.sqrt(w)
    A = np.stack([columns[j] for j in keep], axis=1) * root[:, None]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0  # tiny values of a monomial underflow when they are squared
    unit = A / size
    rise = (coefficients * size) ** 2 / np.maximum(inverse_diagonal(unit.T @ unit, 1e-13), 1e-300)
    drop = max(1, (len(keep) - 12) // 4) if len(keep) > 12 else 1
    tiny = int((rise < 1e-16 * rise.max()).sum())
    order = np.argsort(rise)
    return [keep[k] for k in sorted(order[max(drop, min(tiny, len(keep) - 1)):])]
