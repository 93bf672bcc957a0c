"""From the bytes of a text file to rows of cells of equal length; without pandas.

Files differ: spreadsheets of several countries, exports with a title line, a delimiter at the end of each line. The
functions accept a variation if it is unambiguous, and report every change as a sentence in `notes`. Otherwise they
raise `TableError` with a sentence that says what to do.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import limits as caps
from .limits import TableError
from .numbers import is_missing, is_number

# The order matters: a file that splits evenly at semicolons and at commas has decimal commas.
_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
_FOREIGN = (
    (b"\x1f\x8b", "a gzip archive: unpack it and give the .csv file inside"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Excel workbook: save it as .xlsx, or the sheet as CSV"),
    (b"BZh", "a bzip2 archive: unpack it and give the .csv file inside"),
    (b"\xfd7zXZ", "an xz archive: unpack it and give the .csv file inside"),
    (b"%PDF", "a PDF document: export the table as CSV"),
)


class Grid(NamedTuple):
    """The cells of a table.

    Attributes:
        header: k names as written; empty if the file has no header.
        rows: lists of k cells each.
        delimiter: of the file; a tab for formats without one.
    """

    header: list[str]
    rows: list[list[str]]
    delimiter: str


def decode(data: bytes, name: str, notes: list[str]) -> str:
    """The text of a file; an encoding other than UTF-8 is reported in `notes`.

    Raises:
        TableError: the file is empty, or is not a text file.
    """
    for magic, words in _FOREIGN:
        if data.startswith(magic):
            raise TableError(f"{name} is not a text table but {words}.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
        notes.append("The file is encoded as UTF-16.")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
            notes.append("The file is not UTF-8, so it was read as Latin-1: check letters with accents.")
    if "\x00" in text:
        raise TableError(f"{name} is not a text file: give a table as CSV (text with one row on each line).")
    if not text.strip():
        raise TableError(f"{name} is empty: give a table with a header line and at least a few rows of numbers.")
    if text.lstrip()[:9].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise TableError(f"{name} is a web page or XML, not a table: export it as CSV.")
    return text


def split(text: str, name: str, notes: list[str], min_columns: int = 2) -> Grid:
    """Split text into a header and rows of equal length.

    Raises:
        TableError: the text is not a table, or has fewer than `min_columns` columns.
    """
    lines = text.lstrip("\n\r")
    if lines[:4].lower() == "sep=" and len(lines) > 5:  # Excel names the delimiter in this line
        delimiter, text = lines[4], lines.split("\n", 1)[-1]
    else:
        delimiter = _sniff(text)
    numbered = list(_rows(text, delimiter, name))
    if not numbered:
        raise TableError(f"{name} is empty: give a table with a header line and at least a few rows of numbers.")
    if delimiter != ",":
        notes.append(f"Columns are separated by {_DELIMITERS.get(delimiter, 'spaces')}.")
    header, rows = align(numbered, name, notes)
    width = len(header) if header else len(rows[0])
    if width < min_columns:
        raise TableError(
            f"{name} has one column only: a table needs at least two, a target and an input, separated by "
            "commas, semicolons or tabs."
        )
    if not rows:
        raise TableError(f"{name} has a header line and no rows below it: add rows of numbers.")
    step = caps.row_step(len(rows), min(width, caps.MAX_COLUMNS))
    caps.note_rows(len(rows), step, notes)
    caps.note_columns(width, notes)
    if width > caps.MAX_COLUMNS:
        rows = [row[:caps.MAX_COLUMNS] for row in rows]
    return Grid(header[:caps.MAX_COLUMNS], rows[::step], delimiter)


def _rows(text: str, delimiter: str, name: str, *, strict: bool = True) -> Iterable[tuple[int, list[str]]]:
    """Yield (line number, stripped cells) of every line that is neither blank nor a comment.

    Raises:
        TableError: with `strict`, if a quote is never closed. Otherwise that quote takes in the rest of the table.
    """
    if delimiter == " ":
        reader: Iterable[list[str]] = (line.split() for line in text.splitlines())
    else:
        reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, skipinitialspace=True, strict=strict)
    try:
        for number, row in enumerate(reader, start=1):
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield number, cells
    except csv.Error as error:
        raise TableError(
            f"{name} cannot be split into cells ({error}): check the double quotes, one of them may not be closed."
        ) from error


def _sniff(text: str) -> str:
    """The delimiter that splits the first lines most evenly; a space for columns aligned with spaces."""
    sample = text[:65536]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0]
    best, best_share = ",", 0.0
    for delimiter in (*_DELIMITERS, " "):
        try:
            widths = Counter(len(row) for _, row in _rows(sample, delimiter, "", strict=False))
        except TableError:
            continue
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        share = count / max(1, widths.total())
        # Prose contains spaces too: a space counts only if every line agrees and no other delimiter fits.
        if width > 1 and share > best_share and (delimiter != " " or (share == 1.0 and best_share == 0.0)):
            best, best_share = delimiter, share
    return best


def align(numbered: list[tuple[int, list[str]]], name: str, notes: list[str]) -> tuple[list[str], list[list[str]]]:
    """Bring the rows to equal length.

    Args:
        numbered: line number and cells of each row.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Returns:
        The header (empty if there is none) and the rows.

    Raises:
        TableError: the lengths of the rows differ too much.
    """
    width = Counter(len(row) for _, row in numbered).most_common(1)[0][0]
    # A title line above the table has fewer cells than the table.
    start = next(k for k, (_, row) in enumerate(numbered) if len(row) >= width or _without_row_name(numbered, k))
    if start:
        notes.append(f"Skipped {start} line{'s' * (start > 1)} above the table.")
    numbered = numbered[start:]
    number, first = numbered[0]
    if len(first) == width - 1:
        numbered[0] = (number, [*first, ""] if not any(row[-1] for _, row in numbered[1:]) else ["row_name", *first])
    if width > 1 and not any(len(row) >= width and row[width - 1] for _, row in numbered):
        notes.append("Dropped an empty last column (a delimiter at the end of each line).")
        width -= 1
        numbered = [(number, row[:width] if not any(row[width:]) else row) for number, row in numbered]
    rows, longer, shorter = [], [], 0
    for number, row in numbered:
        if any(row[width:]):
            longer.append((number, len(row)))
            continue
        shorter += len(row) < width
        rows.append(row[:width] + [""] * (width - len(row)))
    if longer and (len(longer) > max(1, len(numbered) // 20) or longer[0][0] == numbered[0][0]):
        raise TableError(
            f"{name} is not an even table: line {longer[0][0]} has {longer[0][1]} cells where {width} were expected. "
            "Put text that contains the delimiter in quotes."
        )
    if longer:
        notes.append(f"Left out {len(longer)} line(s) with too many cells (the first is line {longer[0][0]}).")
    if shorter > 1 and shorter > len(numbered) // 4:
        raise TableError(
            f"{name} is not an even table: {shorter} of {len(numbered)} lines have fewer than {width} cells. Look for "
            "lines that are cut off or use another delimiter."
        )
    if shorter:
        notes.append(f"{shorter} line(s) had too few cells: the other cells count as missing.")
    if has_header(rows):
        return rows[0], rows[1:]
    notes.append("The first line holds data, not names, so the columns are called column_1, column_2 and so on.")
    return [], rows


def _without_row_name(numbered: list[tuple[int, list[str]]], index: int) -> bool:
    """Whether a row is a header with one name fewer than the cells of each line, as R writes tables with row names."""
    row, below = numbered[index][1], [r for _, r in numbered[index + 1 :]]
    fits = len(row) > 1 and bool(below) and all(len(r) == len(row) + 1 for r in below)
    return fits and any(map(is_number, below[0]))


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is a header: it has no numbers in the columns where the rows below have numbers."""
    first, below = rows[0], rows[1:200]
    numbers = [cell for cell in first if is_number(cell)]
    if not numbers:
        return True
    if all(is_number(cell) or is_missing(cell) for cell in first):
        return False
    if all(re.fullmatch(r"(1[5-9]|20|21)\d\d", cell) for cell in numbers):  # years as names: country,1990,1991,...
        return True
    numeric = [k for k in range(len(first)) if below and all(is_number(r[k]) or is_missing(r[k]) for r in below)]
    return not (numeric and all(is_number(first[k]) for k in numeric))
