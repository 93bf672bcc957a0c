"""How many known formulas are found: `python -m benchmarks.formulas [--family F] [--seconds S] [--noise SIGMA] ...`.

Each formula is sampled at 200 points uniform in its ranges, searched for at most S seconds in one process, and
compared on 1,000 fresh points: exact means a largest error below 1e-5 standard deviations, compact an exact network
of at most twice the truth's complexity plus 4.
"""

from __future__ import annotations

import argparse
import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xnet.engine import Budget, Problem, advance, start
from xnet.engine.formula import to_text

from .problems import EXACT, Formula, largest_error, load


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    exact: bool
    compact: bool
    seconds: float
    complexity: int
    truth_complexity: int
    parameters: int
    r2: float
    error: float
    formula: str


def measure(formula: Formula, seconds: float, *, rows: int = 200, noise: float = 0.0, parameters: bool = True,
            seed: int = 1) -> Row:
    """Search for one formula; `noise` is a share of the target's standard deviation."""
    X, y = formula.sample(rows, seed)
    noisy = y + noise * y.std() * np.random.default_rng(seed + 1).standard_normal(len(y))
    begun = time.perf_counter()
    problem = Problem.from_arrays(X, noisy, names=formula.variables, parameters=parameters, seed=seed)
    state, _ = advance(start(problem), problem, Budget(seconds=seconds))
    spent = time.perf_counter() - begun
    best = state.best
    error = largest_error(best.network, formula)
    fresh, truth = formula.sample(1000, 10_001)
    r = best.network.evaluate(fresh) - truth
    r2 = 1.0 - float(np.mean(r * r)) / float(np.var(truth)) if np.isfinite(r).all() else float("-inf")
    size = formula.truth.complexity
    return Row(formula.name, error < EXACT, error < EXACT and best.complexity <= 2 * size + 4, spent, best.complexity,
               size, best.n_parameters, r2, error, to_text(best.network, formula.variables))


def table(rows: list[Row]) -> str:
    """The closing lines under the table."""
    exact, compact = sum(r.exact for r in rows), sum(r.compact for r in rows)
    seconds = np.array([r.seconds for r in rows])
    return (f"{exact} of {len(rows)} exact, {compact} compact; seconds: mean {seconds.mean():.2f}, longest "
            f"{seconds.max():.2f}; mean R2 {np.mean([max(r.r2, 0.0) for r in rows]):.6f}; mean parameters "
            f"{np.mean([r.parameters for r in rows]):.1f}")


def line(row: Row) -> str:
    """One row for people."""
    mark = "compact" if row.compact else "exact" if row.exact else "-"
    return (f"{row.name:<14} {mark:<8} {row.seconds:6.2f} s  complexity {row.complexity:3d} (truth "
            f"{row.truth_complexity:3d})  parameters {row.parameters:2d}  R2 {row.r2:.8f}  {row.formula[:80]}")


def run(formulas: list[Formula], seconds: float, **options: object) -> list[Row]:
    """Measure and print all formulas."""
    rows = []
    for formula in formulas:
        rows.append(measure(formula, seconds, **options))  # type: ignore[arg-type]
        print(line(rows[-1]), flush=True)
    print(table(rows), flush=True)
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", help="a family or one formula's name; all when left out")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--noise", type=float, default=0.0, help="share of the target's standard deviation")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-parameters", action="store_true", help="activations only")
    parser.add_argument("--csv", type=Path, help="also write the rows to this file")
    given = parser.parse_args()
    rows = run(load(given.family), given.seconds, rows=given.rows, noise=given.noise, seed=given.seed,
               parameters=not given.no_parameters)
    if given.csv:
        with given.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(Row.__dataclass_fields__))
            writer.writeheader()
            writer.writerows(vars(row) for row in rows)


if __name__ == "__main__":
    main()
