"""How many known formulas are found: `python -m benchmarks.formulas [--family F] [--seconds S] [--peers P] ...`.

Each formula is sampled at 200 points uniform in its ranges, searched for at most S seconds, and compared on 1,000
fresh points without noise.
  exact      largest error below 1e-5 standard deviations of the target
  compact    exact, with at most twice the truth's neurons and constants plus 4
  recovered  R2 on the fresh points above 1 - 3e-5; the measure for noisy rows
  structure  at most that size, and exact once its constants are refitted on rows without noise
  same shape equal to the truth in its canonical form but for the numbers (strict: `x*(x + 1)` is not `x**2 + x`)
Peers get the same rows, seconds and cores. They are exact by their own predictions or by their formula evaluated in
float64, whichever is better, and their size is counted by X-Net's rule on the canonical form without the dust of
float32 (* where it could not be read: then by their own).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile
from benchmarks.peers.processes import check_peers

from .known_formulas import Formula, load
from .measurement import Row, Settings, measure
from .report import closing, line


def run(formulas: Sequence[Formula], systems: Sequence[str], settings: Settings, out: CsvFile) -> list[Row]:
    """Measure, print and write all formulas by all systems."""
    rows = []
    for formula in formulas:
        for system in systems:
            rows.append(measure(formula, system, settings))
            print(line(rows[-1]), flush=True)
            out.write(asdict(rows[-1]))
    print(closing(rows), flush=True)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = measurement_parser("formulas", __doc__, 10.0, "most seconds a formula")
    parser.add_argument("--family", action="append", help="families or names, by commas or repeated; all if left out")
    parser.add_argument("--file", type=Path, help="formulas of another file, such as benchmarks/unseen.csv")
    parser.add_argument("--jobs", type=int, default=1, help="processes (threads for pyoperon) to search with")
    parser.add_argument("--noise", type=float, default=0.0, help="share of the target's standard deviation")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--no-parameters", action="store_true", help="activations only")
    parser.add_argument("--peers", action="append", help="also pyoperon, gplearn")
    parser.add_argument("--only-peers", action="store_true", help="leave X-Net out")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="every N-th formula from the I-th")
    given = parser.parse_args(arguments)
    systems = ([] if given.only_peers else ["xnet"]) + check_peers(names_of(given.peers))
    part, whole = given.shard
    formulas = load(*names_of(given.family), file=given.file)[part - 1::whole]
    if not formulas or not systems:
        parser.error("nothing is left to measure: the share is empty, or --only-peers came without --peers")
    settings = Settings(given.seconds, given.rows, given.noise, not given.no_parameters, given.jobs, given.seed)
    run(formulas, systems, settings, CsvFile(given.csv))
