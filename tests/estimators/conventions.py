"""scikit-learn's own checks, for whichever estimator."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

#: Checks that cannot hold, and why.
SKIPPED: dict[str, str] = {
    "check_sample_weight_equivalence_on_dense_data":
        "rows are held out by their position, so a row that stands twice is not a row of weight two",
}


def name_of(check: Any) -> str:
    """The name of a check, also of one that scikit-learn has given arguments already."""
    return (check.func if isinstance(check, partial) else check).__name__


def run_check(estimator: Any, check: Callable[[Any], None]) -> None:
    """Run a check, or skip it with the reason why it cannot hold."""
    if name_of(check) in SKIPPED:
        pytest.skip(SKIPPED[name_of(check)])
    check(estimator)
