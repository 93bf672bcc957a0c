"""Shared by the tests of moves: a small table, a library on it, and the best fits of queries."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine import resolve_activations
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.candidates.library import CandidateLibrary, build_library
from xnet.engine.candidates.matching import best_matches
from xnet.engine.candidates.rules import WITH_PARAMETERS, CandidateRules
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.query import MoveQuery

DEFAULT = resolve_activations("default")
N = 60
#: (N, 3) three positive inputs.
DATA = np.random.default_rng(8).uniform(0.5, 2.5, (N, 3))


@functools.cache
def library_on_data(rules: CandidateRules = WITH_PARAMETERS) -> CandidateLibrary:
    """A small library with all rows of `DATA` as match rows."""
    return build_library(np.ascontiguousarray(DATA.T), DEFAULT, 900, rules=rules)


def fitted_expressions(queries: Sequence[MoveQuery], library: CandidateLibrary, top: int = 3,
                       ) -> Iterator[tuple[MoveQuery, float, Expr]]:
    """(query, predicted loss, fitted expression) of the `top` candidates of every query."""
    everything = np.arange(N)
    memo: dict[Expr, Array] = {}
    for found in best_matches(library, [q.match_query(everything) for q in queries], top):
        candidate = library.expression(found.candidate)
        values = evaluate(candidate, DATA.T, memo)
        for expr in queries[found.query].expressions(candidate, values):
            yield queries[found.query], found.predicted_loss, expr


def loss_of(expr: Expr, rows: Rows) -> float:
    """The loss of an expression; NaN and infinity are allowed."""
    with np.errstate(all="ignore"):
        return rows.loss_of(evaluate(expr, rows.columns, {}))
