"""Tasks that start from the target itself: power laws, polynomials, curves, and the library in place of the root."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.curve_fits import curve_fits
from xnet.engine.moves.curve_products import curve_products
from xnet.engine.moves.hill_fits import hill_fits
from xnet.engine.moves.polynomial_fits import polynomial_fits, quotients_by_monomials
from xnet.engine.moves.polynomials_in_functions import polynomials_in_functions
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.quadratic_roots import quadratic_roots
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.separable_sums import separable_sums
from xnet.engine.moves.sparse_sums import sparse_sums
from xnet.engine.moves.target_transforms import parametric_queries, polynomial_queries, root_queries
from xnet.engine.problem.problem import Problem
from xnet.polling import poll

from .parameter_modes import mode_of
from .proposals import match_queries, transforms_of, with_second_curve
from .records import Outcome, StepContext
from .schedule import OPENING_STEPS, ScheduledTask
from .trial_fitting import fitted_outcome, fitted_pairs, with_kinks, with_proposals
from .unit_tasks import matches_of_the_unit, of_the_unit, pairs_of_the_unit, powers_of_the_unit

#: Sums of products of curves that are fitted, and the loss of an exact one.
_SUMS, _EXACT = 6, 1e-16
#: Seeds of a step, for each of which several queries are matched.
_SEEDS = 12


def power_laws(context: StepContext, problem: Problem) -> Outcome:
    """Straight lines and pure power laws of the target, and of its transforms near the output."""
    queries = root_queries(transforms_of(problem, context.lowest), problem.search, ())
    proposals = [Proposal(expr, query.description) for query in queries for expr in query.without_candidate()]
    return fitted_outcome(context, problem, proposals)


def polynomials(context: StepContext, problem: Problem) -> Outcome:
    """Sums of monomials of the target and roots of quadratic equations; the second time of its transforms and more."""
    if not {"add", "mul"} <= set(problem.activations):
        return Outcome.empty(context)
    outcome = fitted_outcome(context, problem, list(_polynomials(context, problem)))
    if context.task.part or not mode_of(problem).fits_constants:
        return outcome
    if context.task.turn == 0:
        return with_proposals(outcome, problem, [
            Proposal(expr, "the target as a root of a quadratic equation")
            for expr in quadratic_roots(problem.search, problem.activations)])
    target = transforms_of(problem, context.lowest)[0]
    outcome = with_proposals(outcome, problem, [
        Proposal(expr, f"{target.description} as a sum of powers of the columns and of one function")
        for expr in polynomials_in_functions(target, problem.search, problem.activations)])
    outcome = with_proposals(outcome, problem, [
        Proposal(expr, words) for expr, words in curve_products(problem.search, problem.activations)])
    proposals = [Proposal(expr, f"{target.description} as a sum of powers and functions") for expr in
                 sparse_sums(target.target, target.wrap, problem.search, problem.library(LibrarySize.TERMS, wide=True))]
    return with_proposals(outcome, problem, proposals, len(proposals))


def _polynomials(context: StepContext, problem: Problem) -> Iterable[Proposal]:
    mode, first_time = mode_of(problem), context.task.turn == 0
    transforms = transforms_of(problem, context.lowest)
    negative = not first_time and "div" in problem.activations and not context.task.part
    outer = [t for t in transforms[1:] if t.depth == 1 or (t.is_power and t.depth == 2)]  # 1 / sqrt(a sum) among them
    work = [(t, False) for t in (transforms[:1] if first_time else context.task.portion(outer))]
    if negative:
        work.append((transforms[0], True))
    for transform, inverse in work:
        of_unit = powers_of_the_unit(transform, problem, inverse)
        for powers in (None, of_unit) if first_time and of_unit else (of_unit or None,):
            for expr in polynomial_fits(transform, problem.search, inverse, powers):
                poll()
                allowed = mode.coefficients(expr)
                if allowed is not None:
                    yield Proposal(allowed, f"{transform.description} as a sum of powers")
    if negative:
        for expr in mode.rational_fits(transforms[0], problem.search):
            poll()
            yield Proposal(expr, f"{transforms[0].description} as a quotient of sums of powers")
        for transform in (t for t in transforms if t.is_angle or not t.depth):
            for expr in quotients_by_monomials(transform, problem.search) if mode.fits_constants else ():
                poll()
                yield Proposal(expr, f"{transform.description} as a sum over a product")


def curves(context: StepContext, problem: Problem) -> Outcome:
    """Single curves with an inner constant, Hill curves, and lines with kinks."""
    fits = [*curve_fits(problem.search, problem.activations), *hill_fits(problem.search, problem.activations)]
    outcome = fitted_outcome(context, problem, [Proposal(expr, name) for expr, _, name in fits])
    return with_kinks(outcome, problem)


def curves_of_monomials(context: StepContext, problem: Problem) -> Outcome:
    """Parametric curves of monomials, in place of the root and as a factor of a power law."""
    queries = parametric_queries(transforms_of(problem, context.lowest), problem.search)
    proposals = match_queries(problem, context.task.portion(queries), LibrarySize.CURVES, 60)
    return fitted_outcome(context, problem, proposals)


def products_of_two_curves(context: StepContext, problem: Problem) -> Outcome:
    """Power laws with two parametric curves."""
    queries = with_second_curve(problem, parametric_queries(transforms_of(problem, context.lowest), problem.search))
    proposals = match_queries(problem, context.task.portion(queries), LibrarySize.CURVES, 20)
    return fitted_outcome(context, problem, proposals)


def with_separable_sums(outcome: Outcome, problem: Problem) -> Outcome:
    """The outcome of a task, and sums of products of curves. In an exact one a wave may be faster than rows resolve."""
    rows, memo = problem.search, dict[Expr, Array]()
    proposals = [Proposal(expr, "the target as a sum of products of curves")
                 for expr in separable_sums(rows, problem.activations)]
    exact = [p for p in proposals if rows.loss_of(evaluate(p.expr, rows.columns, memo)) < _EXACT]
    return with_proposals(outcome, problem, exact or proposals, _SUMS, any_frequency=bool(exact))


def root(context: StepContext, problem: Problem) -> Outcome:
    """The candidate library in place of the whole network."""
    queries = mode_of(problem).root_queries(problem, context.lowest)
    proposals = match_queries(problem, context.task.portion(queries), context.task.size, 3)
    if context.task.part:
        return fitted_outcome(context, problem, proposals)
    if context.task.size == LibrarySize.MEDIUM:
        proposals += of_the_unit(problem)
    proposals += matches_of_the_unit(transforms_of(problem, context.lowest), problem, context.task.size)
    return fitted_outcome(context, problem, proposals)


def pairs(context: StepContext, problem: Problem) -> Outcome:
    """Two candidates at once in place of the whole network."""
    transforms = [t for t in transforms_of(problem, context.lowest) if t.depth < 2]
    queries = root_queries(transforms, problem.search, ())
    if len(problem.search.inputs()) <= 2:
        queries += polynomial_queries(transforms[:1], problem.search)
    outcome = fitted_pairs(context, problem, context.task.portion(queries))
    if context.task.size != LibrarySize.MEDIUM or context.task.part:
        return outcome
    return with_proposals(outcome, problem, pairs_of_the_unit(problem), 6)


def build_library(context: StepContext, problem: Problem) -> Outcome:
    """Nothing but the large library: a step of its own, so that no step takes long."""
    problem.library(context.task.size)
    return Outcome.empty(context)


def seeds(context: StepContext, problem: Problem) -> Outcome:
    """The next few small candidates as known halves of the target; the search is exhausted once there are none."""
    size = context.task.size
    queries = _seed_queries(context, problem)
    if not queries and not context.beam and context.step >= OPENING_STEPS:
        return Outcome.empty(context, exhausted=True)
    return fitted_outcome(context, problem, match_queries(problem, queries, size, 1))


def _seed_queries(context: StepContext, problem: Problem) -> list[MoveQuery]:
    mode, task = mode_of(problem), context.task
    size = task.size
    used = min(size, LibrarySize.MEDIUM)
    library = problem.library(used)
    plain = [int(i) for i in library.index[:4 * LibrarySize.SMALL]]
    factors = problem.cached(("factor seeds", used), lambda: _factor_seeds(library, 8 * LibrarySize.SMALL))
    return mode.seed_queries(problem, context.lowest,
                             _seed_values(problem, library, plain, task, mode.seed_share * _SEEDS),
                             _seed_values(problem, library, factors, task, mode.factor_seed_share(size) * _SEEDS))


def _factor_seeds(library: CandidateLibrary, most: int) -> list[int]:
    """Small candidates by complexity, sums of inputs first; monomials are among a power law's factors anyway."""
    found = []
    for i in library.log_index[:most]:
        kind = library.expression(int(i)).kind
        if kind in (ExprKind.SUM, ExprKind.CALL):
            place = int(library.complexity[i]) - 2 * (kind is ExprKind.SUM and not library.is_shift(int(i)))
            found.append((place, int(i)))
    return [i for _, i in sorted(found)]


def _seed_values(problem: Problem, library: CandidateLibrary, ids: list[int], task: ScheduledTask,
                 count: int) -> list[tuple[Expr, Array]]:
    memo: dict[Expr, Array] = {}
    exprs = [library.expression(i) for i in task.portion(ids[task.turn * count:(task.turn + 1) * count])]
    values = [(e, evaluate(e, problem.search.columns, memo)) for e in exprs]
    return [(e, v) for e, v in values if np.isfinite(v).all() and (v != 0).all()]
