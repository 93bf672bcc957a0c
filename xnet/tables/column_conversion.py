"""Columns that hold no numbers made into such, because somebody asked for it: text into 0 and 1, dates into amounts.

The table as it was read stays as it is: wishes say what to do, and `treated` gives the table that comes of them, so
taking a wish back is leaving it out. New columns stand beside those they were made of: `colour is red` is 1 where the
colour is red, `day in days` counts days from the first one, `day in years` is 2021.5 in the middle of 2021.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from .column_recipes import WAYS, Recipe, moments
from .limits import TableError
from .numbers import is_date, is_missing
from .table import Table

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
    recipes: dict[str, Recipe] = {}
    notes, units = [], dict(table.units)
    for wish in dict.fromkeys(wishes):
        if wish not in offered:
            continue
        made, note = (_indicators if wish.way == "labels" else _amounts)(table, wish, recipes)
        recipes |= made
        units |= {name: _UNITS[wish.way] for name in made if wish.way in _UNITS}
        notes.append(note)
    if not recipes:
        return table
    columns = {name: recipe.values(list(table.frame[recipe.column])) for name, recipe in recipes.items()}
    frame = pd.concat([table.frame, pd.DataFrame(columns, index=table.frame.index)], axis=1)
    return replace(table, frame=frame, units=units, report=(*table.report, *notes),
                   made_of={**table.made_of, **recipes})


def _indicators(table: Table, wish: Wish, taken: Mapping[str, Recipe]) -> tuple[dict[str, Recipe], str]:
    """One column for each value, of two values for the last: the other one says nothing more; and what to say of it."""
    labels = tuple(sorted({str(v) for v in table.frame[wish.column] if not is_missing(str(v))}))
    made: dict[str, Recipe] = {}
    for label in labels if len(labels) > 2 else labels[1:]:
        name = free_name(f"{wish.column} is {label}"[:80], table, {**taken, **made})
        made[name] = Recipe(wish.column, wish.way, label, labels)
    return made, (f"{wish.column!r} became {len(made)} column{'s' * (len(made) > 1)} of 0 and 1: "
                  f"{', '.join(map(repr, made))}.")


def _amounts(table: Table, wish: Wish, taken: Mapping[str, Recipe]) -> tuple[dict[str, Recipe], str]:
    """The column of numbers that dates become, and a sentence that says how they were read."""
    cells = [str(v) for v in table.frame[wish.column]]
    days_first = _days_first(cells)
    read = moments(cells, days_first)
    name, first = free_name(f"{wish.column} in {wish.way}", table, taken), read.min()
    order = f", read with the {'day' if days_first else 'month'} first" if _needs_order(cells) else ""
    unread = sum(not is_missing(c) for c, ok in zip(cells, read.notna(), strict=True) if not ok)
    rest = f"; {unread:,} could not be read and {'is' if unread == 1 else 'are'} missing" if unread else ""
    what = f"days since {first:%Y-%m-%d}" if wish.way == "days" else WAYS[wish.way]
    recipe = Recipe(wish.column, wish.way, since=first.isoformat() if wish.way == "days" else "",
                    days_first=days_first)
    return {name: recipe}, f"{wish.column!r} became {name!r}: {what}{order}{rest}."


def free_name(name: str, table: Table, taken: Collection[str] = ()) -> str:
    """The name, numbered where the table has a column of that name, or gets one."""
    k, free = 2, name
    while free in table.frame.columns or free in taken:
        free, k = f"{name}_{k}", k + 1
    return free


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
