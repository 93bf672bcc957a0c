"""Scores in words: enough digits to tell good from perfect, and no more."""

from __future__ import annotations

import math


def r2_text(value: float | None, digits: int = 6) -> str:
    """R² with `digits` decimals, and more where it is closer to 1 than they can say; `none` when there is none."""
    if value is None or not math.isfinite(value):
        return "none"
    gap = 1.0 - value
    if gap <= 1e-14:
        return "1"
    return f"{value:.{max(digits, min(14, math.ceil(-math.log10(gap)) + 1)) if gap < 1 else digits}f}"
