"""The held-out row that alone decides that the formula of a class is not better than the share of the class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.wording.score_text import log_loss_text

from .class_evidence import ClassComparison, is_better


def deciding_row(found: ClassComparison) -> int | None:
    """The held-out row without which a formula that is more often right would be better than the class's share.

    It is the position among the deciding rows of the comparison; None where there is no such row.
    """
    if not found.held_out or found.right <= found.common or is_better(found, found.share, 1):
        return None
    worst = int(np.nanargmax(found.formula - found.share))
    kept = np.arange(len(found.formula)) != worst
    rest = replace(found, formula=found.formula[kept], share=found.share[kept])
    return worst if np.isfinite(rest.formula).any() and is_better(rest, rest.share, 1) else None


def deciding_row_sentence(found: ClassComparison, row: int, name: str) -> str:
    """The sentence that one row decides that a formula is not better than the class's share; `name` is its name."""
    loss, rest = float(found.formula[row]), np.delete(found.formula, row)
    return (f"One row decides this: {name} has the log loss {log_loss_text(loss)}; without it that of the formula is "
            f"{log_loss_text(float(np.nanmean(rest)))}, which is clearly better.")
