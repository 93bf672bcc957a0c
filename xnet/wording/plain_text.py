"""The sentence that a plain model is suggested because the search found nothing better."""

from __future__ import annotations

#: A formula that leaves less than this share unexplained is exact up to rounding: it is a law, whatever found it.
_EXACT = 1e-12
#: A plain model that leaves at most this share unexplained may well be the law: a noisy line is one.
_GOOD = 0.1
#: Levels of verdicts: not clearly better than a constant; not clearly better than a straight line (for a class,
#: than logistic regression).
_NOTHING, _SIMPLER = ("mean", "share"), ("line", "logistic")


def plain_sentence(kind: str | None, loss: float | None, level: str) -> str:
    """The sentence; "" for a network that was searched for, and for an exact formula.

    It agrees with the verdict that stands beside it: it denies no law where the verdict is strong or the plain model
    explains most of the target, and calls no formula enough that is not clearly better than a simpler one.

    Args:
        kind: the kind of plain model that is suggested ("constant", "linear", "log-linear", "power-law" or
            "quadratic"), or None.
        loss: the share of the variance of the training rows that it leaves unexplained.
        level: the level of the verdict (`xnet.evidence.verdict.Verdict`).

    >>> plain_sentence("linear", 0.3, "plausible"), plain_sentence("linear", 1e-20, "strong")
    ('No law found: this is the best linear formula.', '')
    >>> plain_sentence("power-law", 0.02, "strong")
    'A power-law formula is enough: the search found none that the rows support better.'
    >>> plain_sentence("quadratic", 0.02, "line")
    'The rows support no formula that the search found better than this quadratic one.'
    >>> plain_sentence("constant", 1.0, "mean")
    'No law found: the best formula is a constant.'
    """
    if kind is None or level == "exact" or (loss is not None and loss <= _EXACT):
        return ""
    if kind == "constant":
        return "No law found: the best formula is a constant."
    good = level == "strong" or (loss is not None and loss <= _GOOD)
    if level in _NOTHING or not good:
        return f"No law found: this is the best {kind} formula."
    if level in _SIMPLER and kind != "linear":
        return f"The rows support no formula that the search found better than this {kind} one."
    return f"A {kind} formula is enough: the search found none that the rows support better."
