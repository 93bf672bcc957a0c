"""Why a search ends: the reasons, and the rules that find them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows
from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem

from .parameter_modes import mode_of
from .schedule import OPENING_STEPS

#: Steps without a change of the default pick after which the residuals are tested for noise.
_PATIENCE = 12


class StopReason(StrEnum):
    """Why a search ended: the engine finds the first three, its caller the others."""

    EXACT = "exact"
    NOISE = "noise"
    EXHAUSTED = "exhausted"
    BUDGET = "budget"
    STEPS = "steps"
    STOPPED = "stopped"

    @property
    def sentence(self) -> str:
        """The reason in one sentence, for people."""
        return _SENTENCES[self]

    @property
    def class_sentence(self) -> str:
        """The same for the search of a class, whose probabilities come near 0 and 1 but are never exact."""
        return _EXACT_CLASS if self is StopReason.EXACT else self.sentence


_SENTENCES = {
    StopReason.EXACT: "The formula fits every training row exactly, so the search ended early.",
    StopReason.NOISE: "What the formula leaves unexplained looks like noise, so the search ended early.",
    StopReason.EXHAUSTED: "Nothing is left to try with these activations and this size, so the search ended early.",
    StopReason.BUDGET: "The time you gave is used up.",
    StopReason.STEPS: "The steps you asked for are done.",
    StopReason.STOPPED: "You stopped the search; the best formulas so far are kept.",
}
_EXACT_CLASS = "What is left unexplained could not pay for one more fitted number, so the search ended early."


def has_reached_the_noise(step: int, last_change_step: int, best: FrontEntry, problem: Problem) -> bool:
    """Whether the residuals look like noise, after the opening and many steps without a change of the default pick."""
    steps = mode_of(problem).steps_per_task
    patience = max(_PATIENCE * steps, last_change_step // 2)
    if step < steps * OPENING_STEPS or step - last_change_step < patience or best.loss_holdout is None:
        return False
    rows = problem.search
    nearest = problem.cached("nearest rows", lambda: nearest_rows(np.stack([c for _, c in rows.inputs()])))
    return looks_like_noise(best.network, rows, nearest)


def has_settled(steps: int, best: FrontEntry, since: int) -> bool:
    """Whether the search for a simpler exact network may end.

    Args:
        steps: since the default pick became exact.
        since: the step at which it did.
    """
    return steps >= (1 if best.complexity <= 8 else 2 if best.complexity <= 14 else 4 + since // 4)
