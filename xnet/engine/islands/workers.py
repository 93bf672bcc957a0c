"""Worker islands: who computes for them, and what is under way."""

from __future__ import annotations

import logging
import pickle
import uuid
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from typing import Any, Protocol

from xnet.engine.problem.problem import Problem
from xnet.engine.search.search import advance_island
from xnet.engine.search.state import Budget, Front, Island, merged_front

from .exchange import Exchange
from .migration import problem_of_island
from .pool_process import run_epoch
from .process_pool import PoolProcess, acquire, release

log = logging.getLogger(__name__)


class Executor(Protocol):
    """Computes for worker islands: `concurrent.futures` executors and Dask's `Client` have this method."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Call the function elsewhere; the future's `done()` and `result()` are used."""


class Workers:
    """The worker islands of a search: epochs are sent to processes, and their results collected.

    Args:
        problem: what is searched.
        n_islands: how many islands there are, island 0 included.
        executor: computes instead of processes of our own; it stays open.

    Attributes:
        processes: our own processes.
        executors: island -> what computes for it; None before `gather`, and without those that died.
        found: the front of all that workers found, so that a call that a signal breaks off loses nothing.
        exchange: the migrations of calls without a budget in steps.
    """

    def __init__(self, problem: Problem, n_islands: int, executor: Executor | None = None) -> None:
        self.problem, self.n_islands, self._executor = problem, n_islands, executor
        self.processes: list[PoolProcess] = []
        self.executors: dict[int, Executor] | None = None
        self.found: Front = ()
        self.exchange = Exchange()
        self._key = uuid.uuid4().hex
        self._pickled = b""
        self._futures: dict[int, Any] = {}
        self._with_problem: set[int] = set()  # islands whose process has the problem
        self._problems: dict[int, Problem] = {}
        self._release = weakref.finalize(self, release, self.processes)

    def close(self) -> None:
        """Give the processes back; their epochs under way are dropped."""
        self.executors, self._futures = {}, {}
        self._release()

    def gather(self) -> bool:
        """Start the processes; True once they all run."""
        if self.executors is None:
            executors: list[Executor] = [self._executor] * (self.n_islands - 1) if self._executor is not None else []
            if self._executor is None:
                try:
                    acquire(self.n_islands - 1, self.processes)
                except OSError as error:
                    log.warning("No more processes can be started (%s); the search goes on with fewer.", error)
                executors += self.processes
            self.executors = dict(enumerate(executors, start=1))
        for k, executor in self.executors.items():
            if isinstance(executor, PoolProcess) and executor.exited_idle():  # after a long pause
                self._renew(k, executor)
        return all(process.ready.done() for process in self.processes)

    def _renew(self, k: int, process: PoolProcess) -> None:
        process.close()
        self.processes.remove(process)
        self._with_problem.discard(k)
        acquire(len(self.processes) + 1, self.processes)
        assert self.executors is not None
        self.executors[k] = self.processes[-1]

    def send(self, island: Island, budget: Budget) -> bool:
        """Start one epoch of an island; False if nothing computes for it."""
        k = island.number
        executor = (self.executors or {}).get(k)
        if executor is None:
            return False
        try:
            if k not in self._with_problem:
                self._pickled = self._pickled or pickle.dumps(self.problem, protocol=5)
            payload = None if k in self._with_problem else self._pickled
            self._futures[k] = executor.submit(run_epoch, self._key, payload, island, budget)
        except Exception as error:  # noqa: BLE001 - whatever an executor raises, the search goes on without it
            self._give_up(k, error)
            return False
        if isinstance(executor, PoolProcess):  # any process of another executor may take the next epoch
            self._with_problem.add(k)
            if len(self._with_problem) == self.n_islands - 1:
                self._pickled = b""  # a large table's copy; made again for a process that has lost it
        return True

    def is_busy(self, k: int) -> bool:
        """Whether island k computes."""
        return k in self._futures and not self._futures[k].done()

    def is_idle(self, k: int) -> bool:
        """Whether no epoch of island k is under way or waits to be collected."""
        return k not in self._futures

    def result(self, k: int) -> Island | None:
        """Island k after its epoch; None if the epoch is under way, or its process died."""
        if self.is_idle(k) or self.is_busy(k):
            return None
        try:
            island: Island | None = self._futures.pop(k).result()
        except Exception as error:  # noqa: BLE001 - a dead process, a lost cluster: one epoch is lost, nothing else
            self._give_up(k, error)
            return None
        if island is None:
            self._with_problem.discard(k)
        return island

    def request_stop(self, at_most_s: float) -> None:
        """End the epochs under way soon, and wait for them."""
        for process in self.processes:
            process.request_stop()
        wait_for([f for f in self._futures.values() if isinstance(f, Future)], timeout=at_most_s)

    def drop_epochs(self) -> None:
        """Drop the epochs under way."""
        self._futures = {}

    def _give_up(self, k: int, error: Exception) -> None:
        (self.executors or {}).pop(k, None)
        log.warning("The process of island %d of %d is lost (%s); the search goes on without it.", k, self.n_islands,
                    error)

    def compute_here(self, island: Island, budget: Budget) -> Island:
        """Advance a worker island in this process, with the same result as in its own."""
        k = island.number
        if k not in self._problems:
            self._problems[k] = problem_of_island(self.problem, k)
        return advance_island(island, self._problems[k], budget)[0]

    def keep(self, front: Front) -> None:
        """Remember the networks of a front."""
        self.found = merged_front([front, self.found])
