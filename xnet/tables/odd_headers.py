"""Names above numbers that are written in another way than the rows: with another delimiter, with cells behind them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from xnet.counts import counted

from .header_blocks import Numbered
from .numbers import has_no_label, is_date, is_missing, plain_number
from .unit_words import is_units_row
from .written_numbers import is_gap_word, is_written_number

#: Words of titles, which names of columns are not.
_STOP_WORDS = frozenset(("of", "the", "a", "an", "and", "for", "from", "with", "in", "on", "at", "by", "to", "is",
                         "are", "der", "die", "das", "und", "von", "mit", "de", "la", "le", "et", "data", "report",
                         "results"))
#: A word with a unit in brackets behind it.
_WITH_UNIT = re.compile(r"[^\s(\[]\S*(?:\s+[(\[][^()\[\]]{1,30}[)\]])?")
#: So many rows at the end are looked at, and the fewest of numbers that are alike.
_MOST, _FEWEST = 2000, 3
#: Names below lines of numbers are among so many lines at the top.
_HIGHEST = 12
#: A table that results stand beside has at least so many lines.
_FEWEST_BESIDE = 6
_SIGNS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas", "  ": "spaces", " ": "spaces"}


def with_split_names(numbered: list[Numbered], first: int | None, width: int, delimiter: str,
                     notes: list[str]) -> list[Numbered]:
    """The rows, where the names above the first row of numbers have another delimiter than the rows.

    Args:
        numbered: line number and cells of each row.
        first: the position of the first row of numbers.
        width: the number of columns.
        delimiter: of the rows.
        notes: sentences for the report are appended to it.

    >>> with_split_names([(1, ["a;b"]), (2, ["1", "2"])], 1, 2, ",", [])
    [(1, ['a', 'b']), (2, ['1', '2'])]
    >>> with_split_names([(1, ["F", "(kN)", "s", "(mm)"]), (2, ["1", "2"])], 1, 2, " ", [])[0]
    (1, ['F (kN)', 's (mm)'])
    >>> with_split_names([(1, ["t,", "v"]), (2, ["1", "2"])], 1, 2, " ", [])[0]
    (1, ['t', 'v'])
    """
    if not first or width < 2:
        return numbered
    line, row = numbered[first - 1]
    if delimiter == " " and len(row) == width and all(re.fullmatch(r"[^,;]+[,;]", cell) for cell in row[:-1]):
        return [*numbered[:first - 1], (line, [cell.rstrip(",;") for cell in row]), *numbered[first:]]
    if delimiter == " " and len(row) > width:
        with_units = _WITH_UNIT.findall(" ".join(row))
        if len(with_units) == width and not any(map(is_written_number, with_units)):
            return [*numbered[:first - 1], (line, with_units), *numbered[first:]]
    if len(row) == width or any(len(cells) >= width and all(cells[:width]) for _, cells in numbered[:first]):
        return numbered
    text = delimiter.join(row).strip()
    columns = width - (not any(cells[-1] for _, cells in numbered[first:] if len(cells) == width))
    for sign, word in _SIGNS.items():
        names = [part.strip().strip('"') for part in (re.split(r"\s{2,}", text) if sign == "  " else text.split(
            None if sign == " " else sign))]
        if len(names) in (columns, width) and len(names) > 1 and all(names) and len(set(names)) == len(
                names) and not any(map(is_written_number, names)) and all(
                    len(name) <= 60 and name.count("(") == name.count(")") for name in names):
            apart = numbered[first][0] != line + 1
            if sign == " " and (delimiter != "\t" or apart or _STOP_WORDS & {name.lower() for name in names}):
                break  # a title
            if sign != delimiter:
                notes.append(f"The names in line {line} are separated by {word}, the cells below in another way.")
            named = (line, [*names, *[""] * (width - len(names))])
            return [*numbered[:first - 1], named, *numbered[first:]]
    return numbered


def without_settings_behind(numbered: list[Numbered], first: int | None, width: int,
                            notes: list[str]) -> list[Numbered]:
    """The rows, where the lines of names go on behind the columns with words and numbers, as oscilloscopes write them.

    >>> rows = [(1, ["X", "CH1", "Start", "Step"]), (2, ["s", "V", "-6", "0.5"]), (3, ["0", "1", ""])]
    >>> without_settings_behind(rows, 2, 3, [])[1]
    (2, ['s', 'V', ''])
    """
    if not first or first < 2 or width < 3:
        return numbered
    used = max((k + 1 for _, row in numbered[first:] for k, cell in enumerate(row[:width]) if cell), default=0)
    head = numbered[:first]
    behind = [cell for _, row in head for cell in row[used:] if cell]
    if used < 2 or (used == width and len(behind) == 0) or not any(map(is_written_number, behind)) or any(
            len(row) < used or not all(row[:used]) or any(map(is_written_number, row[:used])) for _, row in head):
        return numbered
    notes.append(f"Left out behind the columns, in the lines above the numbers: {', '.join(behind[:6])}.")
    return [*((line, [*row[:used], *[""] * (width - used)]) for line, row in head), *numbered[first:]]


def with_gaps_above(numbered: list[Numbered], first: int | None, numeric: Sequence[int]) -> int | None:
    """The position of the first row of numbers, or of one above it whose numbers are all missing (2000-01-01, .).

    >>> rows = [(1, ["DATE", "GDP"]), (2, ["2000-01-01", "."]), (3, ["2000-04-01", "5"])]
    >>> with_gaps_above(rows, 2, [1])
    1
    """
    while first is not None and first > 1:
        cells = [numbered[first - 1][1][k] for k in numeric if k < len(numbered[first - 1][1])]
        if len(numbered[first - 1][1]) != len(numbered[first][1]) or not any(cells) or not all(
                has_no_label(cell) or (is_gap_word(cell) and not cell[0].isalpha()) for cell in cells):
            break
        first -= 1
    return first


def without_counts(numbered: list[Numbered], width: int, notes: list[str]) -> list[Numbered]:
    """The rows without a first line that says how many rows follow, and perhaps how many columns they have.

    >>> without_counts([(1, ["2"]), (2, ["1", "5"]), (3, ["2", "7"])], 2, [])
    [(2, ['1', '5']), (3, ['2', '7'])]
    """
    line, row = numbered[0]
    cells = [cell for cell in row if cell]
    rows = len(numbered) - 1
    if width < 2 or rows < 2 or len(cells) not in (1, 2) or len(cells) >= width or not all(map(str.isdecimal, cells)):
        return numbered
    if int(cells[0]) not in (rows, rows - 1) or (len(cells) == 2 and int(cells[1]) not in (width, width - 1)):
        return numbered
    notes.append(f"Left out line {line}, which says how many rows follow: {' '.join(cells)}.")
    return numbered[1:]


def without_surroundings(numbered: list[Numbered], notes: list[str]) -> list[Numbered]:
    """The rows without results beside the table, and without numbers and settings above its names."""
    return _from_late_names(_without_results_beside(numbered, notes), notes)


def _without_results_beside(numbered: list[Numbered], notes: list[str]) -> list[Numbered]:
    """The rows without labels and numbers behind an empty column, such as a slope that a spreadsheet computed.

    >>> rows = [(k, [str(k), str(k * k)]) for k in range(1, 9)]
    >>> _without_results_beside([(0, ["x", "y", "", "Slope", "9"]), *rows], [])[0]
    (0, ['x', 'y'])
    """
    first = numbered[0][1] if numbered else []
    gap = first.index("") if "" in first[:-1] else len(first)
    beside = [row[gap + 1:] for _, row in numbered if any(row[gap:])]
    if gap < 2 or not beside or len(beside) > max(3, len(numbered) // 3) or len(numbered) < _FEWEST_BESIDE or any(
            row[gap:gap + 1] not in ([], [""]) for _, row in numbered):
        return numbered
    cells = [[cell for cell in row if cell] for row in beside]
    pairs = [row for row in cells if len(row) == 2 and not is_written_number(row[0]) and is_written_number(row[1])]
    if not pairs or any(len(row) != 1 or is_written_number(row[0]) for row in cells if row not in pairs):
        return numbered
    shown = ", ".join(" ".join(row) for row in cells[:4])
    notes.append(f"Left out beside the table, behind an empty column: {shown}.")
    return [(line, row[:gap]) for line, row in numbered]


def _from_late_names(numbered: list[Numbered], notes: list[str]) -> list[Numbered]:
    """The rows from a line of names on that stands below a few lines of numbers, such as numbers of the columns.

    >>> rows = [(1, ["1", "2"]), (2, ["t", "v"]), *((k, [str(k), str(k * k)]) for k in range(3, 9))]
    >>> _from_late_names(rows, [])[0]
    (2, ['t', 'v'])
    """
    width = Counter(len(row) for _, row in numbered).most_common(1)[0][0]
    full = [k for k, (_, row) in enumerate(numbered[:_HIGHEST]) if len(row) == width > 1]
    texts = [k for k in full if all(numbered[k][1]) and not any(
        is_written_number(cell) or is_missing(cell) for cell in numbered[k][1])]
    last = texts[-1] if texts else 0
    at = last - 1 if last - 1 in texts and is_units_row(numbered[last][1]) else last
    above = [numbered[k][1] for k in full if k < at]
    if not any(map(_is_numbers, above)):  # settings of a station above its table, in lines of another length
        above = [row for _, row in numbered[:at] if len(row) > 1]
    numbers = sum(map(_is_numbers, above))
    if not numbers or len(numbered) - last < 2 * _FEWEST * len(above) or len(set(numbered[at][1])) < width or numbered[
            at][1] in above:
        return numbered
    below = [row for _, row in numbered[last + 1:last + 1 + _FEWEST]]
    counted_columns = above[0] == [str(k + 1) for k in range(width)]
    if not (counted_columns or numbers in (1, 2, len(above))) or not all(
            len(row) == width and _is_numbers(row) for row in below):
        return numbered
    notes.append(f"Left out {counted(at, 'line')} of numbers and settings above the names in line {numbered[at][0]}.")
    return numbered[at:]


def is_title(cells: Sequence[str]) -> bool:
    """Whether the words of a line are a title, not names: with an article, a preposition, a colon or a table number.

    >>> is_title(["Results", "of", "the", "test"]), is_title(["Table", "2.", "Loads"]), is_title(["x", "y", "z"])
    (True, True, False)
    """
    words = {cell.strip(".,:").lower() for cell in cells}
    numbered = cells[0].lower() in ("table", "tab.", "tabelle", "figure", "fig.") and any(map(str.isdecimal, words))
    return numbered or bool((_STOP_WORDS - {"a", "data", "report", "results"}) & words) or any(
        cell.endswith(":") for cell in cells)


def width_of_numbers(numbered: Sequence[Numbered], width: int) -> int:
    """The number of columns, where the lines above the numbers are many and shorter than the rows of numbers."""
    rows = [row for _, row in numbered[-_MOST:]]
    end = next((k for k in range(len(rows), max(len(rows) - 4, 0), -1) if _is_numbers(rows[k - 1])), 0)
    length = len(rows[end - 1]) if end else 0
    begin = next((k for k in range(end, 0, -1) if len(rows[k - 1]) != length or not _is_numbers(rows[k - 1])), 0)
    others = sum(all(map(is_written_number, row)) for row in rows[:begin])  # another table
    return length if length > width > 1 and end - begin >= _FEWEST > others else width


def _is_numbers(row: Sequence[str]) -> bool:
    """Whether several cells of a row are filled, and most of these are numbers or dates; NaN is no filled cell."""
    filled = [cell for cell in row if not is_missing(cell)]
    numbers = [is_written_number(cell) for cell in filled]
    return len(filled) > 1 and any(numbers) and 2 * sum(
        number or is_date(cell) for number, cell in zip(numbers, filled, strict=True)) > len(filled)


def is_cross_table(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether numbers above and on the left, with an empty corner, name the columns and the rows of numbers."""
    above, left = ([plain_number(cell, comma=False) for cell in cells] for cells in (first[1:], [r[0] for r in below]))
    return len(above) > 2 and len(left) > 2 and all(
        all(a < b for a, b in pairwise(values)) or all(a > b for a, b in pairwise(values)) for values in (above, left))
