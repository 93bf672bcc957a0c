"""Islands that compute in turns in one process, each on a clock of its own.

The islands are those of the package: `Islands` with an executor. The executor computes an epoch at once, and hands its
result over when the clock of the first island has advanced by the processor seconds that the epoch took. So the time of
a search is that of a machine with a core for each island, however busy this machine is.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from unittest import mock

from xnet.engine import Budget, Islands, Problem, SearchState
from xnet.engine.islands.advance_call import AdvanceCall
from xnet.engine.islands.workers import Workers

#: Seconds until a process answers its first call: Python starts, and imports NumPy, SciPy and the engine.
START_S = 0.35
#: Seconds of a call; island 0 takes a step in it, or a few quick ones.
_MOMENT = 0.01


class Clock:
    """Processor seconds of this process without those of other islands; `time.perf_counter` in a simulation."""

    def __init__(self) -> None:
        self.others = 0.0

    def __call__(self) -> float:
        """Seconds of the first island."""
        return time.process_time() - self.others


@dataclass
class _Epoch:
    """The future of an epoch that has been computed, and that arrives as a pickle at a time of the clock."""

    clock: Clock
    arrives: float
    pickled: bytes

    def done(self) -> bool:
        """Whether the result has arrived."""
        return self.clock() >= self.arrives

    def result(self) -> Any:
        """The island after the epoch."""
        return pickle.loads(self.pickled)  # noqa: S301 - our own


class TakingTurns:
    """An executor that computes for all worker islands in this process (`xnet.engine.islands.workers.Executor`).

    Attributes:
        seconds: island -> processor seconds that its epochs have taken.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock, self.seconds = clock, {}  # type: Clock, dict[int, float]

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> _Epoch:
        """Compute at once; the time counts for the island among the arguments, with its share of the pickling."""
        number = next(a.number for a in arguments if hasattr(a, "number"))
        call = pickle.dumps((function, arguments), protocol=5)
        begun = time.process_time()
        function, arguments = pickle.loads(call)  # noqa: S301 - our own
        value = Context().run(function, *arguments)  # not polled by the first island, in whose step this may come
        pickled = pickle.dumps(value, protocol=5)
        took = time.process_time() - begun
        self.clock.others += took
        self.seconds[number] = self.seconds.get(number, 0.0) + took
        return _Epoch(self.clock, self.clock() + took, pickled)


@contextmanager
def simulated_clock() -> Iterator[Clock]:
    """A clock in place of `time.perf_counter`, which engine and islands read."""
    clock = Clock()
    with mock.patch.object(time, "perf_counter", clock):
        yield clock


@dataclass(frozen=True)
class Simulated:
    """A search on simulated islands.

    Attributes:
        steps: seconds of the first island's clock after each of its steps, without the exchange of networks.
        end: the same when the search ended, perhaps within a step.
        exchange: seconds that the first island's process spent on the exchange.
        busy: processor seconds of all islands together.
    """

    state: SearchState
    steps: tuple[float, ...]
    end: float
    exchange: float
    busy: float

    def duration(self, alone: Simulated) -> float:
        """Seconds on the clock of a search alone.

        Those of the first island's steps are taken from the search alone, which does the same steps: a processor second
        of a busy machine is worth less than that of a quiet one, and the two may have been measured at different times.
        """
        done = min(len(self.steps), len(alone.steps))
        return (0.0, *alone.steps)[done] + self.end - (0.0, *self.steps)[done] + self.exchange

    def times_sooner(self, alone: Simulated) -> float:
        """How many times sooner than a search alone this one ended."""
        return alone.end / self.duration(alone)


def simulate(problem: Problem, n_islands: int, seconds: float) -> Simulated:
    """Search with so many islands for at most so many simulated seconds."""
    with simulated_clock() as clock, timed_exchange(clock) as spent, starting_processes(clock):
        turns, steps = TakingTurns(clock), list[float]()
        begun = clock()
        with Islands(problem, n_islands, turns) as islands:
            state = islands.start()
            while state.stop_reason is None and clock() - begun < seconds:
                state, _ = islands.advance(state, Budget(seconds=_MOMENT))
                steps += [clock() - begun - sum(spent)] * (state.step - len(steps))
        end = clock() - begun - sum(spent)
    return Simulated(state, tuple(steps), end, sum(spent), end + sum(spent) + sum(turns.seconds.values()))


@contextmanager
def starting_processes(clock: Clock) -> Iterator[None]:
    """Processes that run `START_S` after they were first asked for, as those of `process_pool`."""
    asked: list[float] = []
    gather = Workers.gather

    def running(workers: Workers) -> bool:
        asked[:] = asked or [clock()]
        return gather(workers) and clock() >= asked[0] + START_S

    with mock.patch.object(Workers, "gather", running):
        yield


@contextmanager
def timed_exchange(clock: Clock) -> Iterator[list[float]]:
    """A list to which each exchange of networks adds its seconds on the first island's clock."""
    spent: list[float] = []
    exchange = AdvanceCall.exchange

    def timed(call: AdvanceCall) -> None:
        begun = clock()
        exchange(call)
        spent.append(clock() - begun)

    with mock.patch.object(AdvanceCall, "exchange", timed):
        yield spent
