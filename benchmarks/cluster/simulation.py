"""Islands that compute in turns in one process, each on a clock of its own.

The islands are those of the package: `Islands` with an executor. The executor computes an epoch at once, and hands its
result over when the clock of the first island has advanced by the processor seconds that the epoch took. So the time of
a search is that of a machine with a core for each island, however busy this machine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from xnet.engine import Budget, Islands, Problem, SearchState
from xnet.engine.search.stopping import StopReason

#: Seconds until a process answers its first call: Python starts, and imports NumPy, SciPy and the engine.
START_S = 0.5
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
    """The future of an epoch that has been computed, and that arrives at a time of the clock."""

    clock: Clock
    arrives: float
    value: Any

    def done(self) -> bool:
        """Whether the result has arrived."""
        return self.clock() >= self.arrives

    def result(self) -> Any:
        """The island after the epoch."""
        return self.value


class TakingTurns:
    """An executor that computes for all worker islands in this process (`xnet.engine.islands.workers.Executor`).

    Attributes:
        seconds: island -> processor seconds that its epochs have taken.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock, self.seconds = clock, {}  # type: Clock, dict[int, float]

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> _Epoch:
        """Compute at once; the time counts for the island among the arguments."""
        number = next(a.number for a in arguments if hasattr(a, "number"))
        begun = time.process_time()
        value = function(*arguments)
        took = time.process_time() - begun
        self.clock.others += took
        start = 0.0 if number in self.seconds else START_S
        self.seconds[number] = self.seconds.get(number, 0.0) + took
        return _Epoch(self.clock, self.clock() + start + took, value)


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
        seconds: of a machine with a core for each island, after each step of island 0.
        finder: the island that ended the search; -1 if none did, or all of them together.
        busy: processor seconds of all islands together.
    """

    state: SearchState
    seconds: tuple[float, ...]
    finder: int
    busy: float

    @property
    def exact(self) -> bool:
        """Whether the search ended with an exact formula."""
        return self.state.stop_reason is StopReason.EXACT

    def times_sooner(self, alone: Simulated) -> float:
        """How many times sooner than a search alone this one ended.

        Both durations are those of island 0's steps in the search alone: a processor second of a busy machine is worth
        less than that of a quiet one, and the two searches may have been measured at different times.
        """
        return alone.seconds[-1] / alone.seconds[min(len(self.seconds), len(alone.seconds)) - 1]


def simulate(problem: Problem, n_islands: int, seconds: float) -> Simulated:
    """Search with so many islands for at most so many simulated seconds."""
    with simulated_clock() as clock:
        turns, times = TakingTurns(clock), list[float]()
        begun = clock()
        with Islands(problem, n_islands, turns) as islands:
            state = islands.start()
            while state.stop_reason is None and clock() - begun < seconds:
                state, _ = islands.advance(state, Budget(seconds=_MOMENT))
                times += [clock() - begun] * (state.step - len(times))
    finder = next((i.number for i in state.islands if i.stop_reason is StopReason.EXACT), -1)
    return Simulated(state, tuple(times), finder, times[-1] + sum(turns.seconds.values()))
