"""Carries out a run that searches laws of motion; the worker and the command line call `execute_dynamics`.

The search is one call of `XNetDynamics`, which reports after every step. Between two reports the run reads commands,
waits while it is paused, and writes its checkpoint and its snapshot. Time in which it waits is not counted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from xnet.atomic_files import read_json, write_json, write_text
from xnet.dynamics import Progress, Trajectories, XNetDynamics
from xnet.dynamics.candidates import Candidate
from xnet.dynamics.records import records_of
from xnet.dynamics.segments import LARGEST
from xnet.dynamics.system import System, simulate
from xnet.engine import Network, StopReason
from xnet.run_queue import RunQueue
from xnet.stopwatch import Stopwatch

from .control import Control
from .dynamics_run import CHECKPOINT, front_record, model_of, stored_search, trajectories_of
from .execution import LONGEST_PAUSE_S
from .failures import failure_sentence
from .run import Run
from .waiting import Waiting

#: Seconds between two snapshots, and the trajectories that a snapshot simulates.
_REPORT_S, MOST_SIMULATED = 0.4, 3
#: Seconds between two checkpoints, and the largest share of the time that they take; a crash loses no more than that.
CHECKPOINT_S, CHECKPOINT_SHARE = 0.5, 0.05
#: What is said of the systems of a search that has not ended.
NOT_ENDED = "The search has not ended: this is the best system so far."


def execute_dynamics(run: Run, *, commands: Callable[[], str | None],
                     on_snapshot: Callable[[Mapping[str, Any]], None] = lambda snapshot: None,
                     queue: RunQueue | None = None) -> XNetDynamics | None:
    """Carry out a run to its end.

    An error does not raise: the run ends in the state `failed`, with a message for the user. A stop ends the search
    and keeps the systems of what was found.

    Args:
        run: a run that no other process works on.
        commands: returns the next command or None; called about 20 times a second by another thread.
        on_snapshot: called with every snapshot that was written.
        queue: the queue in which the run has its turn; a pause gives the turn to others.

    Returns:
        The fitted model; None if the run failed.
    """
    execution = _Execution(run, commands, on_snapshot, queue)
    with execution.control:
        try:
            model = execution.search()
            reason = execution.keep(model)
        except Exception as error:  # noqa: BLE001 - whatever it is: log it, tell the user
            execution.show("failed", failure_sentence(error))
            return None
        execution.show("stopped" if model.stopped_ else "finished", reason.sentence)
        (run.folder / CHECKPOINT).unlink(missing_ok=True)
        return model


class _Execution:
    """The execution of one run; it is the observer of its search."""

    def __init__(self, run: Run, commands: Callable[[], str | None],
                 on_snapshot: Callable[[Mapping[str, Any]], None], queue: RunQueue | None) -> None:
        self.run, self.on_snapshot = run, on_snapshot
        self.control = Control(run, commands)
        self.waiting = Waiting(run, self.control, queue, self.show)
        self.data: Trajectories | None = None
        self.seconds_total = float(run.config["seconds"])
        self.steps = 0
        self.spent, self.watch, self.written, self.checkpoint_due = 0.0, Stopwatch(), 0.0, 0.0
        self.shown: tuple[Candidate, ...] = ()
        self.best: dict[str, Any] | None = None  # as `best.json` holds it
        self.snapshot: dict[str, Any] = {"seq": 0, "stop_reason": None, "stage": "search", "searched": "",
                                         "networks": [], "curves": None, "front": []}

    def search(self) -> XNetDynamics:
        """Search to the end, from the checkpoint of an earlier attempt if there is one."""
        stored = stored_search(self.run)
        if stored is None:
            for name in ("best.json", "snapshot.json", CHECKPOINT):  # of an earlier attempt
                (self.run.folder / name).unlink(missing_ok=True)
        else:
            self.spent, self.steps = stored.checkpoint.seconds, stored.step
            shown = read_json(self.run.folder / "snapshot.json") or {}
            self.snapshot |= {key: shown[key] for key in ("seq", "networks", "front", "best") if key in shown}
        self.data = trajectories_of(self.run)
        model = model_of(self.run.config, callback=self, timer=self.elapsed)
        return model.fit_trajectories(self.data, earlier=None if stored is None else stored.checkpoint)

    def elapsed(self) -> float:
        """Seconds of searching until now."""
        return self.spent + self.watch.seconds()

    def __call__(self, progress: Progress) -> bool:
        """Take a report of the search; returns whether the search is to end."""
        self.steps += progress.stage == "search"
        self._wait()
        if time.monotonic() > self.checkpoint_due:
            self._write_checkpoint(progress)
        if time.monotonic() - self.written > _REPORT_S:
            self.snapshot |= self._parts(progress)
            self.show("running", f"Searching the law of {progress.state}." if progress.state else
                      "Simulating the trajectories.")
        return self.control.requested_state == "stop"

    def _write_checkpoint(self, progress: Progress) -> None:
        """Write the checkpoint, and then the systems so far: what is shown can be continued from."""
        begun, found = time.monotonic(), progress.so_far()
        checkpoint = {"step": self.steps, "state": found.checkpoint.to_json()}
        write_text(self.run.folder / CHECKPOINT, json.dumps(checkpoint, allow_nan=False, separators=(",", ":")))
        if found.candidates and found.candidates is not self.shown:
            self.shown = found.candidates
            model = model_of(self.run.config).take_front(found.observed, found.candidates)
            self._take_front([front_record(record | {"remarks": [NOT_ENDED]}) for record in records_of(model)])
            self.written = 0.0
        now = time.monotonic()
        self.checkpoint_due = now + max(CHECKPOINT_S, (now - begun) / CHECKPOINT_SHARE)

    def _take_front(self, front: list[dict[str, Any]]) -> None:
        """Put systems into the snapshot."""
        self.snapshot |= {"front": front, "best": front[0]}

    def _wait(self) -> None:
        """Wait while the search is paused, and while the disk is nearly full."""
        self.spent, self.watch = self.elapsed(), Stopwatch()
        self.waiting.for_space()
        if self.control.requested_state == "pause":
            self.show("paused", "Paused. Nothing is computed until you resume.")
            self.waiting.give_turn_to_others()
            self.control.wait_while_paused(LONGEST_PAUSE_S)
            self.waiting.for_turn()
            self.written = 0.0
        self.watch = Stopwatch()

    def _parts(self, progress: Progress) -> dict[str, Any]:
        """The parts of a snapshot that a report changes."""
        networks = progress.networks
        complete, curves = [network for network in networks if network is not None], None
        if len(complete) == len(networks):
            curves = self._curves(complete)
        return {"stage": progress.stage, "searched": progress.state, "curves": curves,
                "networks": [None if network is None else network.to_json() for network in networks]}

    def _curves(self, networks: Sequence[Network]) -> list[Any] | None:
        """The first trajectories, simulated; from smoothed first states where velocities are states."""
        assert self.data is not None
        data, best = self.data, self.snapshot.get("best")
        names, items = data.states, data.items[:MOST_SIMULATED]
        first = [item.X[0] for item in items]
        if len(networks) > len(names):
            if best is None:
                return None
            names, first = tuple(best["states"]), [np.array(own, dtype=float) for own in best["first_states"]]
        system = System(names, data.inputs, tuple(networks))
        return [simulate(system, own, item.t, item, LARGEST * float(np.abs(item.X).max())
                         ).X[:, :len(data.states)].tolist() for own, item in zip(first, items, strict=False)]

    def keep(self, model: XNetDynamics) -> StopReason:
        """Put the systems that were found into the snapshot; returns why the search ended."""
        by_steps = self.run.config["steps"] is not None
        reason = StopReason.STOPPED if model.stopped_ else StopReason.STEPS if by_steps else StopReason.BUDGET
        self._take_front([front_record(record) for record in records_of(model)])
        equations = self.snapshot["best"]["equations"]
        self.snapshot |= {"stop_reason": reason, "decisions": list(model.decisions_), "curves": None,
                          "networks": [equation["network"] for equation in equations]}
        return reason

    def show(self, run_state: str, message: str) -> None:
        """Write the snapshot and the status."""
        if self.data is not None:
            seconds = min(self.elapsed(), self.seconds_total) if run_state == "running" else self.elapsed()
            self.snapshot |= {"seq": self.snapshot["seq"] + 1, "time": time.time(), "step": self.steps,
                              "seconds": round(seconds, 3), "seconds_total": self.seconds_total, "state": run_state,
                              "message": message}
            write_json(self.run.folder / "snapshot.json", self.snapshot)
            if self.snapshot.get("best") is not self.best:
                self.best = self.snapshot["best"]
                write_json(self.run.folder / "best.json", self.best)
            self.written = time.monotonic()
            self.on_snapshot(self.snapshot)
        self.control.status(run_state, message)
