"""Combinations of right-hand sides, one for each state, that are fitted together."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product, zip_longest
from typing import TypeVar

from xnet.engine import Network

from .integral_matching import IntegralFit, structure_cost

T = TypeVar("T")

#: Formulas of a state that are combined, of many states, and how many of the sparse polynomials are among them anyway.
_FORMULAS, _OF_MANY, _SPARSE = 8, 3, 4
#: States from which most combinations differ in one formula from the best, so that fewer formulas are combined.
_MANY_STATES = 4
#: Combinations of all formulas, and of sparse polynomials alone: more than are fitted, because some have no trajectory.
_COMBINATIONS, _SPARSE_COMBINATIONS = 40, 4
#: The shortest formulas of a state, and combinations of them.
_SHORT, _SHORT_COMBINATIONS = 4, 8


def kept_formulas(fits: Sequence[Sequence[IntegralFit]]) -> list[list[Network]]:
    """For every state the formulas that are combined, the best by integral matching first.

    Args:
        fits: for every state its formulas by integral matching.
    """
    return [[fit.network for fit in _kept(own, _FORMULAS)] for own in fits]


def best_combinations(fits: Sequence[Sequence[IntegralFit]], n: int) -> list[tuple[Network, ...]]:
    """The combinations of the lowest summed scores: of all formulas, of sparse polynomials and of plain ones, in turn.

    Plain ones have the lowest scores when structure costs twice as much. Integrals of a few rows prefer long formulas,
    which learn the errors of the smoothed states; the fit of trajectories then decides against them. Combinations of
    the shortest formulas come last: they have a trajectory where all others leave the rows.

    Args:
        fits: for every state its formulas by integral matching.
        n: the number of rows.
    """
    count = _FORMULAS if len(fits) < _MANY_STATES else _OF_MANY
    sparse = [[fit for fit in own if fit.sparse] or list(own) for own in fits]
    found = zip_longest(_lowest([_kept(own, count) for own in fits], _COMBINATIONS),
                        _lowest([_kept(own, min(count, _SPARSE)) for own in sparse], _SPARSE_COMBINATIONS),
                        _lowest([_plain(own, count, n) for own in fits], _SPARSE_COMBINATIONS))
    short = [sorted(own, key=lambda fit: fit.network.complexity)[:_SHORT] for own in fits]
    ordered = [own for turn in found for own in turn if own is not None] + _lowest(short, _SHORT_COMBINATIONS)
    return different(ordered, lambda own: tuple(network.structure() for network in own))


def different(items: Iterable[T], key: Callable[[T], object]) -> list[T]:
    """The first item of each key, in the order of the items."""
    first: dict[object, T] = {}
    for item in items:
        first.setdefault(key(item), item)
    return list(first.values())


def _kept(fits: Sequence[IntegralFit], count: int) -> list[IntegralFit]:
    """The different formulas of the lowest scores, and the best sparse polynomials, the lowest score first."""
    ordered = different(sorted(fits, key=lambda fit: fit.score), lambda fit: fit.network.structure())
    kept = ordered[:count]
    kept += [fit for fit in ordered[count:] if fit.sparse][:max(0, _SPARSE - sum(fit.sparse for fit in kept))]
    return sorted(kept, key=lambda fit: fit.score)


def _plain(fits: Sequence[IntegralFit], count: int, n: int) -> list[IntegralFit]:
    """The different formulas of the lowest scores when structure costs twice as much, with these scores."""
    dearer = [replace(fit, score=fit.score + structure_cost((fit.network,), n)) for fit in fits]
    return different(sorted(dearer, key=lambda fit: fit.score), lambda fit: fit.network.structure())[:count]


def _lowest(kept: Sequence[Sequence[IntegralFit]], count: int) -> list[tuple[Network, ...]]:
    best = heapq.nsmallest(count, product(*kept), key=lambda own: sum(fit.score for fit in own))
    return [tuple(fit.network for fit in own) for own in best]
