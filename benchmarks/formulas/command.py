"""How many known formulas are found: `python -m benchmarks.formulas [--family F] [--seconds S] [--peers P] ...`.

Each formula is sampled at 200 points, uniform in its ranges unless the list's columns `scale` and `sign` say otherwise.
A search of at most S seconds gets these rows. What it finds is scored on 1,000 fresh points without noise.
  exact      the largest error is below 1e-5 standard deviations of the target
  relative   on 99 % of the points the error is at most 0.001 |y|; for targets that span decades
  compact    exact, with at most twice the truth's neurons and constants plus 4
  recovered  R2 on the fresh points is above 1 - 3e-5; the measure for noisy rows
  structure  not larger than compact, and exact once its constants are refitted on rows without noise
  same shape equal to the truth in canonical form, apart from numbers (strict: `x*(x + 1)` is not `x**2 + x`)
Peers get the same rows, seconds and cores. Their accuracy is that of their own predictions or of their formula in
float64, whichever is better. Their size is counted by X-Net's rule on the canonical form, after the rounding errors of
float32 are removed. A * marks a formula that X-Net cannot read; its size is counted by the peer's own nodes.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile
from benchmarks.peers.processes import check_peers

from .known_formulas import Formula, list_file, load
from .measurement import Row, Settings, measure
from .report import closing, line
from .unit_tables import with_units


def run(formulas: Sequence[Formula], systems: Sequence[str], settings: Settings, out: CsvFile) -> list[Row]:
    """Fit all formulas with all systems; print and write each row."""
    rows = []
    for formula in formulas:
        for system in systems:
            rows.append(measure(formula, system, settings))
            print(line(rows[-1]), flush=True)
            out.write(asdict(rows[-1]))
    print(closing(rows), flush=True)
    return rows


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("formulas", __doc__, 10.0, "time limit of each fit")
    parser.add_argument("--family", action="append", help="families or names, separated by commas; default: all")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--file", type=Path, help="read the formulas from this file, such as benchmarks/unseen.csv")
    source.add_argument("--list", metavar="NAME", help="a list of the benchmarks folder: srsd, lsr_transform, "
                        "lsr_synth, odebench, formulas (default)")
    parser.add_argument("--jobs", type=int, default=1, help="processes of a search (threads for pyoperon)")
    parser.add_argument("--noise", type=float, default=0.0, help="share of the target's standard deviation")
    parser.add_argument("--rows", type=int, default=200, help="training rows (default 200)")
    parser.add_argument("--no-parameters", action="store_true", help="search without fitted constants")
    parser.add_argument("--units", type=int, metavar="K", help="units steer X-Net's search, and at most K numbers have "
                        "one; they are read from NAME_units.csv, and formulas without units are left out")
    parser.add_argument("--peers", action="append", help="also measure pyoperon, gplearn")
    parser.add_argument("--only-peers", action="store_true", help="do not measure X-Net")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="measure every N-th formula only, from the I-th")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    systems = ([] if given.only_peers else ["xnet"]) + check_peers(names_of(given.peers))
    part, whole = given.shard
    file = list_file(given.list) if given.list else given.file
    formulas = load(*names_of(given.family), file=file)
    if given.units is not None:
        listed = file or list_file("formulas")
        formulas = with_units(formulas, listed.with_name(f"{listed.stem}_units.csv"))
    formulas = formulas[part - 1::whole]
    if not formulas or not systems:
        parser.error("there is nothing to measure: the share is empty, or --only-peers was given without --peers")
    settings = Settings(given.seconds, given.rows, given.noise, not given.no_parameters, given.jobs, given.seed,
                        given.units or 0)
    run(formulas, systems, settings, CsvFile(given.csv))
