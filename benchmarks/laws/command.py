"""Random formulas that resemble laws, to measure X-Net on formulas that it was not developed on.

    python -m benchmarks.laws --seed 7 --csv laws.csv && python -m benchmarks.formulas --file laws.csv

Each law has a core of one of sixteen kinds: a sum of products, a root of a sum of squares, a relativistic factor, a
decay, a resonance, a saturation and others. The arguments of a core are random monomials of the inputs, with or without
an inner constant. Most laws have a random monomial in front; some have a second core or another term. Most ranges are
1 to 3 or 1 to 5, as in common benchmark lists; some are narrower, so that one input stays below another. The same seed
gives the same file: use one seed to develop a change of the engine, and a new seed to measure it.

`--kind sums` writes sums of two to four terms instead, each a curve of one input (a power, an exponential, a logarithm,
a wave) or a product of curves of two, with random exponents, rates and coefficients.
"""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks.options import command_parser

from .composition import laws
from .sums import sums

_KINDS = {"laws": laws, "sums": sums}


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("laws", __doc__)
    parser.add_argument("--count", type=int, default=64, help="number of laws (default 64)")
    parser.add_argument("--kind", choices=tuple(_KINDS), default="laws", help="what is composed (default laws)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    parser.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    rows = list(_KINDS[given.kind](given.count, given.seed))
    with given.csv.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["name"])
        writer.writeheader()
        writer.writerows(rows)
