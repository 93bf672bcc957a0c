"""Known formulas: read from `formulas.csv` and sampled."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.folders import data_folder
from xnet.arrays import Array
from xnet.engine.formulas.parser import read_formula
from xnet.engine.networks.network import Network


@dataclass(frozen=True)
class Formula:
    """One known formula.

    Attributes:
        variables: names of the d variables.
        low, high: (d,) the range of each variable.
        truth: the formula as a network.
    """

    name: str
    family: str
    text: str
    variables: tuple[str, ...]
    low: Array
    high: Array
    truth: Network

    def sample(self, n: int, seed: int) -> tuple[Array, Array]:
        """X (n, d), uniform in the ranges, and y (n,). Points at which the formula is not finite are replaced."""
        rng = np.random.default_rng(seed)
        X, y = np.empty((0, len(self.variables))), np.empty(0)
        while len(y) < n:
            more = rng.uniform(self.low, self.high, (n, len(self.variables)))
            values = self.truth.evaluate(more)
            good = np.isfinite(values)
            X, y = np.concatenate([X, more[good]]), np.concatenate([y, values[good]])
        return X[:n], y[:n]


def load(*families: str, file: Path | None = None) -> list[Formula]:
    """The formulas of some families, or some formulas by name, in the file's order; all if none is named.

    Args:
        file: a file with the same columns as `formulas.csv`, which is read if no file is given.

    Raises:
        SystemExit: the file is missing, or it has no family and no formula of a given name.
    """
    path = file or data_folder("XNET_BENCHMARKS", "benchmarks") / "formulas.csv"
    if not path.is_file():
        raise SystemExit(f"The benchmark formulas are expected in {path}; set XNET_BENCHMARKS to their folder.")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    unknown = set(families) - {row[key] for row in rows for key in ("family", "name")}
    if unknown:
        raise SystemExit(f"No formula or family is named {', '.join(sorted(unknown))} in {path}; families: "
                         f"{', '.join(dict.fromkeys(row['family'] for row in rows))}.")
    return [_formula(row) for row in rows if not families or {row["family"], row["name"]} & set(families)]


def _formula(row: dict[str, str]) -> Formula:
    variables = tuple(row["variables"].split())
    return Formula(row["name"], row["family"], row["formula"], variables, _numbers(row["low"]), _numbers(row["high"]),
                   read_formula(row["formula"], variables))


def _numbers(text: str) -> Array:
    return np.array([float(part) for part in text.split()])

