"""The permutation check of a run, in the file `permutation.json` of its folder.

The check takes as long as many short searches. So the app starts a process of its own for it
(`xnet.runs.permutation_worker`) with the lowest priority, which slows neither the server nor a search. The
process writes its progress and its result to the file, and it ends as soon as the file no longer asks for the check:
when somebody stops the check, or the run is deleted.
"""

from __future__ import annotations

import logging
import os
from typing import Any, TypedDict, cast

from xnet.atomic_files import read_json, write_json
from xnet.config.run_options import RunError
from xnet.errors import XNetError
from xnet.evidence.permutation_check import STEPS, PermutationCheck, permutation_check
from xnet.processes import process_created, process_lives

from .run import Run

FILE = "permutation.json"
#: The most steps of every search; a check of 19 shuffled tables then takes one or two minutes.
MOST_STEPS = 16

log = logging.getLogger(__name__)


class PermutationRecord(TypedDict):
    """The permutation check of a run, as `permutation.json` holds it.

    Attributes:
        state: "running", "finished", "stopped" or "failed".
        pid: id of the process that carries out the check; None where there is none.
        pid_created: when that process was started, in seconds since 1970.
        n_shuffled: the number of shuffled tables.
        steps: the number of steps of every search.
        seed: of the shuffles.
        done: the number of searches done; there are `n_shuffled` + 1.
        message: why the check failed; else "".
        result: the last finished check, as `PermutationCheck.to_json`; None before the first.
        of_bundle: whether the result comes from a bundle and was not computed here.
    """

    state: str
    pid: int | None
    pid_created: float | None
    n_shuffled: int
    steps: int
    seed: int
    done: int
    message: str
    result: dict[str, Any] | None
    of_bundle: bool


def read_permutation(run: Run) -> PermutationRecord | None:
    """The permutation check of a run; None before the first one. A check whose process is gone reads as failed."""
    tree = read_json(run.folder / FILE)
    if tree is None:
        return None
    record = cast(PermutationRecord, {**_empty(0, STEPS, 0), **tree})
    pid = record["pid"]
    if record["state"] == "running" and pid is not None and not process_lives(pid, record["pid_created"]):
        again = read_json(run.folder / FILE) or tree  # it may have ended between the two readings
        if again.get("state") != "running":
            return cast(PermutationRecord, {**record, **again})
        record["state"], record["message"] = "failed", "The check ended unexpectedly. Start it again."
    return record


def finished_check(run: Run) -> PermutationCheck | None:
    """The last finished check of a run; None without one."""
    record = read_permutation(run)
    try:
        return None if record is None or record["result"] is None else PermutationCheck.from_json(record["result"])
    except ValueError:
        return None


def save_check(run: Run, check: PermutationCheck, of_bundle: bool = False) -> None:
    """Save a finished check with its run."""
    record = _empty(check.n_shuffled, check.steps, check.seed)
    _write(run, {**record, "state": "finished", "done": check.n_shuffled + 1, "result": check.to_json(),
                 "of_bundle": of_bundle})


def ask_for_check(run: Run, n_shuffled: int, pid: int) -> None:
    """Write that a process carries out a check; the result of an earlier check stays until then."""
    before = read_permutation(run)
    record = _empty(n_shuffled, steps_for(run), int(run.config["seed"]))
    if before is not None:
        record["result"], record["of_bundle"] = before["result"], before["of_bundle"]
    _write(run, {**record, "pid": pid, "pid_created": process_created(pid)})


def stop_check(run: Run) -> None:
    """Stop the check of a run; its process ends with its current step.

    Raises:
        RunError: the run folder cannot be written.
    """
    record = read_permutation(run)
    if record is None or record["state"] != "running":
        return
    try:
        _write(run, {**record, "state": "stopped", "pid": None})
    except OSError as error:
        raise RunError(f"The check cannot be stopped, because the run folder cannot be written ({error.strerror}). "
                       "Was the search deleted?") from error


def steps_for(run: Run) -> int:
    """The steps of every search of a check: as many as the search of the run did, within limits."""
    snapshot = run.snapshot()
    return STEPS if snapshot is None else min(max(int(snapshot["step"]), STEPS), MOST_STEPS)


def carry_out(run: Run) -> None:
    """Carry out the check that `permutation.json` asks this process for, and write its result."""
    record = read_permutation(run)
    if record is None:
        return

    def is_unwanted() -> bool:
        now = read_json(run.folder / FILE)
        return now is None or now.get("state") != "running" or now.get("pid") not in (None, os.getpid())

    def show(done: int) -> None:
        if not is_unwanted():
            _write(run, {**record, "done": done})

    try:
        found = permutation_check(run.problem(), record["n_shuffled"], record["steps"], record["seed"], show,
                                  is_unwanted)
    except XNetError as error:  # its message is written for the user
        _write(run, {**record, "state": "failed", "pid": None, "message": str(error)})
        return
    except Exception:  # for any other error: tell the user; the log has the details
        log.exception("The permutation check failed")
        _write(run, {**record, "state": "failed", "pid": None,
                     "message": "An unexpected error ended the check. See the log of the run."})
        return
    if found is not None and not is_unwanted():
        save_check(run, found)


def _empty(n_shuffled: int, steps: int, seed: int) -> PermutationRecord:
    return {"state": "running", "pid": None, "pid_created": None, "n_shuffled": n_shuffled, "steps": steps,
            "seed": seed, "done": 0, "message": "", "result": None, "of_bundle": False}


def _write(run: Run, record: PermutationRecord) -> None:
    write_json(run.folder / FILE, record)
