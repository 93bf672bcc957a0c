"""Lanes: processes that compute for the islands, one after the other what they are given.

A lane is our own interpreter with a pipe, and not a process of `multiprocessing`: that would run the caller's script
again in every child unless it is guarded by `if __name__ == "__main__"`, and its children survive a parent that was
killed. A lane ends by itself as soon as its input closes, which the system sees to however the parent ends, and when it
had nothing to do for `IDLE_S` seconds. Lanes that were given back serve the next search of this process.

Pickles travel only between this process and the children that it has started itself.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from xnet.one_thread import ONE_THREAD

from .pool_process import forget

#: A lane without work ends itself after so many seconds.
IDLE_S = 120.0

_lock = threading.RLock()  # a finalizer may come at any moment, also while it is held
_idle: list[Lane] = []


class LaneError(RuntimeError):
    """A lane's process has ended, or could not be started."""


class Lane:
    """One process; `submit` as in `concurrent.futures`."""

    def __init__(self) -> None:
        home = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(dict.fromkeys([home, *(p for p in sys.path if p)]))
        self.owner = os.getpid()  # a fork of this process must not speak to our child
        self._calls: queue.SimpleQueue[tuple[Any, Future[Any]] | None] = queue.SimpleQueue()
        self._sent, self._writing = 0, threading.RLock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from xnet.engine.islands.pool_process import serve; serve({IDLE_S})"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | ONE_THREAD | {"PYTHONPATH": path},
            start_new_session=True)  # Ctrl-C is for the parent, which then closes our input
        self._thread = threading.Thread(target=_relay, args=(self._process, self._calls, self._send),
                                        name="xnet-lane", daemon=True)
        self._thread.start()
        self.ready = self.submit(os.getpid)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process runs and is ours."""
        return self.owner == os.getpid() and self._process.poll() is None

    def rests(self) -> bool:
        """Whether the process has ended by itself because it had nothing to do."""
        return self._process.poll() == 0

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a function called over there, after all that was submitted before."""
        future: Future[Any] = Future()
        self._calls.put(((function, arguments), future))
        return future

    def recall(self) -> None:
        """Ask for all that was submitted so far to end soon; functions learn of it by `helper.recalled`."""
        try:
            self._send(None)
        except OSError:
            return  # it has ended, which is as good

    def close(self) -> None:
        """End the process, whatever it does."""
        if self.owner != os.getpid():
            return
        self._calls.put(None)
        self._process.kill()
        self._process.wait()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was not sent yet has no reader any more

    def _send(self, call: Any) -> None:
        assert self._process.stdin is not None
        data = pickle.dumps(call, protocol=5)
        with self._writing:
            self._sent += call is not None
            self._process.stdin.write(pickle.dumps(self._sent) + data)
            self._process.stdin.flush()


def _relay(process: subprocess.Popen[bytes], calls: queue.SimpleQueue[tuple[Any, Future[Any]] | None],
           send: Callable[[Any], None]) -> None:
    """Take call after call to the process and its answers to their futures."""
    assert process.stdout is not None
    while (item := calls.get()) is not None:
        call, future = item
        if not future.set_running_or_notify_cancel():
            continue
        try:
            send(call)
            good, value = pickle.load(process.stdout)  # noqa: S301 - from our own child
        except Exception as error:  # noqa: BLE001 - a broken pipe, half an answer, what does not pickle
            good, value = False, LaneError(f"its process answers no more ({type(error).__name__})")
        if good:
            future.set_result(value)
        else:
            future.set_exception(value)


def lend(count: int, to: list[Lane]) -> None:
    """Add lanes to a list, idle ones first.

    Raises:
        OSError: the system starts no more processes.
    """
    while len(to) < count:
        with _lock:
            _idle[:] = [lane for lane in _idle if lane.owner == os.getpid()]
            lane = _idle.pop() if _idle else None
        if lane is None:
            lane = Lane()
        elif not lane.alive():
            lane.close()
            continue
        to.append(lane)


def take_back(lanes: list[Lane]) -> None:
    """Keep the lanes for the next search of this process; those that died are cleared away. Empties the list."""
    while lanes:
        lane = lanes.pop()
        lane.recall()
        if lane.alive():
            lane.submit(forget)
            with _lock:
                _idle.append(lane)
        else:
            lane.close()


@atexit.register
def close_idle() -> None:
    """End the processes that wait for a next search."""
    with _lock:
        while _idle:
            _idle.pop().close()
