"""The functions of the exported Python program that read dates; one text, without imports of this package."""

#: Functions `moment`, `days`, `elapsed`, `years`, `month`, `yearday` and `hours` of a cell.
MOMENT = '''def moment(cell, days_first):
    """A date (2021-05-01, 1.5.2021 or 5/1/2021), with or without a time of day, or a time alone."""
    import datetime
    import re

    date, _, time = cell.strip().replace("T", " ").partition(" ")
    if ":" in date:
        date, time = "1970-1-1", date
    parts = [int(part) for part in re.split("[-/.]", date)]
    if len(re.split("[-/.]", date)[0]) == 4:
        year, month, day = (*parts, 1)[:3]
    else:
        first, second, year = parts
        day, month = (first, second) if days_first else (second, first)
        if year < 100:  # two digits: 1941 to 2040
            year += 2000 if year <= 40 else 1900
    hour, minute, second = (*(float(part) for part in time.split(":") if part), 0, 0, 0)[:3]
    return datetime.datetime(year, month, day) + datetime.timedelta(hours=hour, minutes=minute, seconds=second)


def days(cell, since, days_first):
    """Days from the day `since` to the date in a cell, NaN if there is none."""
    import datetime

    try:
        return (moment(cell, days_first) - datetime.datetime.fromisoformat(since)) / datetime.timedelta(days=1)
    except ValueError:
        return np.nan


def elapsed(cell, since, days_first):
    """Seconds from the moment `since` to that in a cell, NaN if there is none."""
    return 86400.0 * days(cell, since, days_first)


def years(cell, days_first):
    """The date in a cell as a fractional year (2021.5 in the middle of 2021), NaN if there is none."""
    import datetime

    try:
        date = moment(cell, days_first)
    except ValueError:
        return np.nan
    first, after = datetime.datetime(date.year, 1, 1), datetime.datetime(date.year + 1, 1, 1)
    return date.year + (date - first) / (after - first)


def month(cell, days_first):
    """The month of the date in a cell, 1 to 12, NaN if there is none."""
    try:
        return float(moment(cell, days_first).month)
    except ValueError:
        return np.nan


def yearday(cell, days_first):
    """The day of the year of the date in a cell, 1 for the first of January, NaN if there is none."""
    import datetime

    try:
        date = moment(cell, days_first)
    except ValueError:
        return np.nan
    return 1 + (date - datetime.datetime(date.year, 1, 1)) / datetime.timedelta(days=1)


def hours(cell, days_first):
    """Hours since midnight of the time in a cell, NaN if there is none."""
    try:
        time = moment(cell, days_first)
    except ValueError:
        return np.nan
    return time.hour + time.minute / 60 + time.second / 3600
'''
