"""Alternating backpropagation: `advance(state, problem, budget) -> (state, events)`.

A step is one structure phase (questions from targets, answered by the candidate library in matrix products) and one
parameter phase (the best trials fitted by Levenberg-Marquardt). What a step asks comes from an agenda, simple first:
sums of monomials, the bare root against a small library, its moves, larger libraries, seeds, and so on. A state is a
value: it holds the front, the pool of networks still worth expanding and what was seen; the same seed gives the same
run when the budget is in steps, and pause, resume, replay and crash recovery need nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import num
from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.fitting.simplification import simplify_constants
from xnet.engine.front.entry import make_entry
from xnet.engine.front.selection import pick
from xnet.engine.problem.problem import Problem

from .admission import offer
from .beam import merged_pool
from .events import Event, make_event
from .initial_formula import fitted_formula
from .records import Agenda, Outcome
from .state import Budget, SearchState
from .stopping import StopReason, _at_the_noise, _enough
from .tasks import realised_trials, run_task


def start(problem: Problem) -> SearchState:
    """The state before the first step: the network is a single constant, the mean; and the initial formula, if any."""
    train = problem.train
    mean = train.loss_function.best_constant(train.y, train.weight) if problem.parameters else 1.0
    network = to_network(num(mean), problem.n_inputs, problem.activations, problem.parameters)
    assert network is not None  # a constant needs no activation
    if problem.parameters:
        network = simplify_constants(network, problem.rough.train, problem.activations).network
        if problem.rough is not problem:
            network = fitted_to_all_rows(network, problem.train)
    entry = make_entry(network, problem, "a constant")
    fitted = None if problem.parameters else start(problem.with_parameters())
    state = SearchState(0, 0.0, len(problem.train.y), (entry,), entry, fitted=fitted)
    if problem.initial_formula is None:
        return state
    with np.errstate(all="ignore"):
        trial = fitted_formula(problem.initial_formula, problem)
        return replace(state, front=offer(state.front, trial, problem), pool=(trial,),
                       current=make_entry(trial.network, problem, trial.reason), seen=frozenset([trial.shape]))


def advance(state: SearchState, problem: Problem, budget: Budget,
            interrupt: Callable[[], bool] | None = None) -> tuple[SearchState, list[Event]]:
    """Search on until the budget is spent or the search ends itself.

    Args:
        interrupt: asked between steps; True ends the call early.

    Returns:
        The new state (the old one is untouched) and what happened, in order.
    """
    events: list[Event] = []
    done, begun = 0, time.perf_counter()
    before = state.seconds
    while not state.stop_reason:
        if budget.steps is not None and done >= budget.steps:
            break
        if budget.seconds is not None and time.perf_counter() - begun >= budget.seconds:
            break
        if interrupt is not None and interrupt():
            break
        state, new, _ = step(state, problem)
        done += 1
        state = replace(state, seconds=before + time.perf_counter() - begun)
        events += [replace(e, seconds=state.seconds) for e in new]
    return state, events


def step(state: SearchState, problem: Problem) -> tuple[SearchState, list[Event], Outcome]:
    """One step of a search that has not finished: the new state, what happened, and everything that was tried."""
    if np.ptp(problem.train.y) == 0:
        ended = replace(state, step=state.step + 1, stop_reason=StopReason.EXACT)
        return ended, [], Outcome((), state.expanded, state.seen)
    agenda = agenda_of(state, problem)
    with np.errstate(all="ignore"):
        if agenda is not None:
            outcome = run_task(agenda, problem)
            return *_taken(state, outcome, problem), outcome
        assert state.fitted is not None  # or there would be an agenda
        as_island = replace(state.fitted, island=state.island, n_islands=state.n_islands)
        fitted, _, _ = step(as_island, problem.with_parameters())
        trials = [trial for entry in fitted.front if entry not in state.fitted.front
                  for trial in realised_trials(entry.network, entry.reason, problem)]
        outcome = Outcome(tuple(trials), state.expanded, state.seen)
        return *_taken(replace(state, fitted=fitted), outcome, problem), outcome


def agenda_of(state: SearchState, problem: Problem) -> Agenda | None:
    """What the next step does; None where the search with constants beside an activations-only one has its turn."""
    turn, of_fitted = (state.step, 0) if state.fitted is None else divmod(state.step, 2)
    if of_fitted and state.fitted is not None and not state.fitted.stop_reason:
        return None
    first = 0 if problem.initial_formula is None else -1  # the formula is expanded first
    return Agenda(turn + first, state.pool, state.expanded, state.seen, state.front[-1].network, state.island,
                  state.n_islands)


def _taken(state: SearchState, outcome: Outcome, problem: Problem) -> tuple[SearchState, list[Event]]:
    """The state after a step's outcome, and what happened."""
    front, events = state.front, []
    best = state.best
    for trial in outcome.trials:
        front = offer(front, trial, problem)
        new_best = pick(front, state.n_train)
        if new_best is not best:
            events.append(make_event("improved", state.step, new_best, best))
            best = new_best
    current = state.current
    if outcome.trials:
        lowest = min(outcome.trials, key=lambda t: t.loss)
        current = make_entry(lowest.network, problem.rough, lowest.reason)
        events.append(make_event("tried", state.step, current, state.current))
    pool = merged_pool(state.pool, outcome.trials, outcome.expanded)
    exact_since = state.exact_since
    if exact_since < 0 and best.loss <= problem.train.exact:
        exact_since = state.step
    still_fitting = state.fitted is not None and not state.fitted.stop_reason
    stop_reason = StopReason.EXHAUSTED if outcome.exhausted and not still_fitting else None
    if exact_since >= 0 and _enough(state.step - exact_since, best, exact_since):
        stop_reason = StopReason.EXACT
    settled = state.step if best.network.structure() != state.best.network.structure() else state.settled
    if stop_reason is None and _at_the_noise(state.step, settled, best, problem):
        stop_reason = StopReason.NOISE
    return replace(state, step=state.step + 1, front=front, current=current, pool=pool, expanded=outcome.expanded,
                   seen=outcome.seen, exact_since=exact_since, stop_reason=stop_reason, settled=settled), events
