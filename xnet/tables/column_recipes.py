"""How a column was derived from text, dates or the numbers of other rows, so that later tables get the same column.

A run's config stores the recipe of each derived column under the key `derived`. A table to predict for then needs only
the source column. Days are counted from the same first day, and a label that the training table lacked gives NaN.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.errors import DataError

from .number_columns import numbers_and_gaps
from .numbers import has_no_label, is_date, is_missing, unambiguous_text
from .written_dates import has_whole_year, iso_date, seconds, spread_date, without_zone_name

#: The ways to convert a column, with a description of the result.
WAYS = {"labels": "columns of 0 and 1", "days": "days since the first", "elapsed": "seconds since the first",
        "years": "years with decimals", "month": "month of the year", "yearday": "day of the year",
        "hours": "hours of the day", "numbers": "numbers, other cells missing", "seconds": "seconds",
        "gaps": "codes for missing values read as missing"}
#: The ways that count from a moment (`ColumnRecipe.since`), with the unit of their numbers in days.
COUNTED_WAYS = {"days": 1.0, "elapsed": 1.0 / 86_400.0}
_HOUR = 1.0 / 24.0
#: The way of a column of groups, which `group_column` makes: the numbers 0, 1, ... of the labels.
GROUPS = "groups"
#: The ways to derive a column from a column of numbers, row after row (see `derivations`), with a description.
DERIVED_WAYS = {"previous": "value of an earlier row", "difference": "difference from an earlier row",
                "mean": "mean of this row and the rows before it", "rate": "difference divided by that of the order",
                "log": "natural logarithm"}
#: The ways whose source column holds numbers.
NUMBER_WAYS = ("numbers", "gaps", "seconds")
#: The largest `count` of a recipe.
MOST_ROWS = 1000
#: A derived column may be derived from another this many times.
DEEPEST = 8
#: The latest year that two digits mean, if an earlier century keeps the years of a column as close together.
_LATEST = 2040
_REPAIR = "Choose the table on the Data page again and start a new search."


class RecipeError(DataError):
    """The recipe of a derived column cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class ColumnRecipe:
    """How one column was derived.

    Attributes:
        column: the source column.
        way: a key of `WAYS` or of `DERIVED_WAYS`, or `GROUPS`.
        label: for "labels", the text that became 1.
        labels: for "labels", all texts of the training table; any other text is unknown. For "gaps", the codes for
            missing values.
        since: for `COUNTED_WAYS`, the day or moment (ISO 8601) that is 0.
        days_first: whether the day stands before the month in dates such as 1/2/2020.
        sources: the columns of the file that the source column joins, if it does: a date and a time; or year, month,
            day, and perhaps hour and minute.
        count: for `DERIVED_WAYS`, how many rows earlier; for "mean", over how many rows; 0 for "log".
        within: for `DERIVED_WAYS`, the column of groups whose rows follow one another; "" if all rows do.
        order: for `DERIVED_WAYS`, the column of numbers that puts the rows in order; "" for the order of the file.
    """

    column: str
    way: str
    label: str = ""
    labels: tuple[str, ...] = ()
    since: str = ""
    days_first: bool = False
    sources: tuple[str, ...] = ()
    count: int = 0
    within: str = ""
    order: str = ""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> ColumnRecipe:
        """Read a recipe as `to_config` writes it.

        Raises:
            RecipeError: a key is missing, or a value is not allowed.
        """
        try:
            recipe = cls(str(config["column"]), str(config["way"]), str(config["label"]),
                         tuple(map(str, config["labels"])), str(config["since"]), bool(config["days_first"]),
                         tuple(map(str, config.get("sources", ()))), int(config.get("count", 0)),
                         str(config.get("within", "")), str(config.get("order", "")))
            if recipe.way not in (*WAYS, GROUPS, *DERIVED_WAYS) or (
                    recipe.way == "labels" and recipe.label not in recipe.labels):
                raise ValueError
            fewest = 0 if recipe.way == "log" else 1
            if recipe.reads_rows and (not fewest <= recipe.count <= MOST_ROWS or (
                    recipe.way == "rate" and not recipe.order)):
                raise ValueError
            if recipe.way in COUNTED_WAYS:
                pd.Timestamp(recipe.since)
            recipe.codes  # noqa: B018 - raises if a code is no number
        except (KeyError, TypeError, ValueError, OverflowError):
            ways = ", ".join((*WAYS, *DERIVED_WAYS))
            raise RecipeError(f"The recipe of a derived column is {str(config)[:200]}; expected column, way ({ways}), "
                              f"label, labels, since and days_first. {_REPAIR}") from None
        return recipe

    def renamed(self, name: Callable[[str], str]) -> ColumnRecipe:
        """The recipe after columns were renamed; `name` gives the new name of a column."""
        return replace(self, column=name(self.column), sources=tuple(map(name, self.sources)),
                       within=self.within and name(self.within), order=self.order and name(self.order))

    @property
    def codes(self) -> list[float]:
        """For "gaps", the numbers that stand for missing values."""
        return [float(label) for label in self.labels] if self.way == "gaps" else []

    def to_config(self) -> dict[str, Any]:
        """The recipe as plain data for a config."""
        joined = {"sources": list(self.sources)} if self.sources else {}
        rows = {"count": self.count, "within": self.within, "order": self.order} if self.reads_rows else {}
        kept = {k: v for k, v in asdict(self).items() if k not in ("sources", "count", "within", "order")}
        return kept | {"labels": list(self.labels)} | joined | rows

    @property
    def reads_rows(self) -> bool:
        """Whether the values are computed by `derivations`, from all rows of a table."""
        return self.way in DERIVED_WAYS

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The columns that the values are computed from; those of a file, unless they are derived themselves."""
        read = (self.column, self.within, self.order) if self.reads_rows else self.sources or (self.column,)
        return tuple(dict.fromkeys(column for column in read if column))

    def values(self, cells: Sequence[object]) -> Array:
        """Convert cells; not for `DERIVED_WAYS`, whose values depend on other rows.

        Returns:
            (n,) numbers; NaN where a cell is missing, cannot be read or holds an unknown label.
        """
        texts = [label_text(cell) for cell in cells]
        if self.way == GROUPS:
            place = {label: float(k) for k, label in enumerate(self.labels)}
            return np.array([place.get(text, np.nan) for text in texts])
        if self.way == "labels":
            values = self._label_values()
            return np.array([values.get(text, np.nan) for text in texts])
        if self.way == "seconds":
            return np.array([seconds(text, minutes_first=True) for text in texts], dtype=np.float64)
        if self.way in NUMBER_WAYS:
            texts = [unambiguous_text(cell) if isinstance(cell, float) and np.isfinite(cell) else text
                     for cell, text in zip(cells, texts, strict=True)]
            numbers = np.array(numbers_and_gaps(texts), dtype=np.float64)
            return np.where(np.isin(numbers, self.codes), np.nan, numbers)
        times = parse_dates(texts, self.days_first)
        if self.way == "years":
            return _decimal_years(times)
        if self.way == "month":
            return times.dt.month.to_numpy(dtype=np.float64, na_value=np.nan)
        if self.way == "yearday":
            numbers = times.dt.day_of_year + (times - times.dt.normalize()) / pd.Timedelta(days=1)
        elif self.way == "hours":
            numbers = (times - times.dt.normalize()) / pd.Timedelta(hours=1)
        else:
            numbers = (times - pd.Timestamp(self.since)) / pd.Timedelta(days=COUNTED_WAYS[self.way])
        return numbers.to_numpy(dtype=np.float64, na_value=np.nan)

    def to_date(self, value: float) -> pd.Timestamp:
        """The date that gives this number; for "hours", the time on an arbitrary day; for months, in an arbitrary year.

        Dates that pandas cannot represent become 1970-01-01.
        """
        whole = float(np.floor(value))
        try:
            if self.way == "years":
                start = pd.Timestamp(year=int(whole), month=1, day=1)
                found = start + pd.Timedelta(days=(value - whole) * (366.0 if start.is_leap_year else 365.0))
            elif self.way == "month":
                found = pd.Timestamp(year=1970, month=int(whole), day=1)
            else:
                start = pd.Timestamp(self.since if self.way in COUNTED_WAYS else "1970-01-01")
                found = start + (pd.Timedelta(days=value - 1) if self.way == "yearday" else
                                 pd.Timedelta(days=value * COUNTED_WAYS.get(self.way, _HOUR)))
            return found.round("s") if 1 <= found.year <= 9999 else pd.Timestamp("1970-01-01")
        except (ValueError, OverflowError):
            return pd.Timestamp("1970-01-01")

    def unknown_labels(self, cells: Sequence[object]) -> list[str]:
        """The labels among the cells that the training table lacked."""
        texts = dict.fromkeys(label_text(cell) for cell in cells) if self.way in ("labels", GROUPS) else {}
        known = self.labels if self.way == GROUPS else self._label_values()
        return [text for text in texts if not has_no_label(text) and text not in known]

    @property
    def known_labels(self) -> tuple[str, ...]:
        """The names of the training table, for "labels" and groups; else empty."""
        return self.labels if self.way in ("labels", GROUPS) else ()

    def _label_values(self) -> dict[str, float]:
        """For "labels", the number of each known text."""
        values = {label: float(label == self.label) for label in self.labels}
        # Today's tables read True and False as 1 and 0; recipes of older runs know them as text.
        if {label.lower() for label in self.labels} == {"true", "false"}:
            values |= {str(int(label.lower() == "true")): value for label, value in list(values.items())}
        return values


def label_text(cell: object) -> str:
    """A cell as a label: the text of a number does not depend on whether its column also holds fractions or gaps."""
    return f"{cell:.15g}" if isinstance(cell, (int, float, np.integer)) and not isinstance(cell, bool) else str(cell)


def parse_dates(cells: Sequence[str], days_first: bool) -> pd.Series:
    """Dates and times without a time zone; NaT where a cell holds neither.

    Args:
        cells: (n,) texts.
        days_first: whether the day comes before the month. Dates that begin with the year are always read as
            year, month, day. A date that fits the other order alone is NaT, and 24:00 is the next day's midnight.
    """
    texts = (None if is_missing(c) else spread_date(c) if not is_date(c) else iso_date(c) or without_zone_name(c)
             for c in cells)
    there = pd.Series(list(texts), dtype=object)
    midnight = there.str.fullmatch(r".*\d[T ]24:00(?::00(?:\.0+)?)?").fillna(False).astype(bool)
    there = there.where(~midnight, there.str.replace(r"([T ])24:", r"\g<1>00:", regex=True))
    year_first = there.str.slice(0, 4).str.isdigit().fillna(False).astype(bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns where the day cannot come first
        read = [pd.to_datetime(there.where(chosen), format="mixed", dayfirst=days_first and not iso, errors="coerce",
                               utc=True) for iso, chosen in ((True, year_first), (False, ~year_first))]
    found = _near_years(read[0].fillna(read[1]).dt.tz_localize(None), cells)
    found = found.where(~midnight, found + pd.Timedelta(days=1))
    parts = there.str.extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}").astype(float)
    found = found.mask(parts[1 if days_first else 0] > 12)  # pandas swaps day and month where they do not fit
    return found.where(found.dt.year >= 1)  # a year 0 is a gap in most files, and no year of the calendar


def _near_years(dates: pd.Series, cells: Sequence[str]) -> pd.Series:
    """Dates whose years of two digits lie close together: 60 to 79 are 1960 to 1979, and not 2060 to 2068 and 1969.

    A year after `_LATEST` becomes one of a century before, unless this spreads the years of the column.
    """
    late = (dates.dt.year > _LATEST) & ~pd.Series(list(map(has_whole_year, cells)), index=dates.index)
    if not late.any():
        return dates
    moved = dates.where(~late, dates - pd.DateOffset(years=100))
    spans = [series.dt.year.max() - series.dt.year.min() for series in (moved, dates)]
    return moved if spans[0] <= spans[1] else dates


def _decimal_years(times: pd.Series) -> Array:
    """Years with decimals, (n,); NaN for NaT."""
    stamps = times.to_numpy(dtype="datetime64[us]")
    starts = stamps.astype("datetime64[Y]")
    begun = starts.astype("datetime64[us]")
    return starts.astype(np.int64) + 1970.0 + (stamps - begun) / ((starts + 1).astype("datetime64[us]") - begun)


def recipes_from_config(config: Mapping[str, Any]) -> dict[str, ColumnRecipe]:
    """The recipes of a config, by the name of the derived column; empty for configs of releases without recipes.

    Raises:
        RecipeError: a recipe cannot be read.
    """
    recipes = config.get("derived") or config.get("made") or {}  # exports of older releases use the second key
    return {str(name): ColumnRecipe.from_config(recipe) for name, recipe in recipes.items()}


def needed_recipes(derived: Mapping[str, ColumnRecipe], names: Iterable[str],
                   depth: int = 0) -> dict[str, ColumnRecipe]:
    """The recipes of some columns, and of the derived columns that those are computed from, sources first.

    Raises:
        RecipeError: the columns are derived from one another, in a circle or more than `DEEPEST` times.
    """
    found: dict[str, ColumnRecipe] = {}
    for name in names:
        if name in derived and name not in found:
            if depth > DEEPEST:
                raise RecipeError(f"{name[:80]!r} is derived from columns that are derived themselves, more than "
                                  f"{DEEPEST} times. {_REPAIR}")
            found |= needed_recipes(derived, derived[name].file_columns, depth + 1)
            found[name] = derived[name]
    return found
