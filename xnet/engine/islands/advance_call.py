"""One call of `Islands.advance`: island 0 in this process, worker islands in others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from xnet.engine.problem.problem import Problem
from xnet.engine.search.events import Event, make_event
from xnet.engine.search.schedule import MANY_ISLANDS, WORKERS_BEGIN
from xnet.engine.search.search import advance_island
from xnet.engine.search.state import Budget, Island, SearchState, combined_state
from xnet.engine.search.stopping import StopReason
from xnet.polling import StepAbandoned, polled_by
from xnet.stopwatch import Stopwatch

from .exchange import Exchange
from .migration import with_worker_islands
from .settling import have_settled
from .workers import Workers

#: A search is alone for so long: many searches end sooner. A process then takes half a second to start; those of
#: `MANY_ISLANDS` are started with the search, because this is a third of their time.
ALONE_S, ALONE_STEPS = 0.1, 8
#: A worker island computes for so long between two migrations.
EPOCH_S, EPOCH_STEPS = 0.4, 3
#: The same for `MANY_ISLANDS`, in proportion to the number of islands: they divide the tasks, so what they find is soon
#: of use to others, but the process of island 0 sends and receives all of them.
EPOCH_OF_MANY_S = 0.2
#: Island 0 looks for results of worker islands at most as often as this.
_LOOK_S = 0.01
#: With more islands than this it looks more rarely: its process sends and receives all of them.
_MANY = 16

Interrupt = Callable[[], bool] | None


def steps_of_round(step: int) -> int:
    """Steps from `step` to the next migration; calls of as many steps give the run that one long call gives."""
    return 1 if step < ALONE_STEPS else EPOCH_STEPS - (step - ALONE_STEPS) % EPOCH_STEPS


class AdvanceCall:
    """The state of the search during the call, and its events."""

    def __init__(self, problem: Problem, workers: Workers, state: SearchState, budget: Budget,
                 interrupt: Interrupt) -> None:
        self.problem, self.workers, self.state, self.budget = problem, workers, state, budget
        self.best, self.interrupt = state.best, interrupt
        self.watch, self.before = Stopwatch(), state.seconds
        self.events: list[Event] = []
        self.looked = 0.0

    def is_over(self) -> bool:
        """Whether to end the call."""
        late = self.budget.seconds is not None and self.watch.seconds() >= self.budget.seconds
        return self.state.stop_reason is not None or late or (self.interrupt is not None and self.interrupt())

    def run_asynchronously(self) -> None:
        """Island 0 step by step; worker islands exchange whenever an epoch of theirs ends, also within a step."""
        if self.workers.n_islands >= MANY_ISLANDS:
            self.workers.gather()
        while not self.is_over():
            with polled_by(self.look):
                self.step()
            self.exchange()

    def look(self) -> None:
        """Within a step of island 0: exchange networks, and abandon the step if the search has ended."""
        now = time.perf_counter()
        if now - self.looked >= _LOOK_S * self.crowd():
            self.looked = now
            self.exchange()
            if self.state.stop_reason is not None:
                raise StepAbandoned

    def exchange(self) -> None:
        """Take the results of epochs that have ended, and start the next epochs."""
        self.collect()
        if self.state.stop_reason is not None or self.seconds() < ALONE_S or not self.workers.gather():
            return
        self.begin_workers()
        idle = [i for i in self.state.islands[1:] if self.workers.is_idle(i.number) and i.stop_reason is None]
        if idle:
            self.workers.exchange.learn(self.state.islands)
        for island in idle:
            self.workers.send(self.workers.exchange.after_migration(island), self.epoch())

    def epoch(self) -> Budget:
        """The budget of an epoch: a single step once there is something exact, to end the search soon."""
        if any(island.exact_since_step >= 0 for island in self.state.islands):
            return Budget(steps=1)
        n = self.workers.n_islands
        seconds = EPOCH_S if n < MANY_ISLANDS else EPOCH_OF_MANY_S * n / MANY_ISLANDS
        return Budget(seconds=seconds, until_exact=True)

    def crowd(self) -> float:
        """How many times rarer islands exchange than a few would."""
        return max(1.0, self.workers.n_islands / _MANY)

    def seconds(self) -> float:
        """Of the search, up to now."""
        return self.before + self.watch.seconds()

    def run_in_lockstep(self, end: int) -> None:
        """The same steps on every island, then the migration, until island 0 has done `end` steps in all."""
        self.workers.drop_epochs()
        while not self.is_over() and self.state.step < end:
            if self.state.step < ALONE_STEPS:
                self.step()
            else:
                self.run_round(end)

    def run_round(self, end: int) -> None:
        """The rest of a round, or less if the steps end sooner."""
        self.workers.gather()
        done = (self.state.step - ALONE_STEPS) % EPOCH_STEPS
        if done == 0:
            self.begin_workers()
            exchange = Exchange()  # not that of the search, which knows what another order of calls would not
            exchange.learn(self.state.islands)
            first, *others = self.state.islands
            self.replace_islands((first, *(exchange.after_migration(island) for island in others)))
        stop = min(end, self.state.step - done + EPOCH_STEPS)
        budgets = {k: Budget(WORKERS_BEGIN + stop - ALONE_STEPS - island.step)
                   for k, island in enumerate(self.state.islands) if k and island.stop_reason is None}
        for k, budget in budgets.items():
            self.workers.send(self.state.islands[k], budget)
        while self.state.step < stop and not self.is_over():
            self.step()
        if self.state.stop_reason is not None:
            self.workers.drop_epochs()  # or other networks found would depend on the processes
        results: dict[int, Island] = {}
        for k, budget in budgets.items():
            while self.workers.is_busy(k) and not self.is_over():
                time.sleep(0.002)
            if self.is_over():
                return
            results[k] = self.workers.result(k) or self.workers.compute_here(self.state.islands[k], budget)
        self.replace_islands(tuple(results.get(k, island) for k, island in enumerate(self.state.islands)))

    def begin_workers(self) -> None:
        """Let the worker islands begin, if they have not yet."""
        if len(self.state.islands) == 1:
            self.replace_islands(with_worker_islands(self.state.islands[0], self.workers.n_islands))

    def step(self) -> None:
        """One step of island 0, unless it is abandoned."""
        budget = Budget(steps=1, noise_ends=self.budget.noise_ends)
        try:
            first, new, _ = advance_island(self.state.islands[0], self.problem, budget)
        except StepAbandoned:
            return
        self.replace_islands((first, *self.state.islands[1:]))
        self.events += [replace(e, seconds=self.state.seconds) for e in new if e.kind == "tried"]

    def collect(self) -> None:
        """Take the results of the epochs that have ended."""
        results = [self.workers.result(k) for k in range(1, len(self.state.islands))]
        ended = {island.number: island for island in results if island is not None}
        for island in ended.values():
            self.workers.keep(island.front)
        if ended:
            self.replace_islands(tuple(ended.get(island.number, island) for island in self.state.islands))

    def replace_islands(self, islands: tuple[Island, ...]) -> None:
        """Go on from these islands, with an event if the default pick is a new one."""
        old, seconds = self.best, self.seconds()
        self.state = combined_state(islands, seconds, self.workers.found if self.budget.steps is None else ())
        self.best = self.state.best  # to pick takes as long as the rest of a merger
        if self.state.stop_reason is None and have_settled(islands, self.best, self.problem):
            self.state = replace(self.state, stop_reason=StopReason.EXACT)
        if self.best.network != old.network:
            event = make_event("improved", max(self.state.step - 1, 0), self.best, old)
            self.events.append(replace(event, seconds=seconds))
