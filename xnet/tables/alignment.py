"""From rows of cells to a table: its header, its rows of equal length and the line of each row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from xnet.counts import counted, plural
from xnet.name_lists import abbreviated_list

from . import odd_headers
from .delimiter_checks import refuse_decimal_commas, refuse_two_delimiters
from .footers import joined_blocks, note_totals, refuse_tables_side_by_side, without_footers, without_titles
from .header_blocks import (
    Header,
    Numbered,
    first_data_row,
    is_separator,
    is_type_row,
    numeric_columns,
    read_header,
)
from .limits import UnevenError
from .numbers import is_missing, is_number
from .row_names import LINE, named_rows
from .unit_words import is_units_row
from .written_numbers import is_written_number

#: The most lines below a table whose names are one fewer than its columns.
_MOST_REMARKS = 3


class Grid(NamedTuple):
    """The cells of a table.

    Attributes:
        header: k names as written; empty if the file has no header.
        rows: lists of k cells each.
        delimiter: of the file; a tab for formats without one.
        lines: the line of the file of each row, from 1; empty for formats without lines.
        units: of a units row, by the position of the column.
        units_row: the line of the units row, and its cells; None without one.
    """

    header: list[str]
    rows: list[list[str]]
    delimiter: str
    lines: Sequence[int] = ()
    units: Mapping[int, str] = MappingProxyType({})
    units_row: Numbered | None = None


def align(numbered: list[Numbered], name: str, notes: list[str], delimiter: str = "\t",
          comments: Sequence[Numbered] = ()) -> Grid:
    """Find the header and bring the rows to equal length.

    Args:
        numbered: line number and cells of each row.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.
        delimiter: of the file.
        comments: the comment lines: their text, then their cells.

    Raises:
        TableError: the lengths of the rows differ too much, or the file holds several tables.
    """
    if comments:
        lines = named_rows(LINE, [number for number, _ in comments[:6]], len(comments))
        notes.append(f"Left out {counted(len(comments), 'comment')}: {lines}.")
    numbered = [(number, row) for number, row in numbered if not is_separator(row)] or numbered
    numbered = _without_types(numbered, notes)
    width, numbered = _width(_without_empty_tail(odd_headers.without_surroundings(numbered, notes)), delimiter)
    width = odd_headers.width_of_numbers(numbered, width)
    numbered = odd_headers.without_counts(numbered, width, notes)
    refuse_tables_side_by_side(numbered, width, name)
    numeric = numeric_columns([row for _, row in numbered], width)
    first = odd_headers.with_gaps_above(numbered, first_data_row(numbered, width, numeric), numeric)
    numbered = odd_headers.with_split_names(numbered, first, width, delimiter, notes)
    numbered = odd_headers.without_settings_behind(numbered, first, width, notes) if delimiter != " " else numbered
    width, numbered = _with_unused_names(numbered, width, first, notes)
    refuse_decimal_commas(numbered, width, delimiter, name)
    block = numbered[:first] if first else []
    one_with_unit = width == 1 and len(block) == 2 and is_units_row(block[1][1])
    if block and (width > 1 or one_with_unit) and not _is_short_header(block[-1][1], numbered[first or 0:], width):
        header = read_header(block, width, [c for c in comments if c[0] < numbered[first or 0][0]], delimiter)
        if header.names:
            return _below(header, numbered[first or 0:], width, numeric, name, notes, delimiter)
    header = read_header([], width, comments, delimiter) if first == 0 and comments else Header([], {}, [])
    if header.names:
        notes.append(f"The names of the columns were read from a comment line: {', '.join(header.names[:6])}.")
        if comments and header.units:
            notes.append("Their units were read from the comment line below.")
        repeats = _repeated_comments(comments, numbered)
        if repeats:
            notes.append(f"The comment in line {repeats[0]} repeats one above the rows, as further blocks of rows do: "
                         f"{len(repeats) + 1} blocks were put below each other. If they differ in something that is no "
                         "column, add a column that says what.")
        return _below(header, numbered, width, numeric, name, notes, delimiter)
    return _simple(numbered, width, first, numeric, name, notes, delimiter)


def _without_types(numbered: list[Numbered], notes: list[str]) -> list[Numbered]:
    """The rows without the one below the names that says how the columns are stored."""
    types = [k for k, (_, row) in enumerate(numbered[1:5], start=1) if is_type_row(row)]
    if len(types) != 1 or len(numbered) < 4:
        return numbered
    line, row = numbered[types[0]]
    notes.append(f"Left out line {line}, which says how the columns are stored: {', '.join(row[:4])}.")
    return [*numbered[:types[0]], *numbered[types[0] + 1:]]


def _without_empty_tail(numbered: list[Numbered]) -> list[Numbered]:
    """The rows without cells behind the names that are empty in every row: delimiters at the end of each line."""
    names = next((row for _, row in numbered if len(row) > 1), [])
    used = len(names)
    if not used or not any(len(row) > used + 1 for _, row in numbered) or not all(names) or any(
            map(is_number, names)) or any(any(row[used:]) for _, row in numbered):
        return numbered
    return [(line, row[:used]) for line, row in numbered]


def _width(numbered: list[Numbered], delimiter: str) -> tuple[int, list[Numbered]]:
    """The number of columns, and the rows; rows that end before the last columns are filled up to the names.

    Rows may end before the last columns, such as remarks, where these are empty. A title above the names is one cell.
    """
    lengths = Counter(len(row) for _, row in numbered)
    width = lengths.most_common(1)[0][0]
    at = next((k for k, (_, row) in enumerate(numbered) if len(row) > 1), 0)
    names = numbered[at][1]
    title = delimiter == " " and odd_headers.is_title(names)
    if title or not (len(names) == max(lengths) > width and lengths[len(names)] > 1 and all(names)):
        return width, numbered
    usual = next(k for k, (_, row) in enumerate(numbered) if len(row) == width)
    if width > 1 and any(len(row) == 1 for _, row in numbered[at + 1:usual]):
        return width, numbered  # a title stands between these lines and the rows
    # No row below the usual length: it is cut off, and is reported as such.
    return len(names), [(line, [*row, *[""] * (len(names) - len(row))] if k > at and len(row) >= width else row)
                        for k, (line, row) in enumerate(numbered)]


def _with_unused_names(numbered: list[Numbered], width: int, first: int | None,
                       notes: list[str]) -> tuple[int, list[Numbered]]:
    """The width and the rows, where the names above the rows go on with names of empty columns, such as Comment."""
    names = numbered[first - 1][1] if first else []
    unused = names[width:]
    if (first or 0) < 2 or not unused or not all(names) or any(map(is_written_number, names)) or any(
            len(row) != width for _, row in numbered[first:]):
        return width, numbered
    if len(unused) == 1 and names[0].endswith(":"):  # Data: y x, as NIST writes it
        return width, [(n, row[1:] if k == (first or 0) - 1 else row) for k, (n, row) in enumerate(numbered)]
    notes.append(f"The lines have {width} cells under {len(names)} names, so the last columns are empty: "
                 f"{', '.join(unused[:5])}. Check that the names stand above their own columns.")
    return len(names), [(n, [*row, *[""] * (len(names) - len(row))] if k >= (first or 0) else row)
                        for k, (n, row) in enumerate(numbered)]


def _is_short_header(row: list[str], below: list[Numbered], width: int) -> bool:
    """Whether a row has one name fewer than the cells of each line, as R and pandas write tables with row names.

    Remarks may stand below the lines.
    """
    last = max((k for k, (_, r) in enumerate(below) if len(r) == width), default=-1)
    return 1 < len(row) == width - 1 and len(below) - last <= _MOST_REMARKS and last >= 0 and all(
        len(r) == width for _, r in below[:last])


def _below(header: Header, numbered: list[Numbered], width: int, numeric: Sequence[int], name: str, notes: list[str],
           delimiter: str) -> Grid:
    """The table below a header that was understood."""
    if header.skipped:
        notes.append(_skipped(header.skipped))
    numbered = joined_blocks(numbered, header.names, numeric, name, notes)
    numbered = without_footers(numbered, numeric, width, notes)
    note_totals(numbered, header.names, numeric, notes)
    rows, lines = _even(numbered, width, name, notes)
    names = header.names
    if width > 1 and not names[-1] and not any(row[-1] for row in rows):
        notes.append("Dropped an empty last column (a delimiter at the end of each line).")
        names, rows = names[:-1], [row[:-1] for row in rows]
    units = {k: unit for k, unit in header.units.items() if k < len(names)}
    if units:
        shown = ", ".join(f"{names[k] or f'column_{k + 1}'} in {unit}" for k, unit in list(units.items())[:6])
        notes.append(f"The units were read from the line below the names: {shown}.")
    return Grid(names, rows, delimiter, lines, units, header.units_row if units else None)


def _repeated_comments(comments: Sequence[Numbered], numbered: Sequence[Numbered]) -> list[int]:
    """The lines of comments between the rows that are the same as the last one above the rows, such as names."""
    above = [row for line, row in comments if line < numbered[0][0]]
    return [line for line, row in comments if above and row == above[-1] and numbered[0][0] < line < numbered[-1][0]]


def _skipped(lines: Sequence[int]) -> str:
    """The sentence on lines above the numbers that are no names, such as a title or a second line of headings."""
    named = abbreviated_list(map(str, lines), 6)
    return f"Skipped {counted(len(lines), 'line')} above the numbers: {plural(len(lines), 'line')} {named}."


def _simple(numbered: list[Numbered], width: int, first_data: int | None, numeric: Sequence[int], name: str,
            notes: list[str], delimiter: str) -> Grid:
    """The table of a file whose first full row is its header, or that has none."""
    start = next(k for k, (_, row) in enumerate(numbered)
                 if len(row) >= width or (_is_short_header(row, numbered[k + 1:], width) and k + 1 < len(numbered)
                                          and any(map(is_number, numbered[k + 1][1]))))
    numbers = sum(is_written_number(cell) and len(cell) != 4 for cell in numbered[start][1])
    settings = numbers > 1 or (numbers and (first_data or 0) - start > 3)
    if first_data and first_data - start > 1 and (len(numbered[start][1]) > width or settings):
        start = first_data  # other lines stand between, so these are no names of its columns
    if start:
        notes.append(_skipped([line for line, _ in numbered[:start]]))
    numbered = numbered[start:]
    number, first = numbered[0]
    if len(first) == width - 1:
        empty = not any("".join(row[width - 1:width]) for _, row in numbered[1:])
        numbered[0] = (number, [*first, ""] if empty else ["row_name", *first])
        if not empty:
            notes.append(f"Line {number} has one name fewer than the lines below have cells, so the first column was "
                         "called row_name. If the last name is missing instead, add it there.")
    elif len(first) > width and delimiter == " " and odd_headers.is_title(first):
        notes.append(_skipped([number]))
        numbered = numbered[1:]
    elif len(first) > width and len(numbered) > 2 and not any(map(is_number, first)):
        unused = [cell for cell in first[width:] if cell]
        if unused and all(len(row) == width for _, row in numbered[1:]):
            notes.append(f"The lines have {width} cells under {len(first)} names, so the last columns are empty: "
                         f"{', '.join(unused[:5])}. Check that the names stand above their own columns.")
            width = len(first)
            numbered = [(n, [*row, *[""] * (width - len(row))]) for n, row in numbered]
    if width > 1 and not any(len(row) >= width and row[width - 1] for _, row in numbered):
        notes.append("Dropped an empty last column (a delimiter at the end of each line).")
        width -= 1
        numbered = [(n, row[:width] if not any(row[width:]) else row) for n, row in numbered]
    named = has_header([row for _, row in numbered[:200]])
    body = numbered[1:] if named else numbered
    if named:
        body = joined_blocks(body, numbered[0][1], numeric, name, notes)
    else:
        body = without_titles(body, numeric, width, notes)
    body = without_footers(body, numeric, width, notes)
    note_totals(body, numbered[0][1] if named else [""] * width, numeric, notes)
    rows, lines = _even([*numbered[:named], *body], width, name, notes)
    if named:
        return Grid(rows[0], rows[1:], delimiter, lines[1:])
    notes.append("The first line holds data, not names, so the columns are called column_1, column_2 and so on.")
    return Grid([], rows, delimiter, lines)


def _even(numbered: list[Numbered], width: int, name: str, notes: list[str]) -> tuple[list[list[str]], list[int]]:
    """Rows of `width` cells, and their lines; a few lines of other lengths are reported.

    Raises:
        UnevenError: too many lines are longer or shorter.
    """
    refuse_two_delimiters(numbered, width, name)
    rows, lines, longer, shorter = [], [], [], 0
    for number, row in numbered:
        if any(row[width:]):
            longer.append((number, len(row)))
            continue
        shorter += len(row) < width
        rows.append(row[:width] + [""] * (width - len(row)))
        lines.append(number)
    if longer and (len(longer) > max(1, len(numbered) // 20) or longer[0][0] == numbered[0][0]):
        raise UnevenError(
            f"{name} is not an even table: line {longer[0][0]} has {longer[0][1]} cells where {width} were expected. "
            "Put text that contains the delimiter in quotes."
        )
    if longer:
        notes.append(f"Left out {counted(len(longer), 'line')} with too many cells (the first is line {longer[0][0]}).")
    if shorter > 1 and shorter > len(numbered) // 4 and any(row[-1] and is_number(row[-1]) for row in rows):
        raise UnevenError(
            f"{name} is not an even table: {shorter} of {len(numbered)} lines have fewer than {width} cells. Look for "
            "lines that are cut off or use another delimiter."
        )
    if shorter:
        notes.append(f"{counted(shorter, 'line')} had too few cells: the other cells count as missing.")
    return rows, lines


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a header: it has no numbers in the columns where the rows below have numbers."""
    first, below = rows[0], [row for row in rows[1:200] if len(row) >= len(rows[0])]
    numbers = [cell for cell in first if is_written_number(cell)]
    if not numbers:
        return True
    if not first[0] and len(numbers) == len(first) - 1 and below and (not any(
            is_written_number(r[0]) or is_missing(r[0]) for r in below) or odd_headers.is_cross_table(first, below)):
        return True  # a cross table: names above and on the left
    if all(is_written_number(cell) or is_missing(cell) for cell in first):
        return False
    if all(re.fullmatch(r"(1[5-9]|20|21)\d\d", cell) for cell in numbers):  # years as names: country,1990,1991,...
        return True
    below = [row for row in below if len(row) == len(first)] or below  # a remark at the end is no row
    numeric = [k for k in range(len(first)) if any(is_written_number(r[k]) for r in below) and sum(
        not is_written_number(r[k]) and not is_missing(r[k]) for r in below) <= len(below) // 10]
    return not (numeric and all(is_written_number(first[k]) for k in numeric))
