"""Runs: create a search, start it, follow it and steer it.

    run = create_run(table, target="period", inputs=["axis"], source="planets")
    launch(run)                      # in a worker process; prewarm() makes the start immediate
    run.snapshot()                   # the current state
    run.command("stop")              # the best formula is kept
    run.best()["text"]

The modules of the package are

    run            the run folder: its files, its state, its commands
    schema         the JSON objects in these files
    store          create, open, list and delete runs
    permutation    the permutation check of a run
    data_file, frames_file, notes, sharing   single files of a run folder
    execution      the loop that carries out a run
    resuming       the state that a search starts or continues from
    failures       errors that end a search, as sentences
    dynamics_run, dynamics_execution   runs that search laws of motion
    control        commands, heartbeat and the abort of a step
    recording      writes snapshots, events, frames and traces
    sweep          many searches at once, and how they go on after an interruption
    worker, permutation_worker, launcher   the processes that carry out runs; `xnet.run_queue` holds their line
    catalogue      all runs of a folder, and comparisons between them
"""

from __future__ import annotations

from xnet.config.run_options import RunError, options_from_config

from .execution import execute
from .launcher import end_worker, launch, launch_check, prewarm
from .run import ACTIVE, COMMANDS, Run
from .sharing import SharedRun, end_sharing, open_shared, share, shared_as
from .store import clean_up, create_run, delete_run, list_runs, open_run, runs_root

__all__ = ["ACTIVE", "COMMANDS", "Run", "RunError", "SharedRun", "clean_up", "create_run", "delete_run", "end_sharing",
           "end_worker", "execute", "launch", "launch_check", "list_runs", "open_run", "open_shared",
           "options_from_config", "prewarm", "runs_root", "share", "shared_as"]
