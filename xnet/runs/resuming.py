"""The state that a search starts from, or continues from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from xnet import engine
from xnet.errors import XNetError
from xnet.evidence.class_probability import to_search_form

from .run import Run

log = logging.getLogger(__name__)


class Resumed(NamedTuple):
    """A search that is continued.

    Attributes:
        seconds: seconds of searching so far.
        state: the state of the search.
        had_ended: whether the search had ended by itself.
    """

    seconds: float
    state: Any
    had_ended: bool


def initial_state(problem: engine.Problem, warm_start: Sequence[engine.Network]) -> Any:
    """The state before the first step.

    Args:
        problem: the problem to search.
        warm_start: networks of an earlier search on the same columns, as they are shown; may be empty.
    """
    state = engine.start(problem)
    networks = [to_search_form(network, problem) for network in warm_start]
    return engine.warm_start(state, networks, problem) if networks else state


def resumed_state(run: Run, problem: engine.Problem) -> Resumed | None:
    """The state of a search that has begun before; None if there is none, or if it cannot be read.

    A process that was killed may have found networks after its last checkpoint. They are taken from the snapshot.
    """
    checkpoint, snapshot = run.checkpoint(), run.snapshot()
    if snapshot is None:
        return None
    try:
        found = [engine.Network.from_json(record["network"]) for record in snapshot["front"]]
        seconds = float(snapshot["seconds"])
        if checkpoint is None:
            return Resumed(seconds, initial_state(problem, found), False)
        seconds = max(seconds, float(checkpoint["seconds"]))
        state = engine.with_own_shares(engine.state_from_json(checkpoint["state"]), problem)
        state = engine.rescored_state(state, problem)
    except (XNetError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        log.warning("The search starts again, because its checkpoint cannot be read: %s", error)
        return None
    had_ended = bool(state.stop_reason)
    if had_ended:
        state = engine.resumable_state(state)
    in_state = {entry.network for entry in state.front}
    lost = [network for network in (to_search_form(network, problem) for network in found) if network not in in_state]
    return Resumed(seconds, engine.warm_start(state, lost, problem) if lost else state, had_ended)
