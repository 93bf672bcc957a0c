"""χ² per row of fits to simulated tables with known standard errors: `python -m benchmarks.known_errors`.

The true form a x + b is fitted to tables whose errors are known, so that χ² per row is 1 less the fitted constants over
the rows, and its standard error over the tables is sqrt(2 / (rows * tables)).
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

import numpy as np

from xnet.engine import Problem
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.formulas.parser import read_formula

ROWS, CONSTANTS = 60, 2


def chi2_per_row(tables: int, seed: int = 0) -> list[float]:
    """χ² per row of the fitted form on every simulated table."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(tables):
        x, error = rng.uniform(0.0, 5.0, ROWS), 10.0 ** rng.uniform(-1.0, 1.0, ROWS)
        y = 3.0 * x + 7.0 + rng.normal(0.0, error)
        rows = Problem.from_arrays(x[:, None], y, sample_error=error, holdout_fraction=0.0).train
        fitted = fit_parameters(read_formula("2.5*x + 1.5", ["x"]), rows).network
        found.append(rows.loss_function.mean(fitted.evaluate(x[:, None]), rows.y, rows.weight))
    return found


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command's options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.known_errors",
        description="χ² per row of fits of the true form to simulated tables with known standard errors.")
    parser.add_argument("--tables", type=int, default=200, help="how many tables (default: %(default)s)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the mean over the tables beside what is expected."""
    options = build_parser().parse_args(arguments)
    found = chi2_per_row(options.tables)
    expected, error = 1.0 - CONSTANTS / ROWS, math.sqrt(2.0 / (ROWS * options.tables))
    print(f"χ² per row of {options.tables} tables: {np.mean(found):.4f}; expected {expected:.4f} ± {error:.4f}.")
    return 0
