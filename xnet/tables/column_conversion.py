"""Converts text and date columns to numbers on request: text into 0/1 indicators, dates into elapsed time.

The table as it was read stays unchanged. `with_conversions` returns a table with further columns, so a conversion is
undone by leaving it out of the list. The new columns stand beside their source: `colour is red` is 1 where the colour
is red, `day in days` counts days from the earliest date, `day in seconds` seconds, and `day in years` is 2021.5 in the
middle of 2021.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from xnet.counts import counted
from xnet.name_lists import abbreviated_list, quoted_names

from .column_recipes import COUNTED_WAYS, WAYS, ColumnRecipe, parse_dates
from .limits import TableError
from .numbers import has_no_label, is_date, is_missing
from .table import Table
from .written_dates import has_whole_year, iso_date

_UNITS = {"days": "day", "years": "year", "hours": "hour", "seconds": "s", "elapsed": "s"}
#: The ways to convert a column, by its kind (see `columns.kind_of`).
_SUITABLE = {"labels": ("labels",), "dates": ("days", "years", "month", "yearday"), "times": ("hours",),
             "durations": ("seconds",)}
#: The names of columns where they are not those of the way.
_NAMES = {"elapsed": "{} in seconds", "month": "month of {}", "yearday": "day of the year of {}"}
_LONGEST_NAME = 80


class Conversion(NamedTuple):
    """A conversion of one column.

    Attributes:
        column: the text or date column.
        way: a key of `WAYS`.
    """

    column: str
    way: str


def possible_conversions(table: Table) -> list[Conversion]:
    """Every conversion that the table's text and date columns allow."""
    return [Conversion(column, way) for column, kind in table.kinds.items()
            for way in (*["numbers"] * (column in table.mixed), *["gaps"] * (column in table.sentinels),
                        *_SUITABLE.get(kind, ()),
                        *(_ways_of_times(table.frame[column]) if kind == "dates" else ()))]


def _ways_of_times(cells: pd.Series) -> list[str]:
    """The conversions of dates with a time of day that differs: the first thousand cells are looked at."""
    found = [match for cell in cells.head(1000) if (match := re.search(r"(\d{1,2}:\d{2})[:.,\d]*", str(cell)))]
    return ["elapsed"] * (len({match[0] for match in found}) > 1) + ["hours"] * (len({match[1] for match in found}) > 1)


def parse_conversions(table: Table, texts: Iterable[str]) -> list[Conversion]:
    """Conversions as the command line writes them, `COLUMN` or `COLUMN:WAY`.

    Raises:
        TableError: the column is unknown or has no such conversion.
    """
    conversions, possible = [], possible_conversions(table)
    for text in texts:
        column, _, way = text.rpartition(":") if text.rpartition(":")[2] in WAYS else (text, "", "")
        fitting = [c for c in possible if c.column == column and way in ("", c.way)]
        if not fitting:
            known = abbreviated_list((f"{c.column}:{c.way}" for c in possible), 12) or "none"
            raise TableError(f"{text!r} cannot be converted to numbers. Possible conversions of {table.name}: {known}.")
        conversions.append(fitting[0])
    return conversions


def with_conversions(table: Table, conversions: Iterable[Conversion]) -> Table:
    """The table with the converted columns at its end.

    The report gains a sentence for each conversion. Conversions that the table does not allow are ignored.
    """
    possible = possible_conversions(table)
    recipes: dict[str, ColumnRecipe] = {}
    notes, units = [], dict(table.units)
    for conversion in dict.fromkeys(conversions):
        if conversion not in possible:
            continue
        derived, note = _CONVERTERS.get(conversion.way, _elapsed)(table, conversion, recipes)
        recipes |= derived
        units |= {name: _UNITS[conversion.way] for name in derived if conversion.way in _UNITS}
        notes.append(note)
    if not recipes:
        return replace(table, report=(*table.report, *notes)) if notes else table
    columns = {name: recipe.values(list(table.frame[recipe.column])) for name, recipe in recipes.items()}
    frame = pd.concat([table.frame, pd.DataFrame(columns, index=table.frame.index)], axis=1)
    # A column whose codes became gaps takes the place of its source.
    instead = {recipe.column: name for name, recipe in recipes.items() if recipe.way == "gaps"}
    units |= {new: units[old] for old, new in instead.items() if old in units}
    target = table.suggested_target and instead.get(table.suggested_target, table.suggested_target)
    return replace(table, frame=frame, units=units, report=(*table.report, *notes), suggested_target=target,
                   suggested_inputs=tuple(instead.get(c, c) for c in table.suggested_inputs),
                   derived={**table.derived, **recipes})


def _indicators(table: Table, conversion: Conversion,
                taken: Mapping[str, ColumnRecipe]) -> tuple[dict[str, ColumnRecipe], str]:
    """A 0/1 column for each label, and the sentence for the report.

    Of two labels only the last one gets a column, because the other column would be its complement.
    """
    labels = tuple(sorted({str(v) for v in table.frame[conversion.column] if not has_no_label(str(v))}))
    derived: dict[str, ColumnRecipe] = {}
    for label in labels if len(labels) > 2 else labels[1:]:
        name = free_name(f"{conversion.column} is {label}"[:_LONGEST_NAME], table, {**taken, **derived})
        derived[name] = ColumnRecipe(conversion.column, conversion.way, label, labels)
    return derived, (f"{conversion.column!r} was converted to {counted(len(derived), 'column')} of 0 and "
                     f"1: {quoted_names(derived, len(derived))}.")


def _elapsed(table: Table, conversion: Conversion,
             taken: Mapping[str, ColumnRecipe]) -> tuple[dict[str, ColumnRecipe], str]:
    """The column of numbers for a column of dates or times, and the sentence for the report."""
    column, way = conversion
    cells = [str(v) for v in table.frame[column]]
    first_day = days_first(cells)
    dates = parse_dates(cells, first_day)
    if dates.isna().all():
        return {}, f"{column!r} was not converted: none of its cells is a date or time that exists."
    name, first = free_name(_NAMES.get(way, "{} in " + way).format(column), table, taken), dates.min()
    order = f", read with the {'day' if first_day else 'month'} first" if _is_ambiguous(cells) else ""
    order += _about_years(cells, dates) + _about_signs(cells)
    unread = sum(not is_missing(c) for c, ok in zip(cells, dates.notna(), strict=True) if not ok)
    rest = f"; {counted(unread, 'cell')} could not be read and count as missing" if unread else ""
    begin = first.date().isoformat() if way == "days" else first.isoformat(" ")
    meaning = f"{WAYS[way].removesuffix(' the first')} {begin}" if way in COUNTED_WAYS else WAYS[way]
    recipe = ColumnRecipe(column, way, since=first.isoformat() if way in COUNTED_WAYS else "", days_first=first_day,
                          sources=table.joined.get(column, ()))
    return {name: recipe}, f"{column!r} was converted to {name!r}: {meaning}{order}{rest}."


def _mixed_numbers(table: Table, conversion: Conversion,
                   taken: Mapping[str, ColumnRecipe]) -> tuple[dict[str, ColumnRecipe], str]:
    """The column of the numbers of a text column, and the sentence for the report."""
    name = free_name(f"{conversion.column} as number"[:_LONGEST_NAME], table, taken)
    recipe = ColumnRecipe(conversion.column, conversion.way)
    lost = int(np.isnan(recipe.values(list(table.frame[conversion.column]))).sum())
    return {name: recipe}, (f"{conversion.column!r} was converted to {name!r}: numbers; "
                            f"{counted(lost, 'other cell')} count{'s' * (lost == 1)} as missing.")


def _without_codes(table: Table, conversion: Conversion,
                   taken: Mapping[str, ColumnRecipe]) -> tuple[dict[str, ColumnRecipe], str]:
    """The column without its codes for missing values, and the sentence for the report."""
    column, codes = conversion.column, tuple(f"{code:.17g}" for code in table.sentinels[conversion.column])
    name = free_name(f"valid {column}"[:_LONGEST_NAME], table, taken)
    count = int(table.frame[column].isin(list(table.sentinels[column])).sum())
    return {name: ColumnRecipe(column, conversion.way, labels=codes)}, (
        f"{column!r} was converted to {name!r}: {counted(count, 'cell')} "
        f"count{'s' * (count == 1)} as missing.")


def _durations(table: Table, conversion: Conversion,
               taken: Mapping[str, ColumnRecipe]) -> tuple[dict[str, ColumnRecipe], str]:
    """The column of seconds for a column of durations, and the sentence for the report."""
    name = free_name(f"{conversion.column} in seconds"[:_LONGEST_NAME], table, taken)
    return {name: ColumnRecipe(conversion.column, "seconds")}, (
        f"{conversion.column!r} was converted to {name!r}: seconds; two parts are minutes and seconds.")


_CONVERTERS = {"seconds": _durations, "gaps": _without_codes, "labels": _indicators, "numbers": _mixed_numbers}


def free_name(name: str, table: Table, taken: Collection[str] = ()) -> str:
    """The name, with a number appended where the table has such a column already or `taken` contains it."""
    k, free = 2, name
    while free in table.frame.columns or free in taken:
        free, k = f"{name}_{k}", k + 1
    return free


def _is_ambiguous(cells: Sequence[str]) -> bool:
    """Whether some dates do not begin with the year, so that the order of day and month matters."""
    return any(not c[:4].isdigit() and ":" not in c[:3] and iso_date(c) is None for c in cells if is_date(c))


def _about_years(cells: Sequence[str], dates: pd.Series) -> str:
    """The words on years of two digits."""
    short = dates[[is_date(c) and not has_whole_year(c) for c in cells]].dropna()
    years = "" if short.empty or short.dt.year.nunique() < 2 else f"{short.dt.year.min()} to {short.dt.year.max()}"
    return f"; years of two digits are those from {years}" if years else ""


def _about_signs(cells: Sequence[str]) -> str:
    """The words on dates such as 25/01/2020 and 02-01-2020 in one column, where a spreadsheet swapped some."""
    first = {match[1]: cell for cell in reversed(cells) if (match := re.match(r"\d{1,2}([-/.])\d{1,2}\1\d{2,4}", cell))}
    shown = " and ".join(map(repr, list(first.values())[:2]))
    return f"; {shown} are written in two ways, so check that both mean the same order" if len(first) > 1 else ""


def days_first(cells: Sequence[str]) -> bool:
    """Whether the day comes before the month.

    It does if more first numbers than second ones are above 12, or if points separate the numbers as in 1.12.2020 and
    no number is above 12.
    """
    short = [c for c in cells if is_date(c) and not c[:4].isdigit()]
    parts = [c.split()[0].replace("/", "-").replace(".", "-").split("-") for c in short]
    first = sum(p[0].isdigit() and int(p[0]) > 12 for p in parts)
    second = sum(len(p) > 1 and p[1].isdigit() and int(p[1]) > 12 for p in parts)
    return first > second or (not first and not second and any("." in c for c in short))
