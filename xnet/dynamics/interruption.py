"""Ctrl-C during a search: the search ends at its next question and keeps what it has found."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """While it lasts, the first Ctrl-C is remembered; a second one raises `KeyboardInterrupt` as usual.

    A request that is remembered leaves no step half done, so an interrupted search is repeated from its decisions like
    any other. Other threads receive no signals, and programs with a handler of their own keep it.

    Yields:
        Whether Ctrl-C came.
    """
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread() or \
            signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield came.is_set
        return

    def remember(number: int, frame: FrameType | None) -> None:
        came.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, remember)
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
