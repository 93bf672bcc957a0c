"""Years and days that are written with words: FY2015, 1950s, 500 BC, Mon 06/01/2020, 1-Mar; seconds beside minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from .numbers import is_date
from .written_dates import iso_date, months_in_words

#: The fewest different cells.
_FEWEST = 2
_YEAR = re.compile(r"(?:FY|GJ)\s?'?(?P<fiscal>\d{4})|(?P<decade>1[5-9]\d0|20\d0)'?s|"
                   r"(?P<nen>(?:1[5-9]|20)\d\d)\s?年度?|"
                   r"(?P<bc>\d{1,5})\s?(?:BC|BCE|B\.C\.|v\. ?Chr\.)|"
                   r"(?:AD\s?)?(?P<ad>\d{1,4})\s?(?:AD|CE|A\.D\.|n\. ?Chr\.)?", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(\S.*)", re.IGNORECASE)
_MINUTES = re.compile(r"\d{1,3}:[0-5]\d(?:[.,]\d+)?")
_SECONDS = re.compile(r"([0-5]?\d)([.,]\d+)?")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?[-/ ]?([^\W\d_]{3,9})\.?|([^\W\d_]{3,9})\.?[-/ ]?\d{1,2}(?:st|nd|rd|th)?")


def _matches(cells: Iterable[str], pattern: re.Pattern[str]) -> dict[str, re.Match[str]]:
    """The matches of all different cells; empty as soon as one of them does not match."""
    found: dict[str, re.Match[str]] = {}
    for cell in cells:
        if cell and cell not in found:
            match = pattern.fullmatch(cell)
            if match is None:
                return {}
            found[cell] = match
    return found


def years_with_words(cells: Sequence[str], fewest: int = _FEWEST) -> list[str] | None:
    """The years of a column such as FY2015, 1950s or 500 BC; years before Christ are negative. None for others.

    Args:
        cells: (n,) the column as written.
        fewest: so many different cells are needed.

    >>> years_with_words(["FY2015", "FY2016"]), years_with_words(["500 BC", "100 AD", ""]), years_with_words(["1", "2"])
    (['2015', '2016'], ['-500', '100', ''], None)
    """
    found = _matches(cells, _YEAR)
    if len(found) < fewest or not any(not cell.isdigit() for cell in found):
        return None
    kinds = {match.lastgroup for match in found.values()}
    if len(kinds - {"ad", "bc"}) + bool(kinds & {"ad", "bc"}) > 1:
        return None
    years = {cell: f"-{match['bc']}" if match["bc"] else match[match.lastgroup or 0] for cell, match in found.items()}
    return [years.get(cell, "") for cell in cells]


def years_shown_as_dates(name: str, cells: Sequence[str]) -> list[str] | None:
    """The years of a column called a year whose cells are dates of 1905, as a spreadsheet shows 2000 as a date.

    >>> years_shown_as_dates("Year", ["1905-06-22", "1905-06-23"]), years_shown_as_dates("day", ["1905-06-22"])
    (['2000', '2001'], None)
    """
    present = [cell for cell in cells if cell]
    if not present or not re.search(r"year|jahr|ann[ée]e|año|\banno\b", name, re.IGNORECASE) or not all(
            re.fullmatch(r"190[456]-\d\d-\d\d", cell) for cell in present):
        return None
    try:
        days = {cell: (date.fromisoformat(cell) - date(1899, 12, 30)).days for cell in set(present)}
    except ValueError:
        return None
    if not all(1800 <= number <= 2200 for number in days.values()):
        return None
    return [str(days[cell]) if cell else "" for cell in cells]


def without_weekdays(cells: Sequence[str]) -> list[str] | None:
    """The dates of a column such as Mon 06/01/2020, without the day of the week; None for any other column.

    >>> without_weekdays(["Mon 06/01/2020", "Tue 07/01/2020"])
    ['06/01/2020', '07/01/2020']
    """
    found = _matches(cells, _WEEKDAY)
    if len(found) < _FEWEST or not all(is_date(match[1]) and iso_date(cell) is None
                                       for cell, match in found.items()):
        return None
    return [match[1] if (match := found.get(cell)) else "" for cell in cells]


def with_minutes(cells: Sequence[str]) -> list[str] | None:
    """The cells of a column such as 59.8 and 1:02.3 with minutes in all of them; None for any other column.

    >>> with_minutes(["59.8", "1:02.3"]), with_minutes(["59", "1:02"])
    (['0:59.8', '1:02.3'], None)
    """
    present = {cell for cell in cells if cell}
    minutes = {cell for cell in present if ":" in cell and _MINUTES.fullmatch(cell)}
    rest = _matches(present - minutes, _SECONDS) if minutes else {}
    if not rest or not any("." in cell or "," in cell for cell in minutes):
        return None
    return [f"0:{int(match[1]):02d}{match[2] or '.0'}" if (match := rest.get(cell)) else cell for cell in cells]


def is_day_without_year(cell: str) -> bool:
    """Whether a cell is a day and a month in letters: 1-Mar, March 2nd.

    >>> is_day_without_year("1-Mar"), is_day_without_year("12 mg")
    (True, False)
    """
    match = _DAY.fullmatch(cell)
    return match is not None and months_in_words([match[1] or match[2]], fewest=1) is not None
