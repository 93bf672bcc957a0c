"""X-Net's parameters against those of the smallest MLP that does as well: `python -m benchmarks.parameters`.

For every known formula (200 rows, scored on 1,000 fresh ones) and every real table for regression (R2 pooled over
5-fold cross-validation) X-Net's test R2 is the goal. MLPs of 1 to 3 hidden layers of 2 to 128 neurons are trained in
the order of their parameters, best of 3 starts by validation, until one reaches it.
  goal     X-Net's R2, but at most 0.999: an exact formula's R2 of 1 is out of reach for any MLP. The cap is generous to
           the MLP; the same at 0.9999 is printed beside it.
  ratio    X-Net's fitted constants over the MLP's weights and biases
  honest   X-Net's neurons and constants, all of them, over the MLP's weights and biases: a formula without a fitted
           constant has ratio 0, and yet it has to be written down
Where no MLP of the ladder reaches the goal, the ratios are to the smallest that comes within 0.005 of the best R2 of
them all, marked with <: a comparison with the ladder's largest would flatter X-Net. The averages over those formulas
and tables where one did reach it stand beside the others.
"""

from __future__ import annotations

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


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = measurement_parser("parameters", __doc__, 10.0, "most seconds for X-Net's fit")
    parser.add_argument("--mlp-seconds", type=float, default=4.0, help="most seconds for an MLP's 3 starts (default 4)")
    parser.add_argument("--family", action="append", help="formulas: families or names, by commas; all if left out")
    parser.add_argument("--tables", action="append", help="real tables, by commas; all for regression if left out")
    parser.add_argument("--skip", choices=("formulas", "tables"), help="leave one kind out")
    parser.add_argument("--limit", type=int, help="only the first N of the formulas and of the tables")
    parser.add_argument("--largest", type=int, choices=WIDTHS, default=WIDTHS[-1], help="widest layer of the ladder")
    parser.add_argument("--jobs", type=int, default=1, help="processes for X-Net")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N", help="every N-th from the I-th")
    given = parser.parse_args(arguments)
    widths = [w for w in WIDTHS if w <= given.largest]
    work: list[Callable[[], Row]] = []
    times = (given.seconds, given.mlp_seconds, given.jobs, given.seed, widths)
    if given.skip != "formulas":
        work += [partial(for_formula, f, *times) for f in load(*names_of(given.family))[:given.limit]]
    if given.skip != "tables":
        tables = [t for t in load_tables(*names_of(given.tables)) if not t.classes]
        work += [partial(for_table, t, *times) for t in tables[:given.limit]]
    print(f"The MLP's goal is X-Net's test R2, at most {CAP}: generous to the MLP where X-Net is exact.")
    part, whole = given.shard
    out, rows = CsvFile(given.csv), []
    for measure in work[part - 1::whole]:
        rows.append(measure())
        print(line(rows[-1]), flush=True)
        out.write(asdict(rows[-1]))
    print(closing(rows) if rows else "Nothing was left to measure.", flush=True)
