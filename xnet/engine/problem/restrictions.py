"""What a person laid down about the constants of a network: fixed ones, whole ones, and bounds.

A given formula and a template have letters, some of them fixed, bounded or whole. A network of this form may write them
in other places, such as -b or sqrt(2*g). So the network is compared with the form that has its values: a constant of
the network is fixed if it moves with no letter that is fitted, and at a bound if it moves with letters at bounds alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.fitting.bounds import Bounds
from xnet.engine.fitting.determination import determined, weighted_jacobian
from xnet.engine.fitting.letters import bounds_of, fit_within, with_columns
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.formulas.composition import composed, movable
from xnet.engine.networks.known_values import form_of
from xnet.engine.networks.letter import Letter
from xnet.engine.networks.network import Network
from xnet.engine.networks.parts import Parts

from .problem import Problem

Held = Literal["fixed", "whole", "bound"]
#: Columns of Jacobians agree, and a constant moves with a letter, up to or from this share of their length.
_SAME = 1e-6


@dataclass(frozen=True)
class Restrictions:
    """What is laid down about the p constants of a network.

    Attributes:
        held: position -> why the constant is not fitted.
        start: (p,) the constants at the optimum within the bounds; held ones have their final value.
        low, high: (p,) the bounds of the constants that are a letter times a number; infinite for others.
        own: the bounds of the constants of groups (`own_limits`).
    """

    held: dict[int, Held]
    start: Array
    low: Array
    high: Array
    own: Bounds | None = None


class _Lettered(NamedTuple):
    """A network of letters: its first constants are fitted letters, with their restrictions."""

    network: Network
    letters: tuple[Letter, ...]


def fixed_constants(network: Network, problem: Problem, parts: Parts | None = None) -> frozenset[int]:
    """Positions of the constants of a network that nothing fits: known constants, and those of a given form.

    Args:
        network: of the problem.
        problem: of the search.
        parts: what fills the form of a template; None for a network without one.
    """
    found = {*_known(network), *(i for i, why in _in_groups(network, problem, parts).items() if why == "fixed")}
    form = _lettered(network, problem, parts)
    if form is not None:
        with np.errstate(all="ignore"):
            slopes = _slopes(network, form, problem.search)
        found |= {i for i in range(len(network.constants)) if not slopes[i].any()}
    return frozenset(found)


def restrictions(network: Network, problem: Problem, rows: Rows, parts: Parts | None = None) -> Restrictions:
    """What is laid down about the constants of a network, and the optimum of the form on some rows.

    Args:
        network, problem, parts: as for `fixed_constants`.
        rows: the rows of the optimum.
    """
    p = len(network.constants)
    known: dict[int, Held] = _in_groups(network, problem, parts) | dict.fromkeys(_known(network), "fixed")
    none = Restrictions(known, np.array(network.constants, dtype=float), np.full(p, -np.inf), np.full(p, np.inf),
                        own_limits(network, problem, parts))
    form = _lettered(network, problem, parts)
    if form is None:
        return none
    with np.errstate(all="ignore"):
        return _of_form(network, form, problem.search, rows, none)


def _known(network: Network) -> set[int]:
    return {i for i, c in enumerate(network.constants) if form_of(c, network.known) is not None}


def _in_groups(network: Network, problem: Problem, parts: Parts | None) -> dict[int, Held]:
    """Which shared constants of a template in groups are not fitted; empty for other networks.

    Shared letters come first and numbers of the form last (`composed_of_groups`), so they are found by their values.
    """
    form = problem.template
    if network.own is None or parts is None or form is None:
        return {}
    found: dict[int, Held] = {}
    places = list(range(len(network.constants)))

    def take(value: float, why: Held, order: Sequence[int]) -> None:
        at = next((i for i in order if i not in found and abs(network.constants[i]) == abs(value)), None)
        if at is not None:
            found[at] = why

    written = (form.network, *(argument for call in form.calls for argument in call.arguments))
    for number in (number for part in written for number in part.constants):
        take(number, "fixed", places[::-1])
    own = parts.own_letters or (-1,) * len(form.known)
    for letter, value, place in zip(form.known, parts.letters, own, strict=True):
        if place < 0 and (letter.whole or value in (letter.low, letter.high)):
            take(value, "whole" if letter.whole else "bound", places)
    return found


def own_limits(network: Network, problem: Problem, parts: Parts | None) -> Bounds | None:
    """The bounds (p, G) of the own constants of a template in groups that are letters; None without such letters.

    The p constants are the shared ones, which have no bounds here, then the own ones. A whole letter stays as it is.
    """
    form, own = problem.template, network.own
    if own is None or parts is None or form is None or all(letter.is_free for letter in form.known):
        return None
    low = np.full((len(network.constants) + len(own.values), own.n_groups), -np.inf)
    high = -low
    for letter, place in zip(form.known, parts.own_letters, strict=False):
        at = len(network.constants) + place
        if place >= 0:
            low[at], high[at] = (own.values[place],) * 2 if letter.whole else (letter.low, letter.high)
    return Bounds(low, high)


def _lettered(network: Network, problem: Problem, parts: Parts | None) -> _Lettered | None:
    """The network in the letters of the template or of the given formula; None for a network of another structure."""
    if network.own is not None or not network.constants:
        return None
    if parts is not None and problem.template is not None:
        free = Letter()
        return _Lettered(composed(problem.template, parts),
                         (*problem.template.known, *(free for hole in parts.holes for _ in hole.constants)))
    form = problem.given_form
    same = None if form is None else problem.in_letters(network)
    return None if form is None or same is None or not same[1] else \
        _Lettered(same[0], tuple(letter for _, letter in form.fitted))


def _slopes(network: Network, form: _Lettered, rows: Rows) -> Array:
    """The derivatives (p, k) of the constants of a network by the letters of its form; 0 where one does not move.

    They are 1 where the rows do not determine a constant: nothing says that it is fixed.
    """
    k, theta = len(form.letters), np.array(network.constants)
    found = np.ones((len(theta), k))
    A = weighted_jacobian(network, rows, theta)
    B = weighted_jacobian(form.network, rows, np.array(form.network.constants))[:, :k]
    if not np.isfinite(A).all() or not np.isfinite(B).all():
        return found
    kept, scaled, rest = _solved(A, B, theta, range(len(theta)))
    # Of constants that stand for one another, such as 1.4 and 9.8 in 1.4*sqrt(9.8*x), the number of the form is fixed.
    numbers = {abs(c) for c in form.network.constants[k:]}
    fewer, of_fewer, rest_of_fewer = _solved(A, B, theta, [i for i, c in enumerate(theta) if abs(c) not in numbers])
    if len(fewer) < len(theta) and (rest_of_fewer[rest <= _SAME] <= _SAME).all():
        kept, scaled, rest = fewer, of_fewer, rest_of_fewer
        found[[i for i, c in enumerate(theta) if abs(c) in numbers]] = 0.0
    scaled[:, rest > _SAME] = 0.0  # the network has this letter as an exact number
    found[kept] = scaled
    return found


def _solved(A: Array, B: Array, theta: Array, free: Iterable[int]) -> tuple[list[int], Array, Array]:
    """The columns B (n, k) as combinations of those of A (n, p) that are free and that the rows determine.

    Returns:
        Positions of these columns, the coefficients (kept, k), and the shares (k,) of B that are left.
    """
    kept = determined(A.T @ A, theta, list(free))
    sizes, reach = np.linalg.norm(A[:, kept], axis=0), np.linalg.norm(B, axis=0)
    if not kept or not B.shape[1]:
        return kept, np.zeros((len(kept), B.shape[1])), (reach > 0).astype(float)
    reach[reach == 0] = 1.0
    scaled = np.linalg.lstsq(A[:, kept] / sizes, B / reach, rcond=None)[0]
    rest = np.linalg.norm(A[:, kept] / sizes @ scaled - B / reach, axis=0)
    scaled[np.abs(scaled) < _SAME] = 0.0
    return kept, scaled * reach / sizes[:, None], rest


def _of_form(network: Network, form: _Lettered, search: Rows, rows: Rows, none: Restrictions) -> Restrictions:
    now = np.array(form.network.constants[:len(form.letters)], dtype=float)
    of_letters = letter_restrictions(*form, rows)
    kinds, low, high = of_letters.held, of_letters.low, of_letters.high
    held, ends, start = dict(none.held), (none.low.copy(), none.high.copy()), none.start
    if "bound" in kinds.values():
        start = _as_constants(network, form.network.with_constants(of_letters.start), rows)
    for i, moves in enumerate(_slopes(network, form, search)):
        letters = np.flatnonzero(moves).tolist()
        if all(j in kinds for j in letters):
            kind: Held = "fixed" if not letters else "bound" if "bound" in [kinds[j] for j in letters] else "whole"
            held.setdefault(i, kind)
        if len(letters) == 1 and now[j := letters[0]]:
            factor = network.constants[i] / now[j]
            if abs(moves[j] - factor) <= _SAME * abs(factor):
                ends[0][i], ends[1][i] = sorted((factor * low[j], factor * high[j]))
                start[i] = factor * of_letters.start[j] if j in kinds else start[i]
    return Restrictions(held, start, *ends)


def letter_restrictions(network: Network, letters: Sequence[Letter], rows: Rows) -> Restrictions:
    """The restrictions of a network of letters at its optimum on some rows: what is fixed, bounded or whole.

    Args:
        network: its first constants are letters to fit; nothing fits the others.
        letters: their values, bounds, and whether they are whole.
        rows: the rows of the optimum.
    """
    best = _optimum(network, letters, rows)
    k, start = len(letters), np.array(network.constants, dtype=float)
    held: dict[int, Held] = dict.fromkeys(range(k, len(start)), "fixed")
    for j, (letter, value) in enumerate(zip(letters, best.tolist(), strict=True)):
        if letter.whole or value in (letter.low, letter.high):
            held[j] = "whole" if letter.whole else "bound"
    low, high = np.full(len(start), -np.inf), np.full(len(start), np.inf)
    start[:k], (low[:k], high[:k]) = best, bounds_of(letters)
    return Restrictions(held, start, low, high)


def _optimum(network: Network, letters: Sequence[Letter], rows: Rows) -> Array:
    """The letters (k,) fitted within their bounds, whole ones and all other constants held."""
    free, held = movable(network, range(len(letters)))
    now = np.array(free.constants, dtype=float)
    low, high = bounds_of(letters)
    whole = np.array([letter.whole for letter in letters], dtype=bool)
    low, high = np.where(whole, now, low), np.where(whole, now, high)
    if np.isinf([low, high]).all():
        return now
    with np.errstate(all="ignore"):
        return np.array(fit_within(free, with_columns(rows, held), (low, high), 100).network.constants)


def _as_constants(network: Network, form: Network, rows: Rows) -> Array:
    """The constants (p,) of a network for which it has the values of a form on some rows."""
    now, values = np.array(network.constants, dtype=float), form.evaluate(rows.columns.T)
    if not np.isfinite(values).all() or not float(np.var(values)):
        return now
    found = np.array(fit_parameters(network, Rows(rows.columns, values, float(np.var(values))), 100).network.constants)
    return np.where(np.abs(found - now) <= _SAME * np.abs(now), now, found)
