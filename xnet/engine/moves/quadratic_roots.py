"""Roots of quadratic equations whose coefficients are sums of monomials.

    y = B/2 + sqrt(B^2/4 + P)    or    y = B/2 - sqrt(B^2/4 + P),    that is y^2 = B y + P

Equilibria have this form: the share of a ligand that is bound (Morrison, Biochimica et Biophysica Acta 185, 1969), the
pH of a weak acid, a falling body with a first velocity; and so has a constant beside a root. The equation is linear in
the coefficients of B and P, so least squares find them at once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from xnet.engine.algebra.expressions import ONE, Expr, add, mul
from xnet.engine.fitting.rows import Rows

from .log_fits import norm, residual_of
from .polynomial_fits import backward_elimination, monomials, powers_up_to

#: The highest degrees of B and P, the first for which there are enough rows for each coefficient, and the most inputs.
_DEGREES, _ROWS_EACH, _MOST_INPUTS = ((2, 4), (1, 2)), 3, 5

#: The share that the equation may leave of what a line in y leaves of y^2: of y = c + e it is nearly 2 c y - c^2.
_LEFT = 0.01

#: A coefficient that is this share of what it is the sum of is rounding.
_ROUNDING = 1e-7


def quadratic_roots(rows: Rows, activations: Sequence[str]) -> Iterator[Expr]:
    """Roots of the equation of every number of terms that is enough, most first; each contains a term of B.

    Args:
        rows: the rows to explain, of at most five inputs; the target is 0 nowhere.
        activations: the allowed activations.
    """
    inputs = [expr for expr, _ in rows.inputs()]
    d, y, one = len(inputs), rows.y, np.ones_like(rows.y)
    able = [(low, high) for low, high in _DEGREES
            if _ROWS_EACH * (math.comb(low + d, d) + math.comb(high + d, d)) <= len(y)]
    if not 0 < d <= _MOST_INPUTS or not able or not {"add", "mul", "sqrt"} <= set(activations) or not y.all():
        return
    linear, free = (monomials(inputs, rows, powers_up_to(degree, d)) for degree in able[0])
    below, above = [ONE, *linear[0]], [ONE, *free[0]]
    columns = [y, *(y * values for values in linear[1]), one, *free[1]]
    weight = one if rows.weight is None else rows.weight
    most = _LEFT * norm(residual_of(np.column_stack([one, y]), y**2, np.sqrt(weight)))
    for keep, coefficients in backward_elimination(columns, y**2, weight):
        parts = list(zip(keep, coefficients.tolist(), strict=True))
        B = [(c, j) for j, c in parts if j < len(below)]
        left = np.sqrt(weight) * (y**2 - sum(c * columns[j] for j, c in parts))
        if not B or norm(left) > most:
            return
        halves = [(0.5 * c, below[j]) for c, j in B]
        free_terms = [(c, above[j - len(below)]) for j, c in parts if j >= len(below)]
        half = add(halves)
        squared = [(c * b, mul([(e, 1.0), (f, 1.0)])) for c, e in halves for b, f in halves]
        expanded = _without_rounding([*squared, *free_terms])
        inside = add([(1.0, mul([(half, 2.0)])), *free_terms]) if len(expanded) > len(free_terms) + 1 else add(expanded)
        is_upper = np.mean(y > sum(0.5 * c * columns[j] / y for c, j in B)) > 0.5
        yield add([(1.0, half), (1.0 if is_upper else -1.0, mul([(inside, 0.5)]))])


def _without_rounding(terms: Iterable[tuple[float, Expr]]) -> list[tuple[float, Expr]]:
    """The terms added up, without those whose coefficients cancel."""
    total, size = defaultdict[Expr, float](float), defaultdict[Expr, float](float)
    for c, expr in terms:
        total[expr] += c
        size[expr] += abs(c)
    return [(c, expr) for expr, c in total.items() if abs(c) > _ROUNDING * size[expr]]
