"""The constants of a formula with groups that a search found: their estimates, and the noise that these assume."""

from __future__ import annotations

from typing import Any, NamedTuple

from xnet.engine import Problem
from xnet.engine.networks.network import Network
from xnet.engine.problem.restrictions import fixed_constants

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


def group_estimates(network: Network, problem: Problem, *, of_second_look: bool) -> GroupEstimates:
    """The constants of a formula with groups, fitted to all rows of a search.

    Args:
        network: the formula.
        problem: of the search.
        of_second_look: as for `estimation_rows`.
    """
    if network.own is None:
        return GroupEstimates([], "")
    rows = estimation_rows(problem, of_second_look=of_second_look)
    fixed = fixed_constants(network, problem)
    return GroupEstimates(group_constants(network, rows, fixed), noise_of_groups(network, rows))
