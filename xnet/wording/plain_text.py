"""The sentence that a plain model is suggested because the search found nothing better."""

from __future__ import annotations

from xnet.counts import all_of, counted

#: A formula that leaves less than this share unexplained is exact up to rounding: it is a law, whatever found it.
_EXACT = 1e-12
#: A plain model that leaves at most this share unexplained may well be the law: a noisy line is one. One that leaves at
#: most the other share describes the target, and is no failure.
_GOOD, _FAIR = 0.1, 0.5
#: Levels of verdicts: not clearly better than a constant; not clearly better than a straight line (for a class,
#: than logistic regression).
_NOTHING, _SIMPLER = ("mean", "share"), ("line", "logistic")
#: The plain model of the probability of a class.
LOGISTIC = "logistic regression"


def plain_sentence(kind: str | None, loss: float | None, level: str, used: int = 1, n_inputs: int = 1,
                   n_numbers: int = 2) -> str:
    """The sentence; "" for a network that was searched for, and for an exact formula.

    It agrees with the verdict that stands beside it, and with the intervals of the constants: only a constant is no
    law, for few held-out rows may not show what all rows do. No formula is called enough that is not clearly better
    than a simpler one.

    Args:
        kind: the kind of plain model that is suggested ("constant", "linear", "log-linear", "log-linear rate",
            "power-law", "quadratic" or, for the probability of a class, `LOGISTIC`), or None.
        loss: the share of the variance of the training rows that it leaves unexplained.
        level: the level of the verdict (`xnet.evidence.verdict.Verdict`).
        used, n_inputs: how many of how many inputs the formula reads.
        n_numbers: how many numbers of the formula are fitted.

    >>> plain_sentence("linear", 0.6, "plausible"), plain_sentence("linear", 1e-20, "strong")
    ('The search found no formula that the rows support clearly better than this linear one.', '')
    >>> plain_sentence("power-law", 0.02, "strong")
    'A power-law formula is enough: the search found none that the rows support clearly better.'
    >>> plain_sentence("quadratic", 0.02, "line")
    'The search found no formula that the rows support clearly better than this quadratic one.'
    >>> plain_sentence("linear", 0.2, "plausible", 9, 9, 10)
    'The best description found is a linear formula of all 9 inputs (10 numbers).'
    >>> plain_sentence("log-linear rate", 0.6, "plausible")
    'The search found no formula that the rows support clearly better than this log-linear rate formula.'
    >>> plain_sentence(LOGISTIC, 0.2, "plausible")
    'The search found no formula that the rows support clearly better than a logistic regression.'
    >>> plain_sentence(LOGISTIC, 0.05, "strong")
    'A logistic regression is enough: the search found no formula that is clearly better.'
    >>> plain_sentence("constant", 1.0, "mean")
    'No law found: the best formula is a constant.'
    """
    if kind is None or level == "exact":
        return ""
    if kind == "constant":  # under Huber's scale a constant may leave nothing, and still be no law
        return "No law found: the best formula is a constant."
    if loss is not None and loss <= _EXACT:
        return ""
    good = level == "strong" or (loss is not None and loss <= _GOOD)
    straight = kind.startswith(("linear", "log-linear"))
    if not good and straight and level not in (*_NOTHING, *_SIMPLER) and loss is not None and loss <= _FAIR:
        numbers = counted(n_numbers, "number")
        return f"The best description found is a {kind} formula{_of_inputs(used, n_inputs)} ({numbers})."
    if kind == LOGISTIC and level != "strong":  # the verdict beside it says of which inputs it is
        return f"The search found no formula that the rows support clearly better than a {kind}."
    if kind == LOGISTIC:
        return f"A {kind} is enough: the search found no formula that is clearly better."
    if level in _NOTHING or not good or (level in _SIMPLER and (kind != "linear" or level == "line")):
        word = "formula" if " " in kind else "one"
        return f"The search found no formula that the rows support clearly better than this {kind} {word}."
    return f"A {kind} formula is enough: the search found none that the rows support clearly better."


def _of_inputs(used: int, n_inputs: int) -> str:
    """The inputs that a formula reads.

    >>> _of_inputs(1, 1), _of_inputs(2, 2), _of_inputs(1, 9)
    ('', ' of both inputs', ' of 1 of 9 inputs')
    """
    if n_inputs == 1:
        return ""
    return f" of {all_of(n_inputs, 'input')}" if used == n_inputs else f" of {used} of {n_inputs} inputs"
