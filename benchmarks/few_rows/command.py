"""Tables of few rows: how much of the law the suggestion describes, and how often noise gets a formula.

Five parts: curves over one input, laws of the classroom, experiments of a laboratory, designed experiments with
response surfaces, and noise. The suggestion is compared with the law on 500 points in the box of the rows; R² below -1
counts as -1.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

import numpy as np

from benchmarks.options import measurement_parser
from benchmarks.output import CsvFile
from xnet import XNetRegressor
from xnet.stopwatch import Stopwatch

from .laboratory import laboratory
from .tables import FewRows, classroom, curves, designs, pure_noise

PARTS = {"curves": curves, "classroom": classroom, "laboratory": laboratory, "designs": designs,
         "noise": pure_noise}
_POINTS = 500


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("few_rows", __doc__, 1.5, "processor seconds of a search")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, separated by commas, of {', '.join(PARTS)}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a line for each part, and return the exit code."""
    given = build_parser().parse_args(arguments)
    file = CsvFile(given.csv)
    for part in given.only.split(","):
        rows = [_measured(table, given.seed, given.seconds) for table in PARTS[part](given.seed)]
        for row in rows:
            file.write(row)
        print(_line(part, rows), flush=True)
    return 0


def _measured(table: FewRows, seed: int, seconds: float) -> dict[str, object]:
    watch = Stopwatch()
    model = XNetRegressor(budget_seconds=seconds, random_state=seed).fit(table.X, table.y)
    points = np.random.default_rng(seed).uniform(table.X.min(axis=0), table.X.max(axis=0), (_POINTS, table.X.shape[1]))
    truth = table.law(points)
    error = float(np.mean((model.predict(points) - truth) ** 2))
    r2 = max(1.0 - error / float(truth.var()), -1.0) if truth.var() > 0 else float("nan")
    return {"part": table.part, "case": table.name, "rows": len(table.y), "noise": table.noise, "r2": r2,
            "reads_inputs": bool(model.network_.variables), "plain": model.plain_kind_,
            "cpu_seconds": round(watch.seconds(), 2), "formula": model.formula_}


def _line(part: str, rows: Sequence[dict[str, object]]) -> str:
    found = sum(bool(row["reads_inputs"]) for row in rows)
    if part == "noise":
        return f"{part}: {found} of {len(rows)} tables get a formula"
    r2 = np.array([float(str(row["r2"])) for row in rows])
    return (f"{part}: {len(rows)} tables, R2 against the law: mean {r2.mean():.3f}, median {np.median(r2):.4f}, above "
            f"0.97 in {(r2 > 0.97).sum()}, at most 0.02 in {(r2 <= 0.02).sum()}, below -0.3 in {(r2 < -0.3).sum()}; "
            f"a formula in {found}; less of the law is missed than the noise hides in {_below_noise(rows)}")


def _below_noise(rows: Sequence[dict[str, object]]) -> int:
    return sum(1.0 - float(str(row["r2"])) < float(str(row["noise"])) ** 2 for row in rows)
