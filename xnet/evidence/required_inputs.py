"""What a formula makes of constraints: inputs that it has to read without an effect, and constraints that it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xnet.engine import is_fallback
from xnet.engine.networks.network import Network
from xnet.name_lists import quoted_names

if TYPE_CHECKING:
    from xnet.engine import Problem

#: An input has no visible effect if fixing it changes no output by this share of the target's spread.
_VISIBLE = 1e-6


def required_inputs_sentence(network: Network, front: Sequence[Network], problem: Problem) -> str:
    """Whether the front has only plain formulas of the required inputs, or a formula reads them without effect.

    Args:
        network: the formula.
        front: the networks of the front.
        problem: the problem of the search.

    Returns:
        A sentence; "" for neither.
    """
    required = [i for i in problem.constraints.required if i in network.variables]
    if not required:
        return ""
    with np.errstate(all="ignore"):
        if problem.train.loss(network) > problem.train.exact and all(is_fallback(other, problem) for other in front):
            return (f"The formula is a plain one of the required inputs {_names(required, problem)}: the search found "
                    "no better formula that reads them all. Search longer, or require fewer inputs.")
        idle = [i for i in required if not _has_effect(network, i, problem)]
    if not idle:
        return ""
    many = len(idle) > 1
    return (f"The formula reads {_names(idle, problem)} because {'they are' if many else 'it is'} required, without a "
            f"visible effect on any row: the rows do not need {'them' if many else 'it'}.")


def unmet_sentence(network: Network, problem: Problem) -> str:
    """The sentence on a formula that breaks constraints, because the search found none that satisfies all.

    Args:
        network: the formula: a constant, or the known part of a template with constants for the unknown ones.
        problem: the problem of the search.
    """
    why = problem.constraints.broken(network, names=problem.names)
    result = "is a constant" if not network.variables else f"breaks one: {why}" if why else "does not satisfy them"
    return ("No formula that satisfies all constraints was found; the result "
            f"{result}. Search longer, or relax the constraints.")


def _names(positions: list[int], problem: Problem) -> str:
    return quoted_names((problem.names[i] for i in positions), 6)


def _has_effect(network: Network, i: int, problem: Problem) -> bool:
    X = problem.search.columns.T
    fixed = X.copy()
    fixed[:, i] = np.median(X[:, i])
    change = np.abs(network.evaluate(X) - network.evaluate(fixed))
    return not float(np.nanmax(change, initial=0.0)) <= _VISIBLE * float(np.ptp(problem.search.y))
