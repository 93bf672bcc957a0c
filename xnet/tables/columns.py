"""From cells to columns: unique names, numbers or text, and the report's sentences on each column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from xnet.name_lists import quoted_names
from xnet.ways import WHERE_CONVERSIONS, ways

from .number_codes import note_codes
from .number_columns import Reason, read_column
from .numbers import Numbers, decimal_comma, decimal_sign, has_no_label, is_date, is_missing, is_number, is_time
from .written_dates import compact_dates, first_years, is_duration, may_be_feet, months_in_words
from .written_numbers import number_alone
from .written_years import with_minutes, without_weekdays, years_shown_as_dates, years_with_words

#: Text columns with more different values are not labels.
MOST_LABELS = 12
#: So many numbers with a point before three digits are reported.
_FEWEST_POINTS = 3


def printable_name(text: str) -> str:
    """A name on one line, at most 80 characters long; "" if nothing printable is left.

    Control characters would break logs and drawings; all other characters are kept.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:80].strip()


def unique_names(header: Sequence[str], notes: list[str], *, named: bool) -> list[str]:
    """Unique, printable names of the columns; renamed columns are reported in `notes`."""
    names: list[str] = []
    renamed: list[str] = []
    if header and all(len(h) > 2 and h[0] == h[-1] == "'" for h in header):
        header = [h[1:-1] for h in header]
    taken, used = {" ".join(h.split()) for h in header}, set[str]()
    repeats: dict[str, int] = {}
    for position, cell in enumerate(header, start=1):
        base = printable_name(cell) or f"column_{position}"
        name, k = base, repeats.get(base, 2)
        while name in used or (name != base and name in taken):
            name, k = f"{base}_{k}", k + 1
        repeats[base] = k
        if named and name != " ".join(cell.split()):
            renamed.append(name)
        names.append(name)
        used.add(name)
    if renamed:
        shown = ", ".join(renamed[:5])
        notes.append(f"Columns with an empty, repeated or very long name were renamed: {shown}.")
    return names


@dataclass
class Findings:
    """What the cells said beside their numbers, by column.

    Attributes:
        lines: the line of the file of each row; empty if the format has no lines.
        missing: the number of missing cells of columns of numbers that have some.
        unread: the cells of columns of numbers that are text, by row (from 0).
        units: written in the cells.
        errors: the column of standard errors that stands beside a column.
        reasons: why a column that holds numbers is text.
        sentinels: the numbers that look like codes for missing values.
        outliers: the numbers that are far from all others of their column.
    """

    lines: Sequence[int] = ()
    missing: dict[str, int] = field(default_factory=dict)
    unread: dict[str, dict[int, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    sentinels: dict[str, tuple[float, ...]] = field(default_factory=dict)
    outliers: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def line(self, row: int) -> str:
        """Where a row stands in the file: its line, or its number if the format has no lines."""
        return f"line {self.lines[row]}" if row < len(self.lines) else f"row {row + 1}"

    def why_text(self, column: str) -> str:
        """The sentence on a column that holds numbers and is text."""
        reason = self.reasons[column]
        more = f", and {reason.count - 1:,} more" if reason.count > 1 else ""
        offer = (f" To read these cells as missing, convert the column to numbers "
                 f"{ways(WHERE_CONVERSIONS, f'--convert {column}:numbers')}." if
                 reason.numbers_fit else f" {reason.advice}")
        return (f"{column!r} holds numbers but is text: in {self.line(reason.row)}, {reason.cell[:30]!r} {reason.why}"
                f"{more}.{offer}")


def make_frame(columns: Sequence[Sequence[str] | np.ndarray], names: Sequence[str], delimiter: str,
               notes: list[str], found: Findings) -> pd.DataFrame:
    """Convert cells to columns of numbers or text.

    Args:
        columns: text cells, or arrays that hold numbers already.
        names: one name per column.
        delimiter: of the file; it helps to recognise decimal commas.
        notes: sentences for the report are appended to it.
        found: receives what the cells said beside their numbers.
    """
    texts = (cells for cells in columns if not isinstance(cells, np.ndarray))
    comma = decimal_comma([[number_alone(c) for c in cells if "," in c or "." in c] for cells in texts], delimiter)
    data: dict[str, object] = {}
    kinds: dict[str, list[str]] = {"comma": [], "grouped": [], "booleans": [], "text": [], "dates": [], "empty": []}
    for name, cells in zip(names, columns, strict=True):
        cells = cells if isinstance(cells, np.ndarray) else _calendar_cells(name, cells, notes)
        numbers = _array_numbers(cells) if isinstance(cells, np.ndarray) else read_column(cells, comma)
        if isinstance(numbers, Reason):
            found.reasons[name] = numbers
            notes.append(found.why_text(name))
            data[name] = list(cells)
            continue
        if numbers is None:
            kinds[_KINDS[kind_of(cells)]].append(name)
            data[name] = list(cells)
            continue
        data[name] = number_column(numbers.values)
        if numbers.errors is not None:
            found.errors[name] = _free(f"{name} error", {*names, *data})
            data[found.errors[name]] = number_column(numbers.errors)
        _note_numbers(name, numbers, notes, found)
        note_codes(name, cells, notes)
        _keep_text(name, cells, numbers, found)
        kinds["comma"] += [name] * numbers.decimal_comma
        kinds["grouped"] += [name] * numbers.grouped
        kinds["booleans"] += [name] * numbers.booleans
    for kind, sentence in _SENTENCES.items():
        note_list(kinds[kind], sentence, notes)
    if delimiter == ";" and not comma:
        _note_points(names, columns, notes)
    return pd.DataFrame(data)


def _note_points(names: Sequence[str], columns: Sequence[Sequence[str] | np.ndarray], notes: list[str]) -> None:
    """Report columns such as 1.234 and 12.500, whose points may separate thousands, if no other number has a point."""
    unclear = []
    for name, cells in zip(names, columns, strict=True):
        points = [bare for cell in cells if isinstance(cell, str) and "." in cell
                  and is_number(bare := number_alone(cell.strip())) and decimal_sign(bare) != ","]
        if any(decimal_sign(cell) == "." for cell in points):
            return
        if len(points) >= _FEWEST_POINTS:
            unclear.append((name, points[0]))
    notes.extend(f"{name!r}: {cell!r} and the like were read with a decimal point. If it separates thousands, write "
                 "the numbers without it." for name, cell in unclear[:MOST_LABELS])


def _calendar_cells(name: str, cells: Sequence[str], notes: list[str]) -> Sequence[str]:
    """The cells, with dates of digits in ISO 8601, seasons as their first years and names of months as numbers."""
    years = years_shown_as_dates(name, cells)
    if years is not None:
        notes.append(f"{name!r}: the dates of 1905 are years that a spreadsheet shows as dates; "
                     f"{years[0] or years[-1]} and so on were read.")
        return years
    for read, meaning in ((compact_dates, "were read as dates: year, month, day"),
                          (first_years, "are years that end in the next one; the first year was read"),
                          (months_in_words, "are names of months, read as 1 to 12"),
                          (years_with_words, "are years; the number was read, before Christ as a negative one"),
                          (without_weekdays, "begin with the day of the week, which was left out"),
                          (with_minutes, "beside minutes and seconds are seconds, read as 0:59.8")):
        found = read(cells)
        if found is not None:
            shown = next((cell for cell, new in zip(cells, found, strict=True) if cell != new), cells[0])
            notes.append(f"{name!r}: {shown!r} and the like {meaning}.")
            return found
    return cells


def _keep_text(name: str, cells: Sequence[str] | np.ndarray, numbers: Numbers, found: Findings) -> None:
    """Keep the unit of a column, and its cells that are no numbers."""
    if numbers.unit and not numbers.percent:
        found.units[name] = {"°": "deg"}.get(numbers.unit, numbers.unit)
        if name in found.errors:
            found.units[found.errors[name]] = found.units[name]
    lost = frozenset(numbers.unreadable)
    texts = {i: cell for i, cell in enumerate(cells) if cell in lost} if lost else {}
    if lost or numbers.texts:
        found.unread[name] = dict(sorted({**texts, **numbers.texts}.items()))


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it if it is taken."""
    k, free = 2, name
    while free in taken:
        free, k = f"{name}_{k}", k + 1
    return free


_KINDS = {"labels": "text", "text": "text", "dates": "dates", "times": "dates", "durations": "dates", "empty": "empty"}
_SENTENCES = {
    "comma": "Decimal commas (1,5 for one and a half) were read in {}.",
    "grouped": "Thousands separators were removed in {}.",
    "booleans": "True and False became 1 and 0 in {}.",
    "text": "Text, kept as labels; with few different values it can become columns of 0 and 1, or groups: {}.",
    "dates": "Dates or times, kept as labels; they can be converted to numbers: {}.",
    "empty": "Empty and therefore not usable: {}."}


def kind_of(cells: pd.Series | Sequence[str] | np.ndarray) -> str:
    """The kind of a column.

    "numbers", "dates", "times" (of day), "durations", "labels" (few different texts), "text" or "empty".
    """
    if isinstance(cells, (pd.Series, np.ndarray)) and pd.api.types.is_numeric_dtype(cells.dtype):
        return "empty" if np.isnan(np.asarray(cells, dtype=np.float64)).all() else "numbers"
    everything = Counter(map(str, cells))
    counts = {cell: n for cell, n in everything.items() if not is_missing(cell)}
    present = sum(counts.values())
    if all(map(has_no_label, everything)):
        return "empty"
    if not may_be_feet(counts) and sum(n for cell, n in counts.items() if is_date(cell)) > 0.9 * present:
        if sum(n for cell, n in counts.items() if is_time(cell)) <= present / 2:
            return "dates"
        return "durations" if any(map(is_duration, counts)) else "times"
    labels = [n for cell, n in everything.items() if not has_no_label(cell)]
    return "labels" if 2 <= len(labels) <= MOST_LABELS and sum(labels) >= 2 * len(labels) else "text"


def _array_numbers(values: np.ndarray) -> Numbers | None:
    """A column that was stored as numbers; None if it has no finite number."""
    infinite = np.isinf(values)
    values = np.where(infinite, np.nan, values)
    missing = int(np.isnan(values).sum()) - int(infinite.sum())
    return None if np.isnan(values).all() else Numbers(values.tolist(), missing, int(infinite.sum()))


def number_column(values: Sequence[float]) -> np.ndarray:
    """int64 for whole numbers that float64 holds exactly (so that years print as 2021, not 2021.0), else float64."""
    array = np.asarray(values, dtype=np.float64)
    whole = np.isfinite(array).all() and bool((array == np.trunc(array)).all()) and bool((np.abs(array) < 2**53).all())
    return array.astype(np.int64) if whole else array


def _note_numbers(name: str, numbers: Numbers, notes: list[str], found: Findings) -> None:
    if numbers.missing:
        found.missing[name] = numbers.missing
    if numbers.infinite:
        notes.append(f"{name!r}: {_cells(numbers.infinite)} infinite, read as missing.")
    if numbers.unreadable:
        shown = ", ".join(repr(c[:20]) for c in dict.fromkeys(numbers.unreadable[:50]))
        notes.append(f"{name!r}: {_cells(len(numbers.unreadable))} not numeric, read as missing ({shown[:80]}).")
    if numbers.percent:
        notes.append(f"{name!r}: percent signs were removed; 5 % is the number 5.")
    errors = repr(found.errors.get(name, ""))
    for remark in numbers.remarks:
        line = re.sub(r"\{line:(\d+)\}", lambda m: found.line(int(m[1])), remark)
        notes.append(line.replace("{errors}", errors).replace("{name}", repr(name)))


def _cells(count: int) -> str:
    return "one cell is" if count == 1 else f"{count:,} cells are"


def note_list(names: Sequence[str], sentence: str, notes: list[str]) -> None:
    """Append a sentence that names some columns, if there are any."""
    if names:
        notes.append(sentence.format(quoted_names(names)))
