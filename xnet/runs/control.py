"""Control of a running search: commands, the heartbeat, and aborting a step that takes too long.

The engine's `advance` is pure: the state passed to it stays valid whatever happens during the call. A step that is
still running when a pause or a stop is requested, or when the time is up, is therefore aborted, and no result is lost.
Python can interrupt a computation only by a signal to the main thread. A small thread of `Control` reads the commands,
writes the heartbeat and raises that signal. Three events stop a search: the command `stop`, Ctrl-C, and a termination
signal of the system. All three keep the best network.
"""

from __future__ import annotations

import _thread
import logging
import os
import signal
import threading
import time
import weakref
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, TypeVar

from xnet.stopwatch import Stopwatch

from .run import Run

T = TypeVar("T")
log = logging.getLogger(__name__)

POLL_S = 0.05
HEARTBEAT_S = 1.0
#: A step that still runs this long after a command is aborted.
GRACE_S = 0.15
PACES = ("real_time", "slow", "step_by_step")
#: The state that each command requests; a pace or a step changes no pause by itself.
_REQUESTED_STATES = {"pause": "pause", "resume": "run", "stop": "stop", "step_by_step": "run", "step": "run"}
_ABORT_SIGNAL = getattr(signal, "SIGUSR1", None)  # Windows has none: there a step runs to its end

#: Modules whose functions are called when an object dies.
_FILES_OF_CALLBACKS = frozenset(f.__code__.co_filename for f in (weakref.finalize.__call__, weakref.WeakSet.__init__))


class StepAborted(BaseException):
    """The engine's step was aborted; not an `Exception`, so that no handler inside the engine swallows it."""


class Control:
    """A context manager around one search.

    Args:
        run: the run whose status is kept.
        commands: returns the next command (one of `COMMANDS`) or None; called every `POLL_S` seconds by another thread.
        during_step: called equally often by that thread while a step runs.

    Attributes:
        requested_state: the state that the user has requested: "run", "pause" or "stop".
        pace: one of `PACES`; "step_by_step" waits before every step until the step is requested.
    """

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 during_step: Callable[[], None] = lambda: None) -> None:
        self.requested_state = "run"
        self.pace = "real_time"
        self._requested_steps = 0
        self._run, self._commands, self._during_step = run, commands, during_step
        self._status = "starting", "Reading the data and preparing the search."
        self._changed = threading.Condition()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="xnet-control", daemon=True)
        self._handlers: dict[int, Any] = {}
        self._in_step = False
        self._watch, self._step_at_most_s = Stopwatch(), float("inf")
        self._abort_requested = float("inf")  # when a command arrived that the current step must not outlive

    def __enter__(self) -> Control:
        self.status(*self._status)
        command = self._next_command()
        if command is not None:  # a command from before the search applies from its first step on
            self._apply(command)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, _ABORT_SIGNAL):
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
        """Write the state of the run, with a message for people, to the run folder."""
        with self._changed:
            self._status = state, message
            self._run.write_status(state, message, pid=os.getpid())

    def step(self, compute: Callable[[], T], *, at_most_s: float = float("inf")) -> T | None:
        """The result of `compute()`; None if a command aborted it, or if it computed for over `at_most_s` seconds."""
        try:
            self._watch, self._step_at_most_s = Stopwatch(), at_most_s
            self._in_step = True
            try:
                return compute()
            finally:
                self._in_step = False
                if self.requested_state == "run":
                    self._abort_requested = float("inf")
        except StepAborted:
            return None

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is to be computed now: the search is paused, or waits for a request for the next step."""
        return self.requested_state == "pause" or (
            self.requested_state == "run" and self.pace == "step_by_step" and not self._requested_steps)

    def step_done(self) -> None:
        """Record that a requested step has been taken."""
        with self._changed:
            self._requested_steps = max(0, self._requested_steps - 1)

    def wait_while_paused(self, at_most_s: float = float("inf")) -> None:
        """Return when the search is resumed or stopped; a pause longer than `at_most_s` seconds becomes a stop."""
        self._wait(lambda: self.requested_state == "pause", at_most_s)

    def wait_for_request(self, at_most_s: float = float("inf")) -> None:
        """Like `wait_while_paused`, but also wait for the next requested step.

        A change of pace ends the wait too, because the status message changes with it.
        """
        before = self.requested_state, self.pace
        self._wait(lambda: self.is_waiting and (self.requested_state, self.pace) == before, at_most_s)

    def wait_between_steps(self, seconds: float) -> None:
        """Leave time to look at a step, at the slow pace; any command ends the wait."""
        end, before = time.monotonic() + seconds, (self.requested_state, self.pace)
        with self._changed:
            while (self.requested_state, self.pace) == before and time.monotonic() < end:
                self._changed.wait(timeout=0.1)

    def _wait(self, condition: Callable[[], bool], at_most_s: float) -> None:
        end = time.monotonic() + at_most_s
        with self._changed:
            while condition():
                if time.monotonic() >= end:
                    self.requested_state = "stop"
                # A timeout, because a signal handler cannot wake a waiting condition.
                self._changed.wait(timeout=0.1)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number != _ABORT_SIGNAL:
            self.requested_state = "stop"
            self._abort_requested = min(self._abort_requested, time.monotonic())  # where this signal cannot abort
        if self._in_step and not _drops_exceptions(frame):
            raise StepAborted

    def _listen(self) -> None:
        beat = time.monotonic()
        while not self._leaving.wait(POLL_S):
            try:
                command = self._next_command()
                if command is not None:
                    self._apply(command)
                if time.monotonic() - beat >= HEARTBEAT_S:
                    beat = time.monotonic()
                    with self._changed:  # else an old status could overwrite a newer one
                        self.status(*self._status)
                if self._in_step:
                    self._during_step()
            except Exception:  # a full disk must not end this thread: the next heartbeat may succeed
                log.exception("The heartbeat or a command failed")
            self._abort_late_step()

    def _next_command(self) -> str | None:
        try:
            return self._commands()
        except Exception:  # the file may be readable at the next attempt
            log.exception("A command could not be read")
            return None

    def _apply(self, command: str) -> None:
        with self._changed:
            if self.requested_state != "stop":
                self.requested_state = _REQUESTED_STATES.get(command, self.requested_state)
            if command in PACES:
                self.pace, self._requested_steps = command, 0
            elif command == "step":
                self._requested_steps = 1
            abort = self.requested_state != "run" or (command == "step_by_step" and self._in_step)
            self._abort_requested = time.monotonic() if abort else float("inf")
            self._changed.notify_all()

    def _abort_late_step(self) -> None:
        requested = time.monotonic() > self._abort_requested + GRACE_S
        late = requested or self._watch.seconds() > self._step_at_most_s
        if _ABORT_SIGNAL is not None and self._in_step and late:
            _thread.interrupt_main(_ABORT_SIGNAL)


def _drops_exceptions(frame: FrameType | None) -> bool:
    """Whether a frame, or one that has called it, belongs to a callback whose exceptions Python prints and drops.

    These are finalizers and the callbacks of weak references: a step would not end there, and the callback would be cut
    off in the middle. The thread of `Control` requests the abort again a moment later.
    """
    while frame is not None:
        if frame.f_code.co_name == "__del__" or frame.f_code.co_filename in _FILES_OF_CALLBACKS:
            return True
        frame = frame.f_back
    return False
