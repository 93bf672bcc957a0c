"""The one loop that carries out a run: the worker and the command line both call `execute`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from . import engine
from .control import Control
from .engine.errors import XNetError
from .folders import Run
from .recording import Recorder
from .scores import r2_text

#: How long one call of the engine may take before the loop looks up again, in seconds.
SLICE_S = 0.2
#: A snapshot is written at least this often while the search is on, changed or not.
QUIET_S = 0.3
#: A step may overrun the budget by this much before it is abandoned; the first one, which must give a network, by more.
OVERRUN_S, FIRST_OVERRUN_S = 1.0, 20.0

#: When the time is up, other processes may take so long to end their step.
LAST_WORD_S = 0.3

#: A pause longer than this ends the run, so that forgotten ones do not fill the memory for ever.
LONGEST_PAUSE_S = 6 * 3600.0

#: Why a search ended -> the run's state, and a sentence for the person.
ENDINGS = {
    "exact": ("finished", "Finished early: the formula reproduces every row."),
    "noise": ("finished", "Finished early: what the formula leaves unexplained looks like noise."),
    "exhausted": ("finished", "Finished early: nothing is left to try with these activations and this size."),
    "budget": ("finished", "Finished: the time is up. The best formula found is kept."),
    "stopped": ("stopped", "Stopped. The best formula so far is kept."),
}

log = logging.getLogger(__name__)


def execute(run: Run, *, commands: Callable[[], str | None],
            on_snapshot: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any] | None:
    """Carry out a run to its end and return its last snapshot (None if it ended before the first network).

    Whatever the data or the engine do, this does not raise: the run then ends in the state `failed`, with a plain
    message and the best network so far; details go to the log.

    Args:
        run: a run that nobody else works on.
        commands: asked about 20 times a second, from another thread; returns pause, resume, stop or None.
        on_snapshot: called with every snapshot that was written; while a step takes long, from the other thread.
    """
    execution = _Execution(run, commands, on_snapshot or (lambda snapshot: None))
    with execution.control:
        state, stopped, message = "failed", None, ""
        try:
            stopped = execution.search()
            execution.last_word()
            state, message = ENDINGS[stopped]
        except XNetError as error:  # written for people to read
            log.warning("The run failed: %s", error)
            message = str(error)
        except MemoryError:
            log.exception("Out of memory")
            message = "The search ran out of memory; use fewer rows, inputs or activations."
        except Exception:  # whatever goes wrong, what was found is kept and the person is told
            log.exception("The search broke off")
            message = "The search ended by an unexpected error; the best formula so far is kept. Its log says more."
        finally:
            execution.close()
        execution.show(state, message, stopped)
        return execution.last


class _Execution:
    """One run being carried out."""

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 on_snapshot: Callable[[dict[str, Any]], None]) -> None:
        self.run, self.on_snapshot = run, on_snapshot
        self.control = Control(run, commands, self.tick)
        self.recorder: Recorder | None = None
        self.islands: engine.Islands | None = None  # none with one process
        self.state: Any = None
        self.last: dict[str, Any] | None = None
        self.spent = 0.0  # seconds of computing, steps that were broken off included
        self.began: float | None = None  # when the step under way began
        self.written = 0.0  # when the last snapshot was written
        self.writing = threading.Lock()

    def search(self) -> str:
        """Search to the end; returns why it ended, one of the keys of `ENDINGS`."""
        budget = float(self.run.config["seconds"])
        problem = self.run.problem()
        self.recorder = Recorder(self.run, problem)
        n_jobs = engine.count_jobs(self.run.config.get("n_jobs", 1))
        self.islands = engine.Islands(problem, n_jobs) if n_jobs > 1 else None
        while self.control.wanted != "stop":
            if self.state is None:
                self.begin(problem)
                continue
            if self.state.finished:
                return str(self.state.finished)
            left = budget - self.spent
            if left <= 0:
                return "budget"
            if self.control.wanted == "pause":
                self.pause()
            else:
                self.step(problem, left)
        return "stopped"

    def begin(self, problem: Any) -> None:
        """Take the first look at the data, which alone may take seconds for large tables."""
        self.control.wait_while_paused()
        self.state = self.control.step(lambda: engine.start(problem))
        if self.state is not None and self.recorder is not None:
            self.recorder.record(self.state, ())
            self.show("running", self.progress())

    def step(self, problem: Any, left: float) -> None:
        """Let the engine compute for a moment, and write down what it found."""
        state, islands, budget = self.state, self.islands, engine.Budget(seconds=min(SLICE_S, left))
        self.began = time.monotonic()
        result = self.control.step(
            lambda: islands.advance(state, budget) if islands else engine.advance(state, problem, budget),
            at_most_s=left + (OVERRUN_S if state.step else FIRST_OVERRUN_S))
        with self.writing:
            self.spent, self.began = self.elapsed(), None
        if result is None:
            return
        self.state, events = result
        assert self.recorder is not None
        if self.recorder.record(self.state, events) or time.monotonic() - self.written > QUIET_S:
            self.show("running", self.progress())

    def last_word(self) -> None:
        """What the other processes have found meanwhile; when the time is up they may end their step."""
        if self.islands is not None and self.state is not None and self.recorder is not None:
            self.state, events = self.islands.finish(self.state, LAST_WORD_S if self.control.wanted == "run" else 0.0)
            self.recorder.record(self.state, events)

    def close(self) -> None:
        """End the other processes, if there are any."""
        if self.islands is not None:
            self.islands.close()

    def elapsed(self) -> float:
        """Seconds of computing until now."""
        return self.spent + (0.0 if self.began is None else time.monotonic() - self.began)

    def pause(self) -> None:
        """Stand still until told otherwise."""
        self.show("paused", "Paused. Nothing is computed until you resume.")
        self.control.wait_while_paused(LONGEST_PAUSE_S)
        if self.control.wanted == "run":
            self.show("running", self.progress())

    def progress(self) -> str:
        """One sentence on how far the search has come."""
        return f"Searching; the best formula so far has R² {r2_text(self.state.best.r2_train, 4)}."

    def show(self, run_state: str, message: str, stopped: str | None = None) -> None:
        """Write the snapshot and the status, and tell who listens."""
        with self.writing:
            if self.state is not None and self.recorder is not None:
                self.last = self.recorder.write_snapshot(self.state, seconds=self.spent, run_state=run_state,
                                                         stopped=stopped, message=message)
                self.written = time.monotonic()
            self.control.status(run_state, message)
            if self.last is not None:
                self.on_snapshot(self.last)

    def tick(self) -> None:
        """Let the time go on while a step takes long (called by the control's thread)."""
        with self.writing:
            now = time.monotonic()
            if self.last is None or self.recorder is None or now - self.written < QUIET_S:
                return
            if self.last["state"] == "running":
                self.last = self.recorder.touch_snapshot(self.last, seconds=self.elapsed())
                self.written = now
                self.on_snapshot(self.last)
