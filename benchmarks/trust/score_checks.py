"""Whether every R² of a front is scikit-learn's, on training and held-out rows, with and without weights.

The targets lie around 0, far from 0 (1e6 standard deviations) and next to it, with weights that are whole numbers,
fractions, or missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.metrics import r2_score

from xnet.arrays import Array
from xnet.engine import Problem, advance, start
from xnet.engine.search.state import Budget
from xnet.evidence.scores import front_scores

from .figures import Figure

_SHORT, _LONG = 12, 60


def differences(tables: int, seed: int) -> Iterator[float]:
    """The absolute differences between the printed scores of fronts and scikit-learn's on the same rows."""
    for table in range(tables):
        rng = np.random.default_rng([seed, table])
        n, d = int(rng.integers(30, 200)), int(rng.integers(1, 5))
        X = rng.uniform(0.5, 3.0, (n, d))
        y = (1e-9, 1.0, 1e6)[table % 3] * (X[:, 0] ** 1.3 / X[:, -1] + 0.2 * rng.standard_normal(n)
                                           + (0.0, 1e6)[table % 2])
        weight = (None, rng.integers(0, 4, n).astype(float), rng.uniform(0.1, 3.0, n))[(table // 2) % 3]
        problem = Problem.from_arrays(X, y, sample_weight=weight, seed=table)
        state, _ = advance(start(problem), problem, Budget(steps=2))
        for entry in state.front:
            scores = front_scores(entry, problem)
            for key, rows in (("r2_train", problem.train), ("r2_holdout", problem.holdout)):
                printed = scores.get(key)
                if rows is not None and printed is not None:
                    values: Array = entry.network.evaluate(np.ascontiguousarray(rows.columns.T))
                    yield abs(printed - float(r2_score(rows.y, values, sample_weight=rows.weight)))


def measure(long: bool, seed: int) -> list[Figure]:
    """The largest difference, relative to 1."""
    found = list(differences(_LONG if long else _SHORT, seed))
    return [Figure("largest difference of R² from scikit-learn's", max(found), None, 1e-9, len(found), percent=False)]
