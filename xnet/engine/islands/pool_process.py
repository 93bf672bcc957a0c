"""The other end of the pipe: a process that answers calls, such as the epochs of worker islands."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from typing import Any

from xnet.engine.problem.problem import Problem
from xnet.engine.search.search import advance_island
from xnet.engine.search.state import Budget, Island

from .migration import problem_of_island

#: Calls up to this number should end soon, and the number of the call under way; see `PoolProcess.request_stop`.
_stop_up_to, _current = 0, 1
#: The problems of this process, kept because their candidate libraries take long to build.
_problems: dict[tuple[str, int], Problem] = {}


def should_stop() -> bool:
    """Whether the call under way should end soon."""
    return _current <= _stop_up_to


def run_epoch(key: str, problem: bytes | None, island: Island, budget: Budget) -> Island | None:
    """Advance a worker island by one epoch, in whatever process this is.

    Args:
        key: names the problem, which this process keeps until another one comes.
        problem: pickled; None if this process has it already.

    Returns:
        The island after the epoch; None if this process lacks the problem.
    """
    name = key, island.number
    if name not in _problems:
        if problem is None:
            return None
        for old in [other for other in _problems if other[0] != key]:
            _problems.pop(old, None)
        _problems[name] = problem_of_island(pickle.loads(problem), island.number)  # noqa: S301 - from our own parent
    return advance_island(island, _problems[name], budget, should_stop)[0]


def forget() -> None:
    """Drop the problems; candidate libraries take much memory."""
    _problems.clear()


def serve(idle_s: float) -> None:
    """Answer calls from standard input on standard output until the input closes or none comes for `idle_s`."""
    global _current
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not disturb the answers
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls,), daemon=True).start()
    while True:
        try:
            _current, (function, arguments) = calls.get(timeout=idle_s)
        except queue.Empty:
            os._exit(0)  # an orderly end would wait for the thread that reads
        try:
            answer = True, function(*arguments)
        except Exception as error:  # noqa: BLE001 - goes to whoever asked
            answer = False, RuntimeError(f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers, protocol=5)
        answers.flush()


def _listen(calls: queue.SimpleQueue[Any]) -> None:
    """Receive calls, also while one is under way; once the input closes, the parent is gone and the process ends."""
    global _stop_up_to
    try:
        while True:
            number, call = (pickle.load(sys.stdin.buffer) for _ in range(2))  # noqa: S301 - from our own parent
            if call is None:
                _stop_up_to = number
            else:
                calls.put((number, call))
    finally:
        os._exit(0)
