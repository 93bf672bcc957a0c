"""The history and the end of a search, as the estimators report them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import TypedDict

from sklearn.exceptions import ConvergenceWarning

from xnet.engine import Event, FrontEntry, Problem, StopReason
from xnet.engine.formulas.eulers_number import eulers_number_sentence
from xnet.engine.formulas.text import to_text
from xnet.evidence.required_inputs import required_inputs_sentence, unmet_sentence
from xnet.evidence.weak_required_inputs import weak_required_sentence


class HistoryEntry(TypedDict):
    """One improvement of a search.

    Attributes:
        step: the number of the step.
        seconds: seconds of searching until then.
        loss: loss on the training rows, relative to the loss of the best constant.
        loss_holdout: the same on the held-out rows; None without held-out rows.
        complexity: the number of neurons and constants.
        n_parameters: the number of fitted constants.
        formula: the formula as text.
        reason: what changed, as a sentence.
    """

    step: int
    seconds: float
    loss: float
    loss_holdout: float | None
    complexity: int
    n_parameters: int
    formula: str
    reason: str


def history_of(events: Iterable[Event], names: Sequence[str]) -> list[HistoryEntry]:
    """The improvements among the events of a search, oldest first.

    Args:
        events: the events of the search.
        names: the names of the inputs.
    """
    return [{"step": e.step, "seconds": e.seconds, "loss": e.loss, "loss_holdout": e.loss_holdout,
             "complexity": e.complexity, "n_parameters": e.n_parameters, "formula": to_text(e.network, names),
             "reason": e.reason} for e in events if e.kind == "improved"]


def warn_if_stopped(reasons: Iterable[StopReason]) -> None:
    """Warn that Ctrl-C has ended a search, with the line of the caller of `fit`."""
    if StopReason.STOPPED in reasons:
        warnings.warn("The search was interrupted, so the model is the best that was found until then; stop_reason_ is "
                      "'stopped'. Fit again to search longer.", ConvergenceWarning, stacklevel=3)


def warn_of_knowledge(chosen: FrontEntry, front: Sequence[FrontEntry], problem: Problem) -> None:
    """Warn, with the line of the caller of `fit`, where what was given means or costs more than the formula shows.

    That are constraints, and Euler's number in a given formula.
    """
    given = problem.initial_formula if problem.template is None else problem.template.text
    if given is not None and (sentence := eulers_number_sentence(given, problem.names)):
        warnings.warn(sentence, UserWarning, stacklevel=3)
    if chosen.admitted:
        sentence = required_inputs_sentence(chosen.network, [e.network for e in front], problem) or \
            weak_required_sentence(chosen.network, problem)
    else:
        sentence = unmet_sentence(chosen.network, problem)
    if sentence:
        warnings.warn(sentence, ConvergenceWarning, stacklevel=3)
