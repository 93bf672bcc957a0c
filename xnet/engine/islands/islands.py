"""Islands: several searches of one problem side by side, on the cores of one machine or on a cluster.

    with Islands(problem, n_jobs=2) as islands:
        state, events = islands.advance(islands.start(), Budget(seconds=10))
        state, more = islands.finish(state)

Island 0 is computed in the process that asks; the helpers in lanes, one process each, in epochs that are pure functions
of their states, so a process that dies loses one epoch and no more. Nothing is started for a search that ends within
`ALONE_S` seconds. With a budget in steps the islands exchange after the same steps every time, and the same seed gives
the same run however the processes are scheduled; with a budget in seconds nobody waits for anybody.
"""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import time
import uuid
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import replace
from typing import Any, Protocol

from xnet.engine.problem.problem import Problem
from xnet.engine.search import search
from xnet.engine.search.events import Event, make_event
from xnet.engine.search.schedule import HELPERS_BEGIN
from xnet.engine.search.state import Budget, Front, IslandsState, SearchState, merged, together
from xnet.errors import DataError

from .migration import exchanged, joined, variant
from .pool_process import run_epoch
from .process_pool import Lane, lend, take_back

log = logging.getLogger(__name__)

#: So long a search is alone: most end sooner, and a process takes a while to start.
ALONE_S, ALONE_STEPS = 0.7, 8
#: How long a helper computes between two exchanges.
EPOCH_S, EPOCH_STEPS = 0.8, 3
#: How long `finish` waits for helpers that are in the middle of a step.
LAST_WORD_S = 0.5

Interrupt = Callable[[], bool] | None


class Executor(Protocol):
    """What computes for helpers: `concurrent.futures` executors and Dask's `Client` have this method."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Call the function elsewhere; the future's `done()` and `result()` are used."""


def count_jobs(n_jobs: int | None) -> int:
    """How many processes `n_jobs` stands for, as scikit-learn means it: None is 1, -1 all cores, -2 all but one.

    Inside a process or thread that joblib or `multiprocessing` started it is 1: the cores are at work already.

    Raises:
        DataError: n_jobs is 0 or no whole number.
    """
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not hasattr(n_jobs, "__index__") or n_jobs == 0:
        raise DataError(f"n_jobs is {n_jobs!r}; expected a whole number of processes, -1 for all cores, or None for 1.")
    if n_jobs == 1:
        return 1
    from joblib import cpu_count  # counts what affinity and a container's limits leave us
    from joblib.parallel import get_active_backend

    if multiprocessing.parent_process() is not None or get_active_backend()[0].nesting_level:
        return 1
    return int(n_jobs) if n_jobs > 0 else max(1, cpu_count() + 1 + int(n_jobs))


def steps_of_round(step: int) -> int:
    """How many steps after `step` the islands next exchange; calls of as many give the run that one long call gives."""
    return 1 if step < ALONE_STEPS else EPOCH_STEPS - (step - ALONE_STEPS) % EPOCH_STEPS


class Islands:
    """A search on several islands; a context manager, which gives the processes back.

    Args:
        problem: what is searched.
        n_jobs: how many islands; with 1 this is `search.start` and `search.advance`.
        executor: computes for the helpers instead of processes of our own, e.g. Dask's `Client`; it stays open.
    """

    def __init__(self, problem: Problem, n_jobs: int, executor: Executor | None = None) -> None:
        self.problem, self.n_islands, self._executor = problem, n_jobs, executor
        self._key = uuid.uuid4().hex
        self._pickled = b""
        self._helpers: dict[int, Executor] | None = None  # None until they are needed; those that died are left out
        self._flying: dict[int, Any] = {}
        self._knowing: set[int] = set()  # helpers whose process has the problem
        self._variants: dict[int, Problem] = {}
        self.found: Front = ()  # by helpers: so that a call that is broken off by a signal loses nothing
        self._lanes: list[Lane] = []
        self._release = weakref.finalize(self, take_back, self._lanes)

    def __enter__(self) -> Islands:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the processes back; what they compute at the moment is dropped."""
        self._helpers, self._flying = {}, {}
        self._release()

    def start(self) -> SearchState:
        """The state before the first step."""
        return search.start(self.problem)

    def advance(self, state: SearchState, budget: Budget, interrupt: Interrupt = None,
                ) -> tuple[SearchState, list[Event]]:
        """Search on until the budget is spent or an island ends the search.

        Args:
            budget: steps are those of every island. Without steps, helpers may still compute when this returns; what
                they find comes with the next call, or with `finish`.
            interrupt: asked between steps; True ends the call early.

        Returns:
            The new state (the old one is untouched) and what happened, in order.
        """
        if self.n_islands == 1:
            return search.advance(state, self.problem, budget, interrupt)
        voyage = _Voyage(self, state, budget, interrupt)
        if budget.steps is None:
            voyage.freely()
        else:
            voyage.in_rounds(state.step + budget.steps)
        return voyage.state, voyage.events

    def finish(self, state: SearchState, at_most_s: float = LAST_WORD_S) -> tuple[SearchState, list[Event]]:
        """Take in what the helpers have under way when the budget is spent: they are told to end, and waited for."""
        if self.n_islands == 1 or state.stop_reason:
            return state, []
        for lane in self._lanes:
            lane.recall()
        wait_for([f for f in self._flying.values() if isinstance(f, Future)], timeout=at_most_s)
        voyage = _Voyage(self, state, Budget(), None)
        voyage.take_in()
        return voyage.state, voyage.events

    def gather(self) -> bool:
        """See to it that the helpers' processes start; True once they stand."""
        if self._helpers is None:
            helpers: list[Executor] = [self._executor] * (self.n_islands - 1) if self._executor is not None else []
            if self._executor is None:
                try:
                    lend(self.n_islands - 1, self._lanes)
                except OSError as error:
                    log.warning("No more processes can be started (%s); the search goes on with fewer.", error)
                helpers += self._lanes
            self._helpers = dict(enumerate(helpers, start=1))
        for k, helper in self._helpers.items():
            if isinstance(helper, Lane) and helper.rests():  # after a long pause
                self._renew(k, helper)
        return all(lane.ready.done() for lane in self._lanes)

    def _renew(self, k: int, lane: Lane) -> None:
        lane.close()
        self._lanes.remove(lane)
        self._knowing.discard(k)
        lend(len(self._lanes) + 1, self._lanes)
        assert self._helpers is not None
        self._helpers[k] = self._lanes[-1]

    def send(self, state: SearchState, budget: Budget) -> bool:
        """Have a helper advance by one epoch; False if nobody computes for it."""
        k = state.island
        helper = (self._helpers or {}).get(k)
        if helper is None:
            return False
        try:
            if k not in self._knowing:
                self._pickled = self._pickled or pickle.dumps(self.problem, protocol=5)
            payload = None if k in self._knowing else self._pickled
            self._flying[k] = helper.submit(run_epoch, self._key, payload, state, budget)
        except Exception as error:  # noqa: BLE001 - whatever an executor raises, the search goes on without it
            self.give_up(k, error)
            return False
        if isinstance(helper, Lane):  # any process of another executor may take the next epoch
            self._knowing.add(k)
            if len(self._knowing) == self.n_islands - 1:
                self._pickled = b""  # a large table's copy; made again for a process that has lost it
        return True

    def busy(self, k: int) -> bool:
        """Whether helper k computes."""
        return k in self._flying and not self._flying[k].done()

    def idle(self, k: int) -> bool:
        """Whether helper k has nothing to do, and nothing to tell."""
        return k not in self._flying

    def take(self, k: int) -> SearchState | None:
        """The state that helper k came back with; None if it is not back, or died."""
        if self.idle(k) or self.busy(k):
            return None
        try:
            state: SearchState | None = self._flying.pop(k).result()
        except Exception as error:  # noqa: BLE001 - a dead process, a lost cluster: one epoch is lost, nothing else
            self.give_up(k, error)
            return None
        if state is None:
            self._knowing.discard(k)
        return state

    def forget(self) -> None:
        """Drop what the helpers compute."""
        self._flying = {}

    def give_up(self, k: int, error: Exception) -> None:
        """Go on without the process of helper k."""
        (self._helpers or {}).pop(k, None)
        log.warning("The process of island %d of %d is lost (%s); the search goes on without it.", k, self.n_islands,
                    error)

    def compute(self, state: SearchState, budget: Budget) -> SearchState:
        """Advance a helper in this process, with the same result as in its own."""
        k = state.island
        if k not in self._variants:
            self._variants[k] = variant(self.problem, k)
        return search.advance(state, self._variants[k], budget)[0]

    def keep(self, front: Front) -> None:
        """Remember what a helper found."""
        self.found = merged([front, self.found])


def search_on_islands(problem: Problem, budget: Budget, n_jobs: int) -> tuple[SearchState, list[Event]]:
    """A whole search with `n_jobs` processes (see `count_jobs`); returns the last state and what happened."""
    with Islands(problem, n_jobs) as islands:
        state, events = islands.advance(islands.start(), budget)
        state, more = islands.finish(state)
    return state, events + more


class _Voyage:
    """One call of `Islands.advance`."""

    def __init__(self, islands: Islands, state: SearchState, budget: Budget, interrupt: Interrupt) -> None:
        self.home, self.budget, self.interrupt = islands, budget, interrupt
        self.begun, self.before = time.perf_counter(), state.seconds
        self.state = state if isinstance(state, IslandsState) else together((state,), state.seconds)
        self.events: list[Event] = []

    def over(self) -> bool:
        """Whether to end the call."""
        late = self.budget.seconds is not None and time.perf_counter() - self.begun >= self.budget.seconds
        return bool(self.state.stop_reason) or late or (self.interrupt is not None and self.interrupt())

    def freely(self) -> None:
        """Island 0 step by step; helpers come and go when they like."""
        while not self.over():
            self.step()
            self.take_in()
            if not self.state.stop_reason and self.state.seconds >= ALONE_S and self.home.gather():
                self.join()
                for k, helper in enumerate(self.state.islands):
                    if k and self.home.idle(k) and not helper.stop_reason:
                        self.home.send(exchanged(self.state.islands, k), Budget(seconds=EPOCH_S))

    def in_rounds(self, end: int) -> None:
        """Every island the same steps, then the exchange, until island 0 has done `end` steps in all."""
        self.home.forget()
        while not self.over() and self.state.step < end:
            if self.state.step < ALONE_STEPS:
                self.step()
            else:
                self.round(end)

    def round(self, end: int) -> None:
        """The rest of a round, or less where the steps end sooner."""
        self.home.gather()
        done = (self.state.step - ALONE_STEPS) % EPOCH_STEPS
        if done == 0:
            self.join()
            islands = self.state.islands
            self.become((islands[0], *(exchanged(islands, k) for k in range(1, len(islands)))))
        stop = min(end, self.state.step - done + EPOCH_STEPS)
        work = {k: Budget(HELPERS_BEGIN + stop - ALONE_STEPS - helper.step)
                for k, helper in enumerate(self.state.islands) if k and not helper.stop_reason}
        for k, budget in work.items():
            self.home.send(self.state.islands[k], budget)
        while self.state.step < stop and not self.over():
            self.step()
        if self.state.stop_reason:
            self.home.forget()  # or it would depend on the processes what else is found
        back: dict[int, SearchState] = {}
        for k, budget in work.items():
            while self.home.busy(k) and not self.over():
                time.sleep(0.002)
            if self.over():
                return
            back[k] = self.home.take(k) or self.home.compute(self.state.islands[k], budget)
        self.become(tuple(back.get(k, island) for k, island in enumerate(self.state.islands)))

    def join(self) -> None:
        """Let the helpers begin, if they have not yet."""
        if len(self.state.islands) == 1:
            self.become(joined(self.state.islands[0], self.home.n_islands))

    def step(self) -> None:
        """One step of island 0."""
        first, new = search.advance(self.state.islands[0], self.home.problem, Budget(steps=1))
        self.become((first, *self.state.islands[1:]))
        self.events += [replace(e, seconds=self.state.seconds) for e in new if e.kind == "tried"]

    def take_in(self) -> None:
        """What helpers came back with."""
        islands = list(self.state.islands)
        for k in range(1, self.home.n_islands):
            helper = self.home.take(k)
            if helper is not None:
                self.home.keep(helper.front)
                islands[k:k + 1] = [helper]
        self.become(tuple(islands))

    def become(self, islands: tuple[SearchState, ...]) -> None:
        """Go on from these states of the islands, and tell if their best is a new one."""
        old = self.state.best
        seconds = self.before + time.perf_counter() - self.begun
        self.state = together(islands, seconds, self.home.found if self.budget.steps is None else ())
        if self.state.best.network != old.network:
            event = make_event("improved", max(self.state.step - 1, 0), self.state.best, old)
            self.events.append(replace(event, seconds=seconds))
