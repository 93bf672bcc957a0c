"""Steps of a search until its budget is spent, for searches whose state is that of several islands in turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xnet.stopwatch import Stopwatch

from .events import Event
from .state import Budget, SearchState

#: One step of a search: the new state and its events.
Step = Callable[[SearchState], tuple[SearchState, list[Event]]]


def advanced(state: SearchState, step: Step, budget: Budget,
             interrupt: Callable[[], bool] | None) -> tuple[SearchState, list[Event]]:
    """Step until the budget is spent, the search ends itself, or `interrupt()` is true.

    Returns:
        The new state, and the events with the seconds of the search so far.
    """
    events: list[Event] = []
    done, watch, before = 0, Stopwatch(), state.seconds
    while state.stop_reason is None and not (
            (budget.steps is not None and done >= budget.steps)
            or (budget.seconds is not None and watch.seconds() >= budget.seconds)
            or (interrupt is not None and interrupt())):
        state, new = step(state)
        done += 1
        state = replace(state, seconds=before + watch.seconds())
        events += [replace(e, seconds=state.seconds) for e in new]
    return state, events
