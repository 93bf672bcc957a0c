"""A search whose worker is killed at a random moment and started again, and what may be lost by that."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import psutil

from xnet.archive.bundle import make_bundle, read_bundle
from xnet.errors import XNetError
from xnet.runs import Run, create_run
from xnet.runs.catalogue import read_catalogue
from xnet.runs.frames_file import read_frames
from xnet.runs.resuming import resumed_state
from xnet.runs.worker import main as work

#: Losses that differ by less than this factor are equal: restored networks are scored again.
_EQUAL = 1 + 1e-6


def new_run(root: Path, rng: Random, steps: int) -> Run:
    """A run on a noisy law, which does not end before its budget of steps."""
    numbers = np.random.default_rng(rng.randrange(2**32))
    a, b, c = numbers.uniform(0.5, 3, (3, 80))
    law = rng.choice((a * b / c, np.sin(2 * a) + b**2, np.exp(-a) * b + c, np.sqrt(a**2 + b**2) / c))
    table = pd.DataFrame({"a": a, "b": b, "c": c, "y": law + numbers.normal(0, 0.1 * law.std(), 80)})
    return create_run(table, target="y", inputs=["a", "b", "c"], source="kills.csv", steps=steps, seconds=600,
                      seed=rng.randrange(100), root=root)


def started(run: Run) -> Any:
    """A process that carries out the run as a worker does; a fork, so that nothing is imported again."""
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=work, args=([str(run.folder), "--detach"],), daemon=True)
    process.start()
    return process


def kill_at_random(run: Run, rng: Random, longest_s: float) -> bool:
    """Start the worker of a run and kill it (SIGKILL) at a random moment; False if it had ended before.

    The moment is counted in processor time, so that a busy machine does not move all kills to the beginning.
    """
    process, spent = started(run), rng.uniform(0.0, longest_s)
    while process.is_alive() and processor_seconds(process.pid) < spent:
        time.sleep(0.002)
    killed = process.is_alive()
    process.kill()
    process.join()
    return killed


def finish(run: Run, limit_s: float = 300.0) -> bool:
    """Carry the run on to its end; False, because nothing is killed."""
    process = started(run)
    process.join(limit_s)
    process.kill()
    process.join()
    return False


def shown_front(run: Run) -> list[Mapping[str, Any]]:
    """The formulas that the app shows of a run; none before the first network."""
    snapshot = run.snapshot()
    return [] if snapshot is None else [*snapshot["front"]]


def carried_on_front(run: Run) -> list[Mapping[str, Any]]:
    """The front with which the next worker of a run begins; none if it begins anew."""
    earlier = resumed_state(run, run.problem())
    return [] if earlier is None else [{"complexity": e.complexity, "loss": e.shown_loss} for e in earlier.state.front]


def losses(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is worse than it was shown: formulas than which no other of the front is as short and as accurate now."""
    for old in before:
        best = min((new["loss"] for new in after if new["complexity"] <= old["complexity"]), default=float("inf"))
        if best > old["loss"] * _EQUAL + 1e-12:
            yield f"complexity {old['complexity']}: loss {old['loss']:.6g} became {best:.6g} ({old['text'][:60]})"


def unreadable(run: Run) -> Iterator[str]:
    """What of a finished run cannot be read."""
    status = run.status()
    if status["state"] != "finished":
        yield f"the state is {status['state']}: {status['message']}"
    if [entry.run.id for entry in read_catalogue(run.folder.parent).entries].count(run.id) != 1:
        yield "the Library does not list it"
    try:
        list(run.events())
        read_frames(run)
        read_bundle(make_bundle(run))
    except (XNetError, ValueError, OSError) as error:
        yield f"{type(error).__name__}: {error}"
    if drafts := [path.name for path in run.folder.iterdir() if path.name.startswith(".")]:
        yield f"half-written files are left: {', '.join(drafts)}"


def processor_seconds(pid: int) -> float:
    """The processor time that a process has used; infinite if there is no such process."""
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return float("inf")
    return float(used.user + used.system)


def seconds_of_a_search(root: Path, rng: Random, steps: int) -> float:
    """Processor seconds of a search that nobody kills."""
    run = new_run(root, rng, steps)
    process, spent = started(run), 0.0
    while process.is_alive():
        now = processor_seconds(process.pid)
        spent = max(spent, now) if np.isfinite(now) else spent
        time.sleep(0.02)
    return spent
