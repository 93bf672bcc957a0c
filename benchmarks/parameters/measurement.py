"""Measure X-Net and the MLPs on one formula or one real table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy import r_squared
from benchmarks.formulas.known_formulas import Formula
from benchmarks.formulas.measurement import Settings, measure
from benchmarks.formulas.scoring import fresh
from benchmarks.mlp import fit_mlp
from benchmarks.tables.models import fit_xnet
from benchmarks.tables.real_tables import FOLDS, Table, folds

from .ladder import WIDTHS, Row, compare


def for_formula(formula: Formula, seconds: float, mlp_seconds: float, jobs: int, seed: int,
                widths: Sequence[int] = WIDTHS) -> Row:
    """The row of a known formula."""
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
    """The row of a real table for regression; X-Net's parameters and complexity are means over the folds."""
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
