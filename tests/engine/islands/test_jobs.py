"""`n_jobs` counts processes as scikit-learn does, and never more than there are cores."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from joblib import Parallel, delayed

from xnet.engine import DataError, count_jobs, within_cores
from xnet.engine.islands import jobs
from xnet.estimators import XNetClassifier, XNetRegressor

SENTENCE = "64 processes were asked for, but X-Net can use 4 cores here, so it uses 4."


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "core_count", lambda: 4)


@pytest.mark.usefixtures("four_cores")
def test_jobs_are_counted_as_scikit_learn_counts_them() -> None:
    assert [count_jobs(n) for n in (None, 1, 3, np.int64(2))] == [1, 1, 3, 2]
    assert [count_jobs(n) for n in (-1, -2, -10_000)] == [4, 3, 1]
    assert Parallel(n_jobs=2, backend="threading")(delayed(inside)() for _ in range(2)) == [1, 1]
    for wrong in (0, 1.5, True, "all"):
        with pytest.raises(DataError, match="expected a whole number of processes"):
            count_jobs(wrong)  # type: ignore[arg-type]


def inside() -> int:
    return count_jobs(2)


@pytest.mark.slow
def test_inside_a_process_of_joblib_there_is_one() -> None:
    assert Parallel(n_jobs=2, backend="loky")(delayed(count_jobs)(2) for _ in range(2)) == [1, 1]


@pytest.mark.usefixtures("four_cores")
def test_there_are_never_more_processes_than_cores() -> None:
    assert within_cores(4) == (4, "")
    assert within_cores(64) == (4, SENTENCE)
    with pytest.warns(UserWarning, match=SENTENCE):
        assert count_jobs(64) == 4
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert count_jobs(4) == 4


class Asked(Exception):
    """How many processes an estimator asks for; it ends the fit."""


def ask(problem: object, budget: object, n_jobs: int, **others: Any) -> None:
    raise Asked(n_jobs)


@pytest.mark.usefixtures("four_cores")
@pytest.mark.parametrize("kind", [XNetRegressor, XNetClassifier])
def test_an_estimator_warns_with_the_line_of_the_caller(kind: Callable[..., Any],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("regressor", "class_search"):
        monkeypatch.setattr(f"xnet.estimators.{module}.search_on_islands", ask)
    X = np.arange(12.0).reshape(-1, 1)
    with pytest.warns(UserWarning, match=SENTENCE) as warned, pytest.raises(Asked, match=r"^4$"):
        kind(n_jobs=64).fit(X, (X[:, 0] > 5).astype(int))
    assert warned[0].filename == __file__
    with pytest.raises(Asked, match=r"^4$"):
        kind(n_jobs=-1).fit(X, (X[:, 0] > 5).astype(int))
