"""Admission of a trial to the front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xnet.engine.algebra.conversion import to_expression
from xnet.engine.fitting.all_rows import fitted_to_all_rows
from xnet.engine.front.entry import Front, FrontEntry, make_entry
from xnet.engine.front.front import insert
from xnet.engine.front.support import with_support
from xnet.engine.problem.problem import Problem

from .parameter_modes import mode_of
from .records import Trial

#: Significant digits that constants are rounded to where they cannot be simplified.
_DIGITS = (3, 4, 5, 6, 8, 10)


def admit_by_all_rows(front: Front, problem: Problem, judge: Callable[[Front], Front]) -> Front:
    """Admit a trial to the front of a large table: it is scored on a subsample first, and on all rows if it passes.

    Args:
        judge: gives the front after the trial for the front before it, both scored on `problem.subsampled`.
    """
    subsampled = problem.subsampled
    before = tuple(problem.cached(("subsampled entry", e.network),
                                  lambda e=e: make_entry(e.network, subsampled, e.reason)) for e in front)
    known = {id(e) for e in before}
    for entry in judge(before):
        if id(entry) not in known:
            network = fitted_to_all_rows(entry.network, problem.train)
            front = _inserted(front, make_entry(network, problem, entry.reason), problem)
    return front


def admit(front: tuple[FrontEntry, ...], trial: Trial, problem: Problem) -> tuple[FrontEntry, ...]:
    """The front after a trial: the trial enters, its constants simplified, unless another network dominates it."""
    if problem.subsampled is not problem:
        return admit_by_all_rows(front, problem, lambda judged: admit(judged, trial, problem.subsampled))
    raw = make_entry(trial.network, problem, trial.reason)
    if not problem.behaves(trial.network) or (
            insert(front, replace(raw, admitted=True)) is front and raw.loss > problem.train.exact):
        return front
    network = mode_of(problem).simplified(trial.network, problem)
    if network is trial.network:
        return _inserted(front, raw, problem)
    simplified = make_entry(network, problem, trial.reason)
    front = _inserted(front, simplified, problem)
    if raw.admitted and not simplified.admitted:  # a term that a constraint needs was dropped, or a bound was crossed
        return _inserted(front, _shortened(raw, problem), problem)
    worse = simplified.loss > 1e3 * max(raw.loss, problem.train.exact)
    return _inserted(front, raw, problem) if worse else front


def _inserted(front: Front, entry: FrontEntry, problem: Problem) -> Front:
    """The front with the entry, if it enters; its support by all rows is computed then."""
    after = insert(front, entry)
    return after if after is front else tuple(with_support(e, problem) if e is entry else e for e in after)


def _shortened(entry: FrontEntry, problem: Problem) -> FrontEntry:
    """The entry with as few digits of its constants as cost nothing and keep the constraints."""
    for digits in _DIGITS:
        rounded = entry.network.with_constants([float(f"{c:.{digits}g}") for c in entry.network.constants])
        network = problem.network_of(to_expression(rounded)) or rounded  # a + (-2)*x becomes a - 2*x
        # E/R of two short numbers is a long one.
        network = network.with_constants([float(f"{c:.{digits}g}") for c in network.constants])
        short = make_entry(network, problem, entry.reason)
        if short.admitted and short.loss <= 1.001 * max(entry.loss, entry.exact):
            return short
    return entry
