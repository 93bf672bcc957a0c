"""How a column of numbers was made of text or dates, so that the same can be made of a table that comes later.

A run's config tells the recipes of its columns: a table to predict for then needs the column that they were made of and
nothing else. Days are counted from the same first day, and a label that the search never saw is no number.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.errors import DataError

from .numbers import is_date, is_missing

#: What a column can become: way -> in words.
WAYS = {"labels": "columns of 0 and 1", "days": "days since the first", "years": "years with decimals",
        "hours": "hours of the day"}
_AGAIN = "Choose the table on the Data page again and start a new search."


class RecipeError(DataError):
    """A recipe cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Recipe:
    """How one column was made.

    Attributes:
        column: what it was made of.
        way: a key of `WAYS`.
        label: for "labels", the text that became 1.
        labels: for "labels", all texts that there were; others are unknown.
        since: for "days", the day (ISO 8601) that is 0.
        days_first: whether the day stands before the month in dates such as 1/2/2020.
    """

    column: str
    way: str
    label: str = ""
    labels: tuple[str, ...] = ()
    since: str = ""
    days_first: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Recipe:
        """The recipe that a config tells.

        Raises:
            RecipeError: it is not told as `told` writes it.
        """
        try:
            recipe = cls(str(told["column"]), str(told["way"]), str(told["label"]), tuple(map(str, told["labels"])),
                         str(told["since"]), bool(told["days_first"]))
            if recipe.way not in WAYS or (recipe.way == "labels" and recipe.label not in recipe.labels):
                raise ValueError
            if recipe.way == "days":
                pd.Timestamp(recipe.since)
        except (KeyError, TypeError, ValueError):
            raise RecipeError(f"How a column was made of text or dates is told as {str(told)[:200]}; expected column, "
                              f"way ({', '.join(WAYS)}), label, labels, since and days_first. {_AGAIN}") from None
        return recipe

    def told(self) -> dict[str, Any]:
        """The recipe as a config tells it."""
        return asdict(self) | {"labels": list(self.labels)}

    def values(self, cells: Sequence[object]) -> Array:
        """(n,) numbers made of the cells; NaN where a cell is missing, cannot be read or is an unknown label."""
        texts = [label_text(cell) for cell in cells]
        if self.way == "labels":
            worth = self._worth()
            return np.array([worth.get(text, np.nan) for text in texts])
        times = moments(texts, self.days_first)
        if self.way == "years":
            year = times.dt.year
            start = pd.to_datetime(year.map(lambda y: f"{y:.0f}-01-01", na_action="ignore"))
            made = year + (times - start) / pd.Timedelta(days=1) / np.where(times.dt.is_leap_year, 366.0, 365.0)
        elif self.way == "hours":
            made = (times - times.dt.normalize()) / pd.Timedelta(hours=1)
        else:
            made = (times - pd.Timestamp(self.since)) / pd.Timedelta(days=1)
        return made.to_numpy(dtype=np.float64, na_value=np.nan)

    def moment(self, value: float) -> pd.Timestamp:
        """The date that became this number; of hours, the time on some day."""
        whole = float(np.floor(value))
        try:
            if self.way == "years":
                start = pd.Timestamp(year=int(whole), month=1, day=1)
                found = start + pd.Timedelta(days=(value - whole) * (366.0 if start.is_leap_year else 365.0))
            else:
                start = pd.Timestamp(self.since if self.way == "days" else "1970-01-01")
                found = start + pd.Timedelta(**{self.way: value})
        except (ValueError, OverflowError):  # farther away than pandas reaches
            return pd.Timestamp("1970-01-01")
        return found.round("s")

    def unknown(self, cells: Sequence[object]) -> list[str]:
        """The labels among the cells that the search never saw."""
        texts = dict.fromkeys(label_text(cell) for cell in cells) if self.way == "labels" else {}
        return [text for text in texts if not is_missing(text) and text not in self._worth()]

    def _worth(self) -> dict[str, float]:
        """Of "labels", what every text that is known becomes."""
        worth = {label: float(label == self.label) for label in self.labels}
        if {label.lower() for label in self.labels} == {"true", "false"}:  # which tables are read with as 1 and 0 now
            worth |= {str(int(label.lower() == "true")): value for label, value in list(worth.items())}
        return worth


def label_text(cell: object) -> str:
    """A cell as a label: a number says the same whether its column holds fractions or gaps beside it or not."""
    return f"{cell:.15g}" if isinstance(cell, (int, float, np.integer)) and not isinstance(cell, bool) else str(cell)


def moments(cells: Sequence[str], days_first: bool) -> pd.Series:
    """Dates and times as such; NaT for what is none. After a year comes the month, whatever comes first elsewhere."""
    there = pd.Series([None if is_missing(c) or not is_date(c) else c for c in cells], dtype=object)
    year_first = there.str.slice(0, 4).str.isdigit().fillna(False).astype(bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns where the day cannot come first
        read = [pd.to_datetime(there.where(chosen), format="mixed", dayfirst=days_first and not iso, errors="coerce",
                               utc=True) for iso, chosen in ((True, year_first), (False, ~year_first))]
    return read[0].fillna(read[1]).dt.tz_localize(None)


def recipes_of(config: Mapping[str, Any]) -> dict[str, Recipe]:
    """The recipes that a config tells, by the column that was made; none in those of older releases."""
    return {str(name): Recipe.of(told) for name, told in (config.get("derived") or {}).items()}
