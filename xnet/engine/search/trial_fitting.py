"""The parameter phase of a step: the selection of proposals to fit, and the resulting trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import Expr
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.moves.kink_fits import KINKS, kink_fits
from xnet.engine.moves.pair_moves import pair_fits
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.query import MoveQuery
from xnet.engine.networks.network import Network
from xnet.engine.networks.poles import waves_are_resolved
from xnet.engine.problem.constraints import NONE
from xnet.engine.problem.problem import Problem
from xnet.polling import poll

from .beam import rank
from .parameter_modes import mode_of
from .records import Outcome, StepContext, Trial

#: (loss, complexity, shape, network, reason) of a proposal that can be built.
Draft = tuple[float, int, str, Network, str]


def fitted_outcome(context: StepContext, problem: Problem, proposals: Sequence[Proposal]) -> Outcome:
    """The outcome of a task: the best proposals, fitted."""
    trials, fitted_shapes = fitted_trials(proposals, problem, context.fitted_shapes, mode_of(problem).trials_per_step)
    return Outcome(tuple(trials), context.expansions, fitted_shapes)


def fitted_pairs(context: StepContext, problem: Problem, queries: Sequence[MoveQuery]) -> Outcome:
    """Two candidates at once as terms, as factors and as a product; the best of each query are fitted."""
    trials: list[Trial] = []
    fitted_shapes = context.fitted_shapes
    if {"add", "mul"} <= set(problem.activations):
        for query in queries:
            poll()
            found = pair_fits(query, problem.library(context.task.size), problem.match, problem.search)
            more, fitted_shapes = fitted_trials([Proposal(expr, words) for expr, words in found], problem,
                                                fitted_shapes, 6)
            trials += more
    # As many as another step adds: more would crowd other networks out of the beam.
    trials.sort(key=lambda t: (rank(t.loss, t.complexity, 0.1), t.shape))
    return Outcome(tuple(trials[:10]), context.expansions, fitted_shapes)


def with_kinks(outcome: Outcome, problem: Problem, terms: Sequence[Expr] = ()) -> Outcome:
    """The outcome of a task, and fitted sums with corners and jumps beside the given terms (by default all inputs).

    Only for a library with kinks: no other search looks for them.
    """
    if not KINKS & set(problem.activations) or not {"add", "mul"} <= set(problem.activations):
        return outcome
    return with_proposals(outcome, problem, [Proposal(expr, words) for expr, words in kink_fits(
        problem.search, problem.activations, terms)])


def with_proposals(outcome: Outcome, problem: Problem, proposals: Sequence[Proposal], most: int = 10,
                   any_frequency: bool = False) -> Outcome:
    """The outcome of a task, and the best `most` of further proposals, fitted as by `fitted_trials`."""
    if not proposals:
        return outcome
    trials, fitted_shapes = fitted_trials(proposals, problem, outcome.fitted_shapes, most, any_frequency)
    return replace(outcome, trials=(*outcome.trials, *trials), fitted_shapes=fitted_shapes)


def fitted_trials(proposals: Sequence[Proposal], problem: Problem, fitted_shapes: frozenset[str],
                  most: int = 10, any_frequency: bool = False) -> tuple[list[Trial], frozenset[str]]:
    """Fit the constants of the best proposals of new shapes.

    Args:
        fitted_shapes: shapes that are not fitted again.
        most: how many trials at most; twice as many under constraints.
        any_frequency: whether waves may turn faster than the rows resolve.

    Returns:
        The trials, and `fitted_shapes` with those that were fitted now.
    """
    best = _best_of_shapes(proposals, problem, fitted_shapes)
    drafts = _drafts(best, problem, any_frequency)
    pure = _without_units(best, problem)
    first = _selected(drafts, 3 * most, problem, pure)
    origins = {draft[2]: draft for draft in first}
    begun = [_fitted(draft, problem, 4) for draft in first]  # a few steps show which constants have far to go
    selected = _selected([d for d in begun if np.isfinite(d[0])], most, problem, pure)
    trials = [_trial(_fitted(draft, problem, 14), origins[draft[2]]) for draft in selected]
    trials = [t for t in trials if any_frequency or waves_are_resolved(t.network, problem.search.columns)]
    return trials, fitted_shapes | {draft[2] for draft in selected}


def _best_of_shapes(proposals: Sequence[Proposal], problem: Problem,
                    fitted_shapes: frozenset[str]) -> dict[str, tuple[float, Proposal]]:
    """The proposal of the lowest loss for every new shape, with the loss."""
    rows, units = problem.search, problem.constraints.units
    memo: dict[Expr, Array] = {}
    best: dict[str, tuple[float, Proposal]] = {}
    for p in proposals:
        poll()
        name = shape(p.expr)
        if name in fitted_shapes or not (units is None or units.may_work(p.expr)):
            continue
        loss = rows.loss_of(evaluate(p.expr, rows.columns, memo))
        if np.isfinite(loss) and (name not in best or loss < best[name][0]):
            best[name] = (loss, p)
    return best


def _drafts(best: dict[str, tuple[float, Proposal]], problem: Problem, any_frequency: bool) -> list[Draft]:
    """The best proposals as networks, where they can be built and are allowed."""
    drafts = []
    most_built = 120 if problem.constraints.without_units == NONE else 400
    for name, (loss, p) in sorted(best.items(), key=lambda item: (item[1][0], item[0]))[:most_built]:
        poll()
        network = problem.network_of(p.expr)
        if network is not None and network.complexity > problem.max_complexity:  # perhaps with fewer constants
            network = problem.network_of(p.expr, grouped=True)
        if network is not None and network.complexity <= problem.max_complexity and \
                problem.constraints.buildable(network) and \
                (any_frequency or waves_are_resolved(network, problem.search.columns)):
            drafts.append((loss, network.complexity, name, network, p.reason))
    return drafts


def _without_units(best: dict[str, tuple[float, Proposal]], problem: Problem) -> frozenset[str]:
    """The shapes of proposals in which no number needs a unit; empty where units do not steer."""
    units = problem.constraints.units
    return frozenset() if units is None else frozenset(
        name for name, (_, p) in best.items() if units.needed(p.expr, any_power=True) == 0)


def _selected(drafts: list[Draft], most: int, problem: Problem, pure: frozenset[str]) -> list[Draft]:
    """The drafts to fit; under constraints also as many drafts that satisfy them all, which would otherwise be rare.

    Half of the drafts are chosen among those of the shapes in `pure`, if there are any.
    """
    selected = _worth_fitting([d for d in drafts if d[2] in pure], most // 2) if pure else []
    names = {draft[2] for draft in selected}
    selected += _worth_fitting([d for d in drafts if d[2] not in names], most - len(selected))
    if problem.constraints.without_units == NONE:
        return selected
    names = {draft[2] for draft in selected}
    return selected + _worth_fitting([d for d in drafts if d[2] not in names and problem.admits(d[3])], most)


def _worth_fitting(drafts: list[Draft], most: int) -> list[Draft]:
    """Half from the drafts' own front (so that short networks get their chance), half by loss and complexity."""
    drafts = sorted(drafts, key=lambda d: (d[1], d[0], d[2]))
    front: list[Draft] = []
    for draft in drafts:
        if not front or draft[0] < 0.98 * front[-1][0]:
            front.append(draft)
    half = max(1, most // 2)
    front = front[:: max(1, len(front) // half)][:half]
    names = {draft[2] for draft in front}
    rest = sorted((d for d in drafts if d[2] not in names), key=lambda d: rank(d[0], d[1], 0.1))
    return front + rest[: most - len(front)]


def _fitted(draft: Draft, problem: Problem, steps: int) -> Draft:
    """The draft with its constants fitted further."""
    poll()
    _, complexity, name, network, reason = draft
    fitted = fit_parameters(network, problem.search, steps)
    return fitted.loss, complexity, name, fitted.network, reason


def _trial(draft: Draft, origin: Draft) -> Trial:
    loss, _, _, network, reason = draft
    return Trial(network, loss, shape(to_expression(network)), reason, origin[0], origin[3].constants)
