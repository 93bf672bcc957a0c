"""What the benchmark commands share: options, CSV files that grow row by row, tables for people."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any


def make_parser(doc: str | None, seconds: float, what: str) -> argparse.ArgumentParser:
    """A parser with the options that all commands have: --seconds, --seed and --csv."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=seconds, help=f"{what} (default {seconds:g})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write every row to this file, as it comes")
    return parser


def names_of(given: Sequence[str] | None) -> list[str]:
    """The names of an option that may be repeated and may hold several, separated by commas."""
    return [name.strip() for part in given or [] for name in part.split(",") if name.strip()]


def shard_of(text: str) -> tuple[int, int]:
    """`2/3` as (2, 3): the second of three shares.

    Raises:
        argparse.ArgumentTypeError: the text is no such share.
    """
    part, _, whole = text.partition("/")
    if not (part.isdigit() and whole.isdigit() and 1 <= int(part) <= int(whole)):
        raise argparse.ArgumentTypeError(f"expected a share such as 1/2, the first of two; {text!r} came")
    return int(part), int(whole)


class CsvFile:
    """Rows to a CSV file, each on disk before the next is measured; without a path nothing is written.

    Columns are those of the first row.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.columns = path, []  # type: Path | None, list[str]

    def write(self, row: dict[str, Any]) -> None:
        """Append one row; the first call starts the file afresh, with a header."""
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
    """A table with the first column to the left and the others to the right."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w)
                               for i, (cell, w) in enumerate(zip(line, widths, strict=True))).rstrip()
                     for line in lines)
