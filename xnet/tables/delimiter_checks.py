"""Refusals of files whose delimiter is not certain: decimal commas between commas, and lines with another delimiter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .header_blocks import Numbered
from .limits import TableError
from .numbers import is_number

_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_DECIMAL = re.compile(r"[-+]?\d+(?:,\d+(?:[eE][-+]?\d+)?)?")


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
