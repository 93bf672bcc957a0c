"""The report's sentences on the quality of a table: constants, row numbers, repeated rows, copies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from .columns import note_list
from .written_dates import months_in_words

#: So many columns called by years are a series.
_FEWEST_YEARS = 5
#: The missing cells of more columns are reported in one sentence.
_MOST_GAPS = 8
_ROW_NUMBERS = frozenset({"", "id", "index", "idx", "nr", "no", "no.", "row", "rownames", "row_name", "unnamed: 0",
                          "#"})
#: Names of what is counted where a table counts its rows: trials, samples, measurements.
_COUNTED = re.compile(
    r"(?:(?:exp(?:eriment|érience)?|run|trial|test|sample|specimen|measurement|meas|observation|obs|case|subject|"
    r"patient|participant|plot|dish|replicate|versuchs?|messungs?|mess|proben?|lauf|fall|beobachtungs?|datensatz|"
    r"essai|mesure|échantillon|observación|ensayo|prueba|medida|medición|muestra|prova|misura|campione)"
    r"(?:[\s_.-]*(?:nr|no|num|number|nummer|n[°ºr]|#))?\.?|(?:lfd|laufende)[\s_.-]*(?:nr|nummer)\.?|zeile|ligne|fila|"
    r"riga|n[°º]\.?|num(?:[eé]ro|mer)?|número|obs\.?)", re.IGNORECASE)
#: Names of columns that identify the rows by numbers of any kind, such as "Sample ID", or by counting them.
_ID = re.compile(r"(?i:(?:.*[\s_.-])?(?:id|identifier))|.*[a-z]I[Dd]")
_COUNTER = re.compile(r"(?:.*[\s_.-])?(?:nr|no|number|recnum|record(?:[ _]?(?:nr|no|number))?)\.?", re.IGNORECASE)


#: A column of two codes called like this says whether an event was seen, of a column called like a time.
_EVENT = re.compile(r"(?:fu)?stat(?:us)?|events?|cens(?:or(?:ed|ing)?)?|fail(?:ed|ure)|died|dead|death|relapsed?",
                    re.IGNORECASE)
_TIME = re.compile(r"(?:.*[\s_.(-])?(?:fu|s)?(?:time|survival|hours?|days?|weeks?|months?|years?|duration|lifetime|"
                   r"cycles)(?:[\s_.)-].*)?", re.IGNORECASE)


def note_gaps(missing: Mapping[str, int], notes: list[str]) -> None:
    """Report the number of missing cells by column; many columns share a sentence, so that others can be seen."""
    if len(missing) <= _MOST_GAPS:
        notes += [f"{name!r}: {'one cell is' if count == 1 else f'{count:,} cells are'} missing; a search on this "
                  "column leaves out these rows, unless gaps are filled." for name, count in missing.items()]
        return
    worst = ", ".join(f"{name!r} ({missing[name]:,})" for name in sorted(missing, key=lambda c: -missing[c])[:3])
    notes.append(f"Cells are missing in {len(missing):,} columns, most of them in {worst}; a search on a column leaves "
                 "out the rows without its value, unless gaps are filled.")


def note_quality(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> None:
    """Report constants, row numbers, repeated rows and copied columns, which matter for the choice of columns."""
    note_list([c for c in numeric if is_constant(frame[c])], "Constant, and therefore not usable: {}.", notes)
    _note_years(numeric, notes)
    counters = [c for c in numeric if is_row_number(frame[c])]
    note_list(counters, "Row numbers, which should not be inputs: {}.", notes)
    repeated = _repeated(frame, numeric)
    if repeated:
        verb = "repeats" if repeated == 1 else "repeat"
        notes.append(f"{repeated:,} of {len(frame):,} rows {verb} an earlier row.")
    _note_censored(frame, numeric, notes)
    note_list(_copies(frame, numeric), "Copies of another column: {}.", notes)
    rows_with_gap = int(frame[list(numeric)].isna().any(axis=1).sum())
    if rows_with_gap:
        verb = "has" if rows_with_gap == 1 else "have"
        notes.append(f"{rows_with_gap:,} of {len(frame):,} rows {verb} a missing value in a column of numbers.")


def _note_years(numeric: Sequence[str], notes: list[str]) -> None:
    """Report columns called by successive years, or by months: a search sees no time in such a table."""
    years = [int(c) for c in numeric if re.fullmatch(r"(?:1[5-9]|20|21)\d\d", c)]
    months = [c for c in numeric if months_in_words([c], fewest=1)]
    if len(months) > _FEWEST_YEARS and len(set(months)) == len(months):
        notes.append(f"The names {months[0]} to {months[-1]} are months, so each row is a series. To explain it by the "
                     "month, give the table with one line for each month.")
    if len(years) > _FEWEST_YEARS and 2 * len(years) > len(numeric) and len({b - a for a, b in pairwise(years)}) == 1:
        notes.append(f"The names {years[0]} to {years[-1]} are years, so each row is a series. To explain it by the "
                     "year, give the table turned, with one line for each year.")


def _note_censored(frame: pd.DataFrame, numeric: Sequence[str], notes: list[str]) -> None:
    """Report times that may be censored: a formula of them comes out too short, and the code is no input."""
    codes = [c for c in numeric if _EVENT.fullmatch(c) and set(frame[c].dropna()) in ({0, 1}, {1, 2})]
    times = [c for c in numeric if _TIME.fullmatch(c) and frame[c].min() >= 0 and frame[c].nunique() > _FEWEST_YEARS]
    if codes and times:
        notes.append(f"If {codes[0]!r} says whether the end of {times[0]!r} was seen or the observation ended before, "
                     "these times are censored. No loss of X-Net allows for that: formulas of them come out too "
                     f"short, and {codes[0]!r} is no input.")


def is_constant(column: pd.Series) -> bool:
    """Whether a column of numbers has fewer than two different values."""
    values = column.to_numpy()
    present = values[~np.isnan(values)]
    return len(present) == 0 or bool(present.min() == present.max())


def _repeated(frame: pd.DataFrame, numeric: Sequence[str]) -> int:
    """How many rows equal an earlier one. Rows are compared as bytes: much faster than pandas in a wide table."""
    if len(frame.columns) > len(numeric):
        return int(frame.duplicated().sum())
    values = np.ascontiguousarray(frame.to_numpy(dtype=np.float64)) + 0.0  # of -0.0, too
    return len(frame) - len({row.tobytes() for row in values})


def _copies(frame: pd.DataFrame, numeric: Sequence[str]) -> list[str]:
    """The columns that equal an earlier one; columns of the same bytes are compared, not all pairs."""
    first: dict[tuple[str, int], list[str]] = {}
    copies = []
    for column in numeric:
        alike = first.setdefault((str(frame[column].dtype), hash(frame[column].to_numpy().tobytes())), [])
        if any(frame[column].equals(frame[earlier]) for earlier in alike):
            copies.append(column)
        alike.append(column)
    return copies


def is_row_number(column: pd.Series) -> bool:
    """Whether a column of numbers only names the rows.

    Either its name is empty or typical, or says what a row is (Versuch, run), and its values are 0, 1, 2... or 1, 2,
    3...; or it is called ID and its values are whole and all different; or it is called number and counts the rows from
    any start.
    """
    name, values = str(column.name).strip(), column.to_numpy(dtype=np.float64)
    if len(values) < 3 or not (values == np.round(values)).all():
        return False
    if _ID.fullmatch(name):
        return len(np.unique(values)) == len(values)
    counts = bool((values[1:] == values[:-1] + 1).all())
    named = name.lower() in _ROW_NUMBERS or re.fullmatch(r"column_\d+", name) or _COUNTED.fullmatch(name)
    return counts and (_COUNTER.fullmatch(name) is not None or (bool(named) and values[0] in (0, 1)))
