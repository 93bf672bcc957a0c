"""Islands: several searches of one problem side by side, on the cores of one machine or on a cluster.

    with Islands(problem, n_jobs=2) as islands:
        state, events = islands.advance(islands.start(), Budget(seconds=10))
        state, more = islands.finish(state)

Island 0 is computed in the calling process, every worker island in a process of its own, in epochs that are pure
functions of their states: a process that dies loses one epoch and no more. No process starts for a search that ends
within `ALONE_S` seconds, unless it is one of `MANY_ISLANDS` with a budget in seconds. With a budget in steps the
migrations come after the same steps every time, so the same seed gives the same run however the processes are
scheduled; with a budget in seconds no island waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any

from xnet.engine.holes import grouped_search
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem
from xnet.engine.search.events import Event
from xnet.engine.search.state import Budget, Front, SearchState
from xnet.engine.search.stopping import StopReason
from xnet.engine.search.warm_start import warm_start
from xnet.polling import StepAbandoned, polled_by
from xnet.stopwatch import Stopwatch

from .advance_call import AdvanceCall, Interrupt, steps_of_round
from .cluster import connect
from .workers import Executor, Workers

#: Called with the state and the seconds of searching; may return a reason to end the search.
Observer = Callable[[SearchState, float], StopReason | None]
#: How long `finish` waits for worker islands in the middle of a step.
LAST_WORD_S = 0.5
#: Seconds of a search on several islands after which `search_on_islands` takes stock.
PART_S = 0.2
#: A step may exceed the budget by this many seconds before it is abandoned; the first step, which must give a network,
#: may take longer.
OVERRUN_S, FIRST_OVERRUN_S = 1.0, 20.0


class Islands:
    """A search on several islands; a context manager, which gives the processes back.

    Args:
        problem: what is searched.
        n_jobs: how many islands; with 1 this is `grouped_search.start` and `grouped_search.advance`.
        executor: computes for the worker islands instead of processes of our own, e.g. Dask's `Client`; it stays open.
    """

    def __init__(self, problem: Problem, n_jobs: int, executor: Executor | None = None) -> None:
        self.problem, self.n_islands = problem, 1 if problem.runs_alone else n_jobs
        self.workers = Workers(problem, self.n_islands, executor)

    def __enter__(self) -> Islands:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the processes back; their epochs under way are dropped."""
        self.workers.close()

    def start(self) -> SearchState:
        """The state before the first step."""
        return grouped_search.start(self.problem)

    def advance(self, state: SearchState, budget: Budget,
                interrupt: Interrupt = None) -> tuple[SearchState, list[Event]]:
        """Search on until the budget is spent or an island ends the search.

        Args:
            budget: steps are those of every island. Without steps, worker islands may still compute when this returns;
                their networks come with the next call, or with `finish`.
            interrupt: called between steps; True ends the call early.

        Returns:
            The new state (the old one is untouched) and the events, in order.
        """
        if self.n_islands == 1:
            return grouped_search.advance(state, self.problem, budget, interrupt)
        call = AdvanceCall(self.problem, self.workers, state, budget, interrupt)
        if budget.steps is None:
            call.run_asynchronously()
        else:
            call.run_in_lockstep(state.step + budget.steps)
        return call.state, call.events

    def finish(self, state: SearchState, at_most_s: float = LAST_WORD_S) -> tuple[SearchState, list[Event]]:
        """Stop the worker islands when the budget is spent, wait for them, and take their networks."""
        if self.n_islands == 1 or state.stop_reason is not None:
            return state, []
        self.workers.request_stop(at_most_s)
        call = AdvanceCall(self.problem, self.workers, state, Budget(), None)
        call.collect()
        return call.state, call.events

    def keep(self, front: Front) -> None:
        """Remember the networks of a front, beside those that the worker islands find."""
        self.workers.keep(front)


def search_on_islands(problem: Problem, budget: Budget, n_jobs: int, *, networks: Sequence[Network] = (),
                      observer: Observer | None = None, cluster: Any = None,
                      overrun_s: float = OVERRUN_S) -> tuple[SearchState, list[Event]]:
    """A whole search with `n_jobs` processes (see `count_jobs`); returns the last state and the events.

    A step that exceeds a budget in seconds by `overrun_s` is abandoned. Ctrl-C (`KeyboardInterrupt`) ends the search
    and keeps what it has found: the state then has the stop reason "stopped". During the initial state, when there is
    no network yet, it raises as usual.

    Args:
        problem, budget, n_jobs: what is searched, for how long, and with how many processes.
        networks: networks of an earlier search on the same columns to start from.
        observer: called with the state and the seconds of searching after every step (with several processes after
            every round, or 0.2 s); it may return a reason to end the search.
        cluster: a Dask cluster instead of processes of our own, with one more island than workers (see `connect`).
        overrun_s: seconds that a step may take beyond the budget.

    Raises:
        ClusterError: the cluster cannot be used.
    """
    with nullcontext() if cluster is None else connect(cluster) as executor:
        n_islands = n_jobs if executor is None else executor.n_islands
        return _searched(Islands(problem, n_islands, executor), budget, networks, observer, overrun_s)


def _searched(islands: Islands, budget: Budget, networks: Sequence[Network], observer: Observer | None,
              overrun_s: float) -> tuple[SearchState, list[Event]]:
    events: list[Event] = []
    with islands:
        state, reason = islands.start(), None
        state = warm_start(state, networks, islands.problem) if networks else state
        watch = Stopwatch()

        def look() -> None:
            most = overrun_s if state.step else FIRST_OVERRUN_S
            if budget.seconds is not None and watch.seconds() > budget.seconds + most:
                raise StepAbandoned

        try:
            while reason is None and (
                    part := _next_part(budget, state, islands.n_islands, watch.seconds())) is not None:
                with suppress(StepAbandoned), polled_by(look):
                    state, new = islands.advance(state, part)
                    events += new
                reason = None if observer is None else observer(state, watch.seconds())
        except KeyboardInterrupt:
            reason = StopReason.STOPPED
        state, more = islands.finish(state)
    return state if reason is None else replace(state, stop_reason=reason), events + more


def _next_part(budget: Budget, state: SearchState, n_jobs: int, spent: float) -> Budget | None:
    """The next part of a search that loses no more than itself when it is interrupted; None at the end.

    The parts give the same run as one call with the whole budget.
    """
    left = None if budget.seconds is None else budget.seconds - spent
    noise_ends = budget.half_spent(state.step, spent)
    if state.stop_reason is not None or (left is not None and left <= 0):
        return None
    if budget.steps is None and n_jobs > 1:
        return Budget(seconds=PART_S if left is None else min(PART_S, left), noise_ends=noise_ends)
    steps = 1 if n_jobs == 1 else steps_of_round(state.step)
    if budget.steps is not None:
        steps = min(steps, budget.steps - state.step)
    return Budget(steps, left, noise_ends) if steps > 0 else None
