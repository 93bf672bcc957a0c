"""The state that a search starts from, or continues from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from xnet import engine
from xnet.errors import XNetError
from xnet.evidence.class_probability import to_search_form

from .run import Run
from .schema import Snapshot

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
        seconds = float(snapshot["seconds"])
        if checkpoint is None:
            return Resumed(seconds, _as_shown(engine.start(problem), snapshot, problem), False)
        seconds = max(seconds, float(checkpoint["seconds"]))
        state = engine.with_own_shares(engine.state_from_json(checkpoint["state"]), problem)
        state = engine.rescored_state(state, problem)
        had_ended = bool(state.stop_reason)
        if had_ended:
            state = engine.resumable_state(state)
        return Resumed(seconds, _as_shown(state, snapshot, problem), had_ended)
    except (XNetError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        log.warning("The search starts again, because its checkpoint cannot be read: %s", error)
        return None


def _as_shown(state: Any, snapshot: Snapshot, problem: engine.Problem) -> Any:
    """The state with the front of the snapshot, which may be newer."""
    found, robust, plain = [], None, False
    for record in snapshot["front"]:
        network = to_search_form(engine.Network.from_json(record["network"]), problem)
        if record.get("is_robust"):
            robust = network
        elif record.get("plain"):
            plain = True
        else:
            found.append(network)
    return engine.with_shown_front(state, found, problem, robust=robust, plain=plain)
