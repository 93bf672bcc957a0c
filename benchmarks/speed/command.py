"""How fast the engine is: `python -m benchmarks.speed [--only inner|rows|columns|cores] [--quick]`.

First its inner parts on one core: the library's build, candidate fits and parameter fits a second. Then how a fit of a
fixed number of steps grows with rows (20 columns), with columns (1,000 rows) and with processes, each in a fresh
process whose largest memory is noted too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.options import command_parser
from benchmarks.output import CsvFile, text_table

from .inner_parts import inner_speeds
from .scaling import line, scaling


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = command_parser("speed", __doc__)
    parser.add_argument("--quick", action="store_true", help="a look in well under a minute, not figures to report")
    parser.add_argument("--only", choices=("inner", "rows", "columns", "cores"), help="only this part")
    parser.add_argument("--steps", type=int, help="steps of every fit (default 12, quick 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the scaling's rows to this file")
    given = parser.parse_args(arguments)
    steps = given.steps or (2 if given.quick else 12)
    counts = (1_000, 10_000) if given.quick else (1_000, 10_000, 100_000, 1_000_000)
    widths = (2, 10) if given.quick else (2, 5, 10, 20, 50)
    kinds = {"rows": ([(n, 20, 1) for n in counts], 1), "columns": ([(1_000, d, 1) for d in widths], 0),
             "cores": ([(1_000, 5, jobs) for jobs in (1, 2)], 0)}
    if given.only in (None, "inner"):
        inner_speeds(given.quick)
    out = CsvFile(given.csv)
    for kind, (cases, reference) in kinds.items():
        if given.only not in (None, kind):
            continue
        done = scaling(kind, cases, reference, steps, given.seed)
        print(text_table([f"{kind} ({steps} steps)", "rows", "columns", "n_jobs", "seconds", "ratio", "steps in all",
                          "MiB", ""], [line(case) for case in done]), flush=True)
        for case in done:
            out.write(asdict(case))
