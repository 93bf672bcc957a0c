"""Alternating backpropagation: `advance(state, problem, budget) -> (state, events)`.

A step has a structure phase (queries from second-order targets, matched against the candidate library in matrix
products) and a parameter phase (the best proposals fitted by Levenberg-Marquardt). The schedule determines the task of
a step, simple tasks first. A state is a value: it holds the front, the beam of networks to expand, and the shapes that
were tried. With a budget in steps the same seed therefore gives the same run, and pause, resume, replay and crash
recovery need nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.expressions import num
from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.selection import pick
from xnet.engine.front.support import with_support
from xnet.engine.problem.problem import Problem
from xnet.stopwatch import Stopwatch

from .admission import admit
from .beam import updated_beam
from .events import Event, make_event
from .given_formula import given_formula
from .initial_formula import fitted_formula
from .kept_networks import kept_beside, left_front
from .noise_ending import ends_on_noise
from .parameter_modes import mode_of
from .plain_entries import plain_entries
from .records import Outcome, StepContext
from .required_inputs import fallback_trials, with_completed
from .rescoring import rescored_island
from .second_look import begins, has_turn, main_step, refitted_trials, robust_pick, robust_problem
from .state import Budget, Island, SearchState, combined_state
from .stopping import StopReason, has_settled, is_exact, noise_is_left, varying_inputs
from .tasks import constructed_trials, run_task


def start(problem: Problem) -> SearchState:
    """The state before the first step: a single constant, and the initial formula if there is one."""
    return combined_state((first_island(problem),), 0.0)


def first_island(problem: Problem) -> Island:
    """The island before its first step: a constant, and the initial formula if there is one."""
    mode = mode_of(problem)
    network = problem.network_of(num(mode.first_constant(problem.train)))
    assert network is not None  # a constant needs no activation
    network = mode.simplified(network, problem.subsampled)
    if problem.subsampled is not problem:
        network = fitted_to_all_rows(network, problem.train)
    entry = with_support(make_entry(network, problem, "a constant"), problem)
    beside = mode.with_constants(problem)
    island = Island(0, (entry,), entry,
                    with_constants=None if beside is None else first_island(beside))
    with np.errstate(all="ignore"):
        for trial in fallback_trials(problem):
            island = replace(island, front=admit(island.front, trial, problem))
        return island if problem.initial_formula is None else _from_initial_formula(island, problem)


def _from_initial_formula(island: Island, problem: Problem) -> Island:
    """The island with the initial formula on its front and in its beam."""
    assert problem.initial_formula is not None
    trial = fitted_formula(problem.initial_formula, problem)
    front = admit(island.front, trial, problem)
    given = None if front[0].admitted else given_formula(problem)  # its numbers may satisfy what fitted ones do not
    if given is not None:
        front = insert(front, with_support(given.entry, problem))
    return replace(island, front=front, beam=(trial,),
                   current=make_entry(trial.network, problem, trial.reason), fitted_shapes=frozenset([trial.shape]))


def advance(state: SearchState, problem: Problem, budget: Budget,
            interrupt: Callable[[], bool] | None = None) -> tuple[SearchState, list[Event]]:
    """Search on island 0 until the budget is spent or the search ends itself.

    Args:
        interrupt: called between steps; True ends the call early.

    Returns:
        The new state (the old one is untouched) and the events, in order.
    """
    island, *others = state.islands
    if state.stop_reason is not None:
        return state, []
    island, events, seconds = advance_island(island, problem, budget, interrupt)
    events = [replace(e, seconds=state.seconds + e.seconds) for e in events]
    return combined_state((island, *others), state.seconds + seconds, state.front if others else ()), events


def advance_island(island: Island, problem: Problem, budget: Budget,
                   interrupt: Callable[[], bool] | None = None) -> tuple[Island, list[Event], float]:
    """The same for one island.

    Returns:
        The new island, the events with the seconds of this call, and the seconds that the call took.
    """
    events: list[Event] = []
    done, watch, seconds = 0, Stopwatch(), 0.0
    island = rescored_island(island, problem)
    while island.stop_reason is None:
        if budget.steps is not None and done >= budget.steps:
            break
        if budget.seconds is not None and watch.seconds() >= budget.seconds:
            break
        if interrupt is not None and interrupt():
            break
        was_exact = island.exact_since_step >= 0
        island, new, _ = step(island, problem)
        if budget.noise_ends and ends_on_noise(island, problem):
            island = replace(island, stop_reason=StopReason.NOISE)
        done += 1
        seconds = watch.seconds()
        events += [replace(e, seconds=seconds) for e in new]
        if budget.until_exact and island.exact_since_step >= 0 and not was_exact:
            break
    return island, events, seconds


def step(island: Island, problem: Problem) -> tuple[Island, list[Event], Outcome]:
    """One step of an island that has not ended: the new island, the events, and everything that was tried."""
    if np.ptp(problem.train.y) == 0:
        ended = replace(island, step=island.step + 1, stop_reason=StopReason.EXACT)
        return ended, [], Outcome((), island.expansions, island.fitted_shapes)
    if not varying_inputs(problem):  # the best constant, from which an island begins, is the only formula
        ended = replace(island, step=island.step + 1, stop_reason=StopReason.EXHAUSTED)
        return ended, [], Outcome((), island.expansions, island.fitted_shapes)
    context, before = step_context(island, problem), island
    with np.errstate(all="ignore"):
        if has_turn(island):
            island, outcome = _step_of_second_look(island, problem)
        elif context is not None:
            outcome = with_completed(run_task(context, problem), problem)
        else:
            island, outcome = _step_with_constants(island, problem)
        return *_after(island, before, outcome, problem), outcome


def step_context(island: Island, problem: Problem) -> StepContext | None:
    """What the task of the next step works with; None if a search beside this one has its turn."""
    beside = island.with_constants
    turn, of_constants = (main_step(island), 0) if beside is None else divmod(island.step, 2)
    if has_turn(island) or (of_constants and beside is not None and beside.stop_reason is None):
        return None
    first = 0 if problem.initial_formula is None else -1  # the formula is expanded first
    return StepContext(turn + first, island.beam, island.expansions, island.fitted_shapes, island.lowest,
                       island.number, island.n_islands)


def _step_with_constants(island: Island, problem: Problem) -> tuple[Island, Outcome]:
    """One step of the search with constants; its new networks are constructed from 1 and 2."""
    before = island.with_constants
    assert before is not None  # or there would be a context
    after, _, _ = step(replace(before, number=island.number, n_islands=island.n_islands), problem.with_parameters())
    trials = [trial for entry in after.front if entry not in before.front
              for trial in constructed_trials(entry.network, entry.reason, problem)]
    return replace(island, with_constants=after), Outcome(tuple(trials), island.expansions, island.fitted_shapes)


def _step_of_second_look(island: Island, problem: Problem) -> tuple[Island, Outcome]:
    """One step of the search under Huber's scale; its new networks are fitted by squared error here."""
    before = island.second_look
    assert before is not None  # or it would have no turn
    after, _, _ = step(before, robust_problem(problem))
    trials = refitted_trials(before, after, problem)
    island = replace(island, second_look=after)
    return replace(island, robust_pick=robust_pick(island, problem)), Outcome(
        trials, island.expansions, island.fitted_shapes | {t.shape for t in trials})


def _after(island: Island, previous: Island, outcome: Outcome, problem: Problem) -> tuple[Island, list[Event]]:
    """The island after the outcome of a step, and the events; `previous` is the island before the step."""
    front, plain, kept = island.front, island.plain, island.kept
    events: list[Event] = []
    best = before = previous.best
    if island.robust_pick is not previous.robust_pick:
        best = _new_best(best, island.competing, island.step, events)
    for trial in outcome.trials:
        admitted = admit(front, trial, problem)
        if admitted is not front:
            kept = kept_beside(admitted, kept, left_front(front, admitted))
            front = admitted
            best = _new_best(best, replace(island, front=front, plain=plain, kept=kept).competing, island.step, events)
    if not plain and not is_exact(best, problem):  # beside an exact law no plain model is needed
        plain = problem.cached("plain entries", lambda: plain_entries(problem))
        best = _new_best(best, replace(island, front=front, plain=plain, kept=kept).competing, island.step, events)
    current = island.current
    if outcome.trials:
        lowest = min(outcome.trials, key=lambda t: t.loss)
        current = make_entry(lowest.network, problem.subsampled, lowest.reason)
        events.append(make_event("tried", island.step, current, island.current))
    exact_since = island.exact_since_step
    if exact_since < 0 and is_exact(best, problem):
        exact_since = island.step
    changed = best.network.structure() != before.network.structure()
    after = replace(
        island, front=front, current=current, plain=plain, kept=kept,
        beam=updated_beam(island.beam, outcome.trials, outcome.expansions), expansions=outcome.expansions,
        fitted_shapes=outcome.fitted_shapes, exact_since_step=exact_since,
        last_change_step=island.step if changed else island.last_change_step)
    reason = _stop_reason(after, best, outcome.exhausted, problem)
    noise = reason is None and noise_is_left(island.step, after.last_change_step, best, problem)
    after = replace(after, step=island.step + 1, stop_reason=reason, noise_is_left=noise)
    if reason is None and begins(after, problem):
        after = replace(after, second_look=first_island(robust_problem(problem)), second_look_step=after.step)
    return after, events


def _new_best(best: FrontEntry, entries: Sequence[FrontEntry], step: int, events: list[Event]) -> FrontEntry:
    """The default pick of the entries; an event is added if it is another one than before."""
    picked = pick(entries)
    if picked is not best:
        events.append(make_event("improved", step, picked, best))
    return picked


def _stop_reason(island: Island, best: FrontEntry, exhausted: bool, problem: Problem) -> StopReason | None:
    """Why the search ends with this step; None if it goes on."""
    since, beside = island.exact_since_step, island.with_constants
    if since >= 0 and has_settled(island.step - since, best, since) and is_exact(best, problem):
        return StopReason.EXACT
    if exhausted and (beside is None or beside.stop_reason is not None):
        return StopReason.EXHAUSTED
    return None
