"""Which column of a table is probably time, by its name, and which one tells trajectories apart, by its times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from xnet.data_rules import is_switched

from .column_recipes import COUNTED_WAYS, ColumnRecipe

_TIME_NAMES = ("time", "year", "date", "day", "hour", "second", "month", "week", "age", "zeit", "jahr", "stunde",
               "temps", "année", "jour", "tiempo")


def proposed_time(columns: Iterable[str],
                  derived: Mapping[str, ColumnRecipe] = MappingProxyType({})) -> str | None:
    """The first column that was made of dates or is called as time is; None if there is none.

    Args:
        columns: columns of numbers.
        derived: recipes of derived columns, by name.

    >>> proposed_time(["hare", "time_in_days"]), proposed_time(["T/K", "t/s"]), proposed_time(["Zeit [s]"])
    ('time_in_days', 't/s', 'Zeit [s]')
    """
    for name in columns:
        if name in derived and derived[name].way in (*COUNTED_WAYS, "years"):
            return name
        first = re.split(r"[\W_]+", name.strip())[0]
        if first == "t" or first.lower() in _TIME_NAMES:  # T is a temperature
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


def fixed_within(frame: pd.DataFrame, columns: Sequence[str], trajectory: str) -> tuple[str, ...]:
    """Those columns that have one value within each trajectory, and not the same in all, such as a treatment or a mass.

    >>> table = pd.DataFrame({"run": ["a", "a", "b", "b"], "mass": [1, 1, 2, 2], "x": [5, 4, 3, 1], "g": [9.8] * 4})
    >>> fixed_within(table, ["mass", "x", "g"], "run")
    ('mass',)
    """
    most = frame.groupby(trajectory, sort=False)[list(columns)].nunique().max()
    return tuple(name for name in columns if most[name] <= 1 < frame[name].nunique())


def switched(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    """Those columns that jump between a few values and rest in between, as a heater or a set voltage does.

    >>> table = pd.DataFrame({"heater": [0] * 10 + [1] * 10, "x": range(20), "n": [1, 2] * 10, "g": [9.8] * 20})
    >>> switched(table, ["heater", "x", "n", "g"])
    ('heater',)
    """
    return tuple(name for name in columns if is_switched([frame[name].to_numpy(dtype=float)]))
