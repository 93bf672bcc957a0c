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
from .aligned_text import aligned_cells
from .alignment import Grid, align
from .cells import INVISIBLE
from .header_blocks import is_separator
from .html_tables import is_html_table, read_html
from .limits import TableError
from .mended_text import with_mended_letters, with_plain_quotes
from .numbers import is_number
from .pasted_blocks import quoted_table
from .pasted_lists import document_table, rows_of_lists, turned
from .printed_tables import unprinted
from .program_headers import with_names_line
from .rare_separators import RARE, ends_with_separators, rare_delimiter, without_line_quotes

# The order matters: a file that splits evenly at semicolons and at commas has decimal commas.
_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
#: Longer texts, in characters, are not tried as pasted lists or tables of documents.
LONGEST_PASTED = 2**20
_LONGEST_PRINT = 2**18
#: The rows at the head of a table, which its header is found in, are all read.
_DENSE_ROWS = 1000
#: How a comment line begins: # or %, // or !, as in files of Python, MATLAB, C and Fortran.
_COMMENT = re.compile(r"#(?![A-Z]+[/!?])|%|//|!|;")
#: The fewest lines with # in front that are rows.
_FEWEST_MARKED = 5
_FOREIGN = ((b"%PDF", "a PDF document: export the table as CSV"),)


def decode(data: bytes, name: str, notes: list[str]) -> str:
    """The text of a file; an encoding other than UTF-8 is reported in `notes`.

    Raises:
        TableError: the file is empty, or is not a text file.
    """
    for magic, words in _FOREIGN:
        if data.startswith(magic):
            raise TableError(f"{name} is not a text table but {words}.")
    whole = data.rstrip(b"\x00\x1a")  # some programs fill up the last block
    data = data if {0, 26} & set(whole[:2000]) else whole
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        text = data.decode("utf-32", errors="replace")
        notes.append("The file is encoded as UTF-32.")
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
        notes.append("The file is encoded as UTF-16.")
    else:
        text = _decoded(data, notes)
    if "\x00" in text:
        raise TableError(f"{name} is not a text file, and no workbook that can be opened: give a table as CSV (text "
                         "with one row on each line), or save the workbook again.")
    if not text.isascii():
        text = _with_plain_lines(with_mended_letters(text.translate(INVISIBLE), notes))
    if not text.strip():
        raise TableError(f"{name} is empty: give a table with a header line and at least a few rows of numbers.")
    if text.lstrip()[:9].lower().startswith(("<!doctype", "<html", "<?xml")) and not is_html_table(text):
        raise TableError(f"{name} is a web page or XML, not a table: export it as CSV.")
    return text


def _with_plain_lines(text: str) -> str:
    """The text with plain ends of lines, where only those of Unicode separate its lines."""
    return text if "\n" in text or "\r" in text else re.sub("[\x85\u2028\u2029]", "\n", text)


def _decoded(data: bytes, notes: list[str]) -> str:
    """The text of a file without a byte order mark that says UTF-16."""
    for encoding, half in (("utf-16-le", data[1:2000:2]), ("utf-16-be", data[:2000:2])):
        if len(data) > 3 and len(data) % 2 == 0 and half.count(0) > 0.7 * len(half):  # every second byte is zero
            notes.append("The file is encoded as UTF-16 without a byte order mark.")
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    words = re.findall(rb"[\x80-\xff]+", data[:2**16])
    if sum(map(len, words)) > 3 * len(words):  # whole words outside ASCII: not a letter with an accent here and there
        from charset_normalizer import from_bytes  # a slow import that few files need

        letters = re.findall(rb"[^\s,;0-9]*[\x80-\xff][^\s,;0-9]*", data[:2**16])
        best = from_bytes(b" ".join((letters * 8)[:2000])).best()  # digits and few letters mislead the library
        if best is not None:
            notes.append(f"The file is not UTF-8, so it was read as {best.encoding}: check the letters of the names.")
            return data.decode(best.encoding, errors="replace")
    notes.append("The file is not UTF-8, so it was read as Latin-1 (Windows-1252): check letters with accents.")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def split(text: str, name: str, notes: list[str], min_columns: int = 2) -> Grid:
    """Split text into a header and rows of equal length.

    Raises:
        TableError: the text is not a table, or has fewer than `min_columns` columns and is no series of one column.
    """
    html = read_html(text, notes) if is_html_table(text) else None
    text = unprinted(text, name, notes) if len(text) <= _LONGEST_PRINT and html is None else text
    document = document_table(text) if len(text) <= LONGEST_PASTED and html is None else None
    text = quoted_table(text) if len(text) <= _LONGEST_PRINT else text
    text = with_names_line(without_line_quotes(document or text, notes), notes)
    lists = html or (rows_of_lists(text, name) if len(text) <= LONGEST_PASTED else None)
    lines = text.lstrip("\n\r")
    if lines[:4].lower() == "sep=" and len(lines) > 5:  # Excel names the delimiter in this line
        above = text[:len(text) - len(lines)].count("\n") + 1  # lines of the file are counted with this one
        delimiter, text = lines[4], above * "\n" + lines.split("\n", 1)[-1]
    else:
        delimiter = _sniff(text)
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
    elif delimiter != ",":
        notes.append("The table was read from LaTeX text." if document and delimiter == "\t" else
                     f"Columns are separated by {_DELIMITERS.get(delimiter, RARE.get(delimiter, 'spaces'))}.")
    columns = turned([row for _, row in numbered], few=min_columns > 1)
    if columns is not None:
        notes.append(f"Each line holds one variable, so the table was turned into "
                     f"{counted(len(columns[0]), 'column')}.")
        numbered = [*enumerate(columns, start=1)]
    grid = align(numbered, name, notes, delimiter, comments)
    header, rows = grid.header, grid.rows
    width = len(header) if header else len(rows[0])
    if width < min_columns and not (width == 1 and len(rows) >= caps.MIN_ROWS_OF_A_SERIES):
        raise TableError(
            f"{name} has one column only: a table needs at least two, a target and an input, separated by "
            "commas, semicolons or tabs."
        )
    if not rows:
        raise TableError(f"{name} has a header line and no rows below it: add rows of numbers.")
    if thinned > 1:
        dense = sum(line <= numbered[_DENSE_ROWS - 1][0] for line in grid.lines)
        grid = grid._replace(rows=rows[:dense:thinned] + rows[dense:],
                             lines=[*grid.lines[:dense:thinned], *grid.lines[dense:]])
        rows = grid.rows
    step = caps.row_step(len(rows), min(width, caps.MAX_COLUMNS))
    caps.note_rows(len(rows) * thinned, step * thinned, notes)
    caps.note_columns(width, notes)
    if width > caps.MAX_COLUMNS:
        rows = [row[:caps.MAX_COLUMNS] for row in rows]
    return grid._replace(header=header[:caps.MAX_COLUMNS], rows=rows[::step], lines=grid.lines[::step])


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
        raise TableError(f"{name} cannot be split into cells ({error}): check the double quotes{odd}, one of them may "
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
    return best if best_share else rare_delimiter(sample) or best
