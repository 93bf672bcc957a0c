"""scikit-learn's own checks, for whichever estimator."""

from __future__ import annotations

from functools import partial
from typing import Any


def name_of(check: Any) -> str:
    """The name of a check, also of one that scikit-learn has given arguments already."""
    return (check.func if isinstance(check, partial) else check).__name__
