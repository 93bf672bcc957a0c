"""Signals that arrive where Python drops exceptions still end the step."""

from __future__ import annotations

import os
import signal
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from xnet.runs.control import Control


class StatusOnly:
    """The part of a run that a control writes to."""

    def write_status(self, state: str, message: str, pid: int) -> None:
        """Nothing is kept."""


class Finalized:
    """Calls a function when it dies, and then notes that nothing cut it off."""

    def __init__(self, dies: Callable[[], None], ended: list[str]) -> None:
        self.dies, self.ended = dies, ended

    def __del__(self) -> None:
        self.dies()
        self.ended.append("__del__")


def with_finalizer(dies: Callable[[], None], ended: list[str]) -> Any:
    return Finalized(dies, ended)


def with_weak_reference(dies: Callable[[], None], ended: list[str]) -> Any:
    def finalized() -> None:
        dies()
        ended.append("weakref")

    alive = StatusOnly()
    weakref.finalize(alive, finalized)
    return alive


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="Windows aborts no step")
@pytest.mark.parametrize("make", [with_finalizer, with_weak_reference])
@pytest.mark.parametrize(("name", "at_most_s", "requested"), [("SIGUSR1", 0.1, "run"), ("SIGTERM", 60.0, "stop")])
def test_a_signal_within_a_finalizer_aborts_the_step_a_moment_later(
        make: Callable[..., Any], name: str, at_most_s: float, requested: str) -> None:
    ended: list[str] = []

    def compute() -> str:
        dying = make(lambda: os.kill(os.getpid(), getattr(signal, name)), ended)
        del dying
        end = time.monotonic() + 30
        while time.monotonic() < end:
            time.sleep(0.001)
        return "not aborted"

    with Control(StatusOnly(), lambda: None) as control:  # type: ignore[arg-type]
        assert control.step(compute, at_most_s=at_most_s) is None
        assert control.requested_state == requested
    assert len(ended) == 1
