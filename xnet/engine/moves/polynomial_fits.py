"""Dense beginnings: sums of monomials and quotients of two such sums, by backward elimination from all of them.

Least squares on every monomial up to a degree, then the term is left out whose absence costs least, until few stand:
on noise-free rows the wrong terms have coefficients of rounding, and a polynomial of six terms is found at once. A
quotient P / Q is linear in all its coefficients as P - t (Q - q) = t q, q one of its terms, and is tried from low
degrees to high ones: with degrees to spare, P and Q would share any factor.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.candidates.templates import exponents
from xnet.engine.fitting.least_squares import inverse_diagonal, weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .target_transforms import Space

#: Most terms of a sum (or of a quotient) that is proposed, and most columns of a quotient to begin with.
_LARGEST, _COLUMNS = 12, 40


def polynomial_terms(n_inputs: int, n_rows: int, negative: bool) -> list[tuple[float, ...]]:
    """Exponents of all monomials up to the largest total degree that the rows can carry."""
    most = max(2, min(100, n_rows // 2))
    terms: list[tuple[float, ...]] = []
    for degree, level in itertools.groupby(exponents(n_inputs, 8, 8, negative), lambda e: math.fsum(map(abs, e))):
        new = list(itertools.islice(level, most - len(terms) + 1))
        if len(terms) + len(new) > most:
            return terms if degree > 1 else new[:most]
        terms += new
    return terms


def dense_answers(space: Space, rows: Rows, negative: bool) -> Iterator[Expr]:
    """Sums of monomials, the long ones first."""
    inputs = [expr for expr, _ in rows.inputs()]
    if not inputs:
        return
    exprs, columns = _monomials(inputs, rows, polynomial_terms(len(inputs), len(rows.y), negative))
    for keep, coefficients in _eliminated([np.ones_like(rows.y), *columns], space.target.t, space.target.w):
        terms = [ONE, *exprs]
        yield space.wrap(add([(c, terms[j]) for c, j in zip(coefficients, keep, strict=True)]))


def quotient_answers(space: Space, rows: Rows) -> Iterator[Expr]:
    """Quotients of two sums of monomials, low degrees first; then of sums of powers of single inputs."""
    inputs = [expr for expr, _ in rows.inputs()]
    for below, above in itertools.product(range(1, 5), range(7)):
        d = len(inputs)
        if inputs and math.comb(above + d, d) + math.comb(below + d, d) <= min(_COLUMNS, len(rows.y) // 3):
            upper, lower = _up_to(above, d), _up_to(below, d)
            leads = {mul([(x, float(below))]) for x in inputs} if d <= 3 else set()
            yield from _quotients(space, _monomials(inputs, rows, upper), _monomials(inputs, rows, lower), leads)
    for degree in (2, 3, 4):
        if len(inputs) > 2 and 2 * degree * len(inputs) + 1 <= min(_COLUMNS + 8, len(rows.y) // 3):
            parts = _monomials(inputs, rows, _single_powers(degree, len(inputs)))
            yield from _quotients(space, parts, parts, {mul([(x, float(degree))]) for x in inputs})


def _quotients(space: Space, upper: tuple[list[Expr], list[Array]],
               lower: tuple[list[Expr], list[Array]], leads: set[Expr]) -> Iterator[Expr]:
    """Quotients of given monomials: the 1 of the denominator, or one of `leads`, has the coefficient 1."""
    t, w = space.target.t, space.target.w
    above = list(zip([ONE, *upper[0]], [np.ones_like(t), *upper[1]], strict=True))
    below = list(zip([ONE, *lower[0]], [np.ones_like(t), *lower[1]], strict=True))
    for lead in [0, *(i for i, (e, _) in enumerate(below) if i and e in leads)]:
        rest = below[:lead] + below[lead + 1:]
        columns = [v for _, v in above] + [-t * v for _, v in rest]
        for keep, coefficients in _eliminated(columns, t * below[lead][1], w):
            parts = list(zip(keep, coefficients, strict=True))
            top = add([(c, above[j][0]) for j, c in parts if j < len(above)])
            bottom = add([(c, rest[j - len(above)][0]) for j, c in parts if j >= len(above)] + [(1.0, below[lead][0])])
            if bottom.args and (top.args or top.value):
                yield space.wrap(mul([(top, 1.0), (bottom, -1.0)]))


def _up_to(degree: int, d: int) -> list[tuple[float, ...]]:
    return list(exponents(d, degree, degree, False)) if degree else []


def _single_powers(degree: int, d: int) -> list[tuple[float, ...]]:
    """Exponents of x, x^2, ... of every input."""
    return [tuple(float(p) if i == j else 0.0 for i in range(d)) for p in range(1, degree + 1) for j in range(d)]


def _monomials(inputs: Sequence[Expr], rows: Rows, powers: Sequence[tuple[float, ...]],
               ) -> tuple[list[Expr], list[Array]]:
    """The monomials that are finite and vary, and their values."""
    exprs, columns = [], []
    for e in powers:
        with np.errstate(all="ignore"):
            value = np.prod([np.power(rows.columns[x.index], p) for x, p in zip(inputs, e, strict=True) if p], axis=0)
        if np.isfinite(value).all() and np.ptp(value) > 0:
            exprs.append(mul([(x, p) for x, p in zip(inputs, e, strict=True) if p]))
            columns.append(value)
    return exprs, columns


def _eliminated(columns: list[Array], t: Array, w: Array) -> Iterator[tuple[list[int], Array]]:
    """Positions and coefficients of the columns left, once few are left, down to one."""
    keep = list(range(len(columns)))
    while len(keep) > 1:
        coefficients = weighted_least_squares([columns[j] for j in keep], t, w)
        if coefficients is None:
            return
        if len(keep) <= _LARGEST + 1:
            yield keep, coefficients
        keep = _without_least(keep, coefficients, columns, w)


def _without_least(keep: list[int], coefficients: Array, columns: list[Array], w: Array) -> list[int]:
    """Leave out the terms whose removal raises the loss least: many at first, one by one near the end."""
    root = np.sqrt(w)
    A = np.stack([columns[j] for j in keep], axis=1) * root[:, None]
    size = np.sqrt(np.einsum("ij,ij->j", A, A))
    size[size == 0] = 1.0  # a monomial of tiny values, squared
    unit = A / size
    rise = (coefficients * size) ** 2 / np.maximum(inverse_diagonal(unit.T @ unit, 1e-13), 1e-300)
    drop = max(1, (len(keep) - 12) // 4) if len(keep) > 12 else 1
    tiny = int((rise < 1e-16 * rise.max()).sum())
    order = np.argsort(rise)
    return [keep[k] for k in sorted(order[max(drop, min(tiny, len(keep) - 1)):])]
