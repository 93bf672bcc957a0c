"""Output of the benchmark commands: CSV files and tables of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


class CsvFile:
    """A CSV file that gets each row before the next is measured; without a path nothing is written.

    The first row determines the columns.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.columns = path, []  # type: Path | None, list[str]

    def write(self, row: dict[str, Any]) -> None:
        """Append one row. The first call replaces the file and writes the header."""
        if self.path is None:
            return
        first = not self.columns
        self.columns = self.columns or list(row)
        with self.path.open("w" if first else "a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns)
            if first:
                writer.writeheader()
            writer.writerow(row)


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of text: the first column is aligned to the left, the others to the right."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w)
                               for i, (cell, w) in enumerate(zip(line, widths, strict=True))).rstrip()
                     for line in lines)
