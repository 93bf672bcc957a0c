"""The support of entries from a file, computed again because files do not store it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.support import with_support
from xnet.engine.problem.problem import Problem

from .state import Island, SearchState

Front = tuple[FrontEntry, ...]


def rescored_state(state: SearchState, problem: Problem) -> SearchState:
    """The state with the support of every entry; the same object if no support is missing."""
    islands = tuple(rescored_island(island, problem) for island in state.islands)
    front = _rescored(state.front, problem)
    same = front is state.front and all(a is b for a, b in zip(islands, state.islands, strict=True))
    return state if same else replace(state, islands=islands, front=front)


def rescored_island(island: Island, problem: Problem) -> Island:
    """Like `rescored_state`, for one island."""
    front, plain = _rescored(island.front, problem), _rescored(island.plain, problem)
    beside = island.with_constants
    if beside is not None:
        beside = rescored_island(beside, problem.with_parameters())
    if front is island.front and plain is island.plain and beside is island.with_constants:
        return island
    return replace(island, front=front, plain=plain, with_constants=beside)


def _rescored(front: Front, problem: Problem) -> Front:
    if all(e.support is not None for e in front):
        return front
    with np.errstate(all="ignore"):
        return tuple(e if e.support is not None else with_support(e, problem) for e in front)
