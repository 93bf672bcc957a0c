"""How the rows of a table are called: by their line in the file, or by their number where a format has no lines.

The name of a row stays with it when other rows are left out, from the file to residuals, predictions and exports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.counts import plural

LINE, ROW = "line", "row"
#: The column of exported tables that holds the lines.
LINE_COLUMN = "line of the file"
#: More rows than any table has.
MOST_ROWS = 10_000_000
#: A config holds the numbers of rows as at most this many arithmetic progressions.
MOST_PROGRESSIONS = 10_000


@dataclass(frozen=True, eq=False)
class RowNames:
    """The names of the rows of a table.

    Attributes:
        word: `LINE` for lines of the file, `ROW` for numbers of rows; both count from 1.
        numbers: (n,) the line or the number of each row.
        labels: their names in a column of the table, such as countries; empty without such a column.
    """

    word: str
    numbers: Array
    labels: tuple[str, ...] = ()

    @property
    def first_in_sheet(self) -> int:
        """The row of a spreadsheet where the first row stands, from 1; 2, below names, for tables without lines."""
        return int(self.numbers.min()) if self.word == LINE and len(self.numbers) else 2

    @classmethod
    def counted(cls, n: int) -> RowNames:
        """The names of n rows without lines: row 1, row 2 and so on."""
        return cls(ROW, np.arange(1, n + 1))

    @classmethod
    def from_config(cls, config: Mapping[str, Any], n: int) -> RowNames:
        """The names of the n rows of a run; configs of older releases, or damaged ones, give counted names.

        Args:
            config: the config of a run, or a snapshot, with the key `row_names`; older ones may have `left_out_rows`.
            n: the number of rows of the run.
        """
        names = config.get("row_names")
        if isinstance(names, Mapping) and names.get("word") in (LINE, ROW):
            numbers = _numbers(names.get("progressions"), n)
            if numbers is not None:
                return cls(str(names["word"]), numbers)
        numbers = np.arange(1, n + 1)
        left_out = config.get("left_out_rows")
        for number in sorted(left_out) if isinstance(left_out, (list, tuple)) else ():
            numbers = numbers + (numbers >= number)
        return cls(ROW, numbers)

    @classmethod
    def checked(cls, names: object) -> dict[str, Any] | None:
        """Names as `to_config` writes them, for a number of rows that is not known yet; None if they are not valid."""
        if not isinstance(names, Mapping) or names.get("word") not in (LINE, ROW):
            return None
        progressions = names.get("progressions")
        items = progressions if isinstance(progressions, list) else []
        n = sum(item[2] for item in items if isinstance(item, list) and len(item) == 3 and type(item[2]) is int)
        valid = 0 < n <= MOST_ROWS and _numbers(progressions, n) is not None
        return {"word": names["word"], "progressions": progressions} if valid else None

    def to_config(self) -> dict[str, Any] | None:
        """The names as plain data; None if the numbers are too irregular to be worth keeping."""
        progressions = _progressions(self.numbers)
        return None if len(progressions) > MOST_PROGRESSIONS else {"word": self.word, "progressions": progressions}

    def kept(self, rows: Array) -> RowNames:
        """The names of some of the rows.

        Args:
            rows: (n,) whether a row is kept, or (k,) positions.
        """
        labels = tuple(np.array(self.labels, dtype=object)[rows]) if self.labels else ()
        return RowNames(self.word, self.numbers[rows], labels)

    def labelled(self, labels: Sequence[str]) -> RowNames:
        """These names with labels, (n,); without them if there are not as many."""
        return RowNames(self.word, self.numbers, tuple(labels) if len(labels) == len(self.numbers) else ())

    def __len__(self) -> int:
        return len(self.numbers)

    def name(self, position: int) -> str:
        """The name of the row at a position (from 0): "line 18", "row 17" or "line 18 (France)"."""
        label = f" ({self.labels[position][:40]})" if self.labels and self.labels[position] else ""
        return f"{self.word} {self.numbers[position]}{label}"


def named_rows(word: str, numbers: Sequence[int], count: int | None = None) -> str:
    """Rows by their names, in a sentence.

    Args:
        word: `LINE` or `ROW`.
        numbers: the first of them.
        count: the number of all of them, if it is larger.

    >>> named_rows("line", [18]), named_rows("line", [18, 20, 25]), named_rows("row", [1, 2], count=9)
    ('line 18', 'lines 18, 20 and 25', 'rows 1, 2 and 7 more')
    """
    rest = max(count or 0, len(numbers)) - len(numbers)
    parts = [str(number) for number in numbers] + ([f"{rest:,} more"] if rest else [])
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{plural(len(parts), word)} {joined}"


def _progressions(numbers: Array) -> list[list[int]]:
    """Numbers as arithmetic progressions [first, step, count], from left to right."""
    progressions: list[list[int]] = []
    start, n = 0, len(numbers)
    steps = np.diff(numbers)
    changes = np.flatnonzero(np.diff(steps)) + 1  # positions of steps that differ from the step before
    while start < n and len(progressions) <= MOST_PROGRESSIONS:
        if start == n - 1:
            progressions.append([int(numbers[start]), 1, 1])
            break
        after = changes[np.searchsorted(changes, start, side="right"):][:1]
        end = int(after[0]) if len(after) else n - 1  # the progression covers the rows start..end
        progressions.append([int(numbers[start]), int(steps[start]), end - start + 1])
        start = end + 1
    return progressions


def _numbers(progressions: object, n: int) -> Array | None:
    """The n numbers of progressions; None if they are not valid."""
    if not isinstance(progressions, (list, tuple)) or len(progressions) > MOST_PROGRESSIONS + 1:
        return None
    parts, total = [], 0
    for item in progressions:
        if not (isinstance(item, (list, tuple)) and len(item) == 3 and all(
                type(k) is int and abs(k) < 2**40 for k in item) and 0 < item[2] <= n - total):
            return None
        parts.append(item[0] + item[1] * np.arange(item[2]))
        total += item[2]
    numbers = np.concatenate(parts) if parts else np.arange(0)
    return numbers if total == n and (numbers > 0).all() else None
