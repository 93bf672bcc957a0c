"""A pool of processes that compute for worker islands.

A pool process is our own interpreter with a pipe, not a process of `multiprocessing`: that would run the caller's
script again in every child unless it is guarded by `if __name__ == "__main__"`, and its children survive a parent that
was killed. A pool process ends by itself as soon as its input closes, which the system does however the parent ends,
and after `IDLE_S` seconds without a call. Released processes serve the next search of this process.

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
from typing import Any

from xnet.one_thread import child_environment

from .pool_process import forget

#: A pool process ends itself after so many seconds without a call.
IDLE_S = 120.0

_lock = threading.RLock()  # a finalizer may come at any moment, also while it is held
_idle: list[PoolProcess] = []


class PoolProcessError(RuntimeError):
    """The process has ended, or could not be started."""


class PoolProcess:
    """One process; `submit` as in `concurrent.futures`."""

    def __init__(self) -> None:
        self.owner = os.getpid()  # a fork of this process must not use the pipe of our child
        self._calls: queue.SimpleQueue[tuple[Any, Future[Any]] | None] = queue.SimpleQueue()
        self._sent, self._writing = 0, threading.RLock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from xnet.engine.islands.pool_process import serve; serve({IDLE_S})"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(*sys.path),
            start_new_session=True)  # Ctrl-C is for the parent, which then closes our input
        self._thread = threading.Thread(target=_relay, args=(self._process, self._calls, self._send),
                                        name="xnet-pool-process", daemon=True)
        self._thread.start()
        self.ready = self.submit(os.getpid)

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process runs and is ours."""
        return self.owner == os.getpid() and self._process.poll() is None

    def exited_idle(self) -> bool:
        """Whether the process has ended by itself after a long time without a call."""
        return self._process.poll() == 0

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Call a function in the process, after all calls that were submitted before."""
        future: Future[Any] = Future()
        self._calls.put(((function, arguments), future))
        return future

    def request_stop(self) -> None:
        """Ask all calls that were submitted so far to end soon; see `pool_process.should_stop`."""
        try:
            self._send(None)
        except OSError:
            return  # the process has ended

    def close(self) -> None:
        """Kill the process, even during a call."""
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
                    continue  # data that was not sent has no reader any more

    def _send(self, call: Any) -> None:
        assert self._process.stdin is not None
        data = pickle.dumps(call, protocol=5)
        with self._writing:
            self._sent += call is not None
            self._process.stdin.write(pickle.dumps(self._sent) + data)
            self._process.stdin.flush()


def _relay(process: subprocess.Popen[bytes], calls: queue.SimpleQueue[tuple[Any, Future[Any]] | None],
           send: Callable[[Any], None]) -> None:
    """Send call after call to the process, and its answers to their futures."""
    assert process.stdout is not None
    while (item := calls.get()) is not None:
        call, future = item
        if not future.set_running_or_notify_cancel():
            continue
        try:
            send(call)
            good, value = pickle.load(process.stdout)  # noqa: S301 - from our own child
        except Exception as error:  # noqa: BLE001 - a broken pipe, half an answer, what does not pickle
            good, value = False, PoolProcessError(f"its process answers no more ({type(error).__name__})")
        if good:
            future.set_result(value)
        else:
            future.set_exception(value)


def acquire(count: int, to: list[PoolProcess]) -> None:
    """Fill a list up to `count` processes, idle ones first.

    Raises:
        OSError: the system starts no more processes.
    """
    while len(to) < count:
        with _lock:
            _idle[:] = [process for process in _idle if process.owner == os.getpid()]
            process = _idle.pop() if _idle else None
        if process is None:
            process = PoolProcess()
        elif not process.alive():
            process.close()
            continue
        to.append(process)


def release(processes: list[PoolProcess]) -> None:
    """Keep the processes for the next search; those that died are closed. Empties the list."""
    while processes:
        process = processes.pop()
        process.request_stop()
        if process.alive():
            process.submit(forget)
            with _lock:
                _idle.append(process)
        else:
            process.close()


@atexit.register
def close_idle() -> None:
    """End the idle processes."""
    with _lock:
        while _idle:
            _idle.pop().close()
