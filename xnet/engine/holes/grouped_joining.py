"""A form with its parts fitted in all groups of rows: which constants are shared, and the network of all groups.

The constants of the holes and the letters are fitted twice: with all of them own, and with own letters alone. Constants
are then shared by evidence (`search.sharing`). The numbers of the form are held. Letters keep their bounds; whole ones
are set to whole numbers in the end, group by group where they are own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression, to_network
from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.group_fitting import GroupFit, GroupRows, Scope, evaluated, fit_own, fit_shared
from xnet.engine.fitting.letters import with_columns
from xnet.engine.formulas.composition import composed, movable
from xnet.engine.formulas.letters_of_groups import composed_of_groups
from xnet.engine.front.entry import FrontEntry, make_entry
from xnet.engine.front.group_support import group_rows
from xnet.engine.front.support import with_support
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network, Neuron
from xnet.engine.networks.own_constants import OwnConstants, taken_letters
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.names_in_use import names_in_use
from xnet.engine.problem.problem import Problem
from xnet.engine.search.sharing import description_length, fitted_everywhere, rounded, shared, with_simple_numbers

#: Steps of a fit, and of one after a shared constant was rounded.
_STEPS, _FEW_STEPS = 40, 10


class Proposal(NamedTuple):
    """Parts that are to be fitted in all groups.

    Attributes:
        parts: the holes, and letters of any group.
        letters: (letters, G) the letters of all groups; None where they are not known.
        name: of the structure.
    """

    parts: Parts
    letters: Array | None
    name: str


class _Fit(NamedTuple):
    """A fit of the constants, those of the holes first, then the letters; and its length in nats."""

    fit: GroupFit
    scopes: list[Scope]
    rows: GroupRows
    length: float


def joined_entries(proposal: Proposal, problem: Problem) -> list[FrontEntry]:
    """The entries of a form with parts fitted in all groups, the shortest description first.

    Returns:
        One entry, or two where the other fit has fewer own constants; none that is not finite or is too long.
    """
    form, groups, parts = problem.template, problem.groups, proposal.parts
    assert form is not None
    assert groups is not None
    n = len(parts.letters)
    network, held = movable(composed(form, parts), [*range(n, parts.n_constants), *range(n)])
    rows = group_rows(problem, train=True)
    rows = replace(rows, rows=with_columns(rows.rows, held))
    fits = [found for begun in _begun(network, proposal, rows, form.known)
            if (found := _shared(*begun, rows, problem)) is not None]
    fits.sort(key=lambda found: found.length)
    own = [found.scopes.count(Scope.OWN) for found in fits]
    entries = [_entry(found, proposal, problem) for k, found in enumerate(fits)
               if k == 0 or own[k] < min(own[:k])]
    return [with_support(entry, problem) for entry in entries
            if entry.complexity <= problem.max_complexity and np.isfinite(entry.loss)]


def _entry(found: _Fit, proposal: Proposal, problem: Problem) -> FrontEntry:
    """The entry of a fit, its shared constants simplified and its own ones rounded."""
    form = problem.template
    assert form is not None
    fit = _with_whole_letters(found.fit, found.scopes, found.rows, form.known)
    fit, scopes = with_simple_numbers(fit, found.scopes, found.rows, problem.constraints.required)
    fit = rounded(_with_rounded_shared(fit, scopes, found.rows), scopes, found.rows)
    whole, filled = _network_of(fit.theta, scopes, proposal, problem)
    return make_entry(whole, problem, "the unknown parts in all groups", filled)


def _begun(network: Network, proposal: Proposal, rows: GroupRows,
           letters: Sequence[Letter]) -> list[tuple[GroupFit, list[Scope]]]:
    """The fits from which constants are shared: all of them own, and the letters alone own."""
    n, G = len(proposal.parts.letters), rows.n_groups
    theta = np.repeat(np.array(network.constants)[:, None], G, axis=1).reshape(len(network.constants), G)
    if proposal.letters is not None:
        theta[len(theta) - n:] = proposal.letters
    holes = len(theta) - n
    bounds = Bounds.of([*(Letter() for _ in range(holes)), *letters], G)
    found = []
    if rows.sizes.min() > len(theta):
        alone = proposal.letters is None
        own = fitted_everywhere(network, rows, bounds) if alone else fit_own(network, theta, rows, _STEPS, bounds)
        found.append((own, [Scope.OWN] * len(theta)))
    scopes = [Scope.SHARED] * holes + [Scope.OWN] * n
    found.append((fit_shared(network, theta, scopes, rows, _STEPS, bounds), scopes))
    return [(fit, scopes) for fit, scopes in found if np.isfinite(fit.losses).all()]


def _shared(fit: GroupFit, scopes: list[Scope], rows: GroupRows, problem: Problem) -> _Fit | None:
    fit, scopes, weighted = shared(fit, problem, rows, scopes)
    losses = rows.losses(evaluated(fit.form, fit.theta, rows)[0])
    if not np.isfinite(losses).all():
        return None
    length = description_length(losses, scopes.count(Scope.OWN), scopes.count(Scope.SHARED), rows)
    return _Fit(fit, scopes, weighted, length)


def _with_whole_letters(fit: GroupFit, scopes: Sequence[Scope], rows: GroupRows,
                        letters: Sequence[Letter]) -> GroupFit:
    """The fit with whole letters held at the whole number below or above, whichever fits better."""
    first = len(fit.theta) - len(letters)
    for j in (first + i for i, letter in enumerate(letters) if letter.whole):
        assert fit.bounds is not None
        below, above = (_held(fit, scopes, j, np.clip(to_whole(fit.theta[j]), np.ceil(fit.bounds.low[j]),
                                                      np.floor(fit.bounds.high[j])), rows)
                        for to_whole in (np.floor, np.ceil))
        tried = [below, above]
        if scopes[j] is Scope.OWN:
            better = np.where(below.losses <= above.losses, below.theta[j], above.theta[j])
            tried.append(_held(fit, scopes, j, better, rows))
        fit = min(tried, key=lambda trial: trial.total(rows))
    return fit


def _held(fit: GroupFit, scopes: Sequence[Scope], j: int, values: Array, rows: GroupRows) -> GroupFit:
    """The fit with constant j held at its values (G,), the others fitted again."""
    assert fit.bounds is not None
    theta = fit.theta.copy()
    theta[j] = values
    return fit_shared(fit.form, theta, scopes, rows, _STEPS, fit.bounds.holding(j, values))


def _with_rounded_shared(fit: GroupFit, scopes: Sequence[Scope], rows: GroupRows) -> GroupFit:
    """The fit with shared constants rounded one after the other to the digits that the rows can distinguish."""
    now = list(scopes)
    for j in [i for i, scope in enumerate(scopes) if scope is Scope.SHARED]:
        now[j] = Scope.FIXED
        limit = fit.total(rows) * (1.0 + 0.5 / rows.sizes.sum()) + 1e-22
        for digits in range(2, 16):
            theta = fit.theta.copy()
            theta[j] = float(f"{theta[j, 0]:.{digits}g}")
            theta = theta if fit.bounds is None else fit.bounds.clipped(theta)
            trial = fit_shared(fit.form, theta, now, rows, _FEW_STEPS, fit.bounds)
            if trial.total(rows) <= limit:
                fit = trial
                break
    return fit


def _network_of(theta: Array, scopes: Sequence[Scope], proposal: Proposal, problem: Problem) -> tuple[Network, Parts]:
    """The network of a fit and its parts, the holes written as short as possible."""
    form, groups, parts = problem.template, problem.groups, proposal.parts
    assert form is not None
    assert groups is not None
    own = [i for i, scope in enumerate(scopes) if scope is Scope.OWN]
    holes, at = [], 0
    for hole in parts.holes:
        holes.append(_with_own_inputs(hole, range(at, at + len(hole.constants)), theta, own, problem))
        at += len(hole.constants)
    own_letters = {i: own.index(at + i) for i in range(len(parts.letters)) if at + i in own}
    read = {n.index - hole.n_inputs + len(own) for hole in holes for n in hole.neurons if n.activation == "variable"}
    kept = sorted({j for j in read if j >= 0} | set(own_letters.values()))
    names = {j: form.letters[i] for i, j in own_letters.items()}
    blank = OwnConstants(groups.column, (), groups.labels, taken_letters(names_in_use(problem) - set(names.values())))
    order = _in_order_of_letters(kept, names, blank)
    values = tuple(tuple(map(float, theta[own[j]])) for j in order)
    constants = replace(blank, values=values) if order else None
    return composed_of_groups(form, [_renumbered(hole, len(own), order) for hole in holes],
                              [float(theta[at + i, 0]) for i in range(len(parts.letters))],
                              {i: order.index(j) for i, j in own_letters.items()}, constants)


def _with_own_inputs(hole: Network, positions: range, theta: Array, own: Sequence[int], problem: Problem) -> Network:
    """A hole with its fitted constants, whose own ones are inputs behind its arguments."""
    k = hole.n_inputs
    neurons = tuple(Neuron("variable", (), k + own.index(positions[n.index]))
                    if n.activation == "constant" and positions[n.index] in own else n for n in hole.neurons)
    values = tuple(float(theta[i, 0]) for i in positions)
    written = Network(neurons, values, k + len(own))
    return to_network(to_expression(written), k + len(own), problem.activations) or written


def _in_order_of_letters(kept: Sequence[int], names: dict[int, str], blank: OwnConstants) -> list[int]:
    """Own constants in the order in which they are printed as a, b, ...: a letter of the form keeps its name."""
    order: list[int | None] = [None] * len(kept)
    rest = []
    for j in kept:
        place = next((p for p in range(len(kept)) if names.get(j) == blank.letter(p)), None)
        if place is None or order[place] is not None:
            rest.append(j)
        else:
            order[place] = j
    return [rest.pop(0) if j is None else j for j in order]


def _renumbered(hole: Network, n_own: int, order: Sequence[int]) -> Network:
    """A hole with those own constants alone that are kept, in their order."""
    k = hole.n_inputs - n_own
    neurons = tuple(replace(n, index=k + order.index(n.index - k)) if n.activation == "variable" and n.index >= k else n
                    for n in hole.neurons)
    constants = [n.index for n in neurons if n.activation == "constant"]
    kept = sorted(set(constants))
    return Network(tuple(replace(n, index=kept.index(n.index)) if n.activation == "constant" else n for n in neurons),
                   tuple(hole.constants[i] for i in kept), k + len(order))
