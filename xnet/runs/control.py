"""Steering a search while it computes: commands, the heartbeat, and breaking off a step that takes too long.

The engine's `advance` is pure: the state it is given stays valid whatever happens meanwhile. So a step that is still
on when somebody asks to pause or stop, or when the time is up, is simply abandoned, and nothing that was found is
lost. Python can break off a computation only by a signal to the main thread; `Control`'s own small thread listens for
commands, keeps the heartbeat going and raises that signal. Three ways lead to a stop: the command, Ctrl-C, and being
asked to terminate by the system; all three keep the best network.
"""

from __future__ import annotations

import _thread
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar

from .run import Run

T = TypeVar("T")
log = logging.getLogger(__name__)

#: For the environment of a worker: threads that numerical libraries start for themselves only fight over the cores.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
POLL_S = 0.05
HEARTBEAT_S = 1.0
#: A step that is still on this long after a command is abandoned.
PATIENCE_S = 0.15
PACES = ("real_time", "slow", "step_by_step")
_NUDGE = getattr(signal, "SIGUSR1", None)  # not on Windows: there a step runs to its end


class Abandoned(BaseException):
    """The engine's step was broken off; not an `Exception`, so that no handler inside the engine swallows it."""


class Control:
    """A context manager around one search.

    Args:
        run: the run whose status is kept.
        commands: asked every `POLL_S` seconds, from another thread; returns one of `folders.COMMANDS` or None.
        meanwhile: called as often from that thread while a step is on.

    `wanted` is what the person wants now: "run", "pause" or "stop"; `pace` is how fast they want to see it, one of
    `PACES`: "step_by_step" waits with every step until it is asked for.
    """

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 meanwhile: Callable[[], None] = lambda: None) -> None:
        self.wanted = "run"
        self.pace = "real_time"
        self._steps_due = 0
        self._run, self._commands, self._meanwhile = run, commands, meanwhile
        self._status = "starting", "Reading the data and preparing the search."
        self._changed = threading.Condition()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="xnet-control", daemon=True)
        self._handlers: dict[int, Any] = {}
        self._in_step = False
        self._step_deadline = float("inf")
        self._asked = float("inf")  # when the command came that the step under way does not know of

    def __enter__(self) -> Control:
        self.status(*self._status)
        word = self._commands_now()
        if word is not None:  # what was told before the search began holds from its first step on
            self._obey(word)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, _NUDGE):
                if number is not None:
                    self._handlers[number] = signal.signal(number, self._on_signal)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._leaving.set()
        self._thread.join()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def status(self, state: str, message: str) -> None:
        """Say what the run does now, to everybody who looks at its folder."""
        with self._changed:
            self._status = state, message
            self._run.write_status(state, message, pid=os.getpid())

    def step(self, compute: Callable[[], T], *, at_most_s: float = float("inf")) -> T | None:
        """The result of `compute()`, or None if it was broken off by a command or after `at_most_s` seconds."""
        try:
            self._step_deadline = time.monotonic() + at_most_s
            self._in_step = True
            try:
                return compute()
            finally:
                self._in_step = False
                if self.wanted == "run":
                    self._asked = float("inf")
        except Abandoned:
            return None

    @property
    def stands_still(self) -> bool:
        """Whether nothing is to be computed now: paused, or waiting for the next step to be asked for."""
        return self.wanted == "pause" or (self.wanted == "run" and self.pace == "step_by_step" and not self._steps_due)

    def step_done(self) -> None:
        """Note that a step that was asked for has been taken."""
        with self._changed:
            self._steps_due = max(0, self._steps_due - 1)

    def wait_while_paused(self, at_most_s: float = float("inf")) -> None:
        """Return when the person wants to go on, or to stop; a pause longer than `at_most_s` becomes a stop."""
        self._wait(lambda: self.wanted == "pause", at_most_s)

    def wait_while_still(self, at_most_s: float = float("inf")) -> None:
        """The same, for a next step as well; another pace ends the waiting too, as there is another thing to say."""
        before = self.wanted, self.pace
        self._wait(lambda: self.stands_still and (self.wanted, self.pace) == before, at_most_s)

    def rest(self, seconds: float) -> None:
        """Let a person look, between two steps at the slow pace; any command ends it."""
        end, before = time.monotonic() + seconds, (self.wanted, self.pace)
        with self._changed:
            while (self.wanted, self.pace) == before and time.monotonic() < end:
                self._changed.wait(timeout=0.1)

    def _wait(self, condition: Callable[[], bool], at_most_s: float) -> None:
        end = time.monotonic() + at_most_s
        with self._changed:
            while condition():
                if time.monotonic() >= end:
                    self.wanted = "stop"
                # A timeout, because a signal's handler cannot wake a waiting condition.
                self._changed.wait(timeout=0.1)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number != _NUDGE:
            self.wanted = "stop"
        if self._in_step:
            raise Abandoned

    def _listen(self) -> None:
        beat = time.monotonic()
        while not self._leaving.wait(POLL_S):
            try:
                word = self._commands_now()
                if word is not None:
                    self._obey(word)
                if time.monotonic() - beat >= HEARTBEAT_S:
                    beat = time.monotonic()
                    with self._changed:  # else an old status could be written over a newer one
                        self.status(*self._status)
                if self._in_step:
                    self._meanwhile()
            except Exception:  # a full disk must not end the listening: the next beat may work again
                log.exception("The heartbeat or a command failed")
            self._break_off_late_step()

    def _commands_now(self) -> str | None:
        try:
            return self._commands()
        except Exception:  # a disk that cannot be read now may be read at the next beat
            log.exception("A command could not be read")
            return None

    def _obey(self, word: str) -> None:
        with self._changed:
            if self.wanted != "stop":
                # Step by step stands still by itself until a step is asked for; that is no pause.
                self.wanted = {"pause": "pause", "resume": "run", "stop": "stop", "step_by_step": "run",
                               "step": "run"}.get(word, self.wanted)
            if word in PACES:
                self.pace, self._steps_due = word, 0
            elif word == "step":
                self._steps_due = 1
            given_up = self.wanted != "run" or (word == "step_by_step" and self._in_step)
            self._asked = time.monotonic() if given_up else float("inf")
            self._changed.notify_all()

    def _break_off_late_step(self) -> None:
        now = time.monotonic()
        if _NUDGE is not None and self._in_step and (now > self._asked + PATIENCE_S or now > self._step_deadline):
            _thread.interrupt_main(_NUDGE)
