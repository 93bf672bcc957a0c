"""Fast waves: beside all inputs, and beside the terms of a network."""

from __future__ import annotations

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import ExprKind
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.targets import root_target
from xnet.engine.moves.wave_fits import wave_fits
from xnet.engine.problem.problem import Problem

from .beam import most_promising
from .records import Expansion, Outcome, StepContext, Trial
from .schedule import TaskKind
from .trial_fitting import fitted_trials

#: The penalty of complexity when the network is chosen that gains a wave.
_PENALTY = 0.05


def explain_by_waves(context: StepContext, problem: Problem) -> Outcome:
    """Waves of one input and products of waves of two, found by a scan of frequencies."""
    parent = parent_of_waves(context, problem)
    if not {"sin", "add", "mul"} <= set(problem.activations) or (parent is None and context.task.turn):
        return Outcome.empty(context)
    rows, expansions = problem.search, context.expansions
    terms = [expr for expr, _ in rows.inputs()]
    if parent is not None:
        expr = to_expression(parent.network)
        terms = [t for t, _ in expr.args] if expr.kind is ExprKind.SUM else [expr]
        expansions = expansions | {Expansion(TaskKind.WAVES, context.task.size, parent.shape)}
    proposals = [Proposal(e, "a wave found by its frequency") for e in wave_fits(root_target(rows), terms, rows)]
    # A peak above chance determines its wave, although its phase may turn by more than a radian from row to row.
    trials, fitted_shapes = fitted_trials(proposals, problem, context.fitted_shapes, any_frequency=True)
    return Outcome(tuple(trials), expansions, fitted_shapes)


def parent_of_waves(context: StepContext, problem: Problem) -> Trial | None:
    """The network whose terms stand beside the wave; None where all inputs do, as in the first turn."""
    if not context.task.turn:
        return None
    new = [t for t in context.beam
           if Expansion(TaskKind.WAVES, context.task.size, t.shape) not in context.expansions]
    return most_promising(new, _PENALTY)
