"""Questions in the outer spaces, matched against a library, and the best answers as proposals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr, evaluate, shape
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.matching import MatchResult, best_matches
from xnet.engine.candidates.sizes import CURVES
from xnet.engine.fitting.losses import Huber, SquaredError
from xnet.engine.fitting.rows import Rows
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.target_transforms import TransformedTarget, target_transforms
from xnet.engine.moves.targets import first_output, root_target
from xnet.engine.networks.backpropagation import forward
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

#: First curves of a power law that are asked for a second one.
_FIRST_CURVES = 12


def ask(problem: Problem, questions: list[MoveQuery], size: int, top: int) -> list[Proposal]:
    """Match all questions, and turn the best answers into proposals."""
    library = problem.library(size)
    found = best_matches(library, [q.match_query(problem.match) for q in questions], top)
    total = problem.cached("total", lambda: _total(problem.search)) * len(problem.match)
    found = [f for f in found if f.predicted_loss < 1.2 * total]
    found.sort(key=lambda f: (f.predicted_loss + 1e-6 * total) * (1.0 + 0.03 * f.complexity))
    if size == CURVES:
        found = _one_of_a_shape(found, library)
    found = found[:70] + _short_ones(found[70:], questions)
    memo: dict[Expr, Array] = {}
    proposals: list[Proposal] = []
    for f in found:
        candidate = library.expression(f.candidate)
        values = evaluate(candidate, problem.search.columns, memo)
        if np.isfinite(values).all():
            question = questions[f.query]
            proposals += [Proposal(e, question.description) for e in _answers(question, candidate, values)]
    return proposals


def spaces_of(problem: Problem, lowest: Network | None) -> list[TransformedTarget]:
    """The outer spaces that a network's root may be asked in; `lowest` is the front's network of the least loss."""
    rows = problem.search
    if lowest is None or not isinstance(rows.loss_function, Huber):
        return problem.cached("spaces", lambda: target_transforms(rows, problem.activations))
    # Which rows are wild shows the better, the closer the network that they are compared with.
    f = forward(lowest, rows.columns)[-1]
    if rows.loss_of(f) >= rows.loss_of(problem.cached("first output", lambda: first_output(rows))):
        return spaces_of(problem, None)
    return problem.cached(("spaces", lowest), lambda: target_transforms(rows, problem.activations, f))


def two_curves(problem: Problem, questions: list[MoveQuery]) -> list[MoveQuery]:
    """Power laws with one curve, asked for a second one: each of the best first ones joins the factors."""
    first = next((q for q in questions if q.unit_exponent), None)
    if first is None:
        return []
    library = problem.library(CURVES)
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
    """The best of every question's candidates that differ in their inner constant alone: it is fitted anyway."""
    best: dict[tuple[int, str], MatchResult] = {}
    for f in found:
        best.setdefault((f.query, shape(library.expression(f.candidate))), f)
    return list(best.values())


def _short_ones(found: list[MatchResult], questions: list[MoveQuery], each: int = 5) -> list[MatchResult]:
    """The best few of every small size: their constants may have far to go, and then they are what one looks for."""
    count: dict[int, int] = {}
    kept = []
    for f in found:
        size = f.complexity + questions[f.query].context_size
        count[size] = count.get(size, 0) + 1
        if size <= 9 and count[size] <= each:
            kept.append(f)
    return kept


def _answers(question: MoveQuery, candidate: Expr, values: Array) -> list[Expr]:
    try:
        return list(question.expressions(candidate, values))
    except (OverflowError, ZeroDivisionError, np.linalg.LinAlgError):
        return []  # one candidate that cannot be computed never ends a search


def _total(rows: Rows) -> float:
    """What the best constant leaves of the root's target, a row."""
    if isinstance(rows.loss_function, SquaredError):
        return float(np.var(rows.y))
    target = root_target(rows)
    mean = np.average(target.values, weights=target.weight)
    return float(np.mean(target.weight * (target.values - mean) ** 2))
