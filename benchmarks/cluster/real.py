"""Islands in real processes, by the clock."""

from __future__ import annotations

import time

from xnet.engine import Budget, Problem, SearchState, search_on_islands
from xnet.engine.islands.process_pool import close_idle


def measure(problem: Problem, n_jobs: int, seconds: float) -> tuple[float, SearchState]:
    """Search with so many processes for at most so many seconds; no process is left from an earlier search.

    Returns:
        The seconds of the clock, the start of the processes included, and the last state.
    """
    close_idle()
    begun = time.perf_counter()
    state, _ = search_on_islands(problem, Budget(seconds=seconds), n_jobs)
    return time.perf_counter() - begun, state
