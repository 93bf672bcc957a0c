"""Networks that grow longer step by step: sums that gain or replace terms, and growth in the tangent space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, ExprKind
from xnet.engine.algebra.shapes import shape
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.additive_fits import additive_fits, term_replacements
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.tangent_moves import gain_per_parameter, tangent_proposals
from xnet.engine.networks.poles import keeps_distance_from_poles
from xnet.engine.problem.constraints import NONE
from xnet.engine.problem.problem import Problem

from .beam import most_promising
from .parameter_modes import mode_of
from .proposals import transforms_of
from .records import Expansion, Outcome, StepContext, Trial
from .schedule import EARLY_GROWTH_STEPS, TaskKind
from .trial_fitting import fitted_outcome, fitted_trials, with_kinks

#: The description of such a proposal, after its place.
_AS_SUM = "as a sum of terms, one added at a time"
#: Most terms that a sum gains in one step.
_MOST_TERMS = 28
#: Growth in the tangent space: turns of a step, the networks kept of a turn, the price of a neuron beside a constant,
#: the terms of the first sum, and the penalties of complexity when a network of the beam is chosen.
_TURNS, _KEPT, _NEURON_PRICE, _FIRST_TERMS, _TANGENT_PENALTIES = 8, 4, 0.1, 4, (0.003, 0.0, 0.01)
#: A step of growth ends when its networks have had this many outputs, neurons times rows: long steps overrun budgets.
_MOST_OUTPUTS = 250_000
#: Early growth: turns of a step, the fewest rows, and the least and the largest loss of the network that grows.
_EARLY_TURNS, _MANY_ROWS, _LEAST_LEFT, _MOST_LEFT = 4, 400, 0.01, 0.7
#: A network grows only if its complexity is at least this far below the largest allowed one.
_ROOM = 4


def grow_sums(context: StepContext, problem: Problem) -> Outcome:
    """Sums that grow term by term: from no terms, from transforms of the target, or from the best network's terms."""
    able = {"add", "mul"} <= set(problem.activations)
    outcome = fitted_outcome(context, problem, list(_sum_proposals(context, problem)) if able else [])
    parent = grown_sum(context, problem)
    return outcome if parent is None else with_kinks(outcome, problem, _terms_of(parent))


def _sum_proposals(context: StepContext, problem: Problem) -> Iterable[Proposal]:
    """A sum that is longer than the problem allows ends the growth."""
    size, turn = context.task.size, context.task.turn
    transforms = [t for t in transforms_of(problem, context.lowest) if t.depth < 2]
    library = problem.library(size, wide=True)
    parent = grown_sum(context, problem)
    afresh = parent is None
    transform = transforms[turn // 4 % len(transforms)] if afresh else transforms[0]
    terms: list[Expr] = []
    if parent is not None:
        terms = _terms_of(parent)
    most = _MOST_TERMS if afresh else 3
    ways = [additive_fits(transform.target, transform.wrap, terms, problem.search, library, most)]
    if len(terms) > 1:
        ways.append(term_replacements(transform.target, transform.wrap, terms, problem.search, library, 3))
    for way in ways:
        for expr in way:
            network = problem.network_of(expr)
            if network is None or network.complexity > problem.max_complexity:
                break
            yield Proposal(expr, f"{transform.description} {_AS_SUM}")


def _terms_of(parent: Trial) -> list[Expr]:
    """The terms of a network."""
    whole = to_expression(parent.network)
    return [t for t, _ in whole.args] if whole.kind is ExprKind.SUM else [whole]


def grown_sum(context: StepContext, problem: Problem) -> Trial | None:
    """The network whose terms a sum starts with; None if the sum starts without terms."""
    best = min(context.beam, key=lambda t: (t.loss, t.shape), default=None)
    return best if context.task.turn % 4 else None


def grow_in_tangent_space(context: StepContext, problem: Problem) -> Outcome:
    """A few turns of growth in the tangent space, each from the best network of the turn before."""
    able = {"add", "mul"} <= set(problem.activations)
    parent = (parent_in_tangent_space(context, problem) or _short_sum(context, problem)) if able else None
    if parent is None:
        return Outcome.empty(context)
    return _grown(parent, Outcome.empty(context), problem, context.task.size, _TURNS)


def with_early_growth(outcome: Outcome, context: StepContext, problem: Problem) -> Outcome:
    """The outcome of a task, and in the steps of early growth what grows from the best network found so far.

    Only for many rows, and where the best network explains much of the target without being a law: networks of more
    constants have to pay by their rows, and the steps of a short table are quick enough to grow networks later. A
    constraint doubles the networks to fit, and whoever states units looks for a law.
    """
    able = mode_of(problem).fits_constants and {"add", "mul"} <= set(problem.activations)
    if context.step not in EARLY_GROWTH_STEPS or len(problem.search.y) < _MANY_ROWS or not able or \
            problem.constraints != NONE:
        return outcome
    parent = most_promising([t for t in (*context.beam, *outcome.trials)
                             if t.complexity + _ROOM <= problem.max_complexity], _TANGENT_PENALTIES[0])
    if parent is None or not _LEAST_LEFT < parent.loss < _MOST_LEFT:
        return outcome
    return _grown(parent, outcome, problem, LibrarySize.MEDIUM, _EARLY_TURNS)


def _grown(parent: Trial, outcome: Outcome, problem: Problem, size: LibrarySize, turns: int) -> Outcome:
    """The outcome, and the networks of a few turns of growth in the tangent space with the library of a size."""
    library, small = problem.library(size, wide=True), problem.library(LibrarySize.SMALL, wide=True)
    kept, expansions, fitted_shapes = [*outcome.trials], outcome.expansions, outcome.fitted_shapes
    outputs = 0
    for _ in range(turns):
        outputs += parent.complexity * len(problem.search.y)
        if kept and outputs > _MOST_OUTPUTS:
            break
        expansions = expansions | {Expansion(TaskKind.TANGENT, size, parent.shape)}
        proposals = tangent_proposals(parent.network, problem.search, library, small)
        trials, fitted_shapes = fitted_trials(proposals, problem, fitted_shapes, len(proposals))
        if keeps_distance_from_poles(parent.network, problem.search.columns):
            trials = [t for t in trials if keeps_distance_from_poles(t.network, problem.search.columns)]
        gains = [(gain_per_parameter((parent.loss, parent.network), (t.loss, t.network), _NEURON_PRICE), t)
                 for t in trials]
        gains = sorted(((g, t) for g, t in gains if g > 0.0), key=lambda item: (-item[0], item[1].shape))
        kept += [t for _, t in gains[:_KEPT]]
        if not gains:
            break
        parent = gains[0][1]
    return replace(outcome, trials=tuple(kept), expansions=expansions, fitted_shapes=fitted_shapes)


def parent_in_tangent_space(context: StepContext, problem: Problem) -> Trial | None:
    """The network that a step grows in the tangent space; None where it begins with a short sum.

    Every fourth turn it is the front's network of the lowest loss, as networks of the beam may fail on other rows.
    """
    size, turn = context.task.size, context.task.turn
    rows, lowest = problem.search, context.lowest
    of_front = [] if lowest is None or turn % 4 != 2 else [
        Trial(lowest, rows.loss(lowest), shape(to_expression(lowest)), "the front")]
    new = [t for t in of_front or context.beam if Expansion(TaskKind.TANGENT, size, t.shape) not in context.expansions
           and t.complexity + _ROOM <= problem.max_complexity]
    return most_promising(new, _TANGENT_PENALTIES[turn % 4 - 1]) if turn % 4 else None


def _short_sum(context: StepContext, problem: Problem) -> Trial | None:
    """A short sum in place of the target or of one of its transforms."""
    size, turn = context.task.size, context.task.turn
    transforms = [t for t in transforms_of(problem, context.lowest) if t.depth < 2]
    transform = transforms[turn // 4 % len(transforms)]
    library = problem.library(size, wide=True)
    sums = additive_fits(transform.target, transform.wrap, [], problem.search, library, _FIRST_TERMS)
    longest = [Proposal(e, f"{transform.description} {_AS_SUM}") for e in sums][-1:]
    trials, _ = fitted_trials(longest, problem, frozenset())
    return trials[0] if trials else None
