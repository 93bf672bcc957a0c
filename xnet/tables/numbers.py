"""From text cells to numbers: decimal commas, thousands separators, percent signs, missing values; without pandas."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from xnet.counts import counted

from .written_dates import is_duration, iso_date

_MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "–", "—", "?", ".", "missing"})
#: Those of them that are labels in a column of text: a treatment such as none, and sodium.
_LABELS = frozenset({"none", "None", "NONE", "Na"})
_INFINITE = frozenset({"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "+∞", "-∞"})
#: How a program or a spreadsheet writes true and false (in English, German, French and Spanish).
TRUTHS = {"true": 1.0, "false": 0.0, "wahr": 1.0, "falsch": 0.0, "vrai": 1.0, "faux": 0.0, "verdadero": 1.0,
           "falso": 0.0}
_SPACES = " '’\u00a0\u2009\u202f"
# No digit can be matched by two parts of a pattern, so that the time is linear in the length of a cell.
_PLAIN = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+")
_COMMA = re.compile(r"[-+]?(?:\d++,\d*+|,\d++)(?:[eE][-+]?\d++)?+")
_COMMA_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})++(?:\.\d*+)?+")
_POINT_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})++(?:,\d*+)?+")
#: Indian grouping: 12,34,567.
_LAKH_GROUPS = re.compile(r"[-+]?[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?")
_SPACE_GROUPS = re.compile(rf"[-+]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d*)?|"
                           rf"[-+]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})*[.,]\d{{3}}(?:[{_SPACES}]\d{{3}})*[{_SPACES}]\d{{1,3}}")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s.*)?|"
    r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap](?:\.?m\.?)?)?", re.IGNORECASE
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap](?:\.?m\.?)?)?", re.IGNORECASE)


class Numbers(NamedTuple):
    """One column as numbers.

    Attributes:
        values: (n,) the numbers; NaN where a cell is missing, infinite, too large or unreadable.
        missing, infinite: how many cells were.
        unreadable: the cells that are not numbers.
        percent: whether percent signs were removed.
        decimal_comma, grouped: whether cells had decimal commas or thousands separators.
        booleans: whether the column held True and False.
        errors: (n,) the standard errors written beside the values; None without any.
        unit: written in every cell.
        texts: cells without a number that are kept as text, by row: limits such as <0.01, and numbers too large for
            a computer.
        remarks: what the spelling said, as sentences with a place for the column's name.
    """

    values: Sequence[float]
    missing: int = 0
    infinite: int = 0
    unreadable: tuple[str, ...] = ()
    percent: bool = False
    decimal_comma: bool = False
    grouped: bool = False
    booleans: bool = False
    errors: Sequence[float] | None = None
    unit: str = ""
    texts: Mapping[int, str] = MappingProxyType({})
    remarks: tuple[str, ...] = ()


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a missing value: empty, NA, n/a, a dash, a question mark."""
    return cell.lower() in _MISSING


def has_no_label(cell: str) -> bool:
    """Whether a cell of a column of text is a gap, as in `is_missing`; but none and Na (sodium) are labels there.

    >>> [has_no_label(cell) for cell in ("", "NA", "n/a", "none", "Na")]
    [True, True, True, False, False]
    """
    return is_missing(cell) and cell not in _LABELS


def is_infinite(cell: str) -> bool:
    """Whether a cell says infinity."""
    return cell.lower() in _INFINITE


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any supported notation."""
    if _PLAIN.fullmatch(cell):  # most cells
        return True
    cell = _bare(cell)
    return any(pattern.fullmatch(cell) for pattern in (_PLAIN, _COMMA, _COMMA_GROUPS, _POINT_GROUPS))


def plain_number(cell: str, comma: bool) -> float:
    """A number with or without separators of thousands; NaN for any other text.

    Args:
        cell: the text.
        comma: whether 1,234 has a decimal comma. Cells such as 0,5 and 1,234.5 are read in the one way they allow.
    """
    cell = _clean(cell)
    if _LAKH_GROUPS.fullmatch(cell):
        return float(cell.replace(",", ""))
    if _proves_comma(cell) or _proves_point(cell):
        comma = _proves_comma(cell)
    plain, _ = _normalise(cell, comma)
    return float(plain) if _PLAIN.fullmatch(plain) else math.nan


def decimal_sign(cell: str) -> str:
    """The decimal sign that a number proves: "," or "."; "?" if either fits, as in 1,234; "" without such signs.

    >>> decimal_sign("0,5"), decimal_sign("1,234.5"), decimal_sign("1,234"), decimal_sign("7")
    (',', '.', '?', '')
    """
    cell = _bare(cell)
    if "," not in cell and "." not in cell:
        return ""
    return "," if _proves_comma(cell) else "." if _proves_point(cell) else "?"


def unambiguous_text(value: float) -> str:
    """A number as text that is read back as the same number, with or without decimal commas.

    >>> unambiguous_text(1.234), unambiguous_text(1.5), unambiguous_text(2.0)
    ('1.2340', '1.5', '2')
    """
    text = str(int(value)) if abs(value) < 2**53 and value == int(value) else repr(float(value))
    return text + "0" if _POINT_GROUPS.fullmatch(text) else text


def is_date(cell: str) -> bool:
    """Whether a cell looks like a date or a time of day."""
    return _DATE.fullmatch(cell) is not None or is_duration(cell) or iso_date(cell) is not None


def is_time(cell: str) -> bool:
    """Whether a cell is a time of day without a date."""
    return _TIME.fullmatch(cell) is not None or is_duration(cell)


def decimal_comma(columns: Iterable[Sequence[str]], delimiter: str) -> bool:
    """Whether the table as a whole uses decimal commas (1,5 for one and a half).

    The cell 1,234 is ambiguous: its comma may be a thousands separator or a decimal comma. Cells such as 0,5 or 12,25
    decide. Without such cells, a file whose delimiter is not the comma is read with decimal commas unless it contains
    a decimal point or a number such as 1,234,567.
    """
    columns = list(columns)
    if not any("," in cell for column in columns for cell in column):
        return False
    cells = [_bare(cell) for column in columns for cell in column if "," in cell or "." in cell]
    commas = sum(map(_proves_comma, cells))
    points = sum(map(_proves_point, cells))
    if commas or points:
        return commas > points
    groups = [cell for cell in cells if _COMMA_GROUPS.fullmatch(cell)]
    return bool(groups) and all(cell.count(",") == 1 for cell in groups) and delimiter != ","


def to_numbers(cells: Sequence[str], comma: bool) -> Numbers | None:
    """Read one column as numbers; None for a column of text and for an empty column.

    Args:
        cells: (n,) the column as written. Up to a tenth of the cells may be unreadable; they count as missing.
        comma: whether the table uses decimal commas; it decides only if the column's own cells are ambiguous.
    """
    quick = None if comma else _plain_numbers(cells)
    if quick is not None:
        return quick
    present = [cell for cell in cells if not is_missing(cell) and cell.lower() not in _INFINITE]
    if not present:
        return None
    bare = [_bare(cell) for cell in present]
    if any(map(_proves_comma, bare)):
        comma = True
    elif any(map(_proves_point, bare)):
        comma = False
    return _convert(cells, percent=all(cell.endswith("%") for cell in present), comma=comma, n_present=len(present))


def to_booleans(cells: Sequence[str]) -> Numbers | None:
    """Read a column of True and False (and missing values) as 1 and 0; None for any other column.

    >>> found = to_booleans(["True", "FALSE", ""])
    >>> found.values, found.missing, found.booleans
    ([1.0, 0.0, nan], 1, True)
    >>> to_booleans(["yes", "no"])
    """
    missing = sum(map(is_missing, cells))
    worth = [TRUTHS.get(cell.lower(), math.nan) for cell in cells]
    unread = sum(map(math.isnan, worth))
    return Numbers(worth, missing, booleans=True) if missing == unread < len(cells) else None


def _plain_numbers(cells: Sequence[str]) -> Numbers | None:
    """Read a column whose cells are all plain Python numbers, as in most tables; None for any other column."""
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        return None
    # Python also takes nan, inf and 1_000, which are not plain numbers in a table.
    plain = all(map(math.isfinite, values)) and not any("_" in cell for cell in cells)
    return Numbers(values) if plain else None


def _convert(cells: Sequence[str], *, percent: bool, comma: bool, n_present: int) -> Numbers | None:
    """Convert cells to numbers with or without decimal commas; None if more than a tenth are unreadable."""
    values: list[float] = []
    unreadable: list[str] = []
    too_large: dict[int, str] = {}
    missing = infinite = 0
    seen_comma = grouped = False
    for row, raw in enumerate(cells):
        value = math.nan
        if is_missing(raw):
            missing += 1
        elif raw.lower() in _INFINITE:
            infinite += 1
        else:
            cell = _bare(raw) if percent else _clean(raw)
            plain, has_groups = _normalise(cell, comma)
            value = float(plain) if _PLAIN.fullmatch(plain) else math.nan
            if math.isnan(value):
                unreadable.append(raw)
            else:
                seen_comma |= comma and "," in cell
                grouped |= has_groups or any(space in raw.strip("%" + _SPACES) for space in _SPACES)
            if math.isinf(value):  # 1e999 overflows
                too_large[row], value = raw, math.nan
        values.append(value)
    if len(unreadable) > n_present // 10:
        return None
    return Numbers(values, missing, infinite, tuple(unreadable), percent, seen_comma, grouped, texts=too_large,
                   remarks=_about_too_large(too_large))


def _about_too_large(cells: Mapping[int, str]) -> tuple[str, ...]:
    """The sentence on numbers, by row, that are beyond those of a computer; {line:ROW} stands for the line of a row."""
    if not cells:
        return ()
    row, cell = next(iter(cells.items()))
    others = f" and {counted(len(cells) - 1, 'other cell')} are" if len(cells) > 1 else " is"
    return (f"{{name}}: the number {cell[:20]!r} in {{line:{row}}}{others} too large for a computer, read as missing.",)


def is_too_large(cell: str) -> bool:
    """Whether a cell is a number beyond those of a computer, which reach 1.8e308."""
    return math.isinf(plain_number(cell, comma=False))


def _normalise(cell: str, comma: bool) -> tuple[str, bool]:
    """A number in Python notation, and whether it had thousands separators."""
    groups, separator = (_POINT_GROUPS, ".") if comma else (_COMMA_GROUPS, ",")
    grouped = groups.fullmatch(cell) is not None
    if grouped:
        cell = cell.replace(separator, "")
    return (cell.replace(",", ".") if comma and _COMMA.fullmatch(cell) else cell), grouped


def _proves_comma(cell: str) -> bool:
    """Whether a cell needs a decimal comma to be a number: 0,5 or 12,25 or 1.234,5 or 1.234.567 but not 1,234."""
    if _COMMA.fullmatch(cell):
        return not _COMMA_GROUPS.fullmatch(cell)
    return ("," in cell or cell.count(".") > 1) and bool(_POINT_GROUPS.fullmatch(cell))


def _proves_point(cell: str) -> bool:
    """Whether a cell needs a decimal point to be a number: 0.5 or 12.25 or 1,234.5 but not 1.234."""
    if "." in cell and _PLAIN.fullmatch(cell):
        return not _POINT_GROUPS.fullmatch(cell)
    return "." in cell and bool(_COMMA_GROUPS.fullmatch(cell))


def _clean(cell: str) -> str:
    """Remove surrounding spaces, and spaces or apostrophes between thousands; U+2212 becomes an ASCII minus."""
    cell = cell.replace("\u2212", "-").strip(_SPACES)
    return re.sub(f"[{_SPACES}]", "", cell) if _SPACE_GROUPS.fullmatch(cell) else cell


def _bare(cell: str) -> str:
    return _clean(_clean(cell).removesuffix("%"))
