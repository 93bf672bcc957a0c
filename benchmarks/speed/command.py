"""Speed of the engine.

    python -m benchmarks.speed [--only inner|rows|columns|cores] [--quick]

The first part measures inner parts of the engine on one core: the candidate library, candidate fits and parameter fits.
The other parts measure how time and memory of a fit with a fixed number of steps grow with the rows (20 columns), the
columns (1,000 rows) and the processes; each fit runs in a new process.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.options import command_parser
from benchmarks.output import CsvFile, text_table

from .inner_parts import inner_speeds
from .scaling import line, scaling


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("speed", __doc__)
    parser.add_argument("--quick", action="store_true", help="small cases, in well under a minute; not for reports")
    parser.add_argument("--only", choices=("inner", "rows", "columns", "cores"), help="measure only this part")
    parser.add_argument("--steps", type=int, help="steps of every fit (default 12, with --quick 2)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the rows of the scaling to this file")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    steps = given.steps or (2 if given.quick else 12)
    if given.only in (None, "inner"):
        inner_speeds(given.quick)
    out = CsvFile(given.csv)
    for kind, (cases, reference) in _scaling_cases(given.quick).items():
        if given.only not in (None, kind):
            continue
        measured = scaling(kind, cases, reference, steps, given.seed)
        print(text_table([f"{kind} ({steps} steps)", "rows", "columns", "n_jobs", "seconds", "ratio", "steps in all",
                          "MiB", ""], [line(case) for case in measured]), flush=True)
        for case in measured:
            out.write(asdict(case))


def _scaling_cases(quick: bool) -> dict[str, tuple[list[tuple[int, int, int]], int]]:
    """For every kind of scaling its cases (rows, columns, processes) and the position of the case with ratio 1."""
    rows = (1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    columns = (2, 10) if quick else (2, 5, 10, 20, 50)
    return {"rows": ([(n, 20, 1) for n in rows], 1), "columns": ([(1_000, d, 1) for d in columns], 0),
            "cores": ([(1_000, 5, jobs) for jobs in (1, 2)], 0)}
