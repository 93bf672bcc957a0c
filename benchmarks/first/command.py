"""The first acceptance figures: `python -m benchmarks.first` (`make bench`).

Measures Nguyen-1 to 12 (200 rows, at most 5 s each with the candidate library, one process on one core), then the speed
of the engine's inner parts. `python -m benchmarks.app`, which needs a browser, measures the app.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from benchmarks.formulas.command import run
from benchmarks.formulas.known_formulas import load
from benchmarks.formulas.measurement import Settings
from benchmarks.options import command_parser
from benchmarks.output import CsvFile
from benchmarks.speed.inner_parts import inner_speeds

#: Time limit of each fit.
SECONDS = 5.0


def build_parser() -> ArgumentParser:
    """The command has no options but `--help`."""
    return command_parser("first", __doc__)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    build_parser().parse_args(arguments)
    rows = run(load("Nguyen"), ["xnet"], Settings(seconds=SECONDS), CsvFile(None))
    late = [row.name for row in rows if row.seconds > SECONDS]
    print(f"Nguyen: {sum(row.exact for row in rows)} of {len(rows)} exact; longer than {SECONDS:g} s: "
          f"{', '.join(late) or 'none'}")
    inner_speeds(quick=False)
