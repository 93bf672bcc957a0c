"""One task of the agenda: ask, match, and build the best answers; `fitting` then fits their constants."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from . import fixed
from .agenda import (
    CURVES,
    LAW_SIZE,
    MEDIUM,
    OPENING_STEPS,
    SMALL,
    Agenda,
    Outcome,
    Trial,
    choose,
    choose_within,
    expansion,
    task_at,
    within,
)
from .assembly import to_expression, to_network
from .candidates import CandidateLibrary
from .curves import curve_fits
from .dense import dense_answers, quotient_answers
from .expressions import Expr, evaluate, shape
from .fitting import Proposal, fitted_trials
from .forward import forward
from .losses import Huber, SquaredError
from .matching import Found, best_matches
from .moves import Question, network_questions
from .network import Network
from .pairs import pair_answers
from .parameters import Rows
from .poles import is_clear
from .problem import Problem
from .realising import realised
from .roots import (
    Space,
    curve_questions,
    factor_seed_questions,
    outer_spaces,
    polynomial_questions,
    root_questions,
    seed_questions,
)
from .sums import exchanged_sums, grown_sums
from .tangent import tangent_proposals, worth
from .targets import first_output, root_target
from .within import term_spaces

Array = np.ndarray

_SEEDS = 12
#: Terms that a growing sum gets at most.
_MOST_TERMS = 28
#: Growth in the tangent space: turns of a step, what a neuron costs beside a constant, the terms of a sum that is begun
#: with, and what a neuron costs when a network that stands is chosen.
_TURNS, _NEURON, _FIRST_TERMS, _TANGENT_PRICES = 8, 0.1, 4, (0.003, 0.0, 0.01)
#: What a network that is grown has to be shorter by than the longest that may be.
_ROOM = 4


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
        proposals = _ask(problem, questions, size, 1)
    elif kind == "expand":
        parent = choose(agenda, size)
        if parent is None:
            return Outcome((), expanded, agenda.seen)
        problem = problem if parent.complexity < LAW_SIZE else whole
        expanded = expanded | {expansion(parent.shape, size)}
        ask = network_questions if problem.parameters else fixed.network_questions
        questions = ask(parent.network, problem.search.with_inputs(parent.network.variables), problem.activations)
        proposals = _ask(problem, questions, size, 4)
    elif kind == "pairs":
        spaces = [s for s in _spaces(problem, agenda.lowest) if s.depth < 2] if problem.parameters else []
        questions = root_questions(spaces, problem.search, ())
        if len(problem.search.inputs()) <= 2:
            questions += polynomial_questions(spaces[:1], problem.search)
        return _pairs(agenda, problem, size, questions)
    elif kind == "tangent":
        return _tangent(agenda, problem, size, turn)
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
        return _ask(problem, _root(problem, agenda.lowest), size, 3)
    if not problem.parameters:
        return []
    if kind == "curves":
        return [Proposal(expr, name) for expr, _, name in curve_fits(problem.search, problem.activations)]
    if kind == "sums":
        return list(_sums(problem, size, turn, agenda))
    questions = curve_questions(_spaces(problem, agenda.lowest), problem.search)
    if kind == "two curves":
        return _ask(problem, _two_curves(problem, questions), CURVES, 20)
    return _ask(problem, questions, CURVES, 60)


def realised_trials(network: Network, reason: str, problem: Problem) -> list[Trial]:
    """A fitted network as networks without parameters, fit for the activations-only mode."""
    made = realised(network, problem.search, problem.activations)
    return [Trial(n, problem.search.loss(n), shape(to_expression(n)), f"{reason}, its numbers made of 1 and 2")
            for n in made if n.complexity <= problem.max_complexity]


def _spaces(problem: Problem, lowest: Network | None) -> list[Space]:
    rows = problem.search
    if lowest is None or not isinstance(rows.kind, Huber):
        return problem.cached("spaces", lambda: outer_spaces(rows, problem.activations))
    # Which rows are wild shows the better, the closer the network that they are compared with.
    f = forward(lowest, rows.columns)[-1]
    if rows.loss_of(f) >= rows.loss_of(problem.cached("first output", lambda: first_output(rows))):
        return _spaces(problem, None)
    return problem.cached(("spaces", lowest), lambda: outer_spaces(rows, problem.activations, f))


def _root(problem: Problem, lowest: Network | None) -> list[Question]:
    if not problem.parameters:
        return fixed.root_questions(_spaces(problem, lowest))
    return root_questions(_spaces(problem, lowest), problem.search, problem.activations)


def _simple(problem: Problem, lowest: Network | None) -> Iterable[Proposal]:
    """Straight lines and pure power laws in every outer space near the output."""
    for question in root_questions(_spaces(problem, lowest), problem.search, ()):
        for expr in question.without_candidate():
            yield Proposal(expr, question.words)


def _dense(problem: Problem, turn: int, lowest: Network | None) -> Iterable[Proposal]:
    """Sums of monomials: of the target itself first, then in the outer spaces and with negative powers."""
    if not {"add", "mul"} <= set(problem.activations):
        return
    spaces = _spaces(problem, lowest)
    negative = "div" in problem.activations
    outer = [s for s in spaces[1:] if s.depth == 1 or (s.power and s.depth == 2)]  # 1 / sqrt(a sum) among them
    work = [(s, False) for s in (spaces[:1] if turn == 0 else outer)]
    if turn and negative:
        work.append((spaces[0], True))
    for space, inverse in work:
        for expr in dense_answers(space, problem.search, inverse):
            rounded = expr if problem.parameters else fixed.exact_coefficients(expr)
            if rounded is not None:
                yield Proposal(rounded, f"{space.words} as a sum of powers")
    if turn and negative and problem.parameters:
        for expr in quotient_answers(spaces[0], problem.search):
            yield Proposal(expr, f"{spaces[0].words} as a quotient of sums of powers")


def _sums(problem: Problem, size: int, turn: int, agenda: Agenda) -> Iterable[Proposal]:
    """Growing sums: first from nothing, then from the best network's terms, these chosen again; now and then elsewhere.

    A sum that is longer than the problem allows ends the growth.
    """
    if not {"add", "mul"} <= set(problem.activations):
        return
    spaces = [s for s in _spaces(problem, agenda.lowest) if s.depth < 2]
    library = problem.library(size, wide=True)
    begun = grown_from(agenda, turn)
    afresh = begun is None
    space = spaces[turn // 4 % len(spaces)] if afresh else spaces[0]
    terms: list[Expr] = []
    if begun is not None:
        best = to_expression(begun.network)
        terms = [t for t, _ in best.args] if best.kind == "sum" else [best]
    ways = [grown_sums(space.target, space.wrap, terms, problem.search, library, _MOST_TERMS if afresh else 3)]
    if len(terms) > 1:
        ways.append(exchanged_sums(space.target, space.wrap, terms, problem.search, library, 3))
    for way in ways:
        for expr in way:
            network = to_network(expr, problem.n_inputs, problem.activations)
            if network is None or network.complexity > problem.max_complexity:
                break
            yield Proposal(expr, f"{space.words} as a growing sum")


def grown_from(agenda: Agenda, turn: int) -> Trial | None:
    """The network whose terms a growing sum starts with; None where it starts from nothing."""
    return min(agenda.pool, key=lambda t: (t.loss, t.shape)) if turn % 4 and agenda.pool else None


def _seeds(problem: Problem, size: int, turn: int, lowest: Network | None) -> list[Question]:
    """The next few small candidates as known halves of the target."""
    library = problem.library(min(size, MEDIUM))
    space = _spaces(problem, lowest)[0]
    plain = [int(i) for i in library.index[:4 * SMALL]]
    factors = problem.cached(("factor seeds", min(size, MEDIUM)), lambda: _factor_seeds(library, 8 * SMALL))
    if not problem.parameters:
        seeds = _seed_values(problem, library, plain, turn, 3 * _SEEDS)
        return fixed.seed_questions(_spaces(problem, lowest)[:6], seeds)
    questions = seed_questions(space, _seed_values(problem, library, plain, turn, _SEEDS), problem.search,
                               problem.activations)
    questions += factor_seed_questions(space, _seed_values(problem, library, factors, turn,
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


def _ask(problem: Problem, questions: list[Question], size: int, top: int) -> list[Proposal]:
    """Match all questions, and turn the best answers into proposals."""
    library = problem.library(size)
    found = best_matches(library, [q.match(problem.match) for q in questions], top)
    total = problem.cached("total", lambda: _total(problem.search)) * len(problem.match)
    found = [f for f in found if f.predicted < 1.2 * total]
    found.sort(key=lambda f: (f.predicted + 1e-6 * total) * (1.0 + 0.03 * f.complexity))
    if size == CURVES:
        found = _one_of_a_shape(found, library)
    found = found[:70] + _short_ones(found[70:], questions)
    memo: dict[Expr, Array] = {}
    proposals: list[Proposal] = []
    for f in found:
        candidate = library.expression(f.candidate)
        values = evaluate(candidate, problem.search.columns, memo)
        if np.isfinite(values).all():
            question = questions[f.match]
            proposals += [Proposal(e, question.words) for e in _answers(question, candidate, values)]
    return proposals


def _total(rows: Rows) -> float:
    """What the best constant leaves of the root's target, a row."""
    if isinstance(rows.kind, SquaredError):
        return float(np.var(rows.y))
    target = root_target(rows)
    mean = np.average(target.t, weights=target.w)
    return float(np.mean(target.w * (target.t - mean) ** 2))


def _within(agenda: Agenda, problem: Problem, size: int) -> Outcome:
    """The terms of a network explained afresh: by a law with a curve, or by two factors at once."""
    parent = choose_within(agenda, size) if problem.parameters else None
    if parent is None:
        return Outcome((), agenda.expanded, agenda.seen)
    agenda = replace(agenda, expanded=agenda.expanded | {within(parent.shape, size)})
    rows = problem.search.with_inputs(parent.network.variables)
    spaces = term_spaces(parent.network, rows)
    if size != CURVES:
        return _pairs(agenda, problem, size, [q for q in root_questions(spaces, rows, ()) if q.logs])
    questions = [replace(q, around=q.around + parent.complexity // 2) for q in curve_questions(spaces, rows)]
    proposals = _ask(problem, questions, CURVES, 30) + _ask(problem, _two_curves(problem, questions), CURVES, 10)
    trials, seen = fitted_trials(proposals, problem, agenda.seen)
    return Outcome(tuple(trials), agenda.expanded, seen)


def _pairs(agenda: Agenda, problem: Problem, size: int, questions: list[Question]) -> Outcome:
    """Two candidates at once as terms, as factors and as a product; the best of each question are fitted."""
    trials: list[Trial] = []
    seen = agenda.seen
    if {"add", "mul"} <= set(problem.activations):
        for question in questions:
            found = pair_answers(question, problem.library(size), problem.match, problem.search)
            more, seen = fitted_trials([Proposal(expr, words) for expr, words in found], problem, seen, 6)
            trials += more
    # No more of them than another step adds, or they would crowd out what is worth expanding.
    trials.sort(key=lambda t: (math.log(t.loss + 1e-16) + 0.1 * t.complexity, t.shape))
    return Outcome(tuple(trials[:10]), agenda.expanded, seen)


def _tangent(agenda: Agenda, problem: Problem, size: int, turn: int) -> Outcome:
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
        if is_clear(parent.network, problem.search.columns):
            trials = [t for t in trials if is_clear(t.network, problem.search.columns)]
        gains = [(worth((parent.loss, parent.network), (t.loss, t.network), _NEURON), t) for t in trials]
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
    spaces = [s for s in _spaces(problem, agenda.lowest) if s.depth < 2]
    space = spaces[turn // 4 % len(spaces)]
    sums = grown_sums(space.target, space.wrap, [], problem.search, problem.library(size, wide=True), _FIRST_TERMS)
    trials, _ = fitted_trials([Proposal(e, f"{space.words} as a growing sum") for e in sums][-1:], problem,
                              frozenset())
    return trials[0] if trials else None


def _two_curves(problem: Problem, questions: list[Question]) -> list[Question]:
    """Power laws with one curve, asked for a second one: each of the best first ones joins the factors."""
    first = next((q for q in questions if q.unit), None)
    if first is None:
        return []
    library = problem.library(CURVES)
    found = best_matches(library, [first.match(problem.match)], 120)
    found = _one_of_a_shape(sorted(found, key=lambda f: f.predicted), library)[:_SEEDS]
    joined = []
    for expr in (library.expression(f.candidate) for f in found):
        log = np.log(np.abs(evaluate(expr, problem.search.columns, {})))
        if np.isfinite(log).all():
            joined.append(replace(first, basis=(*first.basis, (expr, log)), words=f"{first.words} of two curves"))
    return joined


def _one_of_a_shape(found: list[Found], library: CandidateLibrary) -> list[Found]:
    """The best of every question's candidates that differ in their inner constant alone: it is fitted anyway."""
    best: dict[tuple[int, str], Found] = {}
    for f in found:
        best.setdefault((f.match, shape(library.expression(f.candidate))), f)
    return list(best.values())


def _short_ones(found: list[Found], questions: list[Question], each: int = 5) -> list[Found]:
    """The best few of every small size: their constants may have far to go, and then they are what one looks for."""
    count: dict[int, int] = {}
    kept = []
    for f in found:
        size = f.complexity + questions[f.match].around
        count[size] = count.get(size, 0) + 1
        if size <= 9 and count[size] <= each:
            kept.append(f)
    return kept


def _answers(question: Question, candidate: Expr, values: Array) -> list[Expr]:
    try:
        return list(question.answers(candidate, values))
    except (OverflowError, ZeroDivisionError, np.linalg.LinAlgError):
        return []  # one candidate that cannot be computed never ends a search
