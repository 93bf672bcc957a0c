"""Cross-validation of one model on one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy import r_squared
from xnet.arrays import Array

from .models import Model
from .real_tables import FOLDS, Table, folds


@dataclass(frozen=True)
class Row:
    """The result of one model on one table.

    Attributes:
        score: R² for regression, accuracy for classification.
        log_loss: mean log loss for classification, else None.
        parameters, complexity, seconds: means over the folds.
        not_finite: how many predictions were not finite numbers.
        formula: of the last fold.
    """

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
    """Cross-validate one model. Any exception becomes a row with `failure` set."""
    shape = (len(table.y), len(table.classes)) if table.classes else (len(table.y),)
    task = "classification" if table.classes else "regression"
    values, fits, missing = np.empty(shape), [], 0
    try:
        for train, test in folds(len(table.y), k, seed):
            fits.append(model(table, train, test, seconds, jobs, seed))
            values[test], bad = replace_missing(fits[-1].values, table, train)
            missing += bad
    except Exception as error:  # noqa: BLE001 - one model must not end a long measurement
        return Row(table.name, task, name, float("-inf"), None, 0.0, None, 0.0, 0, "",
                   f"{type(error).__name__}: {error}")
    score, loss = scores(values, table)
    sizes = [fit.complexity for fit in fits if fit.complexity is not None]
    parameters, seconds = np.mean([(fit.parameters, fit.seconds) for fit in fits], axis=0)
    return Row(table.name, task, name, score, loss, float(parameters), float(np.mean(sizes)) if sizes else None,
               float(seconds), missing, fits[-1].text)


def replace_missing(values: Array, table: Table, train: Array) -> tuple[Array, int]:
    """Predictions with replacements for those that are not finite, and how many were replaced."""
    bad = ~np.isfinite(values) if values.ndim == 1 else ~np.isfinite(values).all(axis=1)
    values = np.array(values, dtype=np.float64)
    values[bad] = 1.0 / len(table.classes) if table.classes else table.y[train].mean()
    return values, int(bad.sum())


def scores(values: Array, table: Table) -> tuple[float, float | None]:
    """R² and None for predictions (n,); accuracy and mean log loss for probabilities (n, k)."""
    if not table.classes:
        return r_squared(values, table.y), None
    y = table.y.astype(int)
    given = np.clip(values[np.arange(len(y)), y], 1e-15, 1.0)
    return float(np.mean(values.argmax(axis=1) == y)), float(-np.mean(np.log(given)))
