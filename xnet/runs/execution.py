"""The loop that carries out a run; the worker and the command line both call `execute`."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from xnet import engine
from xnet.atomic_files import write_text
from xnet.config.class_runs import is_class
from xnet.engine import StopReason
from xnet.run_queue import RunQueue
from xnet.stopwatch import Stopwatch

from .control import Control
from .failures import failure_sentence
from .recording import Recorder
from .resuming import initial_state, resumed_state
from .run import Run
from .schema import Checkpoint, Snapshot
from .waiting import Waiting

T = TypeVar("T")
#: The longest call of the engine before the loop checks for commands, in seconds.
SLICE_S = 0.2
#: While the search runs, a snapshot is written at least this often, in seconds, even without news.
QUIET_S = 0.3

#: When the time is up, the other processes may take this many seconds to end their step.
FINAL_STEP_S = 0.3

#: Seconds between two checkpoints; a crash loses no more than that.
CHECKPOINT_S = 15.0

#: The time to look at the result of a step at the slow pace, in seconds.
SLOW_S = 1.0

#: A longer pause, in seconds, ends the run, so that forgotten runs do not fill the memory.
LONGEST_PAUSE_S = 6 * 3600.0

#: The message of a paused search.
PAUSED = "Paused. Nothing is computed until you resume."


def execute(run: Run, *, commands: Callable[[], str | None],
            on_snapshot: Callable[[Snapshot], None] | None = None,
            queue: RunQueue | None = None, cluster: engine.Cluster | None = None) -> Snapshot | None:
    """Carry out a run to its end and return its last snapshot.

    An error of the data or the engine does not raise: the run ends in the state `failed`, with a message for the user
    and the best network so far. The log has the details.

    Args:
        run: a run that no other process works on.
        commands: returns the next command (pause, resume, stop, ...) or None; called about 20 times a second by another
            thread.
        cluster: computes for the other islands instead of processes of this machine.
        on_snapshot: called with every snapshot that was written; during a long step it is called by that thread.
        queue: the queue in which the run has its turn; a pause gives the turn to others.

    Returns:
        The last snapshot; None if the run ended before the first network.
    """
    execution = _Execution(run, commands, on_snapshot or (lambda snapshot: None), queue, cluster)
    with execution.control:
        state, reason, message = "failed", None, ""
        try:
            reason = execution.search()
            execution.collect_from_islands()
            execution.write_checkpoint()
            state = "stopped" if reason is StopReason.STOPPED else "finished"
            message = reason.class_sentence if is_class(run.config) else reason.sentence
        except Exception as error:  # noqa: BLE001 - whatever it is: keep the result, log it, tell the user
            message = failure_sentence(error)
        finally:
            execution.close()
        execution.show(state, message, reason)
        return execution.last


class _Execution:
    """The execution of one run."""

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 on_snapshot: Callable[[Snapshot], None], queue: RunQueue | None = None,
                 cluster: engine.Cluster | None = None) -> None:
        self.cluster = cluster
        self.run, self.on_snapshot = run, on_snapshot
        self.control = Control(run, commands, self.tick)
        self.waiting = Waiting(run, self.control, queue, self.show)
        self.recorder: Recorder | None = None
        self.islands: engine.Islands | None = None  # None with one process
        self.state: Any = None
        self.steps: int | None = None  # the budget in steps; None if only the seconds count
        self.last: Snapshot | None = None
        self.spent = 0.0  # seconds of computing, aborted steps included
        self.watch: Stopwatch | None = None  # of the current step
        self.computed_s, self.clock_s = 0.0, 0.0  # of computing in this process, and what they took by the clock
        self.written = 0.0  # when the last snapshot was written
        self.checkpointed = time.monotonic()  # when the last checkpoint was written
        self.writing = threading.Lock()

    def search(self) -> StopReason:
        """Search to the end; returns why the search ended."""
        self.steps = self.run.config.get("steps")
        problem = self.run.problem()
        n_islands = 1 if problem.runs_alone else self.n_islands()
        self.islands = engine.Islands(problem, n_islands, self.cluster) if n_islands > 1 else None
        resumed = resumed_state(self.run, problem)
        self.recorder = Recorder(self.run, problem, resumed=resumed is not None)
        if resumed is not None:
            self.spent, self.state = resumed.seconds, resumed.state
            self.recorder.reopened += [self.state.step] if resumed.had_ended else []
            self.show_first()
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
            if self.waiting.for_space():
                continue
            if self.control.is_waiting:
                self.pause()
            elif self.control.pace == "real_time" or problem.runs_alone:
                self.step(problem, left)
            else:
                self.single_step(problem, left)
        return StopReason.STOPPED

    def n_islands(self) -> int:
        """How many processes search: a bundle may ask for more than there are cores, or workers of the cluster."""
        asked = self.run.config.get("n_jobs", 1)
        if self.cluster is not None:
            return min(asked, self.cluster.n_islands)
        n_processes, sentence = engine.within_cores(asked)
        if sentence:
            logging.getLogger(__name__).warning(sentence)
        return n_processes

    def budget(self) -> float:
        """The budget in seconds; read again every time, because it can grow during the search."""
        return float(self.run.config["seconds"])

    def begin(self, problem: engine.Problem) -> None:
        """Compute the initial state, which takes seconds for large tables."""
        if self.control.requested_state == "pause":
            self.control.status("paused", PAUSED)
            self.control.wait_while_paused()
            self.control.status("starting", "Computing the first network.")
        warm_start = [engine.Network.from_json(tree) for tree in self.run.config.get("warm_start", ())]
        self.state = self.control.step(lambda: initial_state(problem, warm_start))
        if self.state is not None:
            self.show_first()

    def show_first(self) -> None:
        """Show the first network of a new or a resumed search."""
        assert self.recorder is not None
        self.recorder.record(self.state, ())
        if self.islands is not None:
            self.islands.keep(self.state.front)
        self.show("running", self.progress())

    def step(self, problem: engine.Problem, left: float) -> None:
        """Run the engine for a moment and record what it found."""
        state, islands, budget = self.state, self.islands, self.slice(left)
        result = self.computed(
            lambda: islands.advance(state, budget) if islands else engine.advance(state, problem, budget), left)
        if result is None:
            return
        self.state, events = result
        assert self.recorder is not None
        if self.recorder.record(self.state, events) or time.monotonic() - self.written > QUIET_S:
            self.show("running", self.progress())
        if time.monotonic() - self.checkpointed > CHECKPOINT_S:
            self.write_checkpoint()

    def computed(self, compute: Callable[[], T], left: float) -> T | None:
        """The result of a call of the engine, whose time is counted; None if it was aborted."""
        watch = self.watch = Stopwatch()
        result = self.control.step(compute, at_most_s=left + (
            engine.OVERRUN_S if self.state.step else engine.FIRST_OVERRUN_S))
        with self.writing:
            self.computed_s, self.clock_s = self.computed_s + watch.seconds(), self.clock_s + watch.clock_seconds()
            self.spent, self.watch = self.elapsed(), None
        return result

    def single_step(self, problem: engine.Problem, left: float) -> None:
        """One step for people to follow: with a trace of its phases, or with a pause after it."""
        if self.control.pace == "step_by_step":
            self.show("running", "Working on the next step.")
        trace = None
        while trace is None and not self.state.stop_reason:  # a step that only prepares something has no trace
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

    def write_checkpoint(self) -> None:
        """Save the search, so that another process can continue it."""
        if self.state is None:
            return
        checkpoint: Checkpoint = {"seconds": self.spent, "state": engine.state_to_json(self.state)}
        write_text(self.run.folder / "state.json", json.dumps(checkpoint, allow_nan=False, separators=(",", ":")))
        self.checkpointed = time.monotonic()

    def slice(self, left: float) -> Any:
        """The budget of one call of the engine."""
        steps = None if self.steps is None else self.steps - self.state.step
        noise_ends = engine.Budget(self.steps, self.budget()).half_spent(self.state.step, self.spent)
        if steps is None or self.islands is None:
            return engine.Budget(steps, min(SLICE_S, left), noise_ends)
        # Several processes give a reproducible result only if no clock ends one of their rounds.
        return engine.Budget(min(steps, engine.steps_of_round(self.state.step)), noise_ends=noise_ends)

    def collect_from_islands(self) -> None:
        """Collect the results of the other processes; when the time is up they may end their step.

        With a budget in steps there is nothing to collect: all results have arrived, or belong to an aborted round.
        """
        if self.islands is not None and self.steps is None and self.state is not None and self.recorder is not None:
            seconds = FINAL_STEP_S if self.control.requested_state == "run" else 0.0
            self.state, events = self.islands.finish(self.state, seconds)
            self.recorder.record(self.state, events)

    def close(self) -> None:
        """End the other processes, if there are any."""
        if self.islands is not None:
            self.islands.close()

    def elapsed(self) -> float:
        """Seconds of computing until now."""
        watch = self.watch  # another thread may call this
        return self.spent + (0.0 if watch is None else watch.seconds())

    def pause(self) -> None:
        """Wait until the search is to continue, or for the next requested step."""
        for_step = self.control.requested_state == "run"
        self.write_checkpoint()
        self.show("paused", "Waiting for you to start the next step." if for_step else PAUSED)
        self.waiting.give_turn_to_others()
        self.control.wait_for_request(LONGEST_PAUSE_S)
        if self.control.pace != "step_by_step":  # a single step is short
            self.waiting.for_turn()
        if self.control.requested_state == "run" and not self.control.is_waiting:
            self.show("running", self.progress())

    def progress(self) -> str:
        """One sentence on the best formula so far."""
        assert self.recorder is not None
        return f"Searching; the best formula so far {self.recorder.describe_best()}."

    def show(self, run_state: str, message: str, stop_reason: StopReason | None = None) -> None:
        """Write the snapshot and the status, and call `on_snapshot`."""
        with self.writing:
            if self.state is not None and self.recorder is not None:
                self.last = self.recorder.write_snapshot(
                    self.state, seconds=self.spent, seconds_total=self.budget(), run_state=run_state,
                    stop_reason=stop_reason, message=message, pace=self.control.pace,
                    slowdown=self.clock_s / self.computed_s if self.computed_s else 1.0)
                self.written = time.monotonic()
            self.control.status(run_state, message)
            if self.last is not None:
                self.on_snapshot(self.last)

    def tick(self) -> None:
        """Update the time in the snapshot during a long step (called by the thread of `Control`)."""
        with self.writing:
            now = time.monotonic()
            if self.last is None or self.recorder is None or now - self.written < QUIET_S:
                return
            if self.last["state"] == "running":
                self.last = self.recorder.touch_snapshot(self.last, seconds=self.elapsed())
                self.written = now
                self.on_snapshot(self.last)
