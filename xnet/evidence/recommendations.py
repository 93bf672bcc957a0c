"""The formulas of a front that are recommended, with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Recommendation:
    """A recommended formula: its position on the front, and the reasons as sentences."""

    index: int
    reasons: tuple[str, ...]


#: One sentence a preference (`engine.Preference`), which begins with its name.
_SENTENCES = {
    "balanced": "Suggested: the best predictions of rows that it was not fitted to, its length counted against it.",
    "simplest": "Simplest: the shortest formula that the rows support.",
    "accurate": "Most accurate: the best predictions of rows that it was not fitted to, its length counted less.",
}
_ROBUST = "Suggested by a second search, in which wild rows have little influence (Huber's scale)."


def recommendations(front: Sequence[Mapping[str, Any]], suggested: int, plain: str = "", *,
                    second_look: bool = True) -> list[Recommendation]:
    """Recommend formulas of a front: the picks of the preferences and of a second look, each once with all its reasons.

    Args:
        front: formula records, simplest first; "picked_as" lists the preferences that pick a formula; records of
            older versions lack it.
        suggested: position of the search's default pick.
        plain: the sentence that the default pick is a plain model (`suggestion_sentence`); "" if it is none.
        second_look: whether the formula of a second look is recommended (`formula_verdict.recommends_second_look`).
    """
    reasons: dict[int, list[str]] = {suggested: [plain or _SENTENCES["balanced"]]}
    for preference in ("simplest", "accurate"):
        for i, record in enumerate(front):
            if preference in record.get("picked_as", ()):
                reasons.setdefault(i, []).append(_SENTENCES[preference])
    for i, record in enumerate(front):
        if second_look and record.get("is_robust"):
            reasons.setdefault(i, []).append(_ROBUST)
    return [Recommendation(i, tuple(texts)) for i, texts in sorted(reasons.items())]
