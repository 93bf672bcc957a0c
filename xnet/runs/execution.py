"""The one loop that carries out a run: the worker and the command line both call `execute`."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from xnet import engine
from xnet.atomic_files import write_text
from xnet.config.class_runs import is_class
from xnet.engine import StopReason
from xnet.errors import XNetError
from xnet.evidence.class_probability import to_search_form

from .control import Control
from .recording import Recorder
from .run import Run

T = TypeVar("T")
#: How long one call of the engine may take before the loop looks up again, in seconds.
SLICE_S = 0.2
#: A snapshot is written at least this often while the search is on, changed or not.
QUIET_S = 0.3
#: A step may overrun the budget by this much before it is abandoned; the first one, which must give a network, by more.
OVERRUN_S, FIRST_OVERRUN_S = 1.0, 20.0

#: When the time is up, other processes may take so long to end their step.
LAST_WORD_S = 0.3

#: The search is put away this often while it is on, so that a crash costs no more than that.
SAVE_S = 15.0

#: At the slow pace, how long a person may look at what a step gave.
SLOW_S = 1.0

#: A pause longer than this ends the run, so that forgotten ones do not fill the memory for ever.
LONGEST_PAUSE_S = 6 * 3600.0

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
        state, reason, message = "failed", None, ""
        try:
            reason = execution.search()
            execution.last_word()
            execution.save()
            state = "stopped" if reason is StopReason.STOPPED else "finished"
            message = reason.class_sentence if is_class(run.config) else reason.sentence
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
        execution.show(state, message, reason)
        return execution.last


def initial_state(problem: Any, known: Sequence[engine.Network]) -> Any:
    """The state before the first step; with networks of an earlier search, where there are some."""
    state = engine.start(problem)
    networks = [to_search_form(network, problem) for network in known]
    return engine.warm_start(state, networks, problem) if networks else state


def resumed_state(run: Run, problem: Any) -> tuple[float, Any, bool] | None:
    """Seconds spent and state of a search that was begun before, and whether it had ended; None if there is none.

    There is none either where it cannot be read. Where the process was killed, what it found since it put the search
    away is still in its snapshot.
    """
    saved, snapshot = run.checkpoint(), run.snapshot()
    if snapshot is None:
        return None
    try:
        found = [engine.Network.from_json(row["network"]) for row in snapshot["front"]]
        if saved is None:
            return float(snapshot["seconds"]), initial_state(problem, found), False
        state = engine.state_from_json(saved["state"])
    except (XNetError, KeyError, TypeError) as error:
        log.warning("The search is begun anew, as it cannot be taken up again: %s", error)
        return None
    ended = bool(state.stop_reason)
    if ended:
        state = engine.resumable_state(state)
    known = {entry.network for entry in state.front}
    lost = [network for network in (to_search_form(network, problem) for network in found) if network not in known]
    return max(float(saved["seconds"]), float(snapshot["seconds"])), \
        engine.warm_start(state, lost, problem) if lost else state, ended


class _Execution:
    """One run being carried out."""

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 on_snapshot: Callable[[dict[str, Any]], None]) -> None:
        self.run, self.on_snapshot = run, on_snapshot
        self.control = Control(run, commands, self.tick)
        self.recorder: Recorder | None = None
        self.islands: engine.Islands | None = None  # none with one process
        self.state: Any = None
        self.steps: int | None = None  # none where only the seconds count
        self.last: dict[str, Any] | None = None
        self.spent = 0.0  # seconds of computing, steps that were broken off included
        self.began: float | None = None  # when the step under way began
        self.written = 0.0  # when the last snapshot was written
        self.saved = time.monotonic()  # when the search was put away last
        self.writing = threading.Lock()

    def search(self) -> StopReason:
        """Search to the end; returns why it ended."""
        self.steps = self.run.config.get("steps")
        problem = self.run.problem()
        n_jobs = engine.count_jobs(self.run.config.get("n_jobs", 1))
        self.islands = engine.Islands(problem, n_jobs) if n_jobs > 1 else None
        earlier = resumed_state(self.run, problem)
        self.recorder = Recorder(self.run, problem, goes_on=earlier is not None)
        if earlier is not None:
            self.spent, self.state, ended = earlier
            self.recorder.reopened += [self.state.step] if ended else []
            self.welcome()
        while self.control.requested_state != "stop":
            if self.state is None:
                self.begin(problem)
                continue
            if self.state.stop_reason:
                return StopReason(self.state.stop_reason)
            left = self.budget() - self.spent
            if left <= 0:
                return StopReason.BUDGET
            if self.steps is not None and self.state.step >= self.steps:
                return StopReason.STEPS
            if self.control.is_waiting:
                self.pause()
            elif self.control.pace == "real_time":
                self.step(problem, left)
            else:
                self.single_step(problem, left)
        return StopReason.STOPPED

    def budget(self) -> float:
        """Seconds that the search may take; read again and again, as it can be given more."""
        return float(self.run.config["seconds"])

    def begin(self, problem: Any) -> None:
        """Take the first look at the data, which alone may take seconds for large tables."""
        self.control.wait_while_paused()
        known = [engine.Network.from_json(tree) for tree in self.run.config.get("known", ())]
        self.state = self.control.step(lambda: initial_state(problem, known))
        if self.state is not None:
            self.welcome()

    def welcome(self) -> None:
        """Show the first network, or the one that the search goes on from."""
        assert self.recorder is not None
        self.recorder.record(self.state, ())
        if self.islands is not None:
            self.islands.keep(self.state.front)
        self.show("running", self.progress())

    def step(self, problem: Any, left: float) -> None:
        """Let the engine compute for a moment, and write down what it found."""
        state, islands, budget = self.state, self.islands, self.slice(left)
        result = self.computed(
            lambda: islands.advance(state, budget) if islands else engine.advance(state, problem, budget), left)
        if result is None:
            return
        self.state, events = result
        assert self.recorder is not None
        if self.recorder.record(self.state, events) or time.monotonic() - self.written > QUIET_S:
            self.show("running", self.progress())
        if time.monotonic() - self.saved > SAVE_S:
            self.save()

    def computed(self, compute: Callable[[], T], left: float) -> T | None:
        """What the engine gives, its time counted; None if it was broken off."""
        self.began = time.monotonic()
        result = self.control.step(compute, at_most_s=left + (OVERRUN_S if self.state.step else FIRST_OVERRUN_S))
        with self.writing:
            self.spent, self.began = self.elapsed(), None
        return result

    def single_step(self, problem: Any, left: float) -> None:
        """One step for people to follow: told phase by phase, or with a rest after it."""
        if self.control.pace == "step_by_step":
            self.show("running", "Working on the next step.")
        trace = None
        while trace is None and not self.state.stop_reason:  # a step that only prepares something has nothing to show
            result = self.computed(lambda: engine.traced_step(self.state, problem), left)
            if result is None:
                break
            self.state, events, trace = result
            assert self.recorder is not None
            self.recorder.record(self.state, events)
        if trace is not None and self.control.pace == "step_by_step" and self.recorder is not None:
            self.recorder.write_trace(trace)
        self.control.step_done()
        self.show("running", self.progress())
        if self.control.pace == "slow" and not self.state.stop_reason:
            self.control.wait_between_steps(SLOW_S)

    def save(self) -> None:
        """Put the search away, so that it can go on from here in another process."""
        if self.state is None:
            return
        tree = {"seconds": self.spent, "state": engine.state_to_json(self.state)}
        write_text(self.run.folder / "state.json", json.dumps(tree, allow_nan=False, separators=(",", ":")))
        self.saved = time.monotonic()

    def slice(self, left: float) -> Any:
        """How far the engine may go before the loop looks up again."""
        steps = None if self.steps is None else self.steps - self.state.step
        if steps is None or self.islands is None:
            return engine.Budget(steps=steps, seconds=min(SLICE_S, left))
        # Several processes come to the same only if none of their rounds is cut short by a clock.
        return engine.Budget(steps=min(steps, engine.steps_of_round(self.state.step)))

    def last_word(self) -> None:
        """What the other processes have found meanwhile; when the time is up they may end their step.

        With a budget in steps they have told everything, or are in a round that was broken off and does not count.
        """
        if self.islands is not None and self.steps is None and self.state is not None and self.recorder is not None:
            seconds = LAST_WORD_S if self.control.requested_state == "run" else 0.0
            self.state, events = self.islands.finish(self.state, seconds)
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
        waiting = self.control.requested_state == "run"
        self.save()
        self.show("paused", "Waiting for you to ask for the next step." if waiting else
                  "Paused. Nothing is computed until you resume.")
        self.control.wait_for_request(LONGEST_PAUSE_S)
        if self.control.requested_state == "run" and not self.control.is_waiting:
            self.show("running", self.progress())

    def progress(self) -> str:
        """One sentence on how far the search has come."""
        assert self.recorder is not None
        return f"Searching; the best formula so far {self.recorder.said_of_best()}."

    def show(self, run_state: str, message: str, stop_reason: StopReason | None = None) -> None:
        """Write the snapshot and the status, and tell who listens."""
        with self.writing:
            if self.state is not None and self.recorder is not None:
                self.last = self.recorder.write_snapshot(
                    self.state, seconds=self.spent, seconds_total=self.budget(), run_state=run_state,
                    stop_reason=stop_reason, message=message, pace=self.control.pace)
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
