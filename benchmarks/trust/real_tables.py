"""Real tables by cross-validation: X-Net against other models.

The others are a straight line, ridge polynomials, boosting, a forest, an MLP and, if it is installed, pyoperon. R² of
a table is computed from the predictions of all folds together. Below -1 it counts as -1, so that one prediction far
outside the rows does not decide a mean. A prediction that is not finite is replaced by the mean of the training target
and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from benchmarks.tables.cross_validation import Row
from benchmarks.tables.cross_validation import measure as cross_validate
from benchmarks.tables.models import REGRESSION
from benchmarks.tables.package_tables import package_tables
from benchmarks.tables.real_tables import Table, load_law_tables, load_tables
from benchmarks.tables.report import mean_ranks

from .figures import Figure

#: What counts as worse than a straight line, and the least R² that counts.
MARGIN, FLOOR = 0.01, -1.0
#: Models of the long measurement; pyoperon takes part if it is installed.
MODELS = ("xnet", "linear", "polynomial-2", "polynomial-3", "boosting", "forest", "mlp-sklearn", "pyoperon")
_SHORT_MODELS = ("xnet", "linear", "forest")
_SHORT_SECONDS, _LONG_SECONDS = 2.0, 10.0
_SHORT_FOLDS, _LONG_FOLDS = 2, 5


def tables(long: bool) -> list[Table]:
    """Short: the tables of scikit-learn. Long: those of three packages, and those of `shared/data` and `laws`."""
    if not long:
        return list(package_tables("sklearn"))
    return [*package_tables(), *(table for table in load_tables() if not table.classes), *load_law_tables()]


def measure(long: bool, seed: int) -> list[Figure]:
    """The figures of the cross-validation of all models on all tables."""
    rows = [row for table in tables(long) for row in rows_of(table, long, seed)]
    return figures(rows)


def rows_of(table: Table, long: bool, seed: int, models: Sequence[str] | None = None) -> list[Row]:
    """Cross-validate the models on one table, and print a line of their R²."""
    names = models or [name for name in (MODELS if long else _SHORT_MODELS)
                       if name != "pyoperon" or find_spec("pyoperon") is not None]
    seconds, folds = (_LONG_SECONDS, _LONG_FOLDS) if long else (_SHORT_SECONDS, _SHORT_FOLDS)
    rows = [cross_validate(table, name, REGRESSION[name], seconds, 1, seed, folds) for name in names]
    print(f"  {table.name} ({len(table.y)} x {len(table.inputs)}): "
          + ", ".join(f"{row.model} {row.score:.3f}" for row in rows), flush=True)
    return [replace(row, score=max(row.score, FLOOR)) for row in rows]


def figures(rows: Sequence[Row]) -> list[Figure]:
    """The figures of cross-validated models; `rows` contains X-Net, the straight line and the forest of every table."""
    scores = {model: np.array([row.score for row in rows if row.model == model])
              for model in dict.fromkeys(row.model for row in rows)}
    own, count = scores["xnet"], len(scores["xnet"])
    ranks = mean_ranks(rows)
    others = min(rank for model, rank in ranks.items() if model != "xnet")
    mine = [row for row in rows if row.model == "xnet"]
    worse = float(np.mean(own < scores["linear"] - MARGIN))
    return [Figure("tables on which X-Net is worse than a line by 0.01", worse, None, 0.05, count),
            Figure("mean R² of X-Net less that of a random forest", float(np.mean(own - scores["forest"])), 0.0, None,
                   count, percent=False),
            *(Figure(f"mean R², {model}", float(values.mean()), None, None, count, percent=False)
              for model, values in scores.items()),
            Figure("mean rank of X-Net less the best mean rank of another model", ranks["xnet"] - others, None, 0.0,
                   count, percent=False),
            *(Figure(f"mean rank, {model}", rank, None, None, count, percent=False) for model, rank in ranks.items()),
            Figure("mean parameters of X-Net", float(np.mean([row.parameters for row in mine])), None, 15.0, count,
                   percent=False),
            Figure("predictions of X-Net that are not finite", float(sum(row.not_finite for row in mine)), None, 0.0,
                   count, percent=False)]
