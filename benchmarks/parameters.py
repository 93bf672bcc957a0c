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
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from benchmarks.mlp import count_parameters, fit_mlp
from benchmarks.output import CsvFile, make_parser, names_of, shard_of
from benchmarks.problems import Formula, load
from benchmarks.real_tables import FOLDS, Table, folds, load_tables
from benchmarks.scoring import fresh, r_squared

CAP, STRICT_CAP = 0.999, 0.9999
#: Where no MLP reaches the goal: how far below the best of them one may be and still stand for them.
CLOSE = 0.005
WIDTHS = (2, 4, 8, 16, 32, 64, 128)
#: The hidden layers that people take without looking for smaller ones; their ratio is printed beside the others.
USUAL = (64, 64)


@dataclass(frozen=True)
class Row:
    """One formula or table: X-Net's size, and the smallest MLPs at the goal and at the stricter one.

    Where no MLP reached a goal (`reached`, `strict_reached`), the one named is the smallest close to the best.
    """

    name: str
    family: str
    xnet_r2: float
    xnet_parameters: float
    xnet_complexity: float
    goal: float
    reached: bool
    mlp_layers: str
    mlp_parameters: int
    mlp_r2: float
    ratio: float
    honest_ratio: float
    strict_reached: bool
    strict_layers: str
    strict_parameters: int
    strict_ratio: float
    usual_ratio: float
    formula: str


def ladder(d: int, widths: Sequence[int] = WIDTHS) -> list[tuple[int, ...]]:
    """The hidden layers to try for d inputs: one to three of equal width, fewest parameters first."""
    return sorted(((w,) * depth for w in widths for depth in (1, 2, 3)), key=lambda h: count_parameters(d, h))


def smallest(goal: float, steps: Sequence[tuple[int, ...]],
             score: Callable[[tuple[int, ...]], float]) -> tuple[int, ...] | None:
    """The first hidden layers of the ladder that score the goal; None where none does."""
    return next((hidden for hidden in steps if score(hidden) >= goal), None)


def compare(name: str, family: str, d: int, found: tuple[float, float, float, str],
            score: Callable[[tuple[int, ...]], float], widths: Sequence[int] = WIDTHS) -> Row:
    """The row of X-Net's (R2, parameters, complexity, formula) against a ladder of MLPs with `score`, its test R2."""
    r2, parameters, complexity, text = found
    scores: dict[tuple[int, ...], float] = {}

    def once(hidden: tuple[int, ...]) -> float:
        if hidden not in scores:
            scores[hidden] = score(hidden)
        return scores[hidden]

    steps = ladder(d, widths)
    goal, strict_goal = min(r2, CAP), min(r2, STRICT_CAP)
    hidden, strict = smallest(goal, steps, once), smallest(strict_goal, steps, once)
    near = smallest(max(scores.values()) - CLOSE, steps, once)
    assert near is not None  # the best is close to itself
    used, strict_used = hidden or near, strict or near
    size, strict_size = count_parameters(d, used), count_parameters(d, strict_used)
    return Row(name, family, r2, parameters, complexity, goal, hidden is not None, _layers(used), size, scores[used],
               parameters / size, complexity / size, strict is not None, _layers(strict_used), strict_size,
               parameters / strict_size, parameters / count_parameters(d, USUAL), text)


def _layers(hidden: tuple[int, ...]) -> str:
    return "x".join(map(str, hidden))


def for_formula(formula: Formula, seconds: float, mlp_seconds: float, jobs: int, seed: int,
                widths: Sequence[int] = WIDTHS) -> Row:
    """The row of a known formula."""
    from benchmarks.formulas import Settings, measure

    settings = Settings(seconds=seconds, jobs=jobs, seed=seed)
    row = measure(formula, "xnet", settings)
    X, y = formula.sample(settings.rows, seed)
    X_new, truth = fresh(formula)

    def score(hidden: tuple[int, ...]) -> float:
        return r_squared(fit_mlp(X, y, hidden, seconds=mlp_seconds, seed=seed).predict(X_new), truth)

    return compare(formula.name, formula.family, X.shape[1], (row.r2, row.parameters, row.complexity, row.formula),
                   score, widths)


def for_table(table: Table, seconds: float, mlp_seconds: float, jobs: int, seed: int,
              widths: Sequence[int] = WIDTHS) -> Row:
    """The row of a real table; X-Net's parameters and complexity are means over the folds."""
    from benchmarks.models import fit_xnet

    parts = list(folds(len(table.y), FOLDS, seed))
    values, sizes, text = np.empty(len(table.y)), [], ""
    for train, test in parts:
        fit = fit_xnet(table, train, test, seconds, jobs, seed)
        values[test], text = fit.values, fit.text
        sizes.append((fit.parameters, fit.complexity))
    parameters, complexity = np.mean(sizes, axis=0)

    def score(hidden: tuple[int, ...]) -> float:
        guess = np.empty(len(table.y))
        for train, test in parts:
            mlp = fit_mlp(table.X[train], table.y[train], hidden, seconds=mlp_seconds, seed=seed)
            guess[test] = mlp.predict(table.X[test])
        return r_squared(guess, table.y)

    found = (r_squared(values, table.y), float(parameters), float(complexity), text)
    return compare(table.name, "tables", table.X.shape[1], found, score, widths)


def line(row: Row) -> str:
    """One row for people."""
    mark, strict_mark = ("" if row.reached else "<"), ("" if row.strict_reached else "<")
    return (f"{row.name:<22} R2 {row.xnet_r2:.6f}  parameters {row.xnet_parameters:4.1f}  complexity "
            f"{row.xnet_complexity:4.1f}  MLP {row.mlp_layers:<12} {row.mlp_parameters:5d} (R2 {row.mlp_r2:.6f})  "
            f"ratio {mark}{row.ratio:.2%}  honest {mark}{row.honest_ratio:.2%}  at {STRICT_CAP}: {row.strict_layers} "
            f"{strict_mark}{row.strict_ratio:.2%}")


def closing(rows: Sequence[Row]) -> str:
    """The closing lines: averages of every family and of all."""
    families = list(dict.fromkeys(row.family for row in rows))
    groups = [(f, [r for r in rows if r.family == f]) for f in families]
    if len(groups) > 1:
        groups.append(("all", list(rows)))
    lines = []
    for name, some in groups:
        ratio, honest, strict, usual = np.mean([(r.ratio, r.honest_ratio, r.strict_ratio, r.usual_ratio) for r in some],
                                               axis=0)
        free, reached = sum(r.xnet_parameters == 0 for r in some), [r.ratio for r in some if r.reached]
        alone = f" (mean ratio over them {np.mean(reached):.2%})" if reached else ""
        lines.append(f"{name}: mean ratio {ratio:.2%} (every neuron and constant counted {honest:.2%}), at "
                     f"{STRICT_CAP} {strict:.2%}, to an MLP of {_layers(USUAL)} {usual:.2%}; of "
                     f"{len(some)}, {free} with no fitted constant, {len(reached)} where an MLP "
                     f"reached the goal{alone}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = make_parser(__doc__, 10.0, "most seconds for X-Net's fit")
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


if __name__ == "__main__":
    main()
