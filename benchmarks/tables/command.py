"""Models compared on real tables by 5-fold cross-validation.

    python -m benchmarks.tables [--tables a,b] [--seconds S] [--peers P] ...

Each model is fitted to four fifths of the rows and predicts the last fifth, in turn. R2 (for classes: accuracy and mean
log loss) is computed from all predictions together. Parameters, complexity and seconds are means over the folds. A
prediction that is not finite is counted and replaced by the mean of the training target (for classes: by equal
probabilities). The models for regression are ranked by R2: all models, and those that search for a formula.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile, text_table
from benchmarks.peers.processes import PEERS, check_peers

from .cross_validation import Row, measure
from .models import CLASSIFICATION, REGRESSION, Model, fit_xnet
from .r_tables import r_tables
from .real_tables import FOLDS, Table, load_tables
from .report import closing, line
from .textbook_tables import textbook_tables


def build_parser() -> ArgumentParser:
    """The options of the command."""
    models = ", ".join({**REGRESSION, **CLASSIFICATION})
    parser = measurement_parser("tables", __doc__, 10.0, "time limit of a fit, for models that have one")
    parser.add_argument("--tables", action="append", help="names of tables, separated by commas; default: all")
    parser.add_argument("--r-tables", type=int, metavar="COUNT",
                        help="instead: so many tables drawn with the seed from the data sets of R's packages")
    parser.add_argument("--textbook-tables", action="store_true",
                        help="instead: tables of R's packages with the targets of textbooks (textbook_tables.csv)")
    parser.add_argument("--models", action="append", help=f"names of models, separated by commas, from {models}")
    parser.add_argument("--peers", action="append", help="also measure pyoperon, gplearn")
    parser.add_argument("--pick", choices=("simplest", "balanced", "accurate"), default="balanced",
                        help="which network of its front X-Net's regressor takes")
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"number of folds, at least 2 (default {FOLDS})")
    parser.add_argument("--jobs", type=int, default=1, help="processes of a search (threads for pyoperon)")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="measure every N-th table only, from the I-th")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    names, peers = names_of(given.models), check_peers(names_of(given.peers))
    unknown = set(names) - set(REGRESSION) - set(CLASSIFICATION)
    if unknown:
        parser.error(f"there is no model {', '.join(sorted(unknown))}")
    if given.folds < 2:
        parser.error("--folds must be 2 or more")
    part, whole = given.shard
    out, rows = CsvFile(given.csv), []
    if given.textbook_tables:
        tables = list(textbook_tables())
    elif given.r_tables is not None:
        tables = list(r_tables(given.r_tables, given.seed))
    else:
        tables = load_tables(*names_of(given.tables))
    for table in tables[part - 1::whole]:
        of_table = []
        for name, model in _chosen_models(table, names, peers, given.pick).items():
            of_table.append(measure(table, name, model, given.seconds, given.jobs, given.seed, given.folds))
            out.write(asdict(of_table[-1]))
        _print_table(table, of_table)
        rows += of_table
    print(closing(rows), flush=True)


def _chosen_models(table: Table, names: Sequence[str], peers: Sequence[str], pick: str) -> dict[str, Model]:
    """The named models for a table's task (all models if none is named), and the named peers."""
    models = {**(CLASSIFICATION if table.classes else REGRESSION), "xnet": partial(fit_xnet, pick=pick)}
    return {name: model for name, model in models.items()
            if name in peers or (name not in PEERS and (not names or name in names))}


def _print_table(table: Table, rows: Sequence[Row]) -> None:
    header = [f"{table.name} ({len(table.y)} rows)", "accuracy" if table.classes else "R2", "log loss", "parameters",
              "complexity", "seconds", ""]
    print(text_table(header, [line(row) for row in rows]), flush=True)
    print("\n".join(f"  X-Net: {row.formula[:200]}" for row in rows if row.model == "xnet" and row.formula))
