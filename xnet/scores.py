"""Scores in words: enough digits to tell good from perfect, and no more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal, rounded towards the middle: 100 % means all, and 0 % none."""
    if share is None or not math.isfinite(share):
        return "–"
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    return f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def accuracy_text(net: Mapping[str, Any], rows: str = "train") -> str:
    """How good a network of a snapshot is on the "train" or the "holdout" rows: R², or how many are given their class.
    """
    if f"accuracy_{rows}" in net:
        return f"{percent(net[f'accuracy_{rows}'])} right"
    return f"R² {r2_text(net[f'r2_{rows}'])}"


def r2_text(value: float | None, digits: int = 6) -> str:
    """R² with `digits` decimals, and more where it is closer to 1 than they can say; `none` when there is none."""
    if value is None or not math.isfinite(value):
        return "none"
    gap = 1.0 - value
    if gap <= 1e-14:
        return "1"
    return f"{value:.{max(digits, min(14, math.ceil(-math.log10(gap)) + 1)) if gap < 1 else digits}f}"
