"""Tasks that change a network of the beam: its neurons one by one, or the terms of its sums."""

from __future__ import annotations

from dataclasses import replace

from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.target_transforms import parametric_queries, root_queries
from xnet.engine.moves.term_moves import term_targets
from xnet.engine.problem.problem import Problem

from .beam import LAW_SIZE, next_for_terms, next_to_expand
from .parameter_modes import mode_of
from .proposals import match_queries, with_second_curve
from .records import Expansion, Outcome, StepContext, Trial
from .schedule import TaskKind
from .trial_fitting import fitted_outcome, fitted_pairs
from .unit_tasks import terms_of_the_unit


def parent_to_expand(context: StepContext, problem: Problem) -> Trial | None:
    """The network that `expand` works on."""
    return next_to_expand(context, context.task.size)


def expand(context: StepContext, problem: Problem) -> Outcome:
    """The candidate library at every neuron of a network."""
    parent = parent_to_expand(context, problem)
    if parent is None:
        return Outcome.empty(context)
    if parent.complexity < LAW_SIZE:
        problem = law_sized(problem)
    size = context.task.size
    proposals = match_queries(problem, mode_of(problem).neuron_queries(parent.network, problem), size, 4)
    if size != LibrarySize.SMALL:
        proposals += terms_of_the_unit(parent.network, problem)
    return fitted_outcome(_marked(context, parent, TaskKind.EXPAND), problem, proposals)


def parent_of_terms(context: StepContext, problem: Problem) -> Trial | None:
    """The network that `explain_terms` works on."""
    return next_for_terms(context, context.task.size)


def explain_terms(context: StepContext, problem: Problem) -> Outcome:
    """The terms of a network one by one: by a law with a parametric curve, or by two factors at once."""
    parent = parent_of_terms(context, problem)
    if parent is None:
        return Outcome.empty(context)
    context = _marked(context, parent, TaskKind.TERMS)
    rows = problem.search.with_inputs(parent.network.variables)
    transforms = context.task.portion(term_targets(parent.network, rows))
    if context.task.size != LibrarySize.CURVES:
        return fitted_pairs(context, problem, [q for q in root_queries(transforms, rows, ()) if q.in_logs])
    queries = [replace(q, context_size=q.context_size + parent.complexity // 2)
               for q in parametric_queries(transforms, rows)]
    proposals = match_queries(problem, queries, LibrarySize.CURVES, 30) + match_queries(
        problem, with_second_curve(problem, queries), LibrarySize.CURVES, 10)
    return fitted_outcome(context, problem, proposals)


def law_sized(problem: Problem) -> Problem:
    """The problem with networks of at most `LAW_SIZE` neurons and constants."""
    return replace(problem, max_complexity=min(problem.max_complexity, LAW_SIZE))


def _marked(context: StepContext, parent: Trial, kind: TaskKind) -> StepContext:
    """The context with the parent among the expansions."""
    return replace(context, expansions=context.expansions | {Expansion(kind, context.task.size, parent.shape)})
