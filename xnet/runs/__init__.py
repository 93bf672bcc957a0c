"""Runs: make one, follow it, steer it, carry it out. The one door to everything that happens to a search.

    run = create_run(table, target="period", inputs=["axis"], source="planets")
    launch(run)                      # a worker of its own; prewarm() made sure that it starts at once
    run.snapshot()                   # what to show now
    run.command("stop")              # keeps the best network
    run.best()["text"]
"""

from __future__ import annotations

from xnet.config.run_options import RunError, options_of

from .execution import execute
from .launcher import launch, prewarm
from .run import ACTIVE, COMMANDS, Run
from .sharing import SharedRun, end_sharing, open_shared, share, shared_as
from .store import clean_up, create_run, delete_run, list_runs, open_run, runs_root

__all__ = ["ACTIVE", "COMMANDS", "Run", "RunError", "SharedRun", "clean_up", "create_run", "delete_run", "end_sharing",
           "execute", "launch", "list_runs", "open_run", "open_shared", "options_of", "prewarm", "runs_root", "share",
           "shared_as"]
