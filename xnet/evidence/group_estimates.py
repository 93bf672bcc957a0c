"""The constants of a formula with groups that a search found: their estimates, and the noise that these assume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from xnet.engine import Problem
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.restrictions import restrictions

from .constants import estimation_rows
from .group_constants import group_constants, noise_of_groups


class GroupEstimates(NamedTuple):
    """The constants of a formula with groups.

    Attributes:
        constants: the records of `group_constants`; empty for a formula without own constants.
        noise: the rule of the groups' noise (`noise_of_groups`); "" for such a formula.
    """

    constants: list[dict[str, Any]]
    noise: str


def group_estimates(network: Network, problem: Problem, *, of_second_look: bool,
                    parts: Mapping[str, Any] | None = None) -> GroupEstimates:
    """The constants of a formula with groups, fitted to all rows of a search.

    Args:
        network: the formula.
        problem: of the search.
        of_second_look: as for `estimation_rows`.
        parts: what fills the form of a template, as JSON; None for another formula.
    """
    if network.own is None:
        return GroupEstimates([], "")
    rows = estimation_rows(problem, of_second_look=of_second_look)
    filled = None if parts is None else Parts.from_json(parts)
    laid_down = restrictions(network, problem, rows, filled)
    return GroupEstimates(group_constants(network, rows, laid_down.held, laid_down.own),
                          noise_of_groups(network, rows, laid_down.held, laid_down.own))
