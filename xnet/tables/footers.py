"""The lines below the numbers, and other tables in the same file: totals, sources, repeated header lines."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence

from xnet.ways import ways

from .header_blocks import Numbered, is_data
from .limits import TableError
from .numbers import is_missing, plain_number
from .written_numbers import is_gap_word, is_written_number

#: Lines at the end that are looked at.
MOST_FOOTERS = 15
#: A label of a larger part of the rows is a category, as in male, female, total.
_MOST_TOTALS = 0.3
#: Subtotals of two rows each are a third of all rows.
_MOST_SUBTOTALS = 0.4
#: So many rows are added up for a total without a name.
_FEWEST_ADDED, _MOST_ADDED = 5, 5000
_TOTALS = re.compile(r"(?:grand |sub-?)?(?:total|sum|[Σ∑]|summe|gesamt|insgesamt|suma|somme|average|mean|mittelwert|"
                     r"moyenne|durchschnitt|std\.?(?: ?dev\.?)?|stdev|standard deviation|median|minimum|maximum|min|"
                     r"max|count|avg|summary)s?[:.]?", re.IGNORECASE)
#: Labels of statistics that may be names of rows as well: below a total, or where all other labels are numbers.
_STATISTICS = re.compile(r"n|sd|s\.d\.|std|se|sem|s\.e\.(?:m\.)?|stderr|standard error|rsd|%? ?rsd ?(?:\(?%\)?)?|cv|"
                         r"%? ?cv ?(?:\(?%\)?)?|var|variance|variation|range|q[1-4]|[1-9]\d?%|"
                         r"[1-9]\d?(?:st|nd|rd|th) percentile|geo\.?mean|geometric mean|skew(?:ness)?|kurt(?:osis)?|"
                         r"slope|intercept|r2|r²|sum of squares", re.IGNORECASE)
#: Numbers with another delimiter between them.
_OTHER_ROW = re.compile(r"[-+\d.eE]+(?:[,;|\t ]+[-+\d.eE]+)+")
_SUM = re.compile(r"(?:grand |sub-?)?(?:total|summe|gesamt|insgesamt)s?:?", re.IGNORECASE)
_SUM_OF = re.compile(r"(?:sub-?)?total[:,]? (?:of |for )?(.+)|(.+?)[:,]? (?:sub-?)?total", re.IGNORECASE)
_REMARKS = re.compile(r"(?:sources?|quelle|notes?|downloaded|footnote|legend|end|eof|generated|created|copyright|data|"
                      r"last updated|remark|http)\b.*|[*#=†©-].*|\(?\d+ rows.*", re.IGNORECASE)


def without_footers(rows: list[Numbered], numeric: Sequence[int], width: int, notes: list[str]) -> list[Numbered]:
    """The rows without remarks and totals at their end; each is reported.

    A total without any value is one whose formula a program wrote into a workbook and no spreadsheet has computed yet.
    """
    end, totals, empty, remarks = len(rows), list[str](), list[str](), list[int]()
    first_total = _first_total(rows)
    if titled := _titled_tail(rows, width):
        remarks += [line for line, _ in reversed(rows[titled:])]
        end = titled
    while end > 2 and len(rows) - end < MOST_FOOTERS + len(rows[titled or len(rows):]):
        line, row = rows[end - 1]
        label = next((cell for cell in row if cell), "")
        statistic = _STATISTICS.fullmatch(label) and (
            end > first_total or (0 in numeric and not is_written_number(label)))
        if (statistic or _TOTALS.fullmatch(label)) and any(map(is_written_number, row[1:])) and sum(
                label in other for _, other in rows[:end]) <= max(1, _MOST_TOTALS * end):
            totals.append(f"{label!r} in line {line}")
        elif width > 1 and _is_total_without_value(row):
            empty.append(f"{label!r} in line {line}")
        elif end == len(rows) and width > 1 and _is_sum(rows, numeric):
            totals.append(f"the sums in line {line}")
        elif _is_remark(row, label, numeric, width):
            remarks.append(line)
        else:
            break
        end -= 1
    if totals:
        notes.append(f"Left out at the end: {', '.join(reversed(totals))}, which summarise{'s' * (len(totals) == 1)} "
                     "the rows above.")
    if empty:
        notes.append(f"Left out at the end: {', '.join(reversed(empty))}, without any value. If the cells hold "
                     "formulas, a spreadsheet stores their values when it saves the file.")
    if remarks:
        lines = f"line {remarks[0]}" if len(remarks) == 1 else f"lines {remarks[-1]} to {remarks[0]}"
        notes.append(f"Left out {lines} below the table, which hold{'s' * (len(remarks) == 1)} no numbers.")
    return rows[:end]


def _titled_tail(rows: Sequence[Numbered], width: int) -> int:
    """The position of a title such as Results: at the end, below which no line has as many cells as the rows; else 0.

    >>> _titled_tail([(1, ["1", "2", "3"]), (2, ["Results:"]), (3, ["x,", "12.3"])], 3)
    1
    """
    found = 0
    for k in range(len(rows) - 1, max(len(rows) - MOST_FOOTERS, 0), -1):
        cells = [cell for cell in rows[k][1] if cell]
        if len(cells) >= width or width < 3:
            break
        if len(cells) == 1 and cells[0].endswith(":"):
            found = k
    return found


def _first_total(rows: Sequence[Numbered]) -> int:
    """The position of the first total at the end, which only totals and statistics follow; else the number of rows."""
    first = len(rows)
    for k in range(len(rows) - 1, max(len(rows) - MOST_FOOTERS, 2), -1):
        label = next((cell for cell in rows[k][1] if cell), "")
        if _TOTALS.fullmatch(label):
            first = k
        elif not _STATISTICS.fullmatch(label):
            break
    return first


def note_totals(rows: Sequence[Numbered], header: Sequence[str], numeric: Sequence[int], notes: list[str]) -> None:
    """Report rows in the middle that are called a total of others: Total, North Total, Subtotal."""
    text = [k for k in range(len(header)) if k not in numeric]
    labels = {k: {row[k] for _, row in rows if k < len(row)} for k in text[:3]}
    for k, others in labels.items():
        found = [(line, row[k]) for line, row in rows if k < len(row) and _is_total_of(row[k], others)]
        if found and len(found) <= max(1, _MOST_SUBTOTALS * len(rows)) and len(others) > 1:
            shown = ", ".join(f"{label!r} in line {line}" for line, label in found[:4])
            way = ways("Data, Rows", f"--exclude 'line = {found[0][0]}'")
            notes.append(f"{header[k] or f'column_{k + 1}'!r}: {shown} may be the sum of other rows. If so, exclude "
                         f"{'it' if len(found) == 1 else 'each'} {way}.")


def _is_total_of(label: str, others: Collection[str]) -> bool:
    """Whether a label is a total: the word alone, or beside a label of another row, as subtotals of Excel are."""
    if _SUM.fullmatch(label):
        return True
    match = _SUM_OF.fullmatch(label)
    return match is not None and (match[1] or match[2]) in others


def _is_total_without_value(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell]
    return bool(cells) and bool(_TOTALS.fullmatch(cells[0])) and all(
        re.match(r"=[A-Za-z]+\(", cell) for cell in cells[1:])  # a formula as text


def _is_sum(rows: Sequence[Numbered], numeric: Sequence[int]) -> bool:
    """Whether the last row has no label of its own and holds the sums of the columns above it."""
    last = rows[-1][1]
    named = last[0] and (0 not in numeric or is_written_number(last[0]))
    if named or not _FEWEST_ADDED <= len(rows) <= _MOST_ADDED:
        return False
    sums = []
    for k in (k for k in numeric if k < len(last) and last[k] and k > 0):
        column = [plain_number(row[k], comma=False) for _, row in rows if k < len(row)]
        above = math.fsum(value for value in column[:-1] if math.isfinite(value))
        sums.append(above != 0 and abs(column[-1] - above) <= 1e-6 * abs(above))
    return bool(sums) and all(sums)


def _is_remark(row: Sequence[str], label: str, numeric: Sequence[int], width: int) -> bool:
    if is_data(row, numeric) or not label or is_written_number(label) or is_missing(label) or width < 2:
        return False
    if _OTHER_ROW.fullmatch(label):
        return False
    alone = sum(map(bool, row)) == 1
    if len(row) <= width // 2 and re.search(r"\w{3,} \w|\(c\)", label):  # prose
        return True
    return bool(_REMARKS.fullmatch(label)) or (alone and (0 in numeric or len(label) > 25 or label.endswith(":"))) or (
        len(row) > width and 0 in numeric)


def joined_blocks(rows: list[Numbered], header: Sequence[str], numeric: Sequence[int], name: str,
                  notes: list[str]) -> list[Numbered]:
    """The rows of a file that repeats its header line, with a column of the titles of its blocks if it has such.

    Raises:
        TableError: a further table with other names begins below.
    """
    if not numeric:
        return rows
    first = numeric[0]
    odd = [i for i, (_, row) in enumerate(rows) if not row[first:first + 1] or not row[first][-1:].isdigit()]
    repeats = [i for i in odd if rows[i][1] == list(header)]
    for i in odd:
        line, row = rows[i]
        if i not in repeats and i + 1 < len(rows) and _is_other_header(row, numeric, len(header)) and is_data(
                rows[i + 1][1], range(len(rows[i + 1][1]))):
            raise TableError(f"{name} holds several tables: another one with the names {', '.join(row[:4])} begins in "
                             f"line {line}. Give one table in each file.")
    if not repeats:
        return without_titles(rows, numeric, len(header), notes)
    above = {i - 1 for i in repeats if i}
    titles = {i for i in above if sum(map(bool, rows[i][1])) == 1 and not is_data(rows[i][1], numeric)}
    lines = ", ".join(str(rows[i][0]) for i in repeats[:6])
    shown = "".join(f", {label!r}" for label in (next(filter(None, rows[i][1])) for i in sorted(titles)[:4]))
    notes.append(f"The file holds {len(repeats) + 1} tables with the same names (repeated in line {lines}); their "
                 f"rows were put below each other{' without the titles' if titles else ''}{shown}.")
    leave = titles | set(repeats)
    return [row for i, row in enumerate(rows) if i not in leave]


def without_titles(rows: list[Numbered], numeric: Sequence[int], width: int, notes: list[str]) -> list[Numbered]:
    """The rows without lines of text between them, such as the title of a further block; these are reported."""
    if width < 2 or 0 not in numeric:
        return rows
    last = len(rows) - 1
    while last > 0 and _is_total_without_value(rows[last][1]):  # lines at the end are no titles
        last -= 1
    last = _titled_tail(rows, width) or last
    titles = [i for i, (_, row) in enumerate(rows[:last]) if i and row[0] and sum(map(bool, row)) == 1 and re.match(
        r"[^\W\d_]", row[0]) and not is_missing(row[0]) and not is_gap_word(row[0]) and not is_written_number(row[0])]
    if not titles or len(titles) > max(1, len(rows) // 5):
        return rows
    shown = ", ".join(f"{rows[i][1][0][:30]!r} in line {rows[i][0]}" for i in titles[:4])
    notes.append(f"Left out between the rows: {shown}. If another table begins there, give it in a file of its own.")
    return [row for i, row in enumerate(rows) if i not in set(titles)]


def _is_other_header(row: Sequence[str], numeric: Sequence[int], width: int) -> bool:
    """Whether a row in the middle of numbers holds only different words, as a header line does."""
    cells = [cell for cell in row if cell]
    return (len(cells) >= min(2, width) and len(cells) >= len(row) - 1 and len(set(cells)) == len(cells) > 1
            and not any(is_written_number(c) or is_missing(c) or is_gap_word(c) for c in cells)
            and all(re.match(r"[^\W\d_]", c) for c in cells))


def refuse_tables_side_by_side(numbered: Sequence[Numbered], width: int, name: str) -> None:
    """Refuse two tables of different lengths with an empty column between them.

    Raises:
        TableError: there are two such tables.
    """
    rows = [row for _, row in numbered if len(row) == width]
    if width < 4 or len(rows) < 4:
        return
    for k in range(1, width - 1):
        if any(row[k] for row in rows):
            continue
        parts = [[row[:k] for row in rows], [row[k + 1:] for row in rows]]
        ends = [max((i for i, row in enumerate(part) if any(row)), default=-1) for part in parts]
        named = [len(part[0]) > 1 and all(part[0]) and not any(map(is_written_number, part[0])) for part in parts]
        if all(named) and min(ends) > 1 and abs(ends[0] - ends[1]) > 1:
            shown = " and ".join(f"{', '.join(part[0][:4])} ({end:,} rows)"
                                 for part, end in zip(parts, ends, strict=True))
            raise TableError(f"{name} holds two tables side by side, with an empty column between them: {shown}. Give "
                             "each table in a file or a sheet of its own.")
