"""What the list of formulas of a search holds, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .score_text import loss_score


def front_heading(snapshot: Mapping[str, Any]) -> str:
    """The heading of a list of all formulas of a snapshot.

    A plain model, and the formula under Huber's scale, stand in the list even if a formula of the same complexity is
    more accurate. Under a loss with a score of its own, the best formulas are not those of the highest R².

    >>> front_heading({"front": [{"plain": None, "network": 1}]})
    'The best formulas of growing complexity'
    >>> front_heading({"front": [{"plain": None, "network": 1}, {"plain": "linear", "network": 2}],
    ...                "second_look": {"network": 1}})
    "The best formulas of growing complexity, the plain models, and the formula under Huber's scale"
    """
    front, look = snapshot["front"], snapshot.get("second_look")
    loss = " by the loss that was chosen" if front and loss_score(front[0]) is not None else ""
    parts = [f"The best formulas of growing complexity{loss}"]
    if any(row.get("plain") for row in front):
        parts.append("the plain models")
    if look is not None and any(row["network"] == look["network"] for row in front):
        parts.append("the formula under Huber's scale")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{',' if len(parts) > 2 else ''} and {parts[-1]}"
