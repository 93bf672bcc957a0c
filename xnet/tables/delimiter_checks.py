"""Refusals of files whose delimiter is not certain: decimal commas between commas, and lines with another delimiter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .header_blocks import Numbered
from .limits import TableError
from .numbers import is_number

_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_DECIMAL = re.compile(r"[-+]?\d+(?:,\d+(?:[eE][-+]?\d+)?)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
#: A comma and spaces between two cells, and a line of numbers that such part.
_PARTS = re.compile(r",[ \t]+")
_PARTED = re.compile(r"[-+\d,eE]+(?:,[ \t]+[-+\d,eE]+)+")


def refuse_decimal_commas(numbered: list[Numbered], width: int, delimiter: str, name: str) -> None:
    """Refuse 1,5,2,7 below two names: a comma may be a decimal sign or may separate two cells."""
    at = next((k for k, (_, row) in enumerate(numbered[:5]) if not any(map(is_number, row)) and len(row) > 1), None)
    if delimiter != "," or at is None:
        return
    names = len(numbered[at][1])
    below = numbered[at + 1:at + 200]
    whole = [row for _, row in below if all(re.fullmatch(r"[-+]?\d+", c) for c in row)]
    if names < width <= 2 * names and width == 2 * names and len(whole) >= 0.9 * len(below) > 0:
        line, row = below[0]
        pairs = " and ".join(f"{a}.{b}" for a, b in zip(row[:4:2], row[1:4:2], strict=False))
        raise TableError(
            f"{name} can be read in two ways: line {line}, {','.join(row[:6])!r}, is {pairs} with decimal commas, or "
            f"{width} numbers under {names} names. Put semicolons between the cells, or name all {width} columns.")


def is_column_of_decimal_commas(text: str) -> bool:
    """Whether one name, a single word, stands above lines such as 1,5 and 12,25: a column with decimal commas.

    >>> is_column_of_decimal_commas("y\\n1,5\\n2,75\\n3"), is_column_of_decimal_commas("x,y\\n1,5\\n2,75\\n3,1")
    (True, False)
    """
    lines = [line.strip() for line in text[:2**16].splitlines() if line.strip() and line.lstrip()[:1] != "#"]
    if len(lines) < 3 or len(lines[0].split()) != 1 or any(c in lines[0] for c in ",;\t|") or is_number(lines[0]):
        return False
    lines = lines[:-1] if len(text) > 2**16 else lines  # the last one may be cut off
    commas = sum("," in line for line in lines[1:])
    return 2 * commas >= len(lines) and all(map(_DECIMAL.fullmatch, lines[1:]))


def has_decimal_commas_between_spaces(text: str) -> bool:
    """Whether spaces part the cells of every line below the names, and most cells are numbers with decimal commas.

    Names may have spaces of their own: their line is not counted.

    >>> has_decimal_commas_between_spaces("t v\\n0,5 1,25\\n1,5 2,25\\n")
    True
    >>> has_decimal_commas_between_spaces("t in s   v in m/s\\n0   1\\n0,5   1,25\\n1,5   2,25\\n")
    True
    """
    rows = [line.split() for line in text.splitlines() if line.strip()][:200]
    below = [cell for row in rows[1:] for cell in row]
    commas = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in below)
    return len(rows) > 2 and len(rows[1]) > 1 and all(len(row) == len(rows[1]) for row in rows[1:]) and (
        2 * commas > len(below)) and all(map(is_number, below))


def with_semicolons(text: str, name: str) -> str | None:
    """The text with semicolons between its cells, where a comma and a space part them and commas are decimal signs.

    All lines below the names have as many cells as there are names, and most of them a decimal comma.

    >>> with_semicolons("t, x\\n0, 1,5\\n1, 2,25\\n", "a"), with_semicolons("t, x\\n0, 1\\n1, 2\\n", "a")
    ('t; x\\n0; 1,5\\n1; 2,25\\n', None)

    Raises:
        TableError: all these commas may as well separate thousands.
    """
    sample = text if len(text) <= 2**16 else text[:2**16].rpartition("\n")[0]
    lines = [(k, line.strip()) for k, line in enumerate(sample.splitlines()) if line.strip()]
    at = next((n for n, (_, line) in enumerate(lines[:40]) if _PARTED.fullmatch(line)), len(lines))
    cells = [_PARTS.split(line) for _, line in lines[at:]]
    names = lines[at - 1][1].split(",") if at else []
    commas = sum(any("," in cell for cell in row) for row in cells)
    if len(cells) < 2 or 2 * commas <= len(cells) or len(cells[0]) < 2 or (at and len(names) != len(cells[0])) or any(
            len(row) != len(cells[0]) or not all(map(_DECIMAL.fullmatch, row)) for row in cells):
        return None
    if all(_THOUSANDS.fullmatch(cell) for row in cells for cell in row if "," in cell):
        cell = next(cell for row in cells for cell in row if "," in cell)
        raise TableError(
            f"{name} can be read in two ways: {cell!r} in line {lines[at][0] + 1} or below is {cell.replace(',', '.')} "
            f"with a decimal comma, or {cell.replace(',', '')} with a separator of thousands. Write numbers with "
            "points, and without separators of thousands.")
    parted, first = text.splitlines(keepends=True), lines[at][0]
    above = lines[at - 1][0] if at else first
    return "".join((*parted[:above], *(re.sub(r",[ \t]*", "; ", line) for line in parted[above:first]),
                    _PARTS.sub("; ", "".join(parted[first:]))))


def refuse_two_delimiters(numbered: Sequence[Numbered], width: int, name: str) -> None:
    """Refuse a file with a line whose one cell holds a number for every column, as 18;36 between lines of 18,36.

    Where other first cells have a comma, it is a decimal sign, and the line is cut off.
    """
    decimal = any("," in row[0] for _, row in numbered if len(row) >= width)
    for number, row in numbered:
        parts = re.split(r"[;|\t]" if decimal else r"[,;|\t]", row[0]) if len(row) == 1 < width else []
        if len(parts) == width and all(map(is_number, parts)):
            raise TableError(f"{name} has two delimiters: line {number}, {row[0][:40]!r}, holds {width} numbers in one "
                             "cell. Use the same delimiter in all lines.")
