"""Known formulas to fit: read from `formulas.csv`, sampled, and compared with what was found."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xnet.engine.network import Network
from xnet.engine.reader import read_formula

Array = np.ndarray

#: Largest error on fresh points, in standard deviations of the target, at which a formula counts as exact.
EXACT = 1e-5


@dataclass(frozen=True)
class Formula:
    """One known formula with the ranges that its variables are drawn from."""

    name: str
    family: str
    text: str
    variables: tuple[str, ...]
    low: Array
    high: Array
    truth: Network

    def sample(self, n: int, seed: int) -> tuple[Array, Array]:
        """X (n, d) uniform in the ranges and y (n,); points where the formula is not finite are drawn again."""
        rng = np.random.default_rng(seed)
        X, y = np.empty((0, len(self.variables))), np.empty(0)
        while len(y) < n:
            more = rng.uniform(self.low, self.high, (n, len(self.variables)))
            values = self.truth.evaluate(more)
            good = np.isfinite(values)
            X, y = np.concatenate([X, more[good]]), np.concatenate([y, values[good]])
        return X[:n], y[:n]


def folder() -> Path:
    """Where `formulas.csv` lies: $XNET_BENCHMARKS, or `shared/benchmarks` beside the checkout."""
    given = os.environ.get("XNET_BENCHMARKS")
    return Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "benchmarks"


def load(family: str | None = None) -> list[Formula]:
    """The formulas of a family (or of one name), in the file's order; all of them for None."""
    path = folder() / "formulas.csv"
    if not path.is_file():
        raise SystemExit(f"The benchmark formulas are expected in {path}; set XNET_BENCHMARKS to their folder.")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if family in (None, row["family"], row["name"])]
    if not rows:
        raise SystemExit(f"No formula or family is named {family!r} in {path}.")
    return [_formula(row) for row in rows]


def _formula(row: dict[str, str]) -> Formula:
    variables = tuple(row["variables"].split())
    return Formula(row["name"], row["family"], row["formula"], variables, _numbers(row["low"]), _numbers(row["high"]),
                   read_formula(row["formula"], variables))


def _numbers(text: str) -> Array:
    return np.array([float(part) for part in text.split()])


def largest_error(found: Network, formula: Formula, n: int = 1000, seed: int = 10_001) -> float:
    """Largest error on fresh points, in standard deviations of the target; infinite where a value is missing."""
    X, y = formula.sample(n, seed)
    error = np.abs(found.evaluate(X) - y)
    return float(error.max() / y.std()) if np.isfinite(error).all() else float("inf")
