"""X-Net's parameters compared with those of the smallest MLP that is as accurate.

    python -m benchmarks.parameters [--family F] [--tables a,b] [--limit N] ...

The goal is X-Net's test R2 on every known formula (200 training rows, 1,000 fresh ones) and on every real table for
regression (R2 of all predictions of a 5-fold cross-validation). MLPs with 1 to 3 hidden layers of 2 to 128 neurons are
trained in the order of their size, each from 3 starts of which validation rows choose one, until an MLP reaches it.
  goal     X-Net's R2, at most 0.999, because no MLP reaches an exact formula's R2 of 1. This limit favours the MLP; the
           comparison at 0.9999 is printed as well.
  ratio    X-Net's fitted constants divided by the MLP's weights and biases
  honest   all of X-Net's neurons and constants divided by the MLP's weights and biases: a formula without fitted
           constants has the ratio 0, although it is not free
If no MLP of the ladder reaches the goal, the ratios refer to the smallest MLP whose R2 is within 0.005 of the best, and
a < marks them: a comparison with the largest MLP would favour X-Net. The closing lines also give the mean ratio over
the formulas and tables for which an MLP reached the goal.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

from benchmarks.formulas.known_formulas import load
from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile
from benchmarks.tables.real_tables import load_tables

from .ladder import CAP, WIDTHS, Row
from .measurement import for_formula, for_table
from .report import closing, line


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("parameters", __doc__, 10.0, "time limit of X-Net's fit")
    parser.add_argument("--mlp-seconds", type=float, default=4.0, help="time limit of an MLP's 3 starts (default 4)")
    parser.add_argument("--family", action="append", help="families or names of formulas, by commas; default: all")
    parser.add_argument("--tables", action="append", help="names of real tables, separated by commas; default: all")
    parser.add_argument("--skip", choices=("formulas", "tables"), help="do not measure these")
    parser.add_argument("--limit", type=int, help="measure only the first N formulas and the first N tables")
    parser.add_argument("--largest", type=int, choices=WIDTHS, default=WIDTHS[-1], help="widest layer of the ladder")
    parser.add_argument("--jobs", type=int, default=1, help="processes of X-Net's search")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="measure every N-th formula or table only, from the I-th")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    print(f"The MLP's goal is X-Net's test R2, at most {CAP}; this limit favours the MLP where X-Net is exact.")
    part, whole = given.shard
    out, rows = CsvFile(given.csv), []
    for measure in _measurements(given)[part - 1::whole]:
        rows.append(measure())
        print(line(rows[-1]), flush=True)
        out.write(asdict(rows[-1]))
    print(closing(rows) if rows else "There was nothing to measure.", flush=True)


def _measurements(given: Namespace) -> list[Callable[[], Row]]:
    """One function without arguments for each formula and each table."""
    widths = [width for width in WIDTHS if width <= given.largest]
    settings = (given.seconds, given.mlp_seconds, given.jobs, given.seed, widths)
    work: list[Callable[[], Row]] = []
    if given.skip != "formulas":
        work += [partial(for_formula, f, *settings) for f in load(*names_of(given.family))[:given.limit]]
    if given.skip != "tables":
        tables = [table for table in load_tables(*names_of(given.tables)) if not table.classes]
        work += [partial(for_table, table, *settings) for table in tables[:given.limit]]
    return work
