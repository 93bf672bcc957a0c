"""Dates with the names of months, quarters, and durations: as ISO 8601 text or as seconds."""

from __future__ import annotations

import math
import re

_MONTHS = {name: k for k, names in enumerate((
    "jan january januar janvier enero", "feb february februar février febrero", "mar march mär märz mars marzo",
    "apr april avril abril", "may mai mayo", "jun june juni juin junio", "jul july juli juillet julio",
    "aug august août agosto", "sep sept september septembre septiembre", "oct october okt oktober octobre octubre",
    "nov november novembre noviembre", "dec december dez dezember décembre diciembre"), start=1)
    for name in names.split()}
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NAME = r"(?P<name>[^\W\d_]{3,10})\.?"
_TIME = r"(?P<time>[T ,]+\d{1,2}:\d{2}.*)?"
_FORMS = tuple(re.compile(form) for form in (
    rf"{_NAME}[-/ .,]+(?P<year>\d{{4}})", rf"(?P<year>\d{{4}})[-/ .]+{_NAME}",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[-/ ]*{_NAME}[-/ .,]+(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    rf"{_NAME}[-/ ]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
    rf"(?P<year>\d{{4}})[-/ ]{_NAME}[-/ ](?P<day>\d{{1,2}}){_TIME}"))
_QUARTERS = tuple(re.compile(form, re.IGNORECASE) for form in (
    r"(?P<year>\d{4})[-/ ]?Q(?P<quarter>[1-4])", r"Q(?P<quarter>[1-4])[-/ ]?(?P<year>\d{4})"))
_DURATION = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?([.,]\d+)?")


def iso_date(cell: str) -> str | None:
    """A date with the name of a month, or a quarter, in ISO 8601; its first day if none is written; None otherwise.

    >>> iso_date("Jan-2020"), iso_date("12 March 2020"), iso_date("2020Q3"), iso_date("Mar 5, 2021 10:30")
    ('2020-01-01', '2020-03-12', '2020-07-01', '2021-03-05 10:30')
    """
    if not 5 <= len(cell) <= 60 or not any(c.isdigit() for c in cell):
        return None
    for form in _QUARTERS:
        if match := form.fullmatch(cell):
            return f"{match['year']}-{3 * int(match['quarter']) - 2:02d}-01"
    text = _WEEKDAY.sub("", cell, count=1)
    for form in _FORMS:
        match = form.fullmatch(text)
        month = _MONTHS.get(match["name"].lower()) if match else None
        if match and month:
            found = match.groupdict()
            year, day = int(found["year"]), int(found.get("day") or 1)
            if len(found["year"]) == 2:  # as pandas and POSIX read two digits
                year += 2000 if year < 69 else 1900
            time = (found.get("time") or "").strip(" T,")
            return f"{year:04d}-{month:02d}-{day:02d}{' ' * bool(time)}{time}" if 1 <= day <= 31 else None
    return None


def is_duration(cell: str) -> bool:
    """Whether a cell is a time that cannot be a time of day: 1:11.1 (minutes) or 30:15:00."""
    match = _DURATION.fullmatch(cell)
    return match is not None and (int(match[1]) > 23 or (match[4] is not None and match[3] is None))


def seconds(cell: str, minutes_first: bool) -> float:
    """The seconds of a time or duration; NaN for other text. A plain number counts as seconds.

    Args:
        cell: h:mm:ss, or two parts with decimals or without.
        minutes_first: whether two parts are minutes and seconds, and not hours and minutes.

    >>> seconds("1:11.1", True), seconds("1:02:03", True), seconds("1:30", False)
    (71.1, 3723.0, 5400.0)
    """
    match = _DURATION.fullmatch(cell)
    if match is None:
        try:
            return float(cell)
        except ValueError:
            return math.nan
    decimals = float((match[4] or "0").replace(",", "."))
    first, second, third = int(match[1]), int(match[2]), match[3]
    if third is not None:
        return 3600.0 * first + 60 * second + int(third) + decimals
    return 60.0 * first + second + decimals if minutes_first else 3600.0 * first + 60 * second
