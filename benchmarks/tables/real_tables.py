"""Real tables: `name.csv` with a `name.json` that names the target and the inputs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.folders import data_folder
from xnet.arrays import Array

FOLDS = 5
#: The fewest rows of a table of `laws/` for cross-validation, and the most that are used.
FEWEST_ROWS, MOST_ROWS = 12, 3000


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        X: (n, d) inputs.
        y: (n,) target; for classification the index of the class.
        classes: names of the classes, sorted; empty for regression.
    """

    name: str
    inputs: tuple[str, ...]
    target: str
    X: Array
    y: Array
    classes: tuple[str, ...] = ()


def load_tables(*names: str) -> list[Table]:
    """Some tables by name, or all tables if none is named, sorted by name.

    Raises:
        SystemExit: the folder has no tables, or no table of a given name.
    """
    folder = data_folder("XNET_DATA", "data")
    paths = {path.stem: path for path in sorted(folder.glob("*.json")) if path.with_suffix(".csv").is_file()}
    if not paths:
        raise SystemExit(f"The real tables are expected in {folder}; set XNET_DATA to their folder.")
    unknown = set(names) - set(paths)
    if unknown:
        raise SystemExit(f"No table is named {', '.join(sorted(unknown))} in {folder}; tables: {', '.join(paths)}.")
    return [_table(path) for name, path in paths.items() if not names or name in names]


def load_law_tables() -> list[Table]:
    """The tables of `laws/` with at least `FEWEST_ROWS` rows, every other column an input. Empty without the folder."""
    paths = sorted((data_folder("XNET_DATA", "data") / "laws").glob("*.json"))
    found = [_law_table(path) for path in paths if path.with_suffix(".csv").is_file()]
    return [table for table in found if table is not None]


def _law_table(path: Path) -> Table | None:
    """The complete rows of a table, at most `MOST_ROWS` of them; None if it has text or too few rows."""
    target = json.loads(path.read_text(encoding="utf-8"))["target"]
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    inputs = tuple(name for name in rows[0] if name != target)
    try:
        values = np.array([[float(row[name] or "nan") for name in (*inputs, target)] for row in rows])
    except ValueError:
        return None
    values = values[np.isfinite(values).all(axis=1)]
    if len(values) < FEWEST_ROWS:
        return None
    if len(values) > MOST_ROWS:
        values = values[np.random.default_rng(0).choice(len(values), MOST_ROWS, replace=False)]
    vary = np.flatnonzero(np.ptp(values[:, :-1], axis=0) > 0)
    return Table(f"law_{path.stem}", tuple(inputs[j] for j in vary), target, values[:, vary], values[:, -1])


def _table(path: Path) -> Table:
    about = json.loads(path.read_text(encoding="utf-8"))
    target, inputs = about["suggested_target"], tuple(about["suggested_inputs"])
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[name]) for name in inputs] for row in rows])
    if about["task"] == "regression":
        return Table(path.stem, inputs, target, X, np.array([float(row[target]) for row in rows]))
    classes = tuple(sorted({row[target] for row in rows}))
    return Table(path.stem, inputs, target, X, np.array([classes.index(row[target]) for row in rows]), classes)


def folds(n: int, k: int = FOLDS, seed: int = 1) -> Iterator[tuple[Array, Array]]:
    """Training and test positions of k random folds (of n folds if n < k); every row is tested once."""
    parts = np.array_split(np.random.default_rng(seed).permutation(n), min(k, n))
    for i, test in enumerate(parts):
        yield np.sort(np.concatenate(parts[:i] + parts[i + 1:])), np.sort(test)
