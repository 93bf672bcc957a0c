"""Growing sums: term after term from the library, all coefficients refitted together, with terms chosen again.

Orthogonal least squares (Chen, Billings & Luo 1989) over the whole candidate library: what is matched at every turn is
the part of the target that the terms so far leave, with all of them in the regression. Measured data of many influences
are explained this way, where no single law is to be found; a network that stands may be the first terms. The match is
on more rows than elsewhere: with twenty terms, a hundred rows would be learnt by heart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import ONE, Expr, add, evaluate
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import Found, Match, best_matches
from xnet.engine.fitting.least_squares import weighted_least_squares
from xnet.engine.fitting.rows import Rows

from .targets import Target

#: Candidates of a match that are refitted, and how many nats per row's worth of evidence a further term has to bring.
_REFITTED, _EVIDENCE = 24, 1.0


def grown_sums(target: Target, wrap: Callable[[Expr], Expr], terms: Sequence[Expr], rows: Rows,
               library: CandidateLibrary, most: int) -> Iterator[Expr]:
    """Longer and longer sums that begin with given terms.

    Args:
        target: (n,) on `rows`, which are the library's rows too.
        most: terms to add at most.
    """
    memo: dict[Expr, Array] = {}
    columns = _columns(target, terms, rows, memo)
    if columns is None:
        return
    loss = _loss(columns, target)[0]
    for _ in range(most):
        found = best_matches(library, [Match(target.t, target.w, tuple(columns.values()))], _REFITTED)
        longer = [{**columns, expr: values} for _, expr, values in _fresh(found, columns, rows, library, memo)]
        if not longer:
            return
        new, longest = min(((_loss(c, target)[0], c) for c in longer), key=lambda item: item[0])
        if not new < loss * np.exp(-2.0 * _EVIDENCE / len(target.t)):
            return
        columns, loss = _without_idle(longest, target)
        yield wrap(_combined(columns, target))


def exchanged_sums(target: Target, wrap: Callable[[Expr], Expr], terms: Sequence[Expr], rows: Rows,
                   library: CandidateLibrary, most: int) -> Iterator[Expr]:
    """The given sum with its terms chosen again, the one that gains most each time, `most` times at most."""
    memo: dict[Expr, Array] = {}
    columns = _columns(target, terms, rows, memo)
    if columns is None:
        return
    loss = _loss(columns, target)[0]
    for _ in range(most):
        rest = [_without(columns, name) for name in list(columns)[1:]]
        found = best_matches(library, [Match(target.t, target.w, tuple(r.values())) for r in rest], 4)
        best = (loss * np.exp(-0.2 * _EVIDENCE / len(target.t)), columns)
        nearest = sorted(found, key=lambda f: f.predicted)[:_REFITTED]
        for f, expr, values in _fresh(nearest, columns, rows, library, memo):
            trial = {**rest[f.match], expr: values}
            best = min(best, (_loss(trial, target)[0], trial), key=lambda item: item[0])
        if best[1] is columns:
            return
        loss, columns = best
        yield wrap(_combined(columns, target))


def _columns(target: Target, terms: Sequence[Expr], rows: Rows, memo: dict[Expr, Array]) -> dict[Expr, Array] | None:
    """The constant and the terms with their values; None where a value is not finite."""
    columns = {ONE: np.ones_like(target.t), **{e: evaluate(e, rows.columns, memo) for e in terms}}
    return columns if all(np.isfinite(v).all() for v in columns.values()) else None


def _fresh(found: Sequence[Found], columns: dict[Expr, Array], rows: Rows, library: CandidateLibrary,
           memo: dict[Expr, Array]) -> Iterator[tuple[Found, Expr, Array]]:
    """The candidates that are no terms yet and finite on all rows, with their values."""
    for f in found:
        expr = library.expression(f.candidate)
        values = evaluate(expr, rows.columns, memo)
        if expr not in columns and np.isfinite(values).all():
            yield f, expr, values


def _combined(columns: dict[Expr, Array], target: Target) -> Expr:
    """The best combination of the terms."""
    return add([(float(c), e) for c, e in zip(_loss(columns, target)[1], columns, strict=True)])


def _loss(columns: dict[Expr, Array], target: Target) -> tuple[float, Array]:
    """Weighted squared error of the best combination, and its coefficients."""
    values = list(columns.values())
    coefficients = weighted_least_squares(values, target.t, target.w)
    if coefficients is None:
        return np.inf, np.zeros(len(columns))
    r = target.t - sum(c * v for c, v in zip(coefficients, values, strict=True))
    return float(target.w @ (r * r)), coefficients


def _without_idle(columns: dict[Expr, Array], target: Target) -> tuple[dict[Expr, Array], float]:
    """Leave out terms that later ones have made idle, one at a time; never the last one or the constant."""
    loss = _loss(columns, target)[0]
    while len(columns) > 3:
        shorter = [_without(columns, name) for name in list(columns)[1:-1]]
        losses = [_loss(c, target)[0] for c in shorter]
        at = int(np.argmin(losses))
        if losses[at] > loss * np.exp(_EVIDENCE / len(target.t)):
            break
        columns, loss = shorter[at], losses[at]
    return columns, loss


def _without(columns: dict[Expr, Array], name: Expr) -> dict[Expr, Array]:
    return {e: v for e, v in columns.items() if e is not name}
