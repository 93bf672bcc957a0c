"""The lines above the numbers: titles, names on one or several lines, units, kinds; and names in a comment line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .comment_names import labelled_names, listed_names
from .numbers import is_infinite, is_missing
from .unit_words import UNITS_LABEL, bare_unit, is_unit, is_units_row, says_no_unit, with_small_letters
from .written_numbers import is_gap_word, is_written_number

#: A row with the number of its line.
Numbered = tuple[int, list[str]]
#: A type and a width of the USGS (string, date, number), and a type as a tibble of R prints it.
_WIDTH = re.compile(r"\d{1,3}[sdnSDN]")
_R_TYPE = re.compile(r"<(?:dbl|int|chr|lgl|fct|ord|date|dttm|drtn|time|num|list|cplx|int64|[SD]:? ?\w+|\w+\[\d+\])>")
#: A type as Polars or Julia prints it below the names.
_PRINTED_TYPE = re.compile(r"[iu](?:8|16|32|64)|f(?:32|64)|str|bool|cat|enum|date|time|decimal\[.*\]|datetime\[.*\]|"
                           r"U?Int(?:8|16|32|64|128)\??|Float(?:16|32|64)\??|String\d*\??|Bool\??|Date(?:Time)?\??|"
                           r"double|float|varchar|u?(?:big|small|tiny|huge)?int(?:eger|8|16|32|64)?|boolean|timestamp|"
                           r"Any|Missing|Symbol|Char\??|Cat…|SubStrin…|Union….*")
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
#: The part of the cells of a second comment line that are units, if the first holds names and no units.
_UNITS_BELOW = 0.5


class Header(NamedTuple):
    """What the lines above the numbers say.

    Attributes:
        names: one for each column; empty if there are none.
        units: by the position of the column.
        skipped: the lines above that are no names.
        units_row: the line that the units stand in, and its cells; None without such a line.
    """

    names: list[str]
    units: dict[int, str]
    skipped: list[int]
    units_row: Numbered | None = None


def numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The positions where at least half of the sampled cells are numbers."""
    below = [row for row in rows[len(rows) // 3:] if len(row) == width] or [r for r in rows if len(r) == width]
    sample = below[:: max(1, len(below) // 40)]
    found = []
    for k in range(width):
        cells = [row[k] for row in sample if not is_missing(row[k])]
        if cells and sum(is_written_number(c) for c in cells) * 2 > len(cells):
            found.append(k)
    return found


def is_data(row: Sequence[str], numeric: Sequence[int]) -> bool:
    """Whether a row holds numbers, or gaps, in most of the columns of numbers."""
    cells = [row[k] for k in numeric if k < len(row) and not is_missing(row[k])]
    numbers = sum(is_written_number(c) or is_gap_word(c) or is_infinite(c) for c in cells)
    return any(map(is_written_number, cells)) and 2 * numbers >= len(cells)


def first_data_row(numbered: Sequence[Numbered], width: int, numeric: Sequence[int]) -> int | None:
    """The position of the first row of numbers; one such row alone, above rows of text, is a line about the file."""
    data = [is_data(row[:width], numeric) for _, row in numbered[:200]]
    start = _below_keys(numbered[:200], data, numeric)
    data[:start] = [False] * start
    first = next((k for k, found in enumerate(data) if found), 0)
    if first and _are_names_below_groups(numbered[first - 1][1], numbered[first][1], width, numeric):
        data[first] = any(data[first + 1:first + 2]) and all(
            _YEAR.fullmatch(cell) for k, cell in enumerate(numbered[first + 1][1]) if k in numeric)
    return next((k for k, (_, row) in enumerate(numbered[:200]) if data[k] and len(row) >= width
                 and not any(row[width:]) and (k + 3 > len(data) or any(data[k + 1:k + 3]))), None)


def _are_names_below_groups(above: Sequence[str], row: Sequence[str], width: int, numeric: Sequence[int]) -> bool:
    """Whether a row of numbers below a line with gaps holds names: years, or growing numbers beside a word.

    >>> _are_names_below_groups(["", "People", ""], ["Land", "1990", "1991"], 3, [1, 2])
    True
    >>> _are_names_below_groups(["Sum", "Columns", "", ""], ["Rows", "1", "2", "Grand Total"], 4, [1, 2, 3])
    True
    """
    above, row = _fit(above, width), _fit(row, width)
    numbers = [row[k] for k in numeric if is_written_number(row[k])]
    words = [row[k] for k in range(width) if k == 0 or (k in numeric and row[k] not in numbers)]
    if all(above[k] for k in numeric) or any(map(is_written_number, above)) or not all(row) or not all(
            re.match(r"[^\W\d_]", cell) and not is_missing(cell) and not is_gap_word(cell) for cell in words):
        return False
    grow = len(words) > 1 and all(map(str.isdecimal, numbers)) and all(int(a) < int(b) for a, b in pairwise(numbers))
    return len(numbers) > 1 and (grow or all(map(_YEAR.fullmatch, numbers)))


def _below_keys(numbered: Sequence[Numbered], data: Sequence[bool], numeric: Sequence[int]) -> int:
    """The position below lines of a key and a number (Gain, 2.5), which look like data, above a row of names."""
    found = 0
    for k, (_, row) in enumerate(numbered[:40]):
        cells = [row[j] for j in numeric if j < len(row) and row[j]]
        words = len(cells) > 1 and not any(is_written_number(c) or is_missing(c) for c in cells) and not any(
            is_gap_word(c) and len(c) > 1 for c in cells)
        if words and not data[k] and any(data[:k]):
            above = [r for (_, r), is_row in zip(numbered[:k], data, strict=False) if is_row]
            if not all(any(not is_written_number(r[j]) and not is_missing(r[j]) and not is_gap_word(r[j])
                           for j in numeric if j < len(r)) or (len(row) > 2 and (sum(map(bool, r)) == 1 or sum(
                               map(bool, r)) < sum(map(bool, row)) - 1)) for r in above):
                continue
            found = k
    return found


def is_separator(row: Sequence[str]) -> bool:
    """Whether a row is a ruled line, as below the names of a Markdown table."""
    return any(row) and all(re.fullmatch(r":?[-=+_]{2,}:?", cell) or not cell for cell in row)


def is_type_row(row: Sequence[str]) -> bool:
    """Whether a row says how the columns are stored: 5s, 14n of the USGS, <int> of R, Float64 of Julia, f64 of Polars.

    >>> is_type_row(["5s", "15s", "20d", "14n"]), is_type_row(["<dbl>", "<chr>"]), is_type_row(["5s", "10"])
    (True, True, False)
    """
    widths = [cell for cell in row if _WIDTH.fullmatch(cell)]
    if len(row) > 1 and len(widths) == len(row) and len({cell[-1] for cell in widths}) > 1:
        return True
    filled = [cell for cell in row if cell]
    clear = any(cell[-1].isdigit() for cell in filled) or "double" in filled or "bigint" in filled
    return len(filled) > 0 and (all(_R_TYPE.fullmatch(cell) for cell in row) or (
        clear and all(_PRINTED_TYPE.fullmatch(cell) for cell in filled)))


def read_header(block: Sequence[Numbered], width: int, comments: Sequence[Numbered] = (),
                delimiter: str = ",") -> Header:
    """Understand the rows above the first row of numbers.

    Args:
        block: these rows.
        width: the number of columns.
        comments: the comment lines above: their text, then their cells.
        delimiter: of the file.
    """
    candidates = _last_run([(line, row) for line, row in block if _could_be_names(row, width)], block)
    if len(candidates) > 1 and is_units_row(_fit(candidates[0][1], width)) and not is_units_row(
            _fit(candidates[1][1], width)) and all(candidates[1][1][:width]) and len(
                set(candidates[1][1][:width])) == width:
        candidates[:2] = reversed(candidates[:2])  # the units stand above the names
    at = next((i for i, (_, row) in enumerate(candidates) if i and is_units_row(_fit(row, width)) and not any(
        map(is_written_number, candidates[i - 1][1]))), None)
    commented, said = _commented_names(comments, width, delimiter)
    if at is None and len(candidates) == 1 and commented and is_units_row(_fit(candidates[0][1], width)):
        return Header(commented, _units(candidates[0][1]), [], candidates[0])
    units = _units(candidates[at][1]) if at is not None else {}
    keys = max((i for i, (_, row) in enumerate(candidates[:at]) if any(
        is_written_number(cell) and not _YEAR.fullmatch(cell) for cell in row)), default=-1)
    above = candidates[keys + 1:at] or candidates[:at]  # names of groups do not stand above lines of keys and numbers
    kinds = [] if at is not None or len(above) < 2 else [above[-1]] if _is_kinds(above[-2][1], above[-1][1]) else []
    above = above[:len(above) - len(kinds)]
    if not above:
        return Header(commented, said, [line for line, _ in block])
    rows = [_fit(row, width) for _, row in above]
    if len(rows) == 1 and at is not None:
        rows = [_with_units(rows[0], _fit(candidates[at][1], width))]
    # Of several full rows, the first holds the names and the others describe them; in two columns, the rows above the
    # last are keys and values.
    full = [k for k, row in enumerate(rows) if all(row) and len(set(row)) == width]
    if delimiter == " " and len(full) > 1 and above[full[1]][0] - above[full[0]][0] > 1:
        full = full[1:]  # a blank line parts the words of a title from the names
    last = full[0] + 1 if full and width > 2 else len(rows)
    names, used = _joined(rows[:last], [line for line, _ in above[:last]])
    numbers = sum(is_written_number(name) and not _YEAR.fullmatch(name) for name in names)
    below = sum(line > above[last - 1][0] for line, _ in block) - (at is not None)
    if (numbers > 1 and below > 1) or (numbers and below > 2):
        return Header(commented, said, [line for line, _ in block])  # a row of settings above other lines
    index = _line_of_index_name(names, above[last - 1][0], block)
    if index is not None:
        names[0] = block[index][1][0]
    kept = {line for line, _ in above[last - used:last]} | ({candidates[at][0]} if at is not None else set())
    return Header(names, units, [line for n, (line, _) in enumerate(block) if line not in kept and n != index],
                  candidates[at] if at is not None else None)


def _line_of_index_name(names: Sequence[str], line: int, block: Sequence[Numbered]) -> int | None:
    """The position of a line with one cell, the name of the first column, below the names, as pandas writes it."""
    if names[0] or not any(names):
        return None
    return next((n for n, (k, row) in enumerate(block) if k > line and row[0] and not any(row[1:])), None)


def _last_run(candidates: list[Numbered], block: Sequence[Numbered]) -> list[Numbered]:
    """The candidates for names that no other line separates from the last one: above such a line stands a title.

    A line of groups or of units may stand apart.
    """
    places = {line: k for k, (line, _) in enumerate(block)}
    start = max((k for k in range(1, len(candidates)) if places[candidates[k][0]] - places[candidates[k - 1][0]] > 1),
                default=0)
    run = candidates[start:]
    filled = [all(row) and len(set(row)) == len(row) for _, row in run]
    return run if any(filled) and not is_units_row(run[0][1]) else candidates


def _fit(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _could_be_names(row: Sequence[str], width: int) -> bool:
    """Whether a row may hold names or units: as wide as the table, with more than one cell filled."""
    filled = sum(map(bool, row))
    return len(row) >= width and not any(row[width:]) and (filled > 1 or width == 1 or (filled > 0 and not row[0]))


def _units(row: Sequence[str]) -> dict[int, str]:
    units = {k: bare_unit(cell) for k, cell in enumerate(with_small_letters(list(row))) if not says_no_unit(cell)}
    return {k: u for k, u in units.items() if not (k == 0 and u.lower() in UNITS_LABEL)}


def _is_kinds(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row repeats a few words (Smp, Avg; float, int) below a row of names that all differ."""
    filled = [cell for cell in row if cell]
    return (len(set(names)) == len(names) and all(names) and len(filled) > 2 and len(set(filled)) <= len(filled) // 2
            and all(len(cell) <= 10 for cell in filled))


def _joined(rows: list[list[str]], lines: Sequence[int]) -> tuple[list[str], int]:
    """The names of the last row, joined with groups in the lines above it; and how many rows were used.

    No group is a key with its value in the first two cells (File date, 01/02/21) above more names, nor stands apart.
    """
    names, used = rows[-1], 1
    for k, row in reversed([*enumerate(rows[:-1])]):
        pair = all(row[:2]) and not any(row[2:]) and len(row) > 3 and bool(names[0])
        if pair or next(filter(None, row), "").endswith(":") or (lines[k + 1] - lines[k] > 1 and row[0] and names[0]):
            break
        filled = [cell for cell in row if cell]
        groups = len(set(filled)) < len(filled) or len(filled) < len(row)
        if not groups or len(filled) < 2 or not all(a or b for a, b in zip(row[1:], names[1:], strict=True)
                                                     if a or not any(row[:1])):
            break
        spread, last = [], ""
        for cell, name in zip(row, names, strict=True):
            last = cell or last
            spread.append(last if name or cell else "")
        names = [" ".join(filter(None, pair)) for pair in zip(spread, names, strict=True)]
        used += 1
    return names, used


def _with_units(names: list[str], units: list[str]) -> list[str]:
    """The names, with a name that stands above several units (Pressure, nothing) repeated with each unit."""
    if all(names) or not names[0] or any(unit and not name and not is_unit(unit) for name, unit in zip(
            names, units, strict=True)):
        return names
    spread: list[str] = []
    for name, unit in zip(names, units, strict=True):
        spread.append(name or (spread[-1] if unit else ""))
    return [f"{name} {bare_unit(unit)}" if name and spread.count(name) > 1 else name
            for name, unit in zip(spread, units, strict=True)]


def _commented_names(comments: Sequence[Numbered], width: int, delimiter: str) -> tuple[list[str], dict[int, str]]:
    """The names in the last comment line that has one for each column, and the units if they stand in a line below."""
    listed = listed_names([text for _, (text, *_) in comments], width)
    if listed[0]:
        return listed
    found = [cells for cells in (_numbered_names(parts, width) or _comment_cells(text, width, delimiter)
                                 for _, (text, *parts) in comments[-6:]) if cells]
    if len(found) > 1 and not is_units_row(found[-2]) and (is_units_row(found[-1]) or _are_units_below(*found[-2:])):
        return found[-2], _units(found[-1])
    return (found[-1], {}) if found else ([], {})


def _are_units_below(names: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a line below a line of names holds units, some of which are unknown: yr mo dy hr degT m/s."""
    known = sum(map(is_unit, cells))
    return known >= max(2, _UNITS_BELOW * len(cells), 2 * sum(map(is_unit, names)) + 1) and len(set(names)) == len(
        names) and any(cells.count(cell) > 1 or "/" in cell for cell in cells)


def _numbered_names(cells: Sequence[str], width: int) -> list[str]:
    """The cells of a line of names whose first column is called #, as loggers count their rows."""
    return list(cells) if len(cells) == width > 2 and cells[0] == "#" and all(cells) else []


def _comment_cells(text: str, width: int, delimiter: str) -> list[str]:
    """The cells of a comment line that has one for each column; empty for any other line."""
    bare = labelled_names(text) or text.lstrip("#%!/*; \t").strip()
    for parts in (bare.split(delimiter) if delimiter != " " else [], bare.split("\t"), bare.split(","),
                  re.split(r"\s{2,}", bare), bare.split()):
        names = [part.strip().strip('"') for part in parts]
        if len(names) == width and all(names) and not any(map(is_written_number, names)) and (
                not names[0].endswith(":") or all(name.endswith(":") for name in names)) and not (
                    width == 1 and re.search(r":\s", names[0])):  # a key and its value
            return names
    return []
