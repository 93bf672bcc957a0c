"""Calls in a child process with limits of time and memory, for files that may come from strangers.

Reading a file holds Python's interpreter lock, so a hostile file would stop every session of a server. In a child
process it costs only the person who sent it a sentence. One child with the libraries imported is kept ready. It serves
one call and ends, so that each call has all of its limits.

Pickles travel only between this process and the children that it has started itself.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from xnet.errors import DataError, XNetError
from xnet.one_thread import child_environment

P = ParamSpec("P")
T = TypeVar("T")
#: Seconds of computing of a call. A busy machine may take `PATIENCE` times as long by the clock.
SECONDS, PATIENCE = 60, 4
#: Memory of a call, in MB, beside what the libraries take, and beside as many times the size of its arguments.
MEGABYTES, TIMES_ARGUMENTS = 1000, 8
#: Calls at the same time; further ones wait.
MOST_CALLS = 4
_PRELOADED = "xnet.tables.reading"

_slots = threading.BoundedSemaphore(MOST_CALLS)
_lock = threading.Lock()
_spare: subprocess.Popen[bytes] | None = None


class LimitError(DataError):
    """A call was ended because it took too much time or memory."""


def limited(what: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a call in a child process.

    Args:
        what: what the call reads, for messages.
        function: a function of a module; its arguments and its result travel as pickles.
        args, kwargs: its arguments.

    Raises:
        XNetError: the function raised it.
        LimitError: the call took more than `SECONDS` or `MEGABYTES`, or the child process crashed.
    """
    call = pickle.dumps((function, args, kwargs))
    megabytes = MEGABYTES + TIMES_ARGUMENTS * len(call) // 2**20
    with _slots:
        child = _take_child()
        try:
            answer, _ = child.communicate(pickle.dumps((SECONDS, megabytes)) + call, timeout=PATIENCE * SECONDS)
        except subprocess.TimeoutExpired:
            raise _too_long(what) from None
        finally:
            _end(child)
    if child.returncode == -getattr(signal, "SIGXCPU", 0):
        raise _too_long(what)
    if not answer:
        raise LimitError(f"{what} cannot be read: reading it ended without a result, perhaps for lack of memory. Keep "
                         "fewer rows and columns, or save the table as CSV.")
    result, error = pickle.loads(answer)  # noqa: S301 - from our own child
    if isinstance(error, MemoryError):
        raise LimitError(f"{what} cannot be read: it takes more than {megabytes:,} MB of memory when it is unpacked. "
                         "Keep fewer rows and columns.")
    if error is not None:
        raise error
    return result


def keep_ready() -> None:
    """Start the child of the next call, unless it waits already."""
    global _spare
    with _lock:
        if _spare is None or _spare.poll() is not None:
            if _spare is not None:
                _end(_spare)
            _spare = _start_child()


def _take_child() -> subprocess.Popen[bytes]:
    """The waiting child, or a new one; the next one starts at once."""
    global _spare
    with _lock:
        child, _spare = _spare, None
        if child is not None and child.poll() is not None:
            _end(child)
            child = None
    keep_ready()
    return child or _start_child()


def _start_child() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "from xnet.limited_process import serve; serve()"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            env=child_environment(*sys.path), start_new_session=True)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and release what the system keeps of it."""
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


@atexit.register
def end_spare() -> None:
    """End the child that waits, if there is one."""
    global _spare
    with _lock:
        child, _spare = _spare, None
    if child is not None:
        _end(child)


def _too_long(what: str) -> LimitError:
    return LimitError(f"{what} cannot be read: reading it takes more than {SECONDS} seconds of computing. Keep fewer "
                      "rows and columns, or save the table as CSV.")


def serve() -> None:
    """Carry out one call from standard input (the main function of the child)."""
    importlib.import_module(_PRELOADED)
    try:
        seconds, megabytes = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    except EOFError:  # the parent has ended
        return
    _limit_this_process(seconds, megabytes)
    try:
        function, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301
        answer = pickle.dumps((function(*args, **kwargs), None))
    except (XNetError, MemoryError) as error:
        answer = pickle.dumps((None, MemoryError() if isinstance(error, MemoryError) else error))
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _limit_this_process(seconds: int, megabytes: int) -> None:
    """Limit the computing time and the memory of this process from now on; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _private_bytes() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    os.nice(5)  # the server comes first


def _private_bytes() -> int:
    """The private memory of this process in bytes, as RLIMIT_DATA counts it; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)
