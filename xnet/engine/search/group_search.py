"""The search of one form for many groups, with constants of their own: `start` and `advance` for any problem.

Island 0 holds the forms of all groups; every other island searches one group of rows as a table of its own. In turns

* an island of one group takes a step (the largest group first, later others as well);
* all groups are matched at once, scale and bias projected out group by group (`group_matching`);
* the new forms of all these are *joined*: fitted in every group, their constants shared by evidence (`sharing`), and
  admitted to the front;
* if rows are wild, the forms are joined under Huber's scale as well (`second_look`), on a front of its own.

A step is a pure function of the state, as in a search of one table. A problem without groups, or with one group, is
searched by `search.start` and `search.advance`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.fitting.group_fitting import GroupFit
from xnet.engine.fitting.simplification import round_constants
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.group_support import group_rows
from xnet.engine.front.structure_price import structure_price
from xnet.engine.front.support import with_support
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from . import search
from .beam import rank
from .events import Event, make_event
from .group_forms import MATCHED, matched_forms, one_group, plain_forms, searched_groups, with_hidden_constants
from .records import Trial
from .second_look import has_wild_rows, robust_pick, robust_problem
from .sharing import description_length, fitted_everywhere, shared, tidied
from .state import Budget, Island, SearchState, combined_state
from .stepping import advanced
from .stopping import StopReason, rows_can_tell

#: Every so many steps forms are joined; new forms of a step, and how many of them share constants.
JOIN_EVERY, _NEW_FORMS, _SHARED_FORMS = 8, 12, 4
#: Matched forms that are fitted before the first join, so that a first formula is seen.
_EARLY_FORMS = 3
#: Steps of the first group alone, before others have their turns.
_FIRST_ALONE = 24
#: Joins after an exact form until the search ends.
_JOINS_AFTER_EXACT = 2
#: Forms with more constants than this are not joined.
_MOST_CONSTANTS = 9


def start(problem: Problem) -> SearchState:
    """The state before the first step."""
    if not has_groups(problem):
        return search.start(problem)
    entry = with_support(make_entry(_constant(problem), problem, "a constant"), problem)
    inner = [replace(search.first_island(one_group(problem, g)), group=g) for g in searched_groups(problem)]
    return combined_state((Island(0, (entry,), entry), *inner), 0.0)


def has_groups(problem: Problem) -> bool:
    """Whether the rows are in two groups or more; one group is a table like any other."""
    return problem.groups is not None and len(problem.groups.labels) > 1


def _constant(problem: Problem) -> Network:
    network = search.first_island(one_group(problem, 0)).front[0].network
    rows = problem.train
    best = network.with_constants([rows.loss_function.best_constant(rows.y, rows.weight)])
    return round_constants(best, rows).network


def advance(state: SearchState, problem: Problem, budget: Budget,
            interrupt: Callable[[], bool] | None = None) -> tuple[SearchState, list[Event]]:
    """Search until the budget is spent or the search ends itself; see `search.advance`."""
    if not has_groups(problem):
        return search.advance(state, problem, budget, interrupt)
    return advanced(state, lambda before: _step(before, problem), budget, interrupt)


def _step(state: SearchState, problem: Problem) -> tuple[SearchState, list[Event]]:
    whole, *inner = state.islands
    k = _turn(whole.step, inner)
    events: list[Event] = []
    with np.errstate(all="ignore"):
        if k is None or whole.step % JOIN_EVERY == JOIN_EVERY - 1:
            whole, events = _looked_twice(*_joined(whole, inner, problem), whole, inner, problem)
        elif whole.step in MATCHED:
            trials = matched_forms(problem, MATCHED[whole.step], whole.fitted_shapes)
            whole = replace(whole, beam=(*whole.beam, *trials))
            if len(whole.front) == 1:  # before the first join there is only a constant to be seen
                whole, events = _admitted(whole, [*_fitted(trials[:_EARLY_FORMS], problem), *_plain(problem)], problem)
                whole = replace(whole, plain=whole.front[1:])  # these compete to the end
        else:
            inner[k] = _inner_step(inner[k], problem)
            whole = replace(whole, current=whole.best)
    return combined_state((replace(whole, step=whole.step + 1), *inner), state.seconds), events


def _plain(problem: Problem) -> list[tuple[Trial, GroupFit]]:
    """The best form of every kind of plain model, fitted in every group: they compete with every form that is found."""
    forms = [form for form in plain_forms(problem) if len(form.network.constants) <= _MOST_CONSTANTS]
    best: dict[str, tuple[Trial, GroupFit]] = {}
    for form, fit in _fitted(forms, problem):  # by description length
        best.setdefault(form.reason, (form, fit))
    return list(best.values())


def _turn(step: int, inner: list[Island]) -> int | None:
    """The position of the island whose turn it is; None where all have ended."""
    going = [k for k, island in enumerate(inner) if island.stop_reason is None]
    if not going:
        return None
    if step < _FIRST_ALONE and 0 in going:
        return 0
    return going[(step - step // JOIN_EVERY) % len(going)]


def _inner_step(island: Island, problem: Problem) -> Island:
    after, _, _ = search.step(island, one_group(problem, island.group))
    return replace(after, group=island.group)


def _joined(whole: Island, inner: list[Island], problem: Problem) -> tuple[Island, list[Event]]:
    """Island 0 after the new forms of all islands are fitted in every group."""
    forms = _new_forms(whole, inner, problem)
    fits = _fitted(forms, problem)
    hidden = [form for form in _with_hidden_constants(fits[:_SHARED_FORMS], problem)
              if form.shape not in whole.fitted_shapes]
    forms += hidden
    fits = sorted(fits + _fitted(hidden, problem), key=lambda item: _length(item[1], problem))
    island, events = _admitted(whole, fits[:_SHARED_FORMS], problem)
    island = replace(island, beam=(), fitted_shapes=whole.fitted_shapes | {form.shape for form in forms})
    return ended(island, inner, problem, new=bool(forms)), events


def _admitted(whole: Island, fits: list[tuple[Trial, GroupFit]], problem: Problem) -> tuple[Island, list[Event]]:
    """Island 0 with some fitted forms on its front, their constants shared by evidence."""
    front = whole.front
    entries = []
    for form, fit in fits:
        entry = _entry(form, fit, problem)
        entries.append(entry)
        after = insert(front, entry)
        if after is not front:
            front = tuple(with_support(e, problem) if e is entry else e for e in after)
    return after_trials(replace(whole, front=front), whole, entries)


def after_trials(island: Island, before: Island, entries: Sequence[FrontEntry]) -> tuple[Island, list[Event]]:
    """Island 0 whose current network is the lowest of the entries that were tried, and the events of the step.

    Args:
        island, before: after and before these entries were inserted in the front.
    """
    events, best = list[Event](), before.best
    if island.best is not best:
        events.append(make_event("improved", before.step, island.best, best))
    if entries:
        lowest = min(entries, key=lambda e: e.loss)
        events.append(make_event("tried", before.step, lowest, before.current))
        island = replace(island, current=lowest)
    return island, events


def _looked_twice(whole: Island, events: list[Event], before: Island, inner: list[Island],
                  problem: Problem) -> tuple[Island, list[Event]]:
    """Island 0 and its events after the second look, whose island holds the front under Huber's scale.

    Args:
        whole, events: of the join under squared error.
        before: island 0 before this join.
    """
    look, begins = whole.second_look, has_wild_rows(whole, problem)
    if look is None and not begins:
        return whole, events
    robust = robust_problem(problem)
    if look is None:
        entry = with_support(make_entry(_constant(robust), robust, "a constant"), robust)
        look, whole = Island(0, (entry,), entry), replace(whole, second_look_step=whole.step)
    look, _ = _joined(replace(look, beam=before.beam, step=whole.step), inner, robust)
    best, whole = whole.best, replace(whole, second_look=look)
    whole = replace(whole, robust_pick=robust_pick(whole, problem))
    if whole.best is not best:
        events = [*events, make_event("improved", whole.step, whole.best, best)]
    return whole, events


def _fitted(forms: list[Trial], problem: Problem) -> list[tuple[Trial, GroupFit]]:
    """The forms fitted in every group, by description length."""
    rows = group_rows(problem, train=True)
    fits = [(form, fitted_everywhere(form.network, rows)) for form in forms]
    return sorted(((form, fit) for form, fit in fits if np.isfinite(fit.losses).all()),
                  key=lambda item: _length(item[1], problem))


def _with_hidden_constants(fits: list[tuple[Trial, GroupFit]], problem: Problem) -> Iterator[Trial]:
    """The forms with the constants that are 1 or 0 in them written out."""
    for form, fit in fits:
        expr = with_hidden_constants(to_expression(form.network))
        network, name = problem.network_of(expr), shape(expr)
        if network is not None and name != form.shape:
            loss = fit.total(group_rows(problem, train=True)) / problem.train.scale
            yield Trial(network, loss, name, form.reason)


def _new_forms(whole: Island, inner: list[Island], problem: Problem) -> list[Trial]:
    """Forms that were not fitted in all groups yet, the most promising first."""
    found: dict[str, Trial] = {}
    for trial in (*whole.beam, *(t for island in inner for t in _forms_of(island))):
        if trial.shape in whole.fitted_shapes or len(trial.network.constants) > _MOST_CONSTANTS:
            continue
        if trial.shape not in found or trial.loss < found[trial.shape].loss:
            found[trial.shape] = trial
    half = _NEW_FORMS // 2
    forms = sorted(found.values(), key=lambda t: (rank(t.loss, t.complexity, 0.25), t.shape))[:half]
    chosen = {form.shape for form in forms}
    rest = sorted((t for t in found.values() if t.shape not in chosen),
                  key=lambda t: (rank(t.loss, t.complexity, 0.05), t.shape))
    return forms + rest[:_NEW_FORMS - len(forms)]


def _forms_of(island: Island) -> Iterator[Trial]:
    """The beam and the front of an island: a constant that was simplified to 1 is missing in the second alone."""
    yield from island.beam
    for entry in island.front:
        yield Trial(entry.network, entry.loss, shape(to_expression(entry.network)), entry.reason)


def _length(fit: GroupFit, problem: Problem) -> float:
    """The description length of a form with all constants own."""
    rows = group_rows(problem, train=True)
    price = structure_price(fit.form, problem.n_inputs - 1, len(problem.activations))
    return description_length(fit.losses, len(fit.theta), 0, rows) + price


def _entry(form: Trial, fit: GroupFit, problem: Problem) -> FrontEntry:
    network = tidied(*shared(fit, problem), problem)
    return make_entry(network, problem, form.reason)


def ended(island: Island, inner: list[Island], problem: Problem, *, new: bool) -> Island:
    """The island with the reason to stop, if there is one."""
    exact = island.best.loss <= problem.train.exact and rows_can_tell(island.best, problem)
    since = (island.exact_since_step if island.exact_since_step >= 0 else island.step) if exact else -1
    reason = None
    if exact and island.step - since >= _JOINS_AFTER_EXACT * JOIN_EVERY:
        reason = StopReason.EXACT
    elif all(i.stop_reason is not None for i in inner) and not new:
        reason = StopReason.EXACT if exact else StopReason.EXHAUSTED
    return replace(island, exact_since_step=since, stop_reason=reason)
