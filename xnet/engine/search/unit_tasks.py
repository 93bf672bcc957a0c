"""What tasks try besides where units steer the search: candidates of the target's unit in place of the whole network.

By Buckingham's theorem the formulas of the target's unit are few, so a library of them reaches longer formulas than an
enumeration of all candidates. Each is matched as a whole: no inverse of an activation enlarges the noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.evaluation import evaluate
from xnet.engine.algebra.expressions import ONE, Expr, ExprKind, add, mul
from xnet.engine.candidates.library import CandidateLibrary, without
from xnet.engine.candidates.monomials import exponents
from xnet.engine.candidates.sizes import LibrarySize
from xnet.engine.moves.neuron_moves import plain_queries, power_law_queries, sum_queries
from xnet.engine.moves.pair_moves import pair_fits
from xnet.engine.moves.proposal import Proposal
from xnet.engine.moves.query import MoveQuery
from xnet.engine.moves.target_transforms import TransformedTarget
from xnet.engine.moves.targets import root_target
from xnet.engine.networks.network import Network
from xnet.engine.problem.problem import Problem

from .proposals import match_queries

#: Candidates of the target's unit that are proposed, and those that are proposed as a further term.
_PROPOSED, _TERMS = 40, 4
#: Monomials that are looked through with their largest degree, that a sum is chosen from, and beside a candidate.
_LOOKED_THROUGH, _DEGREE, _MONOMIALS, _BESIDE = 6000, 8, 20, 8
#: Candidates of a part of a library that are proposed for each query.
_MATCHES = 5
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


def powers_of_the_unit(transform: TransformedTarget, problem: Problem, negative: bool) -> list[tuple[float, ...]]:
    """Exponents (inputs,) of monomials that have the unit of a transformed target; none where it is not known."""
    wanted = _unit_of(transform, problem)
    if wanted is None:
        return []
    assert problem.constraints.units is not None
    units = problem.constraints.units.table()[[e.index for e, _ in problem.search.inputs()]]
    able = np.flatnonzero(~np.isnan(units).any(axis=1))

    def make() -> Array:
        found = list(itertools.islice(exponents(len(able), _DEGREE, _DEGREE, negative), _LOOKED_THROUGH))
        powers = np.zeros((len(found), len(units)))
        powers[:, able] = np.array(found).reshape(len(found), len(able))
        return powers

    powers: Array = problem.cached(("exponents", negative), make)
    right = np.abs(powers[:, able] @ units[able] - wanted).max(axis=1, initial=0.0) < 1e-6
    return [tuple(row) for row in powers[right][:_MONOMIALS].tolist()]


def matches_of_the_unit(transforms: Sequence[TransformedTarget], problem: Problem, size: LibrarySize) -> list[Proposal]:
    """Candidates of the unit of a transformed target in its place, alone and beside monomials of this unit."""
    proposals = []
    for t in transforms:
        wanted = _unit_of(t, problem)
        if wanted is not None and t.depth <= 1:
            queries = [MoveQuery(t.target.values, t.target.weight, terms, t.wrap, f"{t.description} by its unit",
                                 floor=t.target.floor, context_size=2 * t.depth)
                       for terms in _regressors(t, problem)]
            proposals += match_queries(problem, queries, size, _MATCHES, _part_of_unit(problem, size, wanted))
    return proposals


def _regressors(t: TransformedTarget, problem: Problem) -> list[tuple[tuple[Expr, Array], ...]]:
    """The number 1 alone, and with monomials that have the unit of a transformed target, if there are any."""
    one, inputs = (ONE, np.ones_like(problem.search.y)), problem.search.inputs()
    beside = [(mul([(e, p) for (e, _), p in zip(inputs, powers, strict=True) if p]),
               np.prod([v ** p for (_, v), p in zip(inputs, powers, strict=True) if p], axis=0))
              for powers in powers_of_the_unit(t, problem, False)[:_BESIDE]]
    beside = [(e, v) for e, v in beside if np.isfinite(v).all() and np.ptp(v) > 0]
    return [(one,), (one, *beside)] if beside else [(one,)]


def _part_of_unit(problem: Problem, size: LibrarySize, wanted: Array) -> CandidateLibrary:
    """The candidates of a library that have a unit without a number with a unit."""
    def make() -> CandidateLibrary:
        library = problem.library(size)
        assert library.enumerator.units is not None
        made = library.enumerator.units.of(np.arange(library.enumerator.count))
        return without(library, (np.abs(made.exponents - wanted) > 1e-6).any(axis=1) | (made.needed > 0)
                       ).on_device(problem.device)

    return problem.cached(("of unit", size, tuple(wanted.tolist())), make)


def _unit_of(transform: TransformedTarget, problem: Problem) -> Array | None:
    """The exponents (D,) of the unit of a transformed target; None where it is not known."""
    rule = problem.constraints.units
    target = None if rule is None or not problem.parameters else rule.of_target()
    return None if target is None or transform.unit_power is None else target * transform.unit_power


def _has_unit(problem: Problem) -> bool:
    """Whether units steer a search with fitted constants, and the target has one."""
    rule = problem.constraints.units
    return rule is not None and rule.target is not None and problem.parameters
