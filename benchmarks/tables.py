"""Real tables by 5-fold cross-validation: `python -m benchmarks.tables [--tables a,b] [--seconds S] [--peers P] ...`.

Every model is fitted to four fifths of the rows and predicts the last fifth, in turn; R2 (for classes: accuracy and
the mean log loss) is that of all predictions together. Parameters, complexity and seconds are means over the folds. A
prediction that is not a number counts as the mean of the fitted rows' targets (for classes: as each class equally
likely), and is counted. The ranks are by R2, among all models and among the formula finders alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from benchmarks.models import CLASSIFICATION, FINDERS, REGRESSION, Fit, Model, fit_xnet
from benchmarks.output import CsvFile, make_parser, names_of, shard_of, text_table
from benchmarks.peers import PEERS, check_peers
from benchmarks.real_tables import FOLDS, Table, folds, load_tables
from benchmarks.scoring import r_squared
from xnet.arrays import Array


@dataclass(frozen=True)
class Row:
    """One table by one model; `score` is R2, or for classification accuracy, with the mean log loss."""

    table: str
    task: str
    model: str
    score: float
    log_loss: float | None
    parameters: float
    complexity: float | None
    seconds: float
    not_finite: int
    formula: str
    failure: str = ""


def measure(table: Table, name: str, model: Model, seconds: float, jobs: int, seed: int, k: int = FOLDS) -> Row:
    """Cross-validate one model; whatever goes wrong in it makes a failed row."""
    shape = (len(table.y), len(table.classes)) if table.classes else (len(table.y),)
    task = "classification" if table.classes else "regression"
    values, fits, missing = np.empty(shape), [], 0
    try:
        for train, test in folds(len(table.y), k, seed):
            fits.append(model(table, train, test, seconds, jobs, seed))
            values[test], bad = _filled(fits[-1].values, table, train)
            missing += bad
    except Exception as error:  # noqa: BLE001 - one model must not end an hour's measurement
        return Row(table.name, task, name, float("-inf"), None, 0.0, None, 0.0, 0, "",
                   f"{type(error).__name__}: {error}")
    score, loss = scores(values, table)
    sizes = [fit.complexity for fit in fits if fit.complexity is not None]
    return Row(table.name, task, name, score, loss, _mean(fits, "parameters"),
               float(np.mean(sizes)) if sizes else None, _mean(fits, "seconds"), missing, fits[-1].text)


def _mean(fits: Sequence[Fit], what: str) -> float:
    return float(np.mean([getattr(fit, what) for fit in fits]))


def _filled(values: Array, table: Table, train: Array) -> tuple[Array, int]:
    """Predictions without gaps, and how many rows had one."""
    bad = ~np.isfinite(values) if values.ndim == 1 else ~np.isfinite(values).all(axis=1)
    values = np.array(values, dtype=np.float64)
    values[bad] = 1.0 / len(table.classes) if table.classes else table.y[train].mean()
    return values, int(bad.sum())


def scores(values: Array, table: Table) -> tuple[float, float | None]:
    """(R2, None) of predictions (n,), or (accuracy, mean log loss) of probabilities (n, k)."""
    if not table.classes:
        return r_squared(values, table.y), None
    y = table.y.astype(int)
    given = np.clip(values[np.arange(len(y)), y], 1e-15, 1.0)
    return float(np.mean(values.argmax(axis=1) == y)), float(-np.mean(np.log(given)))


def mean_ranks(rows: Sequence[Row], only: Sequence[str] | None = None) -> dict[str, float]:
    """The mean rank by score over the tables, 1 the best; equal scores share a rank, a failure is last."""
    models = [m for m in dict.fromkeys(row.model for row in rows) if only is None or m in only]
    ranks: dict[str, list[float]] = {m: [] for m in models}
    for table in dict.fromkeys(row.table for row in rows):
        mine = {row.model: row.score for row in rows if row.table == table and row.model in ranks}
        for m, score in mine.items():
            others = [s for other, s in mine.items() if other != m]
            ranks[m].append(1.0 + sum(s > score for s in others) + 0.5 * sum(s == score for s in others))
    return {m: float(np.mean(r)) for m, r in sorted(ranks.items(), key=lambda item: np.mean(item[1]))}


def line(row: Row) -> list[str]:
    """The cells of one row for people."""
    if row.failure:
        return [f"  {row.model}", "failed", "", "", "", "", row.failure[:70]]
    return [f"  {row.model}", f"{row.score:.4f}", "" if row.log_loss is None else f"{row.log_loss:.4f}",
            f"{row.parameters:.1f}", "" if row.complexity is None else f"{row.complexity:.1f}", f"{row.seconds:.1f}",
            f"{row.not_finite} not finite" if row.not_finite else ""]


def closing(rows: Sequence[Row]) -> str:
    """The closing lines: mean ranks over the tables for regression, where more than one model was run."""
    rows = [row for row in rows if row.task == "regression"]
    lines = []
    for title, only in (("all models", None), ("formula finders", FINDERS)):
        ranks = mean_ranks(rows, only)
        if len(ranks) > 1:
            lines.append(f"mean rank by R2, {title}: " + ", ".join(f"{m} {r:.2f}" for m, r in ranks.items()))
    for m in FINDERS:
        done = [row for row in rows if row.model == m and not row.failure]
        if done:
            lines.append(f"{m}: mean R2 {np.mean([r.score for r in done]):.4f}, mean parameters "
                         f"{np.mean([r.parameters for r in done]):.1f}, mean complexity "
                         f"{np.mean([r.complexity for r in done if r.complexity is not None]):.1f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = make_parser(__doc__, 10.0, "most seconds a fit, for those that can be told")
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


if __name__ == "__main__":
    main()
