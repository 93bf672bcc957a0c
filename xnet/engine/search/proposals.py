"""Queries matched against a candidate library, and the best results as proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import MatchResult, best_matches
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.fitting.losses import Huber, SquaredError
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.target_transforms import TransformedTarget, target_transforms
from xnet.engine.moves.targets import first_output, root_target
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.polling import poll

#: First curves of a power law, for each of which a second one is matched.
_FIRST_CURVES = 12


def match_queries(problem: Problem, queries: Sequence[MoveQuery], size: LibrarySize, top: int,
                  part: CandidateLibrary | None = None) -> list[Proposal]:
    """Match all queries against a library.

    Args:
        size: which library.
        top: how many results of each query are looked at.
        part: the part of the library that is matched; None for all of it.

    Returns:
        The best results as proposals.
    """
    poll()
    library = problem.library(size) if part is None else part
    poll()
    found = best_matches(library, [q.match_query(problem.match) for q in queries], top)
    total = problem.cached("total", lambda: _total(problem.search)) * len(problem.match)
    found = [f for f in found if f.predicted_loss < 1.2 * total]
    found.sort(key=lambda f: (f.predicted_loss + 1e-6 * total) * (1.0 + 0.03 * f.complexity))
    if size == LibrarySize.CURVES:
        found = _one_of_a_shape(found, library)
    found = found[:70] + _short_ones(found[70:], queries)
    memo: dict[Expr, Array] = {}
    proposals: list[Proposal] = []
    for f in found:
        poll()
        candidate = library.expression(f.candidate)
        values = evaluate(candidate, problem.search.columns, memo)
        if np.isfinite(values).all():
            query = queries[f.query]
            proposals += [Proposal(e, query.description) for e in _answers(query, candidate, values)]
    return proposals


def transforms_of(problem: Problem, lowest: Network | None) -> list[TransformedTarget]:
    """The target and its transforms, for all of which the root of a network may be matched.

    Args:
        lowest: the network of the lowest loss on the front; under Huber's scale the transforms start from its output.
    """
    rows = problem.search
    if lowest is None or not isinstance(rows.loss_function, Huber):
        return problem.cached("transforms", lambda: target_transforms(rows, problem.activations))
    # Which rows are wild shows the better, the closer the network that they are compared with.
    f = forward(lowest, rows.columns)[-1]
    if rows.loss_of(f) >= rows.loss_of(problem.cached("first output", lambda: first_output(rows))):
        return transforms_of(problem, None)
    return problem.cached(("transforms", lowest), lambda: target_transforms(rows, problem.activations, f))


def with_second_curve(problem: Problem, queries: list[MoveQuery]) -> list[MoveQuery]:
    """Queries for power laws with two curves: each of the best first curves joins the factors."""
    first = next((q for q in queries if q.unit_exponent), None)
    if first is None:
        return []
    library = problem.library(LibrarySize.CURVES)
    found = best_matches(library, [first.match_query(problem.match)], 120)
    found = _one_of_a_shape(sorted(found, key=lambda f: f.predicted_loss), library)[:_FIRST_CURVES]
    joined = []
    for expr in (library.expression(f.candidate) for f in found):
        log = np.log(np.abs(evaluate(expr, problem.search.columns, {})))
        if np.isfinite(log).all():
            joined.append(replace(first, regressors=(*first.regressors, (expr, log)),
                                  description=f"{first.description} of two curves"))
    return joined


def _one_of_a_shape(found: list[MatchResult], library: CandidateLibrary) -> list[MatchResult]:
    """The best of candidates of a query that differ only in their inner constant: it is fitted anyway."""
    best: dict[tuple[int, str], MatchResult] = {}
    for f in found:
        best.setdefault((f.query, shape(library.expression(f.candidate))), f)
    return list(best.values())


def _short_ones(found: list[MatchResult], queries: Sequence[MoveQuery], each: int = 5) -> list[MatchResult]:
    """The best few of every small size: a short law may look bad before its constants are fitted."""
    count: dict[int, int] = {}
    kept = []
    for f in found:
        size = f.complexity + queries[f.query].context_size
        count[size] = count.get(size, 0) + 1
        if size <= 9 and count[size] <= each:
            kept.append(f)
    return kept


def _answers(query: MoveQuery, candidate: Expr, values: Array) -> list[Expr]:
    try:
        return list(query.expressions(candidate, values))
    except (OverflowError, ZeroDivisionError, np.linalg.LinAlgError):
        return []  # one candidate that cannot be computed never ends a search


def _total(rows: Rows) -> float:
    """The loss of the best constant on the root's target, per row."""
    if isinstance(rows.loss_function, SquaredError):
        return float(np.var(rows.y))
    target = root_target(rows)
    mean = np.average(target.values, weights=target.weight)
    return float(np.mean(target.weight * (target.values - mean) ** 2))
