"""One task of the agenda: ask, match, and build the best answers; `fitting` then fits their constants."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.expressions import Expr, evaluate, shape
from xnet.engine.candidates.library import CandidateLibrary
from xnet.engine.candidates.sizes import CURVES, MEDIUM, SMALL
from xnet.engine.moves import parameter_free_moves
from xnet.engine.moves.curve_fits import curve_fits
from xnet.engine.moves.neuron_moves import network_queries
from xnet.engine.moves.pair_moves import pair_fits
from xnet.engine.moves.parameter_free_constants import with_constructed_constants
from xnet.engine.moves.polynomial_fits import polynomial_fits, rational_fits
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.target_transforms import (
    factor_seed_queries,
    parametric_queries,
    polynomial_queries,
    root_queries,
    seed_queries,
)
from xnet.engine.moves.term_moves import term_targets
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .beam import LAW_SIZE, choose, choose_within, expansion, within
from .growth_tasks import growing_sums, tangent_growth
from .proposals import ask, spaces_of, two_curves
from .records import Agenda, Outcome, Trial
from .schedule import OPENING_STEPS, task_at
from .trial_fitting import fitted_trials

_SEEDS = 12


def run_task(agenda: Agenda, problem: Problem) -> Outcome:
    """One step of the agenda."""
    # Step -1 there is only with an initial formula, the one network of the pool then.
    kind, size, turn = task_at(agenda.step) if agenda.step >= 0 else ("expand", SMALL, 0)
    whole = problem.focused(agenda.step)
    shorter = replace(whole, max_complexity=min(whole.max_complexity, LAW_SIZE))
    problem = whole if kind in ("sums", "tangent") else shorter
    expanded = agenda.expanded
    if kind == "library":  # a step of its own, so that no step takes long
        problem.library(size)
        return Outcome((), expanded, agenda.seen)
    if kind == "seeds":
        if agenda.island:  # the first island takes every turn, as a search alone does; the others run ahead of it
            turn = turn * agenda.n_islands + agenda.island
        questions = _seeds(problem, size, turn, agenda.lowest)
        if not questions and not agenda.pool and agenda.step >= OPENING_STEPS:
            return Outcome((), expanded, agenda.seen, exhausted=True)
        proposals = ask(problem, questions, size, 1)
    elif kind == "expand":
        parent = choose(agenda, size)
        if parent is None:
            return Outcome((), expanded, agenda.seen)
        problem = problem if parent.complexity < LAW_SIZE else whole
        expanded = expanded | {expansion(parent.shape, size)}
        rows = problem.search.with_inputs(parent.network.variables)
        of_network = network_queries if problem.parameters else parameter_free_moves.network_queries
        questions = of_network(parent.network, rows, problem.activations)
        proposals = ask(problem, questions, size, 4)
    elif kind == "pairs":
        spaces = [s for s in spaces_of(problem, agenda.lowest) if s.depth < 2] if problem.parameters else []
        questions = root_queries(spaces, problem.search, ())
        if len(problem.search.inputs()) <= 2:
            questions += polynomial_queries(spaces[:1], problem.search)
        return _pairs(agenda, problem, size, questions)
    elif kind == "tangent":
        return tangent_growth(agenda, problem, size, turn)
    elif kind == "within":
        return _within(agenda, problem, size)
    else:
        proposals = _from_the_target(kind, size, turn, agenda, problem)
    trials, seen = fitted_trials(proposals, problem, agenda.seen, 10 if problem.parameters else 40)
    return Outcome(tuple(trials), expanded, seen)


def _from_the_target(kind: str, size: int, turn: int, agenda: Agenda, problem: Problem) -> list[Proposal]:
    """The tasks that start from the target itself."""
    if kind == "simple":
        return list(_simple(problem, agenda.lowest))
    if kind == "dense":
        return list(_dense(problem, size, agenda.lowest))
    if kind == "root":
        return ask(problem, _root(problem, agenda.lowest), size, 3)
    if not problem.parameters:
        return []
    if kind == "curves":
        return [Proposal(expr, name) for expr, _, name in curve_fits(problem.search, problem.activations)]
    if kind == "sums":
        return list(growing_sums(problem, size, turn, agenda))
    questions = parametric_queries(spaces_of(problem, agenda.lowest), problem.search)
    if kind == "two curves":
        return ask(problem, two_curves(problem, questions), CURVES, 20)
    return ask(problem, questions, CURVES, 60)


def realised_trials(network: Network, reason: str, problem: Problem) -> list[Trial]:
    """A fitted network as networks without parameters, fit for the activations-only mode."""
    made = with_constructed_constants(network, problem.search, problem.activations)
    return [Trial(n, problem.search.loss(n), shape(to_expression(n)), f"{reason}, its numbers made of 1 and 2")
            for n in made if n.complexity <= problem.max_complexity]


def _root(problem: Problem, lowest: Network | None) -> list[MoveQuery]:
    if not problem.parameters:
        return parameter_free_moves.root_queries(spaces_of(problem, lowest))
    return root_queries(spaces_of(problem, lowest), problem.search, problem.activations)


def _simple(problem: Problem, lowest: Network | None) -> Iterable[Proposal]:
    """Straight lines and pure power laws in every outer space near the output."""
    for question in root_queries(spaces_of(problem, lowest), problem.search, ()):
        for expr in question.without_candidate():
            yield Proposal(expr, question.description)


def _dense(problem: Problem, turn: int, lowest: Network | None) -> Iterable[Proposal]:
    """Sums of monomials: of the target itself first, then in the outer spaces and with negative powers."""
    if not {"add", "mul"} <= set(problem.activations):
        return
    spaces = spaces_of(problem, lowest)
    negative = "div" in problem.activations
    outer = [s for s in spaces[1:] if s.depth == 1 or (s.is_power and s.depth == 2)]  # 1 / sqrt(a sum) among them
    work = [(s, False) for s in (spaces[:1] if turn == 0 else outer)]
    if turn and negative:
        work.append((spaces[0], True))
    for space, inverse in work:
        for expr in polynomial_fits(space, problem.search, inverse):
            rounded = expr if problem.parameters else parameter_free_moves.exact_coefficients(expr)
            if rounded is not None:
                yield Proposal(rounded, f"{space.description} as a sum of powers")
    if turn and negative and problem.parameters:
        for expr in rational_fits(spaces[0], problem.search):
            yield Proposal(expr, f"{spaces[0].description} as a quotient of sums of powers")


def _seeds(problem: Problem, size: int, turn: int, lowest: Network | None) -> list[MoveQuery]:
    """The next few small candidates as known halves of the target."""
    library = problem.library(min(size, MEDIUM))
    space = spaces_of(problem, lowest)[0]
    plain = [int(i) for i in library.index[:4 * SMALL]]
    factors = problem.cached(("factor seeds", min(size, MEDIUM)), lambda: _factor_seeds(library, 8 * SMALL))
    if not problem.parameters:
        seeds = _seed_values(problem, library, plain, turn, 3 * _SEEDS)
        return parameter_free_moves.seed_queries(spaces_of(problem, lowest)[:6], seeds)
    questions = seed_queries(space, _seed_values(problem, library, plain, turn, _SEEDS), problem.search,
                               problem.activations)
    questions += factor_seed_queries(space, _seed_values(problem, library, factors, turn,
                                                                 (20 if size <= MEDIUM else 5) * _SEEDS),
                                       problem.search, problem.activations)
    return questions


def _factor_seeds(library: CandidateLibrary, most: int) -> list[int]:
    """Small candidates by complexity, sums of inputs first; monomials are among a power law's factors anyway."""
    found = []
    for i in library.log_index[:most]:
        kind = library.expression(int(i)).kind
        if kind in ("sum", "call"):
            rank = int(library.complexity[i]) - 2 * (kind == "sum" and not library.is_shift(int(i)))
            found.append((rank, int(i)))
    return [i for _, i in sorted(found)]


def _seed_values(problem: Problem, library: CandidateLibrary, ids: list[int], turn: int,
                 count: int) -> list[tuple[Expr, Array]]:
    memo: dict[Expr, Array] = {}
    exprs = [library.expression(i) for i in ids[turn * count:(turn + 1) * count]]
    seeds = [(e, evaluate(e, problem.search.columns, memo)) for e in exprs]
    return [(e, v) for e, v in seeds if np.isfinite(v).all() and (v != 0).all()]


def _within(agenda: Agenda, problem: Problem, size: int) -> Outcome:
    """The terms of a network explained afresh: by a law with a curve, or by two factors at once."""
    parent = choose_within(agenda, size) if problem.parameters else None
    if parent is None:
        return Outcome((), agenda.expanded, agenda.seen)
    agenda = replace(agenda, expanded=agenda.expanded | {within(parent.shape, size)})
    rows = problem.search.with_inputs(parent.network.variables)
    spaces = term_targets(parent.network, rows)
    if size != CURVES:
        return _pairs(agenda, problem, size, [q for q in root_queries(spaces, rows, ()) if q.in_logs])
    questions = [replace(q, context_size=q.context_size + parent.complexity // 2)
                 for q in parametric_queries(spaces, rows)]
    proposals = ask(problem, questions, CURVES, 30) + ask(problem, two_curves(problem, questions), CURVES, 10)
    trials, seen = fitted_trials(proposals, problem, agenda.seen)
    return Outcome(tuple(trials), agenda.expanded, seen)


def _pairs(agenda: Agenda, problem: Problem, size: int, questions: list[MoveQuery]) -> Outcome:
    """Two candidates at once as terms, as factors and as a product; the best of each question are fitted."""
    trials: list[Trial] = []
    seen = agenda.seen
    if {"add", "mul"} <= set(problem.activations):
        for question in questions:
            found = pair_fits(question, problem.library(size), problem.match, problem.search)
            more, seen = fitted_trials([Proposal(expr, words) for expr, words in found], problem, seen, 6)
            trials += more
    # No more of them than another step adds, or they would crowd out what is worth expanding.
    trials.sort(key=lambda t: (math.log(t.loss + 1e-16) + 0.1 * t.complexity, t.shape))
    return Outcome(tuple(trials[:10]), agenda.expanded, seen)
