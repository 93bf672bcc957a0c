"""Known formulas: read from the lists of the benchmarks folder and sampled as their columns say."""

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
        scale: how each variable is drawn: "lin" uniformly, "log" uniformly in its logarithm, "int" as whole numbers.
        sign: of a variable whose range starts at 0 or above: "pos", "neg", or "both" with equal chance.
        units: of the variables and then of the target, as text; empty where none are given.
    """

    name: str
    family: str
    text: str
    variables: tuple[str, ...]
    low: Array
    high: Array
    truth: Network
    scale: tuple[str, ...] = ()
    sign: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def sample(self, n: int, seed: int) -> tuple[Array, Array]:
        """X (n, d) from the ranges, and y (n,). Points at which the formula is not finite are replaced."""
        rng = np.random.default_rng(seed)
        X, y = np.empty((0, len(self.variables))), np.empty(0)
        while len(y) < n:
            more = self._points(rng, n)
            values = self.truth.evaluate(more)
            good = np.isfinite(values)
            X, y = np.concatenate([X, more[good]]), np.concatenate([y, values[good]])
        return X[:n], y[:n]

    def _points(self, rng: np.random.Generator, n: int) -> Array:
        X = rng.uniform(self.low, self.high, (n, len(self.variables)))
        for j, scale in enumerate(self.scale):
            if scale == "log":
                X[:, j] = np.exp(rng.uniform(np.log(self.low[j]), np.log(self.high[j]), n))
            elif scale == "int":
                X[:, j] = rng.integers(round(self.low[j]), round(self.high[j]), n, endpoint=True)
        for j, sign in enumerate(self.sign):
            if sign != "pos" and self.low[j] >= 0:
                X[:, j] *= rng.choice((-1.0, 1.0), n) if sign == "both" else -1.0
        return X


def list_file(name: str) -> Path:
    """The file of a list in the benchmarks folder ($XNET_BENCHMARKS), such as `srsd`."""
    return data_folder("XNET_BENCHMARKS", "benchmarks") / f"{name}.csv"


def load(*families: str, file: Path | None = None) -> list[Formula]:
    """The formulas of some families, or some formulas by name, in the file's order; all if none is named.

    Args:
        file: a file with the columns of `formulas.csv`, which is read if no file is given. It may also have the columns
            `scale` and `sign` (`Formula`).

    Raises:
        SystemExit: the file is missing, it has no family and no formula of a given name, or a scale or sign is unknown.
    """
    path = file or list_file("formulas")
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
                   read_formula(row["formula"], variables), _words(row, "scale", ("lin", "log", "int")),
                   _words(row, "sign", ("pos", "neg", "both")))


def _words(row: dict[str, str], column: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an optional column, one for each variable; no words without the column."""
    words = tuple((row.get(column) or "").split())
    if not set(words) <= set(known) or len(words) not in (0, len(row["variables"].split())):
        raise SystemExit(f"{row['name']}: the column {column} needs one of {', '.join(known)} for each variable.")
    return words


def _numbers(text: str) -> Array:
    return np.array([float(part) for part in text.split()])
