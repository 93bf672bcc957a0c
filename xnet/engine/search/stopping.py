"""Why a search ends: the reasons, and the rules that find them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows
from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem

from .schedule import OPENING_STEPS

#: Steps without another pick after which the search asks whether what is left is noise.
_PATIENCE = 12


class StopReason(StrEnum):
    """Why a search ended: the first three reasons are the engine's own, the others come from whoever runs it."""

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


def _at_the_noise(step: int, settled: int, best: FrontEntry, problem: Problem) -> bool:
    """Whether the pick has stood for long, everything in the opening has been tried, and the rest looks like noise."""
    steps = 1 if problem.parameters else 2
    patience = max(_PATIENCE * steps, settled // 2)
    if step < steps * OPENING_STEPS or step - settled < patience or best.loss_holdout is None:
        return False
    rows = problem.search
    nearest = problem.cached("nearest rows", lambda: nearest_rows(np.stack([c for _, c in rows.inputs()])))
    return looks_like_noise(best.network, rows, nearest)


def _enough(steps: int, best: FrontEntry, since: int) -> bool:
    """Whether to stop looking for a simpler network than an exact one."""
    return steps >= (1 if best.complexity <= 8 else 2 if best.complexity <= 14 else 4 + since // 4)
