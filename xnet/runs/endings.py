"""Why a search ended: the final state of the run, and a sentence for the user."""

from __future__ import annotations

#: Reason -> (final state of the run, sentence).
ENDINGS = {
    "exact": ("finished", "Finished early: the formula reproduces every row."),
    "noise": ("finished", "Finished early: the remaining errors look like noise."),
    "exhausted": ("finished", "Finished early: nothing is left to try with these activations and this complexity."),
    "budget": ("finished", "Finished: the time is up. The best formula found is kept."),
    "steps": ("finished", "Finished: the steps are done. The best formula found is kept."),
    "stopped": ("stopped", "Stopped. The best formula so far is kept."),
}

#: The sentence for "exact" in a search for a class, whose formula is a probability and never exact.
CLASS_DONE = "Finished early: the remaining log loss is too small to justify another fitted number."


def ending(reason: str, for_class: bool) -> tuple[str, str]:
    """The final state of a run and its message.

    Args:
        reason: a key of `ENDINGS`.
        for_class: whether the search separates one class from the rest.
    """
    state, message = ENDINGS[reason]
    return state, CLASS_DONE if for_class and reason == "exact" else message
