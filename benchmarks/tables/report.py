"""Rows of the cross-validation as text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cross_validation import Row
from .models import FINDERS


def mean_ranks(rows: Sequence[Row], only: Sequence[str] | None = None) -> dict[str, float]:
    """Mean rank of each model over the tables; 1 is the best score, equal scores share a rank, a failure is last."""
    models = [m for m in dict.fromkeys(row.model for row in rows) if only is None or m in only]
    ranks: dict[str, list[float]] = {m: [] for m in models}
    for table in dict.fromkeys(row.table for row in rows):
        mine = {row.model: row.score for row in rows if row.table == table and row.model in ranks}
        for m, score in mine.items():
            others = [s for other, s in mine.items() if other != m]
            ranks[m].append(1.0 + sum(s > score for s in others) + 0.5 * sum(s == score for s in others))
    return {m: float(np.mean(r)) for m, r in sorted(ranks.items(), key=lambda item: np.mean(item[1]))}


def line(row: Row) -> list[str]:
    """One row as the cells of a table of text."""
    if row.failure:
        return [f"  {row.model}", "failed", "", "", "", "", row.failure[:70]]
    return [f"  {row.model}", f"{row.score:.4f}", "" if row.log_loss is None else f"{row.log_loss:.4f}",
            f"{row.parameters:.1f}", "" if row.complexity is None else f"{row.complexity:.1f}", f"{row.seconds:.1f}",
            f"{row.not_finite} not finite" if row.not_finite else ""]


def closing(rows: Sequence[Row]) -> str:
    """The closing lines, for regression: mean ranks if there are several models, then means of each formula finder."""
    rows = [row for row in rows if row.task == "regression"]
    lines = []
    for title, only in (("all models", None), ("formula finders", FINDERS)):
        ranks = mean_ranks(rows, only)
        if len(ranks) > 1:
            lines.append(f"mean rank by R2, {title}: " + ", ".join(f"{m} {r:.2f}" for m, r in ranks.items()))
    for m in FINDERS:
        done = [row for row in rows if row.model == m and not row.failure]
        if done:
            lines.append(f"{m}: mean R2 {np.mean([r.score for r in done]):.4f}, mean parameters "
                         f"{np.mean([r.parameters for r in done]):.1f}, mean complexity "
                         f"{np.mean([r.complexity for r in done if r.complexity is not None]):.1f}")
    return "\n".join(lines)
