"""The benchmark of many sessions: its figures."""

from __future__ import annotations

from benchmarks.load.command import rates_line


def test_sessions_that_come_after_the_end_of_their_search_have_no_rate() -> None:
    assert rates_line([0.5, 1.0, 2.0], 3) == "updates a second for a session: lowest 0.50, median 1.00"
    assert rates_line([0.5], 3).endswith("lowest 0.50, median 0.50; 2 of 3 sessions came after the end of their search")
    assert rates_line([], 2).endswith("none; 2 of 2 sessions came after the end of their search")
