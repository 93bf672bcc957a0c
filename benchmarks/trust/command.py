"""Whether what X-Net says can be believed: `python -m benchmarks.trust [--only PART] [--long]`.

Every figure is printed with its goal and the number of cases behind it. The exit status is 1 when a goal is missed.
  scores     whether every R² of a front is scikit-learn's
  coverage   how often a 95 % interval of a constant contains the true value, the structure of the formula given
  noise      how often a table of pure noise gets a formula, and how often the verdict believes one
  laws       whether the suggestion for a known law under noise is the law, and is defined inside the box of the rows
  tables     real tables by cross-validation, against a straight line and other models (long: some hours)
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.options import command_parser, names_of
from benchmarks.output import CsvFile

from . import coverage, noise_tables, noisy_laws, real_tables, score_checks
from .figures import Figure, figures_table

#: Part -> its measurement: (long, seed) -> figures.
PARTS: dict[str, Callable[[bool, int], list[Figure]]] = {
    "scores": score_checks.measure, "coverage": coverage.measure, "noise": noise_tables.measure,
    "laws": noisy_laws.measure, "tables": real_tables.measure}


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("trust", __doc__)
    parser.add_argument("--only", action="append", help=f"parts, separated by commas, of: {', '.join(PARTS)}")
    parser.add_argument("--long", action="store_true", help="more cases: minutes instead of seconds")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the figures to this file")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 when every goal is met."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    parts = names_of(given.only) or list(PARTS)
    if unknown := [name for name in parts if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; choose from {', '.join(PARTS)}")
    figures = [figure for name in parts for figure in PARTS[name](given.long, given.seed)]
    print(figures_table(figures), flush=True)
    out = CsvFile(given.csv)
    for figure in figures:
        out.write(asdict(figure))
    return 0 if all(figure.met for figure in figures) else 1
