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

from xnet.counts import counted

from . import limits as caps
from .agency_headers import with_agency_names
from .aligned_text import aligned_cells
from .alignment import Grid, align
from .comment_names import listed_names
from .delimiter_checks import has_decimal_commas_between_spaces, is_column_of_decimal_commas, with_semicolons
from .described_columns import with_described_names
from .document_tables import document_table
from .header_blocks import is_separator
from .html_tables import is_html_table, read_html
from .jcamp_files import is_jcamp, read_jcamp
from .limits import TableError, UnevenError
from .mended_text import (
    with_parted_numbers,
    with_plain_quotes,
    with_plain_times,
    without_comments_behind,
    without_prose,
)
from .numbers import is_number
from .pasted_blocks import quoted_table
from .pasted_lists import rows_of_lists, turned
from .printed_tables import unprinted
from .program_headers import with_names_line
from .rare_separators import RARE, ends_with_separators, rare_delimiter, without_line_quotes

# The order matters: a file that splits evenly at semicolons and at commas has decimal commas.
_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
#: The delimiter of a text of one column: it occurs in none.
_NONE = "\x1c"
#: Longer texts, in characters, are not tried as pasted lists or tables of documents.
LONGEST_PASTED = 2**20
_LONGEST_PRINT = 2**18
#: The rows at the head of a table, which its header is found in, are all read.
_DENSE_ROWS = 1000
# The csv module refuses cells of more than 131,072 characters. Here they are cut, as other long cells are.
csv.field_size_limit(caps.MAX_BYTES)
#: How a comment line begins: # or %, // or !, as in files of Python, MATLAB, C and Fortran.
_COMMENT = re.compile(r"#(?![A-Z]+[/!?])|%|//|!|;")
#: The fewest lines with # in front that are rows.
_FEWEST_MARKED = 5
#: Two numbers with spaces between them.
_SEVERAL = re.compile(r"(?:(?<=\s)|^)[-+]?[\d.?]+(?: {2,}[-+]?[\d.?]+){2,}", re.MULTILINE)
_SPACED = re.compile(r"(?:^|\s)[-+]?[\d.]+(?:[eE][-+]?\d+)? +[-+]?\d")


def split(text: str, name: str, notes: list[str], min_columns: int = 2) -> Grid:
    """Split text into a header and rows of equal length.

    Raises:
        TableError: the text is not a table, or has fewer than `min_columns` columns and is no series of one column.
    """
    html = read_html(text, notes) if is_html_table(text) else None
    text, document = (text, False) if html is not None else _rewritten(text, name, notes)
    lists = html or (rows_of_lists(text, name) if len(text) <= LONGEST_PASTED else None)
    delimiter, text = _delimiter(text, name, notes) if lists is None else (",", text)
    comments: list[tuple[int, list[str]]] = []
    numbered, thinned = [*enumerate(lists or (), start=1)], 1
    if lists is None:
        numbered, thinned = _numbered(text, delimiter, name, comments, notes)
        numbered, comments = _marked_rows(numbered, comments, delimiter, notes)
    if not numbered:
        raise TableError(f"{name} is empty: give a table with a header line and at least a few rows of numbers.")
    if html is not None:
        pass
    elif lists is not None:
        notes.append("The text was read as lists of numbers.")
    elif delimiter not in (",", _NONE):
        notes.append("The table was read from LaTeX text." if document and delimiter == "\t" else
                     f"Columns are separated by {_DELIMITERS.get(delimiter, RARE.get(delimiter, 'spaces'))}.")
    named = comments and listed_names([text for _, (text, *_) in comments], len(numbered[0][1]))[0]
    columns = turned([row for _, row in numbered], few=min_columns > 1 and not named)
    if columns is not None:
        notes.append(f"Each line holds one variable, so the table was turned into "
                     f"{counted(len(columns[0]), 'column')}.")
        numbered = [*enumerate(columns, start=1)]
    wide = Counter(len(row) for _, row in numbered).most_common(1)[0][0]
    if wide > caps.MAX_COLUMNS:  # before every cell is looked at for names and numbers
        caps.note_columns(wide, notes)
        numbered = [(line, row[:caps.MAX_COLUMNS]) for line, row in numbered]
    grid = align(numbered, name, notes, delimiter, comments)
    header, rows = grid.header, grid.rows
    width = len(header) if header else len(rows[0])
    if width < min_columns and not (width == 1 and len(rows) >= caps.MIN_ROWS_OF_A_SERIES):
        raise UnevenError(_one_column(name, text))
    if not rows:
        raise TableError(f"{name} has a header line and no rows below it: add rows of numbers.")
    if thinned > 1:
        dense = sum(line <= numbered[_DENSE_ROWS - 1][0] for line in grid.lines)
        grid = grid._replace(rows=rows[:dense:thinned] + rows[dense:],
                             lines=[*grid.lines[:dense:thinned], *grid.lines[dense:]])
        rows = grid.rows
    step = caps.row_step(len(rows), width)
    caps.note_rows(len(rows) * thinned, step * thinned, notes)
    return grid._replace(rows=rows[::step], lines=grid.lines[::step])


def _delimiter(text: str, name: str, notes: list[str]) -> tuple[str, str]:
    """The delimiter of a text, `_NONE` for a column of decimal commas, and the text without a line that names it.

    Raises:
        TableError: commas may be decimal signs or separate thousands.
    """
    lines = text.lstrip("\n\r")
    if lines[:4].lower() == "sep=" and len(lines) > 5:  # Excel names the delimiter in this line
        above = text[:len(text) - len(lines)].count("\n") + 1  # lines of the file are counted with this one
        return lines[4], above * "\n" + lines.split("\n", 1)[-1]
    if is_column_of_decimal_commas(text):
        notes.append("One name stands above the lines, so these hold one column with decimal commas.")
        return _NONE, text
    delimiter = _sniff(text)
    parted = with_semicolons(text, name) if delimiter == "," else None
    if parted is None:
        return delimiter, text
    notes.append("A comma and a space part the cells; commas without a space are decimal signs.")
    return ";", parted


def _one_column(name: str, text: str) -> str:
    """The sentence on a text that no delimiter splits."""
    words = [(k, len(line.split())) for k, line in enumerate(text.splitlines(), 1) if line.strip()]
    counts = Counter(count for _, count in words)
    usual = counts.most_common(1)[0][0]
    numbers = sum(map(is_number, text.split()))
    if usual > 1 and len(counts) > 1 and 3 * numbers > sum(count for _, count in words):
        line, count = next((k, n) for k, n in words if n != usual)
        return (f"{name} cannot be split at spaces: most lines have {usual} words, but line {line} has {count}. Put "
                "commas or tabs between the cells, or quotes around text that holds spaces.")
    return (f"{name} has one column only: a table needs at least two, a target and an input, separated by commas, "
            "semicolons or tabs.")


def _rewritten(text: str, name: str, notes: list[str]) -> tuple[str, bool]:
    """A text with one line for each row, from prints, documents and files of programs; whether it is of a document."""
    described = with_described_names(text, name, notes) or (read_jcamp(text, name, notes) if is_jcamp(text) else None)
    if described is not None:
        return described, False
    document = None
    if len(text) <= _LONGEST_PRINT:
        text = without_comments_behind(with_parted_numbers(with_plain_times(text), notes), notes)
        text = unprinted(without_prose(quoted_table(text), notes), name, notes)
    if len(text) <= LONGEST_PASTED:
        document = document_table(text)
        text = document or with_agency_names(text.splitlines(), name, notes) or text
    return with_names_line(without_line_quotes(text, notes), notes), document is not None


def _numbered(text: str, delimiter: str, name: str, comments: list[tuple[int, list[str]]],
              notes: list[str]) -> tuple[list[tuple[int, list[str]]], int]:
    """The rows of a text, thinned as `_thinned` says; comment lines are appended to `comments`.

    Raises:
        TableError: a quote is never closed.
    """
    try:
        return _thinned(_rows(text, delimiter, name, comments=comments))
    except TableError:
        mended = with_plain_quotes(text)
        if mended == text:
            raise
        comments.clear()
        found = _thinned(_rows(mended, delimiter, name, comments=comments))
        notes.append('Quotes inside quotes, written as \\", and spaces behind quotes were read as such.')
        return found


def _marked_rows(numbered: list[tuple[int, list[str]]], comments: list[tuple[int, list[str]]], delimiter: str,
                 notes: list[str]) -> tuple[list[tuple[int, list[str]]], list[tuple[int, list[str]]]]:
    """The rows and the comments of a file; where all rows begin with #, such as #1,2.5 below names, these are rows."""
    if len(numbered) > 1 or len(comments) < _FEWEST_MARKED:
        return numbered, comments
    found = [(number, [cell.strip() for cell in text.removeprefix("#").split(None if delimiter == " " else delimiter)])
             for number, (text, *_) in comments if text.startswith("#")]
    width = len(numbered[0][1]) if numbered else max((len(row) for _, row in found), default=0)
    rows = [(number, row) for number, row in found if len(row) == width and any(map(is_number, row))]
    if width < 2 or len(rows) < max(_FEWEST_MARKED, 0.8 * len(comments)):
        return numbered, comments
    notes.append(f"All rows begin with #, as comments do (the first is line {rows[0][0]}): # was removed.")
    kept = {number for number, _ in rows}
    return [*numbered, *rows], [comment for comment in comments if comment[0] not in kept]


def _thinned(rows: Iterable[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], int]:
    """The rows of a table with a step k: only the first `_DENSE_ROWS` and every k-th of the others are kept.

    A table keeps at most `MAX_ROWS` rows, so a file of millions of short rows need not stand in memory as a whole.
    """
    kept: list[tuple[int, list[str]]] = []
    step = 1
    for k, row in enumerate(rows):
        if k < _DENSE_ROWS or (k - _DENSE_ROWS) % step == 0:
            kept.append(row)
            if len(kept) == _DENSE_ROWS + 2 * caps.MAX_ROWS:
                del kept[_DENSE_ROWS + 1::2]
                step *= 2
    return kept, step


def _rows(text: str, delimiter: str, name: str, *, strict: bool = True,
          comments: list[tuple[int, list[str]]] | None = None) -> Iterable[tuple[int, list[str]]]:
    """Yield (line number, stripped cells) of every line that is neither blank nor a comment.

    Comment lines are appended to `comments`, with their text in the first cell, then their cells.

    Raises:
        TableError: with `strict`, if a quote is never closed. Otherwise that quote takes in the rest of the table.
    """
    if delimiter == " ":
        numbered: Iterable[tuple[int, list[str]]] = enumerate(
            aligned_cells((line for part in io.StringIO(text) for line in part.splitlines()), _COMMENT, _DENSE_ROWS),
            start=1)
    else:
        reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, skipinitialspace=True, strict=strict)
        numbered = ((reader.line_num, row) for row in reader)
    try:
        for number, row in numbered:
            cells = [caps.short_cell(cell.strip()) for cell in row]
            if any(cells):
                if not _COMMENT.match(cells[0]):
                    yield number, cells
                elif comments is not None and len(comments) < 1000:
                    comments.append((number, [delimiter.join(cells), *cells]))
    except csv.Error as error:
        odd = next((f" in line {k}" for k, line in enumerate(text.splitlines(), 1) if line.count('"') % 2), "")
        raise UnevenError(f"{name} cannot be split into cells ({error}): check the double quotes{odd}, one of them may "
                         "not be closed.") from error


def _is_aligned(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether columns with spaces between them hold numbers: most rows agree, and so do most of their cells."""
    even = [row for row in rows if len(row) == width]
    cells = [cell for row in even[1:200] for cell in row]
    return len(even) > max(2, 0.7 * len(rows)) and sum(map(is_number, cells)) > 0.5 * len(cells) > 0


def _sniff(text: str) -> str:
    """The delimiter that splits the first lines most evenly; a space for columns aligned with spaces."""
    sample = text[:65536]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0]
    best, best_share = ",", 0.0
    for delimiter in (*_DELIMITERS, " "):
        try:
            rows = [row for _, row in _rows(sample, delimiter, "", strict=False)
                    if len(row) > 1 or not is_separator(row)]
            widths = Counter(map(len, rows))
        except TableError:
            continue
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        share = count / max(1, widths.total())
        if delimiter == "\t" and ends_with_separators(rows):
            continue
        # Prose contains spaces too: a space counts only if every line agrees, or holds numbers, and nothing else fits.
        if width > 1 and share > best_share and (delimiter != " " or (share == 1.0 and best_share == 0.0) or (
                best_share < 0.5 and _is_aligned(rows, width))):
            best, best_share = delimiter, share
    several = 2 * sum(map(len, _SEVERAL.findall(sample))) > len(sample)  # columns aligned with spaces between tabs
    if best == "\t" and (best_share < 1.0 or several) and _has_mixed_spaces(sample):
        return " "
    if best == "," and has_decimal_commas_between_spaces(sample):
        return " "
    return best if best_share else rare_delimiter(sample) or best


def _has_mixed_spaces(sample: str) -> bool:
    """Whether tabs and spaces alike separate the cells of lines, most of them numbers."""
    lines = [line for line in sample.splitlines() if line.strip()]
    spaced = sum(_SPACED.search(line) is not None for line in lines)
    rows = [row for _, row in _rows(sample, " ", "", strict=False)]
    return 2 * spaced > len(lines) and _is_aligned(rows, Counter(map(len, rows)).most_common(1)[0][0])
