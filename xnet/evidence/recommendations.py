"""The formulas of a front that are recommended, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Recommendation:
    """A recommended formula: its position on the front, and the reasons as sentences."""

    index: int
    reasons: tuple[str, ...]


def recommendations(front: Sequence[Mapping[str, Any]], suggested: int) -> list[Recommendation]:
    """Recommend up to four formulas of a front, each with one or more reasons.

    Args:
        front: rows with "complexity", "loss" and "loss_holdout", simplest first; "supported" marks the formula of least
            description length (`engine.pick_supported`). If the target is a class, log losses replace losses.
        suggested: position of the search's default pick.
    """
    reasons = {suggested: ["About as accurate as these rows can confirm, and no longer than necessary."]}
    held_out = all(row["loss_holdout"] is not None for row in front)
    as_class = all("log_loss_train" in row for row in front)
    train, outer = ("log_loss_train", "log_loss_holdout") if as_class else ("loss", "loss_holdout")
    key = outer if held_out else train
    best = min(range(len(front)), key=lambda i: (front[i][key], front[i]["complexity"]))
    for i, row in enumerate(front):
        if row.get("supported"):
            reasons.setdefault(i, []).append("Best description length on all rows: accuracy weighed against length.")
    where = "held-out rows" if held_out else "training rows"
    reasons.setdefault(best, []).append(
        f"The {'least log loss' if as_class else 'most accurate'} on the {where}.")
    falls = [(np.log(max(a[train], 1e-20) / max(b[train], 1e-20)) / max(b["complexity"] - a["complexity"], 1), i + 1)
             for i, (a, b) in enumerate(pairwise(front))]
    if falls and max(falls)[0] > 0:
        steepest = max(falls)[1]
        reasons.setdefault(steepest, []).append("The best trade-off: the largest drop of the error per added neuron.")
    return [Recommendation(i, tuple(texts)) for i, texts in sorted(reasons.items())]
