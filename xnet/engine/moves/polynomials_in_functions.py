"""Polynomials in the inputs and one function of them: x0 cos(x1 x2) + x0 x3 cos(x1 x2)^2 by linear algebra.

A candidate that stands twice in a law, alone and squared, is not found one term at a time: each term alone explains
little. For each function u of an input, or of a product or quotient of two, the target is fitted by all products of a
monomial of second degree and 1, u or u^2. Where such a fit is exact, backward elimination leaves the few terms of the
law, as for polynomials.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, call, mul
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.polling import poll

from .polynomial_fits import backward_elimination, sum_of_terms
from .target_transforms import TransformedTarget

#: Rows for each coefficient, most functions that are tried, and most whose fits are proposed.
_ROWS_EACH, _MOST_FUNCTIONS, _MOST_FITS = 2, 400, 2
#: The share of the variance that an exact fit may leave.
_EXACT = 1e-10


def polynomials_in_functions(transform: TransformedTarget, rows: Rows, activations: Sequence[str]) -> Iterator[Expr]:
    """Sums of products of monomials and powers of one function that fit the target exactly, the longest sums first.

    Args:
        transform: the transformed target.
        rows: the rows to explain.
        activations: names of the allowed activations.
    """
    monomials = _monomials(rows)
    if not monomials or not {"add", "mul"} <= set(activations):
        return
    root = np.sqrt(transform.target.weight)
    t = transform.target.values * root
    limit = _EXACT * float((t - t.mean()) @ (t - t.mean()))
    base = np.stack([v for _, v in monomials], axis=1) * root[:, None]
    some = slice(0, min(len(t), 3 * base.shape[1] + 40))  # most functions are refuted by a few rows
    memo: dict[Expr, Array] = {}
    found = 0
    for function in itertools.islice(_functions(rows, activations), _MOST_FUNCTIONS):
        poll()
        u = evaluate(function, rows.columns, memo)
        if not np.isfinite(u).all() or np.ptp(u) <= 1e-9 * np.abs(u).max() or np.abs(u).max() > 1e6:
            continue
        A = np.hstack([base, base * u[:, None], base * (u * u)[:, None]])
        if _left(A[some], t[some]) > limit or _left(A, t) > limit:
            continue
        terms = [mul([(m, 1.0), (function, float(k))]) if k else m for k in range(3) for m, _ in monomials]
        columns = [v * u**k for k in range(3) for _, v in monomials]
        for keep, coefficients in backward_elimination(columns, transform.target.values, transform.target.weight):
            yield transform.wrap(sum_of_terms([terms[j] for j in keep], coefficients))
        found += 1
        if found == _MOST_FITS:
            return


def _left(A: Array, t: Array) -> float:
    """The squares that a least-squares fit leaves."""
    scale = np.abs(A).max(axis=0)
    scale[scale == 0] = 1.0
    r = t - (A / scale) @ np.linalg.lstsq(A / scale, t, rcond=None)[0]
    return float(r @ r)


def _monomials(rows: Rows) -> list[tuple[Expr, Array]]:
    """1, the inputs, and their products of two as far as three times as many terms can be fitted; [] if none can."""
    inputs = rows.inputs()
    found = [(ONE, np.ones_like(rows.y)), *inputs]
    second = [(mul([(a, 1.0), (b, 1.0)]), u * v)
              for (a, u), (b, v) in itertools.combinations_with_replacement(inputs, 2)]
    for monomials in ([*found, *second], found):
        if inputs and 3 * len(monomials) * _ROWS_EACH <= len(rows.y):
            return monomials
    return []


def _functions(rows: Rows, activations: Sequence[str]) -> Iterator[Expr]:
    """Calls of one input, and of a product or a quotient of two."""
    inputs = [expr for expr, _ in rows.inputs()]
    arguments = [*inputs, *(mul([(a, 1.0), (b, 1.0)]) for a, b in itertools.combinations(inputs, 2)),
                 *(mul([(a, 1.0), (b, -1.0)]) for a, b in itertools.permutations(inputs, 2))]
    names = [n for n in activations if ACTIVATIONS[n].is_call and ACTIVATIONS[n].enumerated
             and not ACTIVATIONS[n].abbreviation]
    for argument in arguments:
        for name in names:
            yield call(name, argument)
