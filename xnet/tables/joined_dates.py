"""A date that a table spreads over several columns: date and time, or year, month and day, joined in one column."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from .columns import kind_of
from .numbers import is_missing

_YEAR = ("year", "yyyy", "jahr", "yr", "yy")
_MONTH, _DAY = ("month", "mm", "mon", "monat", "mo"), ("day", "dd", "tag", "dy")
_HOUR, _MINUTE = ("hour", "hh", "hr", "stunde"), ("minute", "min", "mi")


def with_joined_dates(frame: pd.DataFrame, notes: list[str]) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """The table with a column that joins a column of dates and the column of times beside it, or year, month and day.

    The column stands at the end, as text; a conversion makes it a number.

    Returns:
        The table, and the columns that were joined, by the new column: a date and a time; or year, month, day, and
        perhaps hour and minute.
    """
    joined = _date_and_time(frame) or _year_month_day(frame)
    if joined is None:
        return frame, {}
    sources, cells = joined
    name = " ".join(sources)
    if name in frame.columns:
        return frame, {}
    notes.append(f"{' and '.join(map(repr, sources))} were joined to the dates {name!r}, which can be converted to "
                 "numbers.")
    return frame.assign(**{name: cells}), {name: tuple(sources)}


def _date_and_time(frame: pd.DataFrame) -> tuple[list[str], list[str]] | None:
    text = [c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])]
    for first, second in pairwise(text):
        neighbours = list(frame.columns).index(second) == list(frame.columns).index(first) + 1
        kinds = (kind_of(frame[first]), kind_of(frame[second])) if neighbours else ()
        if kinds not in (("dates", "times"), ("times", "dates")):
            continue
        dates, times = (first, second) if kinds[0] == "dates" else (second, first)
        if any(":" in str(cell) for cell in frame[dates]):
            return None
        return [dates, times], ["" if is_missing(d) or is_missing(t) else f"{d} {t}" for d, t in zip(
            map(str, frame[dates]), map(str, frame[times]), strict=True)]
    return None


def _year_month_day(frame: pd.DataFrame) -> tuple[list[str], list[str]] | None:
    lower = {str(c).lower(): c for c in reversed(frame.columns) if pd.api.types.is_integer_dtype(frame[c])}
    found = [next((lower[n] for n in names if n in lower), None) for names in (_YEAR, _MONTH, _DAY, _HOUR, _MINUTE)]
    if None in found[:3]:
        return None
    columns = [c for c in (found if found[3] else found[:3]) if c is not None]
    parts = [frame[c].tolist() for c in columns]
    limits = ((1, 2999), (1, 12), (1, 31), (0, 23), (0, 59))
    if any(not low <= value <= high for values, (low, high) in zip(parts, limits, strict=False) for value in values):
        return None
    return columns, [_iso(*row) for row in zip(*parts, strict=True)]


def _iso(year: int, month: int, day: int, hour: int | None = None, minute: int = 0) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}" + ("" if hour is None else f" {hour:02d}:{minute:02d}")
