"""The support of entries from a file, computed again because files do not store it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from xnet.engine.front.entry import Front, FrontEntry
from xnet.engine.front.support import with_support
from xnet.engine.problem.problem import Problem

from .group_forms import one_group
from .second_look import robust_problem, with_robust_support
from .state import Island, SearchState


def rescored_state(state: SearchState, problem: Problem) -> SearchState:
    """The state with the support of every entry; the same object if no support is missing."""
    # The island of a hole has a table of its own, which `holes` knows; so has the island of a group in a template.
    islands = tuple(island if island.hole >= 0 or (island.group >= 0 and problem.template is not None) else
                    rescored_island(island, _problem_of(island, problem)) for island in state.islands)
    front = _rescored(state.front, problem)
    same = front is state.front and all(a is b for a, b in zip(islands, state.islands, strict=True))
    return state if same else replace(state, islands=islands, front=front)


def _problem_of(island: Island, problem: Problem) -> Problem:
    return problem if island.group < 0 else one_group(problem, island.group)


def rescored_island(island: Island, problem: Problem) -> Island:
    """Like `rescored_state`, for one island."""
    front, plain, kept = (_rescored(entries, problem) for entries in (island.front, island.plain, island.kept))
    beside = island.with_constants
    if beside is not None:
        beside = rescored_island(beside, problem.with_parameters())
    look = None if island.second_look is None else rescored_island(island.second_look, robust_problem(problem))
    robust = None if island.robust_pick is None else _rescored((island.robust_pick,), problem)[0]
    if front is island.front and plain is island.plain and kept is island.kept and \
            beside is island.with_constants and look is island.second_look and robust is island.robust_pick:
        return island
    return replace(island, front=front, plain=plain, kept=kept, with_constants=beside, second_look=look,
                   robust_pick=robust)


def _rescored(front: Front, problem: Problem) -> Front:
    if all(e.support is not None for e in front):
        return front
    with np.errstate(all="ignore"):
        return tuple(_with_support(e, problem) if e.support is None else e for e in front)


def _with_support(entry: FrontEntry, problem: Problem) -> FrontEntry:
    return with_robust_support(entry, problem) if entry.is_robust else with_support(entry, problem)
