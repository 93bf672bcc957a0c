"""What tasks try besides where units steer the search: candidates of the target's unit in place of the whole network.

By Buckingham's theorem the formulas of the target's unit are few, so a library of them reaches longer formulas than an
enumeration of all candidates. Each is matched as a whole: no inverse of an activation enlarges the noise.
"""

from __future__ import annotations

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ExprKind, add
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.neuron_moves import plain_queries, power_law_queries, sum_queries
from xnet.engine.moves.pair_moves import pair_fits
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.targets import root_target
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .proposals import match_queries

#: Candidates of the target's unit that are proposed, and those that are proposed as a further term.
_PROPOSED, _TERMS = 40, 4
#: The place of these candidates, in words.
_PLACE = "the target by its unit"


def of_the_unit(problem: Problem) -> list[Proposal]:
    """Candidates of the target's unit, with a number added and without."""
    if not _has_unit(problem):
        return []
    queries = list(plain_queries(root_target(problem.search), lambda e: e, _PLACE, [], power_law=False))
    found = match_queries(problem, queries, LibrarySize.UNITS, _PROPOSED)
    alone = [Proposal(add([(c, term) for term, c in p.expr.args]), p.reason) for p in found
             if p.expr.kind is ExprKind.SUM and p.expr.value]
    return [*found, *alone]  # the number that is added needs the target's unit


def pairs_of_the_unit(problem: Problem) -> list[Proposal]:
    """Two candidates of the target's unit at once: as terms, and as factors of a power law."""
    if not _has_unit(problem) or not {"add", "mul"} <= set(problem.activations):
        return []
    rows, library = problem.search, problem.library(LibrarySize.UNITS)
    target = root_target(rows)
    terms = list(plain_queries(target, lambda e: e, _PLACE, [], power_law=False))
    factors = list(power_law_queries(target, lambda e: e, _PLACE, rows.inputs()))
    return [Proposal(expr, words) for query in (*terms, *factors)
            for expr, words in pair_fits(query, library, problem.match, rows, products=False)]


def terms_of_the_unit(network: Network, problem: Problem) -> list[Proposal]:
    """A network with a further term of the target's unit, and with one of its terms replaced."""
    if not _has_unit(problem):
        return []
    rows = problem.search
    queries = list(sum_queries(root_target(rows), lambda e: e, _PLACE, to_expression(network),
                               lambda e: evaluate(e, rows.columns, {})))
    return match_queries(problem, queries, LibrarySize.UNITS, _TERMS)


def _has_unit(problem: Problem) -> bool:
    """Whether units steer a search with fitted constants, and the target has one."""
    rule = problem.constraints.units
    return rule is not None and rule.target is not None and problem.parameters
