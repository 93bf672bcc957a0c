"""Which column of a table is probably time, by its name."""

from __future__ import annotations

from collections.abc import Iterable

_TIME_NAMES = ("t", "time", "year", "date", "day", "hour", "second", "month", "week", "age")


def proposed_time(columns: Iterable[str]) -> str | None:
    """The first column that is called as time is; None if there is none.

    >>> proposed_time(["hare", "time_in_days"])
    'time_in_days'
    """
    for name in columns:
        words = name.lower().replace("(", " ").replace("_", " ").split()
        if words and words[0] in _TIME_NAMES:
            return name
    return None
