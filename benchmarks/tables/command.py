"""Real tables by 5-fold cross-validation: `python -m benchmarks.tables [--tables a,b] [--seconds S] [--peers P] ...`.

Every model is fitted to four fifths of the rows and predicts the last fifth, in turn; R2 (for classes: accuracy and
the mean log loss) is that of all predictions together. Parameters, complexity and seconds are means over the folds. A
prediction that is not a number counts as the mean of the fitted rows' targets (for classes: as each class equally
likely), and is counted. The ranks are by R2, among all models and among the formula finders alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile, text_table
from benchmarks.peers.processes import PEERS, check_peers

from .cross_validation import measure
from .models import CLASSIFICATION, REGRESSION, fit_xnet
from .real_tables import FOLDS, load_tables
from .report import closing, line


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = measurement_parser("tables", __doc__, 10.0, "most seconds a fit, for those that can be told")
    parser.add_argument("--tables", action="append", help="names, by commas or repeated; all if left out")
    parser.add_argument("--models", action="append",
                        help=f"only these of {', '.join({**REGRESSION, **CLASSIFICATION})}")
    parser.add_argument("--peers", action="append", help="also pyoperon, gplearn")
    parser.add_argument("--pick", choices=("simplest", "supported"), default="simplest",
                        help="which network of its front X-Net's regressor takes")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--jobs", type=int, default=1, help="processes (threads for pyoperon) to search with")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N", help="every N-th table from the I-th")
    given = parser.parse_args(arguments)
    wanted, peers = names_of(given.models), check_peers(names_of(given.peers))
    unknown = set(wanted) - set(REGRESSION) - set(CLASSIFICATION)
    if unknown or given.folds < 2:
        parser.error(f"--models names {', '.join(sorted(unknown))}" if unknown else "--folds must be 2 or more")
    part, whole = given.shard
    out, rows = CsvFile(given.csv), []
    for table in load_tables(*names_of(given.tables))[part - 1::whole]:
        models = CLASSIFICATION if table.classes else REGRESSION
        mine = []
        for name, model in {**models, "xnet": partial(fit_xnet, pick=given.pick)}.items():
            if (name in PEERS and name not in peers) or (wanted and name not in wanted and name not in peers):
                continue
            mine.append(measure(table, name, model, given.seconds, given.jobs, given.seed, given.folds))
            out.write(asdict(mine[-1]))
        print(text_table([f"{table.name} ({len(table.y)} rows)", "accuracy" if table.classes else "R2", "log loss",
                          "parameters", "complexity", "seconds", ""], [line(row) for row in mine]), flush=True)
        print("\n".join(f"  X-Net: {row.formula[:200]}" for row in mine if row.model == "xnet" and row.formula))
        rows += mine
    print(closing(rows), flush=True)
