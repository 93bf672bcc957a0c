"""Worker processes that read inputs one after the other, and a parent that ends a worker which hangs."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import queue
import resource
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .areas import read_one

#: The most processor seconds and megabytes that one input may take.
MOST_SECONDS, MOST_MB = 5.0, 500.0
#: A worker is ended if one input takes this many seconds of the clock. The address space is limited too, in bytes.
HANGS_S, ADDRESS_SPACE = 90.0, 12 * 2**30


@dataclass(frozen=True)
class Failure:
    """An input that was neither read nor refused, or took too much.

    Attributes:
        area, seed: of the input; `read_one(area, seed)` repeats it.
        kind: exception, time, memory or hang.
        text: the last lines of the traceback, or the measured value.
    """

    area: str
    seed: int
    kind: str
    text: str


class Most(NamedTuple):
    """The most processor seconds, or megabytes, that an input of an area took, and its seed."""

    value: float
    seed: int


#: (area, "time" or "memory") -> the most that an input took.
Costs = dict[tuple[str, str], Most]


def failures_of(area: str, first: int, count: int, costs: Costs | None = None) -> Iterator[Failure]:
    """Read the inputs of `count` seeds from `first` on in this process; `costs` is brought up to date."""
    for seed in range(first, first + count):
        yield from _failures_of_one(area, seed, {} if costs is None else costs)


def add_costs(costs: Costs, more: Costs) -> None:
    """Take in the costs of other inputs."""
    for key, most in more.items():
        costs[key] = max(costs.get(key, most), most)


def _failures_of_one(area: str, seed: int, costs: Costs) -> list[Failure]:
    found, began, before = [], time.process_time(), _status_mb("VmRSS")
    _reset_peak()
    try:
        read_one(area, seed)
    except Exception as error:  # noqa: BLE001 - every exception is a finding
        found.append(Failure(area, seed, "exception", _place(error)))
    spent, taken = time.process_time() - began, _status_mb("VmHWM") - before
    add_costs(costs, {(area, "time"): Most(spent, seed), (area, "memory"): Most(taken, seed)})
    if spent > MOST_SECONDS:
        found.append(Failure(area, seed, "time", f"{spent:.1f} s"))
    if taken > MOST_MB:
        found.append(Failure(area, seed, "memory", f"{taken:.0f} MB"))
        gc.collect()
    return found


def _place(error: BaseException) -> str:
    """The exception, and the last three lines of X-Net that led to it."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "/xnet/" in frame.filename]
    lines = [f"{frame.filename.rpartition('/xnet/')[2]}:{frame.lineno}" for frame in own[-3:]]
    return f"{type(error).__name__}: {str(error)[:200]!r} in {' > '.join(lines) or 'the benchmark itself'}"


def _status_mb(field: str) -> float:
    """A field of /proc/self/status in MB; 0 on systems without it."""
    try:
        text = Path("/proc/self/status").read_text("ascii", errors="replace")
    except OSError:
        return 0.0
    return int(text.partition(f"{field}:")[2].split(None, 1)[0]) / 1024


def _reset_peak() -> None:
    """Let the kernel's peak of this process begin again (VmHWM)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return


def work(tasks: Any, results: Any, current: Any) -> None:
    """Read the inputs of tasks (area, first, count) until None comes; the loop of a worker."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    while (task := tasks.get()) is not None:
        area, first, count = task
        costs: Costs = {}
        for seed in range(first, first + count):
            with current.get_lock():
                current[0], current[1] = seed, time.monotonic()
            for failure in _failures_of_one(area, seed, costs):
                results.put(failure)
        with current.get_lock():
            current[1] = 0.0
        results.put(costs)


class Worker:
    """One worker process with one task at a time.

    Attributes:
        costs: of the tasks that have ended.
    """

    def __init__(self) -> None:
        self.costs: Costs = {}
        context = multiprocessing.get_context("spawn")
        self.tasks, self.results = context.Queue(), context.Queue()
        self.current = context.Array("d", [0.0, 0.0])  # the seed, and when its input was begun
        self.task: tuple[str, int, int] | None = None
        self.process = context.Process(target=work, args=(self.tasks, self.results, self.current), daemon=True)
        self.process.start()

    def give(self, task: tuple[str, int, int]) -> None:
        """Give the worker its next task."""
        self.task = task
        self.tasks.put(task)

    def collect(self) -> tuple[list[Failure], bool]:
        """The failures since the last call, and whether the task has ended."""
        found: list[Failure] = []
        while True:
            try:
                result = self.results.get_nowait()
            except queue.Empty:
                return found, self.task is None
            if isinstance(result, Failure):
                found.append(result)
            else:
                self.task = None
                add_costs(self.costs, result)

    def hangs_at(self) -> int | None:
        """The seed at which the worker hangs or has died; None if it works."""
        seed, began = self.current[:]
        late = began > 0 and time.monotonic() - began > HANGS_S
        return int(seed) if self.task is not None and (late or not self.process.is_alive()) else None

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
