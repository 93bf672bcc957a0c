"""Lines of columns that are aligned with spaces, to cells; a gap in such a line is found by its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from .numbers import is_number

_SPACES = re.compile(r"\s{2,}|\t")
_WORD = re.compile(r'"([^"]*)"|(\S+)')


class _Columns(NamedTuple):
    """The first and the last place of each column in its line; empty where two columns share a place."""

    first: Sequence[int]
    last: Sequence[int]


def aligned_cells(lines: Iterable[str], comment: re.Pattern[str], head_rows: int) -> Iterator[list[str]]:
    """The cells of lines of aligned columns; a name may hold single spaces, or stand in quotes.

    A line with fewer cells than the others has gaps where its cells stand below those of the other lines, if all
    columns keep their places; otherwise it is shorter.

    Args:
        lines: of the text.
        comment: how a comment begins: its line is one cell.
        head_rows: how many lines are looked at first.

    >>> text = ["x    y   z", "1  2.0   3", "4  5.0   6", "7        8"]
    >>> list(aligned_cells(text, re.compile("#"), 10))[-1]
    ['7', '', '8']
    """
    lines = iter(lines)
    head = list(islice(lines, head_rows))
    rows = [_words(line) for line in head if not comment.match(line.lstrip())]
    lengths = Counter(map(len, filter(None, rows)))
    if _cells_apart(head, comment, lengths):
        for line in chain(head, lines):
            bare = line.strip()
            yield [bare] if comment.match(bare) or not bare else _SPACES.split(bare)
        return
    width = lengths.most_common(1)[0][0] if lengths else 0
    columns: _Columns | None = None
    for line in chain(head, lines):
        if comment.match(line.lstrip()):
            yield [line.strip()]
            continue
        cells = _words(line)
        if len(cells) > width > 1 and len(wide := re.split(r"\s{2,}|\t", line.strip())) == width:
            cells = wide
        elif 0 < len(cells) < width and any(map(is_number, cells)):
            columns = columns or _columns(head, width)
            cells = _placed(line, columns) or cells
        yield cells


def _cells_apart(lines: Sequence[str], comment: re.Pattern[str], words: Counter[int]) -> bool:
    """Whether two spaces or more part the cells of every line, which hold single spaces in different numbers."""
    if len(words) < 2:
        return False
    lengths = {len(_SPACES.split(line.strip())) for line in lines if line.strip() and not comment.match(line.lstrip())}
    return len(lengths) == 1 and lengths != {1} and max(words) > max(lengths) and '"' not in "".join(lines)


def _words(line: str) -> list[str]:
    return [a or b for a, b in _WORD.findall(line)] if '"' in line else line.split()


def _columns(lines: Sequence[str], width: int) -> _Columns:
    """The places of the columns, from the lines of numbers that have a cell in each of them."""
    first, last = [10**6] * width, [-1] * width
    for line in lines:
        found = list(_WORD.finditer(line.expandtabs()))
        if len(found) == width and any(is_number(word[0]) for word in found):
            first = [min(a, word.start()) for a, word in zip(first, found, strict=True)]
            last = [max(b, word.end() - 1) for b, word in zip(last, found, strict=True)]
    apart = all(b < a for a, b in zip(first[1:], last, strict=False))
    return _Columns(first, last) if apart else _Columns([], [])


def _placed(line: str, columns: _Columns) -> list[str]:
    """The cells of a line in their columns, "" for gaps; empty if a cell stands below none or several columns."""
    cells = [""] * len(columns.first)
    for word in _WORD.finditer(line.expandtabs()):
        below = [k for k, (a, b) in enumerate(zip(*columns, strict=True)) if word.start() <= b and word.end() > a]
        if len(below) != 1 or cells[below[0]]:
            return []
        cells[below[0]] = word[1] or word[2]
    return cells
