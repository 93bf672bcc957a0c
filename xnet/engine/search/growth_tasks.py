"""Networks that grow longer step by step: sums whose terms are chosen again, and growth in the tangent space."""

from __future__ import annotations

import math
from collections.abc import Iterable

from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.algebra.expressions import Expr, shape
from xnet.engine.candidates.sizes import SMALL
from xnet.engine.moves.additive_fits import additive_fits, term_replacements
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.tangent_moves import gain_per_parameter, tangent_proposals
from xnet.engine.networks.poles import keeps_distance_from_poles
from xnet.engine.problem.problem import Problem

from .proposals import spaces_of
from .records import Agenda, Outcome, Trial
from .trial_fitting import fitted_trials

#: Terms that a growing sum gets at most.
_MOST_TERMS = 28
#: Growth in the tangent space: turns of a step, what a neuron costs beside a constant, the terms of a sum that is begun
#: with, and what a neuron costs when a network that stands is chosen.
_TURNS, _NEURON, _FIRST_TERMS, _TANGENT_PRICES = 8, 0.1, 4, (0.003, 0.0, 0.01)
#: What a network that is grown has to be shorter by than the longest that may be.
_ROOM = 4


def growing_sums(problem: Problem, size: int, turn: int, agenda: Agenda) -> Iterable[Proposal]:
    """Growing sums: first from nothing, then from the best network's terms, these chosen again; now and then elsewhere.

    A sum that is longer than the problem allows ends the growth.
    """
    if not {"add", "mul"} <= set(problem.activations):
        return
    spaces = [s for s in spaces_of(problem, agenda.lowest) if s.depth < 2]
    library = problem.library(size, wide=True)
    begun = grown_from(agenda, turn)
    afresh = begun is None
    space = spaces[turn // 4 % len(spaces)] if afresh else spaces[0]
    terms: list[Expr] = []
    if begun is not None:
        best = to_expression(begun.network)
        terms = [t for t, _ in best.args] if best.kind == "sum" else [best]
    ways = [additive_fits(space.target, space.wrap, terms, problem.search, library, _MOST_TERMS if afresh else 3)]
    if len(terms) > 1:
        ways.append(term_replacements(space.target, space.wrap, terms, problem.search, library, 3))
    for way in ways:
        for expr in way:
            network = to_network(expr, problem.n_inputs, problem.activations)
            if network is None or network.complexity > problem.max_complexity:
                break
            yield Proposal(expr, f"{space.description} as a growing sum")


def grown_from(agenda: Agenda, turn: int) -> Trial | None:
    """The network whose terms a growing sum starts with; None where it starts from nothing."""
    return min(agenda.pool, key=lambda t: (t.loss, t.shape)) if turn % 4 and agenda.pool else None


def tangent_growth(agenda: Agenda, problem: Problem, size: int, turn: int) -> Outcome:
    """A few turns of growth in the tangent space, each from the best of the one before."""
    able = problem.parameters and {"add", "mul"} <= set(problem.activations)
    parent = (refined_from(agenda, problem, turn) or _short_sum(agenda, problem, size, turn)) if able else None
    if parent is None:
        return Outcome((), agenda.expanded, agenda.seen)
    library, small = problem.library(size, wide=True), problem.library(SMALL, wide=True)
    kept, expanded, seen = [], agenda.expanded, agenda.seen
    for _ in range(_TURNS):
        expanded = expanded | {f"tangent {parent.shape}"}
        proposals = tangent_proposals(parent.network, problem.search, library, small)
        trials, seen = fitted_trials(proposals, problem, seen, len(proposals))
        if keeps_distance_from_poles(parent.network, problem.search.columns):
            trials = [t for t in trials if keeps_distance_from_poles(t.network, problem.search.columns)]
        gains = [(gain_per_parameter((parent.loss, parent.network), (t.loss, t.network), _NEURON), t) for t in trials]
        gains = sorted(((g, t) for g, t in gains if g > 0.0), key=lambda item: (-item[0], item[1].shape))
        kept += [t for _, t in gains[:4]]
        if not gains:
            break
        parent = gains[0][1]
    return Outcome(tuple(kept), expanded, seen)


def refined_from(agenda: Agenda, problem: Problem, turn: int) -> Trial | None:
    """The network that a step grows in the tangent space; None where it begins with a short sum.

    That is one of the pool, or the front's: what the pool grows from may fail on rows that it has not seen.
    """
    rows, lowest = problem.search, agenda.lowest
    stands = [] if lowest is None or turn % 4 != 2 else [Trial(lowest, rows.loss(lowest), shape(to_expression(lowest)),
                                                               "the front")]
    fresh = [t for t in stands or agenda.pool if f"tangent {t.shape}" not in agenda.expanded
             and t.complexity + _ROOM <= problem.max_complexity]
    if not turn % 4 or not fresh:
        return None
    price = _TANGENT_PRICES[turn % 4 - 1]
    return min(fresh, key=lambda t: (math.log(t.loss + 1e-16) + price * t.complexity, t.shape))


def _short_sum(agenda: Agenda, problem: Problem, size: int, turn: int) -> Trial | None:
    """A short sum in one of the outer spaces."""
    spaces = [s for s in spaces_of(problem, agenda.lowest) if s.depth < 2]
    space = spaces[turn // 4 % len(spaces)]
    sums = additive_fits(space.target, space.wrap, [], problem.search, problem.library(size, wide=True), _FIRST_TERMS)
    trials, _ = fitted_trials([Proposal(e, f"{space.description} as a growing sum") for e in sums][-1:], problem,
                              frozenset())
    return trials[0] if trials else None
