"""Which column of a table is probably time, by its name, and which one tells trajectories apart, by its times."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

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


def proposed_trajectory(frame: pd.DataFrame, time: str) -> str | None:
    """The column within whose values the times rise, where they fall somewhere in the table; None if there is none.

    Of several such columns, the one of the fewest values.

    >>> table = pd.DataFrame({"t": [0, 1, 2, 0, 1, 2], "run": ["a"] * 3 + ["b"] * 3, "x": [5, 5, 4, 3, 2, 1]})
    >>> proposed_trajectory(table, "t"), proposed_trajectory(table[:3], "t")
    ('run', None)
    """
    rows = frame[frame[time].notna()]
    if (rows[time].diff().iloc[1:] > 0).all():
        return None
    counts = {str(name): rows[name].nunique() for name in rows.columns if name != time and rows[name].notna().all()}
    may = (name for name, count in sorted(counts.items(), key=lambda item: item[1]) if 2 <= count <= len(rows) / 3)
    return next((name for name in may if (rows.groupby(name, sort=False)[time].diff().dropna() > 0).all()), None)
