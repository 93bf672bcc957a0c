"""Why a search ends: the reasons, and the rules that detect two of them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from xnet.engine.fitting.information import rows_decide
from xnet.engine.fitting.residual_noise import looks_like_noise, nearest_rows
from xnet.engine.fitting.rounding import rounding_loss
from xnet.engine.front.entry import FrontEntry
from xnet.engine.problem.problem import Problem

from .parameter_modes import mode_of
from .schedule import OPENING_STEPS

#: Said of a running search whose residuals look like noise (`noise_is_left`).
NOISE_OFFER = "What is left looks like noise; you may stop here."

#: Steps without a change of the default pick after which the residuals are tested for noise.
_PATIENCE = 12


class StopReason(StrEnum):
    """Why a search ended. The engine sets the first three reasons, the caller of the engine the others."""

    EXACT = "exact"
    NOISE = "noise"
    EXHAUSTED = "exhausted"
    BUDGET = "budget"
    STEPS = "steps"
    STOPPED = "stopped"
    CALLBACK = "callback"
    REACHED = "reached"

    @property
    def sentence(self) -> str:
        """The reason in one sentence, for people."""
        return _SENTENCES[self]

    @property
    def class_sentence(self) -> str:
        """Like `sentence`, for the search of a class: its probabilities approach 0 and 1 but are never exact."""
        return _EXACT_CLASS if self is StopReason.EXACT else self.sentence


_SENTENCES = {
    StopReason.EXACT: "The formula fits every training row exactly, up to rounding at the scale of the target, so the "
                      "search ended early.",
    StopReason.NOISE: "The residuals of the formula look like noise, so the search ended after half of its budget.",
    StopReason.EXHAUSTED: "No steps are left with these activations and this size, so the search ended early.",
    StopReason.BUDGET: "The time budget is used up.",
    StopReason.STEPS: "The requested number of steps is done.",
    StopReason.STOPPED: "You stopped the search; the best formulas so far are kept.",
    StopReason.CALLBACK: "The callback ended the search; the best formulas so far are kept.",
    StopReason.REACHED: "The formula reached the loss at which the search was to end.",
}
_EXACT_CLASS = (
    "The remaining log loss is smaller than the price of one more fitted number, so the search ended early.")


def noise_is_left(step: int, last_change_step: int, best: FrontEntry, problem: Problem) -> bool:
    """Whether the residuals look like noise, after the opening and many steps without a change of the default pick.

    The search then offers to stop. It ends itself only by the stricter rule of `noise_ending`.
    """
    steps = mode_of(problem).steps_per_task
    patience = max(_PATIENCE * steps, last_change_step // 2)
    if step < steps * OPENING_STEPS or step - last_change_step < patience or best.loss_holdout is None:
        return False
    if not varying_inputs(problem):
        return True
    rows = problem.search
    nearest = problem.cached("nearest rows", lambda: nearest_rows(np.stack([c for _, c in rows.inputs()])))
    return looks_like_noise(best.network, rows, nearest)


def varying_inputs(problem: Problem) -> int:
    """The number of inputs that vary in the rows of the search."""
    found: int = problem.cached("inputs that vary in search", lambda: len(problem.search.inputs()))
    return found


def is_exact(best: FrontEntry, problem: Problem) -> bool:
    """Whether the default pick is exact: with its constants fitted to all rows, it leaves no more than rounding.

    A loss of 1e-21 alone is no proof: a polynomial may come as near to a closed form as that (`rounding_loss`), and a
    formula with a constant for every row that carries information fits any of them (`rows_decide`).
    """
    if best.loss > problem.train.exact:
        return False
    if best.support is None or best.support.dispersion is not None:
        return True
    if not rows_can_tell(best, problem):
        return False
    rows = problem.subsampled.all_rows
    floor = problem.cached(("rounding", best.network), lambda: rounding_loss(best.network, rows))
    return min(best.loss, best.support.loss) <= floor


def rows_can_tell(best: FrontEntry, problem: Problem) -> bool:
    """Whether the rows that carry information are more than the constants of a network (`rows_decide`)."""
    held_out = None if problem.holdout is None else problem.holdout.y
    return rows_decide(best.network.n_parameters, problem.train.y, held_out)


def has_settled(steps: int, best: FrontEntry, since: int) -> bool:
    """Whether the search for a simpler exact network may end.

    Args:
        steps: number of steps since the default pick became exact.
        since: the step at which the default pick became exact.
    """
    return steps >= (1 if best.complexity <= 8 else 2 if best.complexity <= 14 else 4 + since // 4)
