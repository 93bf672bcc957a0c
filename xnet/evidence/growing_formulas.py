"""Formulas of the front with smaller errors that the pick leaves out because they grow just outside the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xnet.engine.front.score import NO_LAW
from xnet.engine.front.selection import UNSTEADY_GAIN
from xnet.engine.front.steadiness import is_steady
from xnet.engine.networks.network import Network

if TYPE_CHECKING:
    from xnet.engine import Problem

#: A formula with smaller errors leaves at most this share of what the suggestion leaves.
_CLEARLY_SMALLER = 0.9


def growing_formulas_sentence(plain: str | None, snapshot: Mapping[str, Any], problem: Problem) -> str:
    """Why formulas of the front with smaller errors are not suggested; "" where there are none.

    Only where the suggestion is a linear formula of a table without a law (`front.selection`).

    Args:
        plain: the kind of plain model that the suggestion is; None for a searched network.
        snapshot: the last snapshot of the search.
        problem: its problem; with groups, or under a loss whose noise level is known, nothing is said.
    """
    loss = snapshot["best"]["loss"]
    if plain != "linear" or loss is None or loss <= NO_LAW or problem.groups is not None:
        return ""
    rows = problem.subsampled.all_rows
    if rows.loss_function.dispersion is not None:
        return ""
    smaller = [row for row in snapshot["front"]
               if row["loss"] is not None and UNSTEADY_GAIN * loss < row["loss"] < _CLEARLY_SMALLER * loss]
    if all(is_steady(Network.from_json(row["network"]), rows) for row in smaller):
        return ""
    return ("A formula of the front has smaller errors in the training rows, but just outside the rows its values are "
            "more than half the target's range beyond those of the target. Such a formula is suggested only where it "
            "is far better than a line.")
