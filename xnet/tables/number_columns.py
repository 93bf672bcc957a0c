"""A column whose cells spell their numbers in many ways: to values, errors and a unit, or the reason why it is text.

`numbers.to_numbers` reads the common notations, fast. The columns that it cannot read whole come here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .numbers import Numbers, decimal_sign, is_date, is_missing, is_number, plain_number, to_booleans, to_numbers
from .suffixes import settled
from .written_numbers import WrittenNumber, is_gap_word, number_alone, written_number
from .written_years import is_day_without_year

#: Cells of a column that are tried first: a column of text is recognised by them.
TRIED = 60
#: Gaps of weather services, missing and trace, which are units and letters elsewhere.
_WEATHER = frozenset({"M", "MM", "T"})
#: Those and other words that say that there was something, too little to measure.
_TRACES = frozenset({"t", "tr", "tr.", "trace", "traces"})
_DIGITS = re.compile(r"[-+−]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?")
#: The fewest different cells that are alike but for their numbers.
_FEWEST_ALIKE = 5
#: The most different amounts of a substance that are settings, such as none, 1 mM and 3 mM.
_MOST_AMOUNTS = 8
_RANGE = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*(?:-|–|—|\.\.|to|bis)\s*(\d+(?:[.,]\d+)?)")
#: What the report says of each spelling; the places are for the column's name and an example.
SPELLINGS = {
    "exponent": "{name}: exponents such as {cell!r} were read as powers of ten.",
    "bare exponent": "{name}: {cell!r} was read as Fortran writes it, with an exponent without E.",
    "hexadecimal": "{name}: {cell!r} and the like were read as hexadecimal numbers.",
    "underscores": "{name}: underscores between thousands, as in {cell!r}, were removed.",
    "fraction": "{name}: fractions such as {cell!r} were read as numbers.",
    "raised point": "{name}: the raised point of {cell!r} was read as a decimal point.",
    "converted": "{name}: cells with another unit, such as {cell!r}, were converted to the unit of the others.",
    "accounting": "{name}: numbers in brackets or with a minus behind, such as {cell!r}, are negative.",
    "money": "{name}: signs of money were removed, as in {cell!r}.",
    "angle": "{name}: angles such as {cell!r} became degrees with decimals.",
    "two errors": "{name}: of two errors, as in {cell!r}, the mean was taken.",
    "magnitude": "{name}: K, M and the like, as in {cell!r}, were read as thousands, millions and so on.",
    "direction": "{name}: S and W behind degrees, as in {cell!r}, became a minus.",
    "about": "{name}: {cell!r} and the like are approximate; the number was read.",
    "flag": "{name}: marks behind numbers, such as {cell!r}, were removed."}


@dataclass(frozen=True)
class Reason:
    """Why a column that holds numbers is text.

    Attributes:
        row: the first cell in the way, counted from 0.
        cell: its text.
        count: how many cells are like it.
        why: what is wrong with it, as a clause.
        numbers_fit: whether reading the other cells as numbers and these as gaps makes sense.
        advice: what to do where it makes none.
    """

    row: int
    cell: str
    count: int
    why: str
    numbers_fit: bool = True
    advice: str = "Write these cells like the others."


class _Cells(NamedTuple):
    """A column after each cell was read: the numbers by row, and the rows of gaps, gap words and other text."""

    read: dict[int, WrittenNumber]
    words: list[int]
    other: list[int]
    missing: int


def read_column(cells: Sequence[str], comma: bool) -> Numbers | Reason | None:
    """Read one column as numbers.

    Args:
        cells: (n,) the column as written.
        comma: whether the table uses decimal commas.

    Returns:
        The numbers; or the reason why a column with numbers in it is text; or None for text, dates and empty columns.
    """
    numbers = to_numbers(cells, comma)
    if numbers is not None and numbers.decimal_comma:
        mixed = _mixed_signs(cells, range(len(cells)))
        if mixed is not None:
            return mixed
    if numbers is not None and not numbers.unreadable:
        return numbers
    written = _written(cells, comma)
    if isinstance(written, Numbers) and (numbers is None or len(written.unreadable) < len(numbers.unreadable)):
        with_comma = comma and any("," in cell and decimal_sign(cell) in (",", "?") for cell in cells)
        return written._replace(decimal_comma=with_comma)
    return numbers or to_booleans(cells) or (None if isinstance(written, Numbers) else written)


def numbers_and_gaps(cells: Sequence[str]) -> list[float]:
    """The numbers of a mixed column; NaN for every other cell, limits included.

    A cell that has a decimal comma, such as 66,25, says how 121,846 is meant in the same column.

    >>> numbers_and_gaps(["66,25", "121,846", "none"]), numbers_and_gaps(["1,234.5", "121,846"])
    ([66.25, 121.846, nan], [1234.5, 121846.0])
    """
    comma = any(decimal_sign(cell) == "," for cell in cells)
    found = [written_number(cell, comma) for cell in cells]
    return [math.nan if f is None or "limit" in f.kinds else f.value for f in found]


def _written(cells: Sequence[str], comma: bool) -> Numbers | Reason | None:
    present = {c: None for c in cells if not is_missing(c)}
    tried = list(present)[:TRIED]
    ranges = [c for c in tried if _is_range(c)]
    if 2 * len(ranges) > len(tried):
        row = cells.index(ranges[0])
        return Reason(row, ranges[0], sum(c in set(ranges) for c in cells), "is a range of two numbers, which has no "
                      "one value", numbers_fit=False)
    if sum(is_number(c) or (written_number(c, comma) is not None and not is_date(c)) for c in tried) < max(
            1, len(tried) / 3):  # 1013.2 is a number that looks like a month
        return _numbers_in_text(cells, tried)
    signs = {decimal_sign(number_alone(c)) for c in present} & {",", "."}
    comma = signs == {","} if len(signs) == 1 else comma
    memory = {c: (written_number(c, comma), is_gap_word(c) or c in _WEATHER) for c in present}
    found = _Cells({}, [], [], sum(map(is_missing, cells)))
    for row, cell in enumerate(cells):
        if cell in memory:
            number, gap = memory[cell]
            if number is not None:
                found.read[row] = number
            else:
                (found.words if gap else found.other).append(row)
    found.read.update(settled(found.read))
    reason = _reason(cells, found)
    return reason if reason is not None else _numbers(cells, found)


def _numbers_in_text(cells: Sequence[str], tried: Sequence[str]) -> Reason | None:
    """The reason why a column such as 0.50 [0.40; 0.60], pH 4.5 or 45/s is text; None for labels and dates."""
    if len(tried) >= _FEWEST_ALIKE and all(map(is_day_without_year, tried)):
        return Reason(cells.index(tried[0]), tried[0], sum(not is_missing(c) for c in cells), "is a day without its "
                      "year", numbers_fit=False, advice="Write dates with their year; a spreadsheet may have made them "
                      "of ranges or names.")
    shapes = {_DIGITS.sub("#", c) for c in tried}
    shape = next(iter(shapes), "")
    if len(shapes) != 1 or len(tried) < _FEWEST_ALIKE or "#" not in shape or any(map(is_date, tried)):
        return None
    decimals = all(re.search(r"(?:^|[\s=:(])[-+]?\d+[.,]\d", c) for c in tried)  # not of a version in a name
    if not (shape.startswith("#") or "=" in shape or decimals) or re.fullmatch(r"#(?:[.:-]#)+", shape):
        return None
    if not decimals and re.fullmatch(r"#[^\W\d_]+#?", shape):  # codes such as 12A
        return None
    if re.fullmatch(r"\(?#? ?[-+]? ?#? ?\*?[ij]\)?", shape):
        return Reason(cells.index(tried[0]), tried[0], sum(not is_missing(c) for c in cells), "is a complex number",
                      numbers_fit=False, advice="Give the real and the imaginary part a column each.")
    return Reason(cells.index(tried[0]), tried[0], sum(not is_missing(c) for c in cells), "holds more than a number",
                  numbers_fit=False, advice="Give each number a column of its own, without other text.")


def _is_range(cell: str) -> bool:
    """Whether a cell holds two numbers, the smaller one first, with a dash or a word between: 5-10."""
    match = _RANGE.fullmatch(cell)
    if match is None or is_date(cell) or written_number(cell, comma=False) is not None:
        return False
    low, high = (plain_number(part, comma=False) for part in match.groups())
    return low < high


def _reason(cells: Sequence[str], found: _Cells) -> Reason | None:
    """The first thing that keeps the column from being numbers."""
    n_read, other = len(found.read), found.other
    if not n_read:
        return None
    units = Counter(w.unit for w in found.read.values())
    if len(units) > 1:
        common = units.most_common(1)[0][0]
        rows = [r for r, w in found.read.items() if w.unit != common]
        unit = found.read[rows[0]].unit
        what = f"has the unit {unit!r}" if unit else "has no unit"
        return Reason(rows[0], cells[rows[0]], len(rows), f"{what}, but others have {common!r}" if common else
                      f"{what}, but others have none", numbers_fit=False)
    money = {w.money for w in found.read.values()} - {""}
    if len(money) > 1:
        row = next(r for r, w in found.read.items() if w.money not in ("", next(iter(found.read.values())).money))
        return Reason(row, cells[row], 1, f"is in {found.read[row].money}, but others are not", numbers_fit=False)
    ranges = [r for r, w in found.read.items() if "exponent or range" in w.kinds]
    if ranges and not any("bare exponent" in w.kinds for w in found.read.values()):
        return Reason(ranges[0], cells[ranges[0]], len(ranges), "is a number with an exponent or a range of two "
                      "numbers", numbers_fit=False)
    mixed = _mixed_signs(cells, (r for r, w in found.read.items() if w.kinds == {"plain"}))
    if mixed is not None:
        return mixed
    none, amounts = [r for r, cell in enumerate(cells) if cell.lower() == "none"], Counter(found.read.values())
    if set(units) & {"", "%"} == set() and len(amounts) <= _MOST_AMOUNTS and min(len(none), *amounts.values()) > 2:
        return Reason(none[0], cells[none[0]], len(none), "says that there is nothing of it, a label beside amounts")
    if len(other) > (n_read + len(other)) // 10:
        return Reason(other[0], cells[other[0]], len(other), "is no number")
    return None


def _mixed_signs(cells: Sequence[str], rows: Iterable[int]) -> Reason | None:
    """A cell such as 1,234 in a column where some commas are decimal signs and others separate thousands."""
    signs = {row: decimal_sign(cells[row]) for row in rows}
    unclear = [row for row, sign in signs.items() if sign == "?"]
    if not unclear or not {",", "."} <= set(signs.values()):
        return None
    return Reason(unclear[0], cells[unclear[0]], len(unclear), "can be read with a decimal sign or with a separator of "
                  "thousands, because the column uses both", numbers_fit=False)


def _numbers(cells: Sequence[str], found: _Cells) -> Numbers | None:
    read = found.read
    limits = {r: cells[r] for r, w in read.items() if "limit" in w.kinds}
    if len(limits) == len(read):
        return None
    values, errors = [math.nan] * len(cells), [math.nan] * len(cells)
    for row, number in read.items():
        if row not in limits:
            values[row], errors[row] = number.value, number.error
    unit = next(iter(read.values())).unit
    percent = unit == "%"
    return Numbers(values, found.missing, unreadable=tuple(cells[r] for r in found.other), percent=percent,
                   grouped=any(w.kinds == {"plain"} and cells[r].count(",") > 1 for r, w in read.items()),
                   errors=None if all(map(math.isnan, errors)) else errors, unit=unit, texts=limits,
                   remarks=tuple(_remarks(cells, found, limits, "" if percent else unit)))


def _remarks(cells: Sequence[str], found: _Cells, limits: dict[int, str], unit: str) -> list[str]:
    """The sentences on the spellings met; {name} stands for the column, {line:ROW} for the line of a row."""
    first: dict[str, int] = {}
    for row, number in found.read.items():
        for kind in number.kinds:
            first.setdefault(kind, row)
    remarks = [SPELLINGS[kind].replace("{cell!r}", _quoted(cells[row])) for kind, row in first.items()
               if kind in SPELLINGS]
    if unit:
        remarks.append(f"{{name}}: the unit {_quoted(unit)} was taken out of the cells.")
    if "error" in first:
        remarks.append(f"{{name}}: errors as in {_quoted(cells[first['error']])} were read into a column of their own, "
                       "{errors}; it can give the weights of the rows.")
    if limits:
        row, cell = next(iter(limits.items()))
        count = "one cell is a limit" if len(limits) == 1 else f"{len(limits):,} cells are limits"
        too = {"<": "high", ">": "low"}.get("".join({limit.strip()[:1] for limit in limits.values()}), "")
        remarks.append(f"{{name}}: {count}, such as {_quoted(cell)} in {{line:{row}}}; a limit is no value, so a "
                       "search leaves out these rows." + (
                           f" A formula for this column then comes out too {too} near the limit." if too else ""))
    traces = [r for r in found.words if cells[r].lower() in _TRACES]
    if traces:
        count = "one cell says" if len(traces) == 1 else f"{len(traces):,} cells say"
        remarks.append(f"{{name}}: {count} that there was a trace ({_quoted(cells[traces[0]])}), too little to "
                       "measure; it is read as missing, so a search leaves out these rows. A formula for this column "
                       "then comes out too high near 0.")
    words = [r for r in found.words if r not in set(traces)]
    if words:
        shown = ", ".join(_quoted(c) for c in list(dict.fromkeys(cells[r] for r in words))[:4])
        count = "one cell says" if len(words) == 1 else f"{len(words):,} cells say"
        remarks.append(f"{{name}}: {count} that there is no value ({shown}), read as missing.")
    return remarks


def _quoted(text: str) -> str:
    """A short cell in quotes, without braces that a later format would read."""
    return repr(text[:20]).replace("{", "(").replace("}", ")")
