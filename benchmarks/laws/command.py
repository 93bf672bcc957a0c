"""Formulas nobody tuned on: `python -m benchmarks.laws --seed 7 --csv laws.csv`, for `benchmarks.formulas --file`.

Law-like formulas composed at random: a core of one of sixteen kinds (a sum of products, a root of a sum of squares, a
relativistic factor, a decay, a resonance, a saturation, ...), its arguments random monomials of the inputs with or
without an inner constant, a random monomial in front, now and then a second core or a further term. Ranges are those of
the benchmark list's kind: from 1 to 3 or 5, apart where one input has to stay below another, some mixed. The same seed
gives the same file, so a change of the engine can be looked at on one seed and measured on another that nobody looked
at.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.options import command_parser

from .composition import laws


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = command_parser("laws", __doc__)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path, required=True, metavar="FILE")
    given = parser.parse_args(arguments)
    rows = list(laws(given.count, given.seed))
    with given.csv.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["name"])
        writer.writeheader()
        writer.writerows(rows)
