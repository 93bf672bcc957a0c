"""The sentence that a plain model is suggested because the search found nothing better."""

from __future__ import annotations

#: A formula that leaves less than this share unexplained is exact up to rounding: it is a law, whatever found it.
_EXACT = 1e-12
#: A plain model that leaves at most this share unexplained may well be the law: a noisy line is one.
_GOOD = 0.1


def plain_sentence(kind: str | None, loss: float | None) -> str:
    """The sentence; "" for a network that was searched for, and for an exact formula.

    It does not deny a law where the plain model explains most of the target.

    Args:
        kind: the kind of plain model that is suggested ("linear", "log-linear", "power-law" or "quadratic"), or None.
        loss: the share of the variance of the training rows that it leaves unexplained.

    >>> plain_sentence("linear", 0.3), plain_sentence("linear", 1e-20), plain_sentence(None, 0.3)
    ('No law found: this is the best linear formula.', '', '')
    >>> plain_sentence("power-law", 0.02)
    'A power-law formula is enough: the search found none that the rows support better.'
    """
    if kind is None or (loss is not None and loss <= _EXACT):
        return ""
    if loss is not None and loss <= _GOOD:
        return f"A {kind} formula is enough: the search found none that the rows support better."
    return f"No law found: this is the best {kind} formula."
