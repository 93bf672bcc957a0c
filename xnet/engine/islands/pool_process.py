"""The other end of a lane: a process that calls what it is sent, and the epochs of helpers that it is sent."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from typing import Any

from xnet.engine.problem.problem import Problem
from xnet.engine.search import search
from xnet.engine.search.state import Budget, SearchState

from .migration import variant

#: Calls up to this number should end soon, and the number of the one under way; see `Lane.recall`.
_recalled, _current = 0, 1
#: The problems at hand: their libraries of candidates are worth keeping.
_problems: dict[tuple[str, int], Problem] = {}


def recalled() -> bool:
    """Whether the caller no longer wants more of the call under way."""
    return _current <= _recalled


def run_epoch(key: str, problem: bytes | None, state: SearchState, budget: Budget) -> SearchState | None:
    """Advance a helper by one epoch, in whatever process this is.

    Args:
        key: names the problem, which is kept in this process until another one comes.
        problem: pickled; None if this process has it already. If it has not, the answer is None.
    """
    name = key, state.island
    if name not in _problems:
        if problem is None:
            return None
        for old in [other for other in _problems if other[0] != key]:
            _problems.pop(old, None)
        _problems[name] = variant(pickle.loads(problem), state.island)  # noqa: S301 - from our own parent
    return search.advance(state, _problems[name], budget, recalled)[0]


def forget() -> None:
    """Drop the problems at hand; libraries of candidates take much memory."""
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
    """Take calls in while one is under way; with the input closed, the parent is gone and nobody wants an answer."""
    global _recalled
    try:
        while True:
            number, call = (pickle.load(sys.stdin.buffer) for _ in range(2))  # noqa: S301 - from our own parent
            if call is None:
                _recalled = number
            else:
                calls.put((number, call))
    finally:
        os._exit(0)
