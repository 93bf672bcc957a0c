"""The search of a form with unknown parts: `start` and `advance` for any problem.

Island 0 holds whole formulas; every other island searches one hole. The holes begin as polynomials that are fitted
together (`first_guess`). Then the holes are visited in turn:

* at the beginning of a visit the hole gets its second-order target from the best parts so far (`hole_problem`); where
  this is a new target, the search of the hole begins again with what it has found;
* the island of the hole takes a number of steps: few in the first round, and twice as many in every later one;
* the formulas of all holes are joined (`joining`), and the best combinations are tidied (`tidying`) and admitted to the
  front.

A step is a pure function of the state, as in a search of whole formulas. A problem without a template is searched by
`group_search.start` and `group_search.advance`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from xnet.engine.formulas.arrangement import arranged
from xnet.engine.formulas.composition import complexity_of, composed
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.support import with_support
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem
from xnet.engine.search import group_search, search
from xnet.engine.search.events import Event, make_event
from xnet.engine.search.noise_ending import ends_on_noise
from xnet.engine.search.rescoring import rescored_island
from xnet.engine.search.state import Budget, Island, SearchState, combined_state
from xnet.engine.search.stepping import advanced
from xnet.engine.search.stopping import StopReason, has_settled, noise_is_left, rows_can_tell
from xnet.engine.search.warm_start import warm_start
from xnet.errors import DataError

from .completion import tidied_with_required
from .first_guess import first_guess, through_origin
from .form_fitting import FormFit
from .hole_problem import has_same_target, hole_problem
from .joining import description_length, joined
from .tidying import tidied, without_gauges

#: Steps of a visit in the first round, before whose end there is no formula, in the second, and the most in later ones.
_FIRST_VISIT, _SECOND_VISIT, _LONGEST_VISIT = 4, 12, 96
#: Combinations of a join that are tidied.
_TIDIED = 4
#: Formulas of a hole with which its search begins again.
_KEPT = 8


def start(problem: Problem) -> SearchState:
    """The state before the first step.

    Raises:
        DataError: the form has no finite value for any constants in the place of its unknown parts.
    """
    if problem.template is None:
        return group_search.start(problem)
    form = problem.template
    with np.errstate(all="ignore"):
        constants = first_guess(form, problem.search, problem.seed, constant=True)
        guess = first_guess(form, problem.search, problem.seed)
        if constants is None or guess is None:
            raise DataError(f"The template {form.text!r} has no finite value on all rows, whatever its unknown parts "
                            "are; check the domains of its logarithms, roots and quotients.")
        return started(problem, constants, guess)


def started(problem: Problem, constants: FormFit, guess: FormFit) -> SearchState:
    """The state before the first step, from constants and from first guesses in the place of the holes."""
    assert problem.template is not None
    guess = through_origin(problem.template, guess, problem.search)
    entry = _entry(tidied(without_gauges(constants, problem), problem), problem, "constants in the unknown parts")
    whole = Island(0, (entry,), entry, parts=guess.parts)
    islands = [_first_island(problem, k, guess.parts, entry) for k in range(len(problem.template.holes))]
    return combined_state((whole, *islands), 0.0)


def _first_island(problem: Problem, k: int, base: Parts, otherwise: FrontEntry) -> Island:
    """The island of hole k before its first step; an ended one where too few rows know the hole."""
    table = hole_problem(problem, k, base)
    if table is None:
        return Island(0, (otherwise,), otherwise, stop_reason=StopReason.EXHAUSTED, hole=k, parts=base)
    return replace(search.first_island(table), hole=k, parts=base)


def advance(state: SearchState, problem: Problem, budget: Budget,
            interrupt: Callable[[], bool] | None = None) -> tuple[SearchState, list[Event]]:
    """Search until the budget is spent or the search ends itself; see `search.advance`."""
    if problem.template is None:
        return group_search.advance(state, problem, budget, interrupt)

    def step(before: SearchState) -> tuple[SearchState, list[Event]]:
        after, events = hole_step(before, problem)
        if budget.noise_ends and ends_on_noise(after.islands[0], problem):
            after = replace(after, stop_reason=StopReason.NOISE)
        return after, events

    return advanced(state, step, budget, interrupt)


def hole_step(state: SearchState, problem: Problem) -> tuple[SearchState, list[Event]]:
    """One step of the search of a form, and its events."""
    whole, *islands = state.islands
    k = whole.visits % len(islands)
    done = whole.step - whole.visit_step
    events: list[Event] = []
    with np.errstate(all="ignore"):
        if done == 0:
            islands[k] = _visited(islands[k], whole, problem)
        settled = whole.exact_since_step >= 0 and has_settled(
            whole.step - whole.exact_since_step, whole.best, whole.exact_since_step)
        if settled or done >= _steps_of_visit(whole.visits, len(islands)) or islands[k].stop_reason is not None:
            whole, events = _joined(whole, islands, problem, settled=settled)
        else:
            islands[k] = _hole_step(islands[k], problem)
    return combined_state((replace(whole, step=whole.step + 1), *islands), state.seconds), events


def _steps_of_visit(visits: int, n_holes: int) -> int:
    done = visits // n_holes
    return min(_SECOND_VISIT * 2 ** (done - 1), _LONGEST_VISIT) if done else _FIRST_VISIT


def _visited(island: Island, whole: Island, problem: Problem) -> Island:
    """The island of a hole with the target that follows from the best parts."""
    parts, base, k = whole.parts, island.parts, island.hole
    assert parts is not None
    assert base is not None
    if parts == base or has_same_target(problem, k, base, parts, island.front[-1].loss):
        return island
    table = hole_problem(problem, k, parts)
    if table is None:
        return replace(island, stop_reason=StopReason.EXHAUSTED)
    networks = [entry.network for entry in island.front[-_KEPT:] if entry.parts is None]
    begun = combined_state((search.first_island(table),), 0.0)
    return replace(warm_start(begun, [parts.holes[k], *networks], table).islands[0], hole=k, parts=parts)


def _hole_step(island: Island, problem: Problem) -> Island:
    assert island.parts is not None
    table = hole_problem(problem, island.hole, island.parts)
    assert table is not None  # or the island would have ended
    after, _, _ = search.step(rescored_island(island, table), table)
    return replace(after, hole=island.hole, parts=island.parts)


def _joined(whole: Island, islands: list[Island], problem: Problem, *,
            settled: bool) -> tuple[Island, list[Event]]:
    """Island 0 after the formulas of all holes were joined; the visit ends."""
    form = problem.template
    assert form is not None
    assert whole.parts is not None
    fits, names = joined(islands, whole.parts, problem, whole.fitted_shapes)
    front, events, best, entries = whole.front, list[Event](), whole.best, list[FrontEntry]()
    fits = sorted((without_gauges(fit, problem) for fit in fits[:_TIDIED]),
                  key=lambda fit: description_length(fit, problem)) + fits[_TIDIED:]
    all_visited = whole.visits + 1 >= len(islands)  # before that a hole is the polynomial of the first guess
    for fit in fits[:_TIDIED] if all_visited else ():
        fit = tidied_with_required(fit, problem)
        if complexity_of(form, fit.parts) > problem.max_complexity:
            continue
        entry = _entry(fit, problem, "the unknown parts together")
        entries.append(entry)
        front = insert(front, entry)
    island = replace(whole, front=front, parts=fits[0].parts if fits else whole.parts, fitted_shapes=names,
                     visits=whole.visits + 1, visit_step=whole.step + 1)
    if island.best is not best:
        events.append(make_event("improved", whole.step, island.best, best))
        island = replace(island, last_change_step=whole.step)
    if entries:
        lowest = min(entries, key=lambda e: e.loss)
        events.append(make_event("tried", whole.step, lowest, whole.current))
        island = replace(island, current=lowest)
    return _ended(island, islands, problem, settled=settled, new=names != whole.fitted_shapes), events


def _entry(fit: FormFit, problem: Problem, reason: str) -> FrontEntry:
    assert problem.template is not None
    network = arranged(composed(problem.template, fit.parts))
    return with_support(make_entry(network, problem, reason, fit.parts), problem)


def _ended(island: Island, islands: list[Island], problem: Problem, *, settled: bool, new: bool) -> Island:
    """The island with the reason to stop, if there is one."""
    exact = island.best.loss <= problem.train.exact and rows_can_tell(island.best, problem)
    since = (island.exact_since_step if island.exact_since_step >= 0 else island.step) if exact else -1
    reason = None
    if exact and settled:
        reason = StopReason.EXACT
    elif not new and all(i.stop_reason is not None for i in islands):
        reason = StopReason.EXACT if exact else StopReason.EXHAUSTED
    noise = reason is None and noise_is_left(island.step, island.last_change_step, island.best, problem)
    return replace(island, exact_since_step=since, stop_reason=reason, noise_is_left=noise)
