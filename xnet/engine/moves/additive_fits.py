"""Additive fits: sums that grow term by term from the library, all coefficients refitted together.

This is forward selection by orthogonal least squares (Chen, Billings & Luo 1989) over the whole candidate library: in
every round, candidates are matched with the part of the target that the terms so far do not explain, with all of these
terms in the regression. Terms that later ones have made useless are dropped again (`additive_fits`), and terms can be
replaced one at a time (`term_replacements`). Measured data that depend on many inputs are explained this way when there
is no single law; the sum may start from the terms of a known network. The match uses more rows than elsewhere, because
twenty terms would overfit a hundred rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, add
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import MatchQuery, MatchResult, best_matches
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .query import Wrap
from .targets import Target

#: Candidates of a match that are refitted, and the nats of log-likelihood that a further term has to gain.
_REFITTED, _EVIDENCE = 24, 1.0


def additive_fits(target: Target, wrap: Wrap, terms: Sequence[Expr], rows: Rows, library: CandidateLibrary,
                  most: int) -> Iterator[Expr]:
    """Longer and longer sums that begin with given terms, by forward selection.

    Args:
        target: (n,) on `rows`, which are the library's rows too.
        wrap: puts the sum in its place and returns the whole network's expression.
        terms: the terms to begin with; may be empty.
        rows: the rows to explain.
        library: the candidates.
        most: terms to add at most.
    """
    memo: dict[Expr, Array] = {}
    columns = _columns(target, terms, rows, memo)
    if columns is None:
        return
    loss = _loss(columns, target)[0]
    for _ in range(most):
        query = MatchQuery(target.values, target.weight, tuple(columns.values()))
        found = best_matches(library, [query], _REFITTED)
        longer = [{**columns, expr: values} for _, expr, values in _new_terms(found, columns, rows, library, memo)]
        if not longer:
            return
        new, longest = min(((_loss(c, target)[0], c) for c in longer), key=lambda item: item[0])
        if not new < loss * np.exp(-2.0 * _EVIDENCE / len(target.values)):
            return
        columns, loss = _without_useless(longest, target)
        yield wrap(_combination(columns, target))


def term_replacements(target: Target, wrap: Wrap, terms: Sequence[Expr], rows: Rows, library: CandidateLibrary,
                      most: int) -> Iterator[Expr]:
    """The given sum with one term replaced, then two, up to `most`; each time the replacement that gains most.

    Args:
        target, wrap, terms, rows, library: as in `additive_fits`.
        most: replacements at most.
    """
    memo: dict[Expr, Array] = {}
    columns = _columns(target, terms, rows, memo)
    if columns is None:
        return
    loss = _loss(columns, target)[0]
    for _ in range(most):
        rest = [_without(columns, name) for name in list(columns)[1:]]
        queries = [MatchQuery(target.values, target.weight, tuple(r.values())) for r in rest]
        found = best_matches(library, queries, 4)
        best = (loss * np.exp(-0.2 * _EVIDENCE / len(target.values)), columns)
        nearest = sorted(found, key=lambda f: f.predicted_loss)[:_REFITTED]
        for f, expr, values in _new_terms(nearest, columns, rows, library, memo):
            trial = {**rest[f.query], expr: values}
            best = min(best, (_loss(trial, target)[0], trial), key=lambda item: item[0])
        if best[1] is columns:
            return
        loss, columns = best
        yield wrap(_combination(columns, target))


def _columns(target: Target, terms: Sequence[Expr], rows: Rows, memo: dict[Expr, Array]) -> dict[Expr, Array] | None:
    """The constant 1 and the terms with their values (n,); None where a value is not finite."""
    columns = {ONE: np.ones_like(target.values), **{e: evaluate(e, rows.columns, memo) for e in terms}}
    return columns if all(np.isfinite(v).all() for v in columns.values()) else None


def _new_terms(found: Sequence[MatchResult], columns: dict[Expr, Array], rows: Rows, library: CandidateLibrary,
               memo: dict[Expr, Array]) -> Iterator[tuple[MatchResult, Expr, Array]]:
    """The candidates that are not among the terms and finite on all rows, with their values (n,)."""
    for f in found:
        expr = library.expression(f.candidate)
        values = evaluate(expr, rows.columns, memo)
        if expr not in columns and np.isfinite(values).all():
            yield f, expr, values


def _combination(columns: dict[Expr, Array], target: Target) -> Expr:
    """The sum of the terms with the best coefficients."""
    return add([(float(c), e) for c, e in zip(_loss(columns, target)[1], columns, strict=True)])


def _loss(columns: dict[Expr, Array], target: Target) -> tuple[float, Array]:
    """Weighted squared error of the best combination, and its coefficients."""
    values = list(columns.values())
    coefficients = weighted_least_squares(values, target.values, target.weight)
    if coefficients is None:
        return np.inf, np.zeros(len(columns))
    r = target.values - sum(c * v for c, v in zip(coefficients, values, strict=True))
    return float(target.weight @ (r * r)), coefficients


def _without_useless(columns: dict[Expr, Array], target: Target) -> tuple[dict[Expr, Array], float]:
    """The terms without those that later terms have made useless, and the loss.

    Terms are dropped one at a time; the constant and the newest term always stay.
    """
    loss = _loss(columns, target)[0]
    while len(columns) > 3:
        shorter = [_without(columns, name) for name in list(columns)[1:-1]]
        losses = [_loss(c, target)[0] for c in shorter]
        at = int(np.argmin(losses))
        if losses[at] > loss * np.exp(_EVIDENCE / len(target.values)):
            break
        columns, loss = shorter[at], losses[at]
    return columns, loss


def _without(columns: dict[Expr, Array], name: Expr) -> dict[Expr, Array]:
    return {e: v for e, v in columns.items() if e is not name}
