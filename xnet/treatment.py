"""Columns that hold no numbers made into such, because somebody asked for it: text into 0 and 1, dates into amounts.

The table as it was read stays as it is: wishes say what to do, and `treated` gives the table that comes of them, so
taking a wish back is leaving it out. New columns stand beside those they were made of: `colour is red` is 1 where the
colour is red, `day in days` counts days from the first one, `day in years` is 2021.5 in the middle of 2021.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from .data import Table, TableError
from .table_numbers import is_date, is_missing

#: What a column can become: way -> in words.
WAYS = {"labels": "columns of 0 and 1", "days": "days since the first", "years": "years with decimals",
        "hours": "hours of the day"}
_UNITS = {"days": "day", "years": "year", "hours": "hour"}
#: The ways that suit what a column holds (see `table_columns.kind_of`).
_SUITABLE = {"labels": ("labels",), "dates": ("days", "years"), "times": ("hours",)}


class Wish(NamedTuple):
    """A column to be made numbers of, and how: a key of `WAYS`."""

    column: str
    way: str


def offers(table: Table) -> list[Wish]:
    """Everything that can be made of a table's columns that hold no numbers."""
    return [Wish(column, way) for column, kind in table.kinds.items() for way in _SUITABLE.get(kind, ())]


def parse_wishes(table: Table, texts: Iterable[str]) -> list[Wish]:
    """Wishes as the command line writes them, `COLUMN` or `COLUMN:WAY`.

    Raises:
        TableError: nothing of the kind can be made of the column.
    """
    wishes, offered = [], offers(table)
    for text in texts:
        column, _, way = text.rpartition(":") if text.rpartition(":")[2] in WAYS else (text, "", "")
        fitting = [w for w in offered if w.column == column and way in ("", w.way)]
        if not fitting:
            known = ", ".join(f"{w.column}:{w.way}" for w in offered[:12]) or "none of them"
            raise TableError(f"No numbers can be made of {text!r}. What can be made of the columns of {table.name}: "
                             f"{known}.")
        wishes.append(fitting[0])
    return wishes


def treated(table: Table, wishes: Iterable[Wish]) -> Table:
    """The table with the columns that were asked for beside those they are made of, and a report that says so."""
    offered = offers(table)
    columns: dict[str, np.ndarray] = {}
    made_of: dict[str, str] = {}
    notes, units = [], dict(table.units)
    for wish in dict.fromkeys(wishes):
        if wish not in offered:
            continue
        if wish.way == "labels":
            made = _indicators(table, wish.column)
            columns |= made
            made_of |= dict.fromkeys(made, wish.column)
            notes.append(f"{wish.column!r} became {len(made)} column{'s' * (len(made) > 1)} of 0 and 1: "
                         f"{', '.join(map(repr, made))}.")
        else:
            name, values, note = _amounts(table, *wish)
            columns[name], units[name], made_of[name] = values, _UNITS[wish.way], wish.column
            notes.append(note)
    if not columns:
        return table
    frame = pd.concat([table.frame, pd.DataFrame(columns, index=table.frame.index)], axis=1)
    return replace(table, frame=frame, units=units, report=(*table.report, *notes), made_of=made_of)


def _indicators(table: Table, column: str) -> dict[str, np.ndarray]:
    """One column for each value, of two values for the last: the other one says nothing more."""
    cells = np.array([str(v) for v in table.frame[column]], dtype=object)
    missing = np.array([is_missing(v) for v in cells])
    labels = sorted(set(cells[~missing]))
    return {_free(f"{column} is {label}"[:80], table): np.where(missing, np.nan, (cells == label).astype(float))
            for label in (labels if len(labels) > 2 else labels[1:])}


def _free(name: str, table: Table) -> str:
    k, free = 2, name
    while free in table.frame.columns:
        free, k = f"{name}_{k}", k + 1
    return free


def _amounts(table: Table, column: str, how: str) -> tuple[str, np.ndarray, str]:
    """Name and values of the column of numbers that dates become, and a sentence that says how they were read."""
    cells = [str(v) for v in table.frame[column]]
    days_first = _days_first(cells)
    moments = _moments(cells, days_first)
    name, known = _free(f"{column} in {how}", table), moments.notna()
    order = f", read with the {'day' if days_first else 'month'} first" if _needs_order(cells) else ""
    unread = sum(not is_missing(c) for c, ok in zip(cells, known, strict=True) if not ok)
    rest = f"; {unread:,} could not be read and {'is' if unread == 1 else 'are'} missing" if unread else ""
    if how == "years":
        year = moments.dt.year
        start = pd.to_datetime(year.map(lambda y: f"{y:.0f}-01-01", na_action="ignore"))
        length = np.where(moments.dt.is_leap_year, 366.0, 365.0)
        values = year + (moments - start) / pd.Timedelta(days=1) / length
        what = "years with decimals"
    elif how == "hours":
        values = (moments - moments.dt.normalize()) / pd.Timedelta(hours=1)
        what = "hours of the day"
    else:
        values = (moments - moments.min()) / pd.Timedelta(days=1)
        what = f"days since {moments.min():%Y-%m-%d}" if known.any() else "days"
    return name, values.to_numpy(dtype=np.float64, na_value=np.nan), f"{column!r} became {name!r}: {what}{order}{rest}."


def _moments(cells: Sequence[str], days_first: bool) -> pd.Series:
    there = [None if is_missing(c) or not is_date(c) else c for c in cells]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the day comes first is no matter for ISO dates, which pandas reads alike
        read = pd.to_datetime(pd.Series(there, dtype=object), format="mixed", dayfirst=days_first, errors="coerce",
                              utc=True)
    return read.dt.tz_localize(None)


def _needs_order(cells: Sequence[str]) -> bool:
    """Whether dates are written with the year at their end, so that day and month have to be told apart."""
    return any(not c[:4].isdigit() and ":" not in c[:3] for c in cells if is_date(c))


def _days_first(cells: Sequence[str]) -> bool:
    """Whether the day comes before the month: some first number is above 12, or points part them as in 31.12.2020."""
    short = [c for c in cells if is_date(c) and not c[:4].isdigit()]
    parts = [c.split()[0].replace("/", "-").replace(".", "-").split("-") for c in short]
    first = any(p[0].isdigit() and int(p[0]) > 12 for p in parts)
    second = any(len(p) > 1 and p[1].isdigit() and int(p[1]) > 12 for p in parts)
    return first or (not second and any("." in c for c in short))
