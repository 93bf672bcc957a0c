"""A worker that kills itself: `python -m tests.runs.killed_dynamics STAGE FOLDER`.

A test that watched the worker from outside would miss stages that pass between two looks.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from xnet.atomic_files import read_json
from xnet.dynamics import Progress
from xnet.runs import Run, dynamics_execution, worker

#: What the checkpoint holds when the worker is killed.
STAGES: tuple[Callable[[Mapping[str, Any]], bool], ...] = (
    lambda state: True,
    lambda state: bool(state["running"]) and state["running"]["asked"] > 3,
    lambda state: len(state["fits"]) > 3,
    lambda state: len(state["fits"]) > 9,
    lambda state: bool(state["finished"]) and bool(state["running"]),
)


def main(stage: str, folder: str) -> int:
    """Carry out the run until its checkpoint has reached the stage and a system is shown; then end by SIGKILL."""
    reached, run = STAGES[int(stage)], Run(Path(folder))
    report = dynamics_execution._Execution.__call__

    def report_and_perhaps_end(execution: Any, progress: Progress) -> bool:
        answer = report(execution, progress)
        stored = read_json(run.folder / dynamics_execution.CHECKPOINT)
        if run.best() is not None and stored is not None and reached(stored["state"]):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    dynamics_execution.CHECKPOINT_S, dynamics_execution.CHECKPOINT_SHARE = 0.0, float("inf")
    dynamics_execution._Execution.__call__ = report_and_perhaps_end  # type: ignore[method-assign]
    return worker.main([folder, "--detach"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
