"""The seconds that a search computes, by which budgets are counted."""

from __future__ import annotations

import time

#: On a busy machine a budget takes at most this many times as long by the clock. A search that waits for something that
#: never comes uses no processor time, and ends so.
MOST_CLOCK = 4.0


class Stopwatch:
    """Counts the seconds that this process computes from now on.

    These are its processor seconds: the time in which other programs have the core does not count. Several threads that
    compute at once count as one, so it is never more than the clock says; and it is at least a quarter of that
    (`MOST_CLOCK`).
    """

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.process_time()

    def seconds(self) -> float:
        """Seconds of computing since the stopwatch was made."""
        clock, processor = self.clock_seconds(), time.process_time() - self._processor
        return min(max(processor, clock / MOST_CLOCK), clock)

    def clock_seconds(self) -> float:
        """Seconds by the clock since the stopwatch was made."""
        return time.perf_counter() - self._clock
