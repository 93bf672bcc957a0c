"""Polls: a long step lets its caller look around now and then, and abandon it.

A step is a pure function of its state, and polls change nothing of its result. The caller of islands uses them to take
the results of other processes while a step runs (`xnet.engine.islands.advance_call`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Look = Callable[[], None]

_look: ContextVar[Look | None] = ContextVar("look", default=None)


class StepAbandoned(BaseException):
    """A caller needs the step no more; not an `Exception`, so that no handler inside the engine swallows it."""


@contextmanager
def polled_by(look: Look) -> Iterator[None]:
    """Within the block, steps call `look` many times a second, after that of a block around it.

    Both may raise `StepAbandoned`.
    """
    outer = _look.get()

    def both() -> None:
        if outer is not None:
            outer()
        look()

    token = _look.set(both)
    try:
        yield
    finally:
        _look.reset(token)


def poll() -> None:
    """Let the caller of the step look around, if there is one; steps that it computes meanwhile do not poll."""
    look = _look.get()
    if look is None:
        return
    token = _look.set(None)
    try:
        look()
    finally:
        _look.reset(token)
