"""Dates with the names of months, quarters, weeks, and durations: as ISO 8601 text or as seconds."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence

_MONTHS = {name: k for k, names in enumerate((
    "jan january januar janvier enero janv jän jänner ene gennaio gen janeiro januari января янв stycznia ocak",
    ("feb february februar février febrero févr fév fev fevr febbraio fevereiro februari февраля фев февр lutego "
     "şubat"),
    "mar march mär märz mars marzo mrz mrt maart março марта мар march marca mart",
    "apr april avril abril avr abr aprile апреля апр kwietnia nisan",
    "may mai mayo maj mei maggio mag maio мая май maja mayıs",
    "jun june juni juin junio giugno giu junho июня июн czerwca haziran",
    "jul july juli juillet julio juil luglio lug julho июля июл lipca temmuz",
    "aug august août agosto aoû ago augustus augusti августа авг sierpnia ağustos",
    "sep sept september septembre septiembre settembre set setembro сентября сен сент września eylül",
    "oct october okt oktober octobre octubre ottobre ott outubro out октября окт października ekim",
    "nov november novembre noviembre novembro ноября ноя нояб listopada kasım",
    ("dec december dez dezember décembre diciembre déc dic des dicembre dezembro desember декабря дек grudnia "
     "aralık")), start=1)
    for name in names.split()}
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
_TIME = r"(?P<time>[T ,]+\d{1,2}[:.]\d{2}.*)?"
_FORMS = tuple(re.compile(form) for form in (
    rf"{_NAME}[-/ .,]+(?P<year>\d{{4}})", rf"{_NAME}[-'’]\s?(?P<year>\d{{2}})",
    r"(?P<number>\d{1,2})[-/](?P<year>\d{4})",
    r"(?P<year>\d{4})[Mm](?P<number>\d{1,2})", rf"(?P<year>\d{{4}})[-/ .]+{_NAME}",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[-/ ]*{_NAME}[-/ .,]+(?P<year>\d{{4}}|\d{{2}}){_TIME}",
    rf"{_NAME}[-/ ]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
    rf"(?P<year>\d{{4}})[-/ ]{_NAME}[-/ ](?P<day>\d{{1,2}}){_TIME}",
    rf"{_NAME}\s+(?P<day>\d{{1,2}})\s+(?P<time>\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s+[A-Z]{{1,4}})?)\s+(?P<year>\d{{4}})",
    rf"(?P<day>\d{{1,2}})/{_NAME}/(?P<year>\d{{4}}):(?P<time>\d{{2}}:\d{{2}}:\d{{2}}(?:\s[-+]\d{{4}})?)",
    (r"(?P<year>\d{4})\s?[年년]\s?(?P<number>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日일]"
    r"(?P<time>\s?\d{1,2}:\d{2}.*)?)?")))
#: 05:06:2019, 2019:06:05 of cameras, and 20190605:0010 or 20190605T001000Z.
_DIGITS = tuple(re.compile(form) for form in (
    r"(?P<day>\d\d):(?P<month>\d\d):(?P<year>\d{4})(?P<time>[T ]\d\d:\d\d.*)?",
    r"(?P<year>\d{4}):(?P<month>\d\d):(?P<day>\d\d)(?P<time>[T ]\d\d:\d\d.*)?",
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)[:T _-](?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?Z?"))
#: Eras of Japan by the year before their first; г. behind a year of Russian.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911}
_ERA = re.compile(r"^(令和|平成|昭和|大正)\s?(元|\d{1,2})年")
_YEAR_WORD = re.compile(r"(?<=\d{4})\s?(?:г\.?|года)$")
_QUARTERS = tuple(re.compile(form, re.IGNORECASE) for form in (
    r"(?P<year>\d{4})[-/: ]?Q(?P<quarter>[1-4])", r"Q(?P<quarter>[1-4])[-/: ]?(?P<year>\d{4})",
    r"Q(?P<quarter>[1-4])[-/ '’](?P<year>\d{2})",
    r"(?P<quarter>[1-4])\.?\s?(?:Q|quarter|quartal)[-/ '’]?(?P<year>\d{4}|\d{2})"))
_WEEK = re.compile(r"(?P<year>\d{4})[- ]?[Ww](?P<week>\d{1,2})(?:-(?P<day>[1-7]))?|"
                   r"(?P<year2>\d{4})W(?P<week2>\d{2})(?P<day2>[1-7])")
_DAY_OF_YEAR = re.compile(r"(?P<year>\d{4})-(?P<day>\d{3})(?P<time>[T ]\d{1,2}:\d{2}.*)?")
#: Offsets of time zones that tables write by letters.
_ZONES = {"utc": "+00:00", "gmt": "+00:00", "z": "+00:00", "wet": "+00:00", "bst": "+01:00", "cet": "+01:00",
          "mez": "+01:00", "cest": "+02:00", "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00", "msk": "+03:00",
          "est": "-05:00",
          "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00",
          "pdt": "-07:00", "jst": "+09:00", "aest": "+10:00", "aedt": "+11:00"}
_ZONE = re.compile(
    r"(.*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]\.?m\.?)?)\s*\(?([A-Za-z]{1,4})\)?", re.IGNORECASE)
#: Durations in words: 2 days 01:30:00, 1h 2m 3.5s, 5'30", and PT1H30M of ISO 8601.
_WORDS = re.compile(
    r"(?:(?P<d>\d+(?:[.,]\d+)?)\s*(?:d|days?|tage?)[, ]*)?(?:(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)|"
    r"(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std\.?)[, ]*)?"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:m|min\.?|mins|minutes?|'|′)[, ]*)?"
    r"(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|sek\.?|\"|″|''))?)", re.IGNORECASE)
_ISO_DURATION = re.compile(
    r"P(?:(?P<d>\d+)D)?(?:T(?=\d)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?", re.IGNORECASE)
_SEASON = re.compile(r"(1[5-9]\d\d|20\d\d|21\d\d)\s?[-/–]\s?(\d{2}|\d{4})")
#: The fewest different months in digits that are dates.
_FEWEST_MONTHS = 12
#: Feet and inches, or minutes and seconds.
_FEET = re.compile(r"\d{1,2}\s?['′]\s?(?:\d|1[01])(?:[.,]\d+)?\s?(?:\"|″|'')")
_DURATION = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?([.,]\d+)?")


def iso_date(cell: str) -> str | None:
    """A date with the name of a month, or a quarter, in ISO 8601; its first day if none is written; None otherwise.

    >>> iso_date("Jan-2020"), iso_date("12 March 2020"), iso_date("2020Q3"), iso_date("Mar 5, 2021 10:30")
    ('2020-01-01', '2020-03-12', '2020-07-01', '2021-03-05 10:30')
    """
    if not 4 <= len(cell) <= 60 or not any(c.isdigit() for c in cell):
        return None
    for form in _QUARTERS:
        if match := form.fullmatch(cell):
            return f"{_year(match['year']):04d}-{3 * int(match['quarter']) - 2:02d}-01"
    if counted := _counted_date(cell):
        return counted
    text = re.sub(r"\s+de\s+", " ", _WEEKDAY.sub("", cell, count=1))
    text = _ERA.sub(lambda m: f"{_ERAS[m[1]] + int(m[2].replace('元', '1'))}年", _YEAR_WORD.sub("", text))
    for form in _FORMS:
        match = form.fullmatch(text)
        found = match.groupdict() if match else {}
        month = int(found["number"]) if found.get("number") else _MONTHS.get((found.get("name") or "").lower(), 0)
        if 1 <= month <= 12:
            day = int(found.get("day") or 1)
            time = without_zone_name((found.get("time") or "").strip(" ,").removeprefix("T").strip())
            time = re.sub(r"^(\d{1,2})\.(\d{2})(?:\.(\d{2}))?", lambda m: ":".join(filter(None, m.groups())), time)
            return (f"{_year(found['year']):04d}-{month:02d}-{day:02d}{' ' * bool(time)}{time}" if 1 <= day <= 31 else
                    None)
    return None


def has_whole_year(cell: str) -> bool:
    """Whether a date has a year of four digits, or none."""
    return re.search(r"\d{4}", cell) is not None or re.search(r"\d", cell) is None


def _year(text: str) -> int:
    """A year of four or two digits; two are read as pandas and POSIX do."""
    return int(text) if len(text) > 2 else int(text) + (2000 if int(text) < 69 else 1900)


def _counted_date(cell: str) -> str | None:
    """The date of a week (2020-W05, its Monday), of a day of the year (2020-110), or of digits, in ISO 8601."""
    try:
        if len(cell) > 9 and cell[:2].isdecimal() and (match := next(filter(None, (
                form.fullmatch(cell) for form in _DIGITS)), None)) and "1800" <= match["year"] <= "2199":
            found = match.groupdict()
            date = datetime.date(*(int(match[part]) for part in ("year", "month", "day")))
            time = ":".join(filter(None, map(found.get, "hms"))) or (found.get("time") or "")[1:]
            return f"{date.isoformat()} {time}".strip()
        if match := _WEEK.fullmatch(cell):
            year, week, day = (int(match[part] or match[part + "2"] or 1) for part in ("year", "week", "day"))
            return datetime.date.fromisocalendar(year, week, day).isoformat()
        if match := _DAY_OF_YEAR.fullmatch(cell):
            date = datetime.date(int(match["year"]), 1, 1) + datetime.timedelta(int(match["day"]) - 1)
            right = int(match["day"]) >= 1 and date.year == int(match["year"])
            return f"{date.isoformat()}{(match['time'] or '').replace('T', ' ')}" if right else None
    except (ValueError, OverflowError):
        pass
    return None


def without_zone_name(cell: str) -> str:
    """A time with the offset in place of the letters of its time zone; any other text as it is.

    >>> without_zone_name("2020-01-01 10:00 CET"), without_zone_name("10:00 Uhr")
    ('2020-01-01 10:00+01:00', '10:00 Uhr')
    """
    match = _ZONE.fullmatch(cell)
    offset = _ZONES.get(match[2].lower()) if match else None
    return f"{match[1]}{offset}" if match and offset else cell


def compact_dates(cells: Sequence[str]) -> list[str] | None:
    """Dates such as 20200131 in ISO 8601, if a whole column of different cells holds them; None otherwise.

    Hours, minutes and seconds may follow: 2020013112. Months alone, such as 202001, are dates where a dozen different
    cells hold them, over several years.

    >>> compact_dates(["20200131", "20200201", "20200202", "20200203"])[0], compact_dates(["202001", "202002"])
    ('2020-01-31', None)
    """
    if not next(filter(None, cells), "").isdigit():
        return None
    present = {c for c in cells if c}
    lengths = {len(c) for c in present}
    if len(present) < 4 or len(lengths) != 1 or not lengths <= {6, 8, 10, 12, 14} or not all(
            c.isascii() and c.isdigit() and "1800" <= c[:4] <= "2199" for c in present):
        return None
    if lengths == {6} and (len(present) < _FEWEST_MONTHS or len({c[:4] for c in present}) < 2):
        return None
    found = [spread_date(c) if c else "" for c in cells]
    return None if None in found else list(map(str, found))


def spread_date(cell: str) -> str | None:
    """A date of 6 to 14 digits in ISO 8601; None for other texts.

    >>> spread_date("2020013112"), spread_date("20201331")
    ('2020-01-31 12:00:00', None)
    """
    if not (cell.isascii() and cell.isdigit() and len(cell) in (6, 8, 10, 12, 14)):
        return None
    try:
        return _spread(cell)
    except ValueError:
        return None


def _spread(cell: str) -> str:
    parts = [int(cell[:4]), *(int(cell[k:k + 2]) for k in range(4, len(cell), 2))]
    if len(parts) < 3:
        return datetime.date(parts[0], parts[1], 1).isoformat()
    date = datetime.datetime(*parts)  # type: ignore[arg-type]  # year, month, day, and up to hour, minute and second
    return date.isoformat(" ") if len(parts) > 3 else date.date().isoformat()


def months_in_words(cells: Sequence[str], fewest: int = 6) -> list[str] | None:
    """The numbers 1 to 12 of a column of names of months, so many of them different; None for any other column.

    >>> months_in_words(["Jan", "Feb", "Mar", "April", "May", "June", ""])
    ['1', '2', '3', '4', '5', '6', '']
    """
    if next(filter(None, cells), "").strip(". ").lower() not in _MONTHS:
        return None
    numbers = {c: _MONTHS.get(c.strip(". ").lower(), 0) for c in set(cells) if c}
    if not all(numbers.values()) or len(set(numbers.values())) < fewest:
        return None
    return [str(numbers[c]) if c else "" for c in cells]


def first_years(cells: Sequence[str], fewest: int = 2) -> list[str] | None:
    """The first years of a column of seasons over two years, such as 1990/91 or 1990-1991; None for any other column.

    Fewer different seasons than `fewest` are none where they may be months: 2001/02.

    >>> first_years(["1999/00", "2000/01"]), first_years(["2001/02", "2001/03"]), first_years(["2001/02"])
    (['1999', '2000'], None, None)
    """
    if _SEASON.fullmatch(next(filter(None, cells), "")) is None:
        return None
    matches = {c: _SEASON.fullmatch(c) for c in set(cells) if c}
    if not matches or (len(matches) < fewest and any(len(c) < 9 for c in matches)) or not all(
            m and (int(m[1]) + 1) % 10 ** len(m[2]) == int(m[2]) for m in matches.values()):
        return None
    return [c[:4] for c in cells]


def may_be_feet(cells: Iterable[str]) -> bool:
    """Whether cells such as 5'7" may be feet and inches as well as minutes and seconds.

    Seconds may be 12 or more, or have a zero in front, which inches do not.

    >>> may_be_feet(["5'7\\"", "6'1\\""]), may_be_feet(["5'7\\"", "5'42\\""]), may_be_feet(["5'07\\""])
    (True, False, False)
    """
    cells = list(cells)
    return bool(cells) and all(map(_FEET.fullmatch, cells))


def is_duration(cell: str) -> bool:
    """Whether a cell is a time that cannot be a time of day: 1:11.1 (minutes) or 30:15:00."""
    match = _DURATION.fullmatch(cell)
    if match is None:
        return _parts(cell, fewest=2) is not None
    return int(match[1]) > 23 or (match[4] is not None and match[3] is None)


def _parts(cell: str, fewest: int = 1) -> float | None:
    """The seconds of a duration in words with at least some parts; None for any other text."""
    if len(cell) > 40 or not any(c.isdigit() for c in cell):
        return None
    match = _ISO_DURATION.fullmatch(cell)
    parts = match.groupdict() if match else {}
    if not any(parts.values()):
        match = _WORDS.fullmatch(cell)
        parts = match.groupdict() if match else {}
        if sum(value is not None for value in parts.values()) < fewest:
            return None
    clock = parts.pop("clock", None)
    total = seconds(clock, minutes_first=False) if clock else 0.0
    return total + sum(float((parts[key] or "0").replace(",", ".")) * size for key, size in (
        ("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0)))


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
            total = _parts(cell)
            return math.nan if total is None else total
    decimals = float((match[4] or "0").replace(",", "."))
    first, second, third = int(match[1]), int(match[2]), match[3]
    if third is not None:
        return 3600.0 * first + 60 * second + int(third) + decimals
    return 60.0 * first + second + decimals if minutes_first else 3600.0 * first + 60 * second
