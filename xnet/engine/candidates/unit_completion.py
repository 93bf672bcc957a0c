"""Candidates completed to the target's unit: each template times the monomial of the inputs that its unit lacks.

By Buckingham's theorem (1914) a law is a monomial of the target's unit times a function of pure numbers. A template
such as 1/(u^2 - v^2) has a unit, so the monomials that complete it to the unit of the target are few. Their products
are candidates that an enumeration by size reaches only after millions of others.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xnet.arrays import Array
from xnet.engine.networks.activations import ACTIVATIONS

from .enumeration import CandidateEnumerator
from .library import CandidateLibrary, finish, without
from .monomials import exponents
from .rules import WITH_PARAMETERS
from .sum_templates import add_triangles
from .templates import add_templates
from .unit_vectors import NEVER, InputUnits

#: Monomials that are looked through, with their total degree and largest exponent, and those that complete one unit.
_MONOMIALS, _DEGREE, _LARGEST, _EACH = 4000, 6, 4, 3
#: The share of the room for templates, before they are completed.
_TEMPLATES = 0.4
#: The share for 1 plus and for 1 minus curves.
_ONE = 0.05
#: The share for amplitudes of two waves, and for roots of sums.
_SOME = 0.04
#: Pairs that are multiplied at once.
_AT_ONCE = 512


class _Pair(NamedTuple):
    """A candidate and a monomial, and the activation that joins them: monomial times, or over, the candidate."""

    candidate: int
    monomial: int
    activation: str


def build_unit_library(columns: Array, activations: Sequence[str], size: int, units: InputUnits, seed: int = 0,
                       selected_inputs: Sequence[int] | None = None) -> CandidateLibrary:
    """Candidates of the target's unit in which no number has a unit.

    Args:
        columns: (d, m) the inputs on the match rows.
        activations: names of the allowed activations; none is completed without "mul".
        size: the most candidates and templates.
        units: of the inputs and of the target, which must have one.
        seed: of the random numbers of the hash.
        selected_inputs: positions of the inputs to build on; None for all.
    """
    assert units.target is not None
    selected = np.arange(len(columns)) if selected_inputs is None else np.array(selected_inputs, dtype=np.int64)
    enumerator = CandidateEnumerator(np.ascontiguousarray(columns[selected], dtype=np.float64), size,
                                     np.random.default_rng(seed), WITH_PARAMETERS, selected, replace(units, most=0))
    with np.errstate(all="ignore"):
        leaves = enumerator.add_leaves(one=True)
        enumerator.limit = max(enumerator.count, int(_TEMPLATES * size))
        add_templates(enumerator, leaves, activations)
        enumerator.limit = size
        if "mul" in activations:
            _add_completions(enumerator, units.target, activations)
        library = finish(enumerator)
    assert enumerator.units is not None
    made = enumerator.units.of(np.arange(enumerator.count))
    return without(library, (np.abs(made.exponents - units.target) > 1e-6).any(axis=1) | (made.needed > 0))


def _add_completions(enumerator: CandidateEnumerator, target: Array, activations: Sequence[str]) -> None:
    """Fill the room with the monomials of the target's unit (D,) and with templates times monomials, simple ones first.

    A template may also stand below a monomial, and under a root.
    """
    monomials, units = _monomials(enumerator)
    alone = units.get(_keys(target[None])[0], [])
    if alone:
        enumerator.monomials(monomials[alone])
    inputs, room = enumerator.ids_of("var"), int(_SOME * enumerator.limit)
    swings = _add_swings(enumerator, inputs, activations, room)
    sides = np.concatenate([add_triangles(enumerator, inputs, set(activations), room, sign) for sign in ("sub", "add")])
    _add_one(enumerator, activations)
    if "sqrt" in activations:
        sides = np.concatenate([sides, enumerator.unary("sqrt", sides)])
        enumerator.unary("sqrt", _sums(enumerator), room)
    candidates = np.concatenate([swings, sides, _candidates(enumerator)])  # the first two are long, but few
    pairs = _pairs(enumerator, candidates, units, target, "div" in activations)
    ids: dict[int, Array] = {}
    for start in range(0, len(pairs), _AT_ONCE):
        if enumerator.count >= enumerator.limit:
            return
        some = pairs[start:start + _AT_ONCE]
        missing = [m for m in dict.fromkeys(pair.monomial for pair in some) if m not in ids]
        ids |= _added_monomials(enumerator, monomials, missing)
        for name in ("mul", "div"):
            kept = np.array([(ids[m][0], c) for c, m, of in some if of == name and len(ids[m])],
                            dtype=np.int64).reshape(-1, 2)
            enumerator.binary(name, kept[:, 0], kept[:, 1], keep_affine_images=True, elementwise=True)


def _added_monomials(enumerator: CandidateEnumerator, monomials: Array, which: list[int]) -> dict[int, Array]:
    """The id of each of some monomials, by position; an empty array for one without room or finite values."""
    made = enumerator.monomials(monomials[which]) if which else np.empty(0, dtype=np.int64)
    if len(made) == len(which):
        return {m: made[[k]] for k, m in enumerate(which)}
    return {m: enumerator.monomials(monomials[[m]])[:1] for m in which}


def _sums(enumerator: CandidateEnumerator) -> Array:
    """Sums and differences, in order of complexity."""
    ids = np.flatnonzero(np.isin(enumerator.operation[:enumerator.count], ["add", "sub"]))
    return ids[np.argsort(enumerator.complexity[ids], kind="stable")]


def _add_swings(enumerator: CandidateEnumerator, inputs: Array, activations: Sequence[str], room: int) -> Array:
    """1 + u cos(v) and 1 - u cos(v), v an input or a difference of two, and the same of sines; all are pure numbers."""
    waves = [name for name in ("cos", "sin") if name in activations]
    if not waves or not {"add", "sub", "mul"} <= set(activations):
        return inputs[:0]
    angles = np.concatenate([inputs, enumerator.binary("sub", inputs, inputs, room, keep_affine_images=True)])
    curves = np.concatenate([enumerator.unary(name, angles, room) for name in waves])
    swings = enumerator.binary("mul", inputs, curves, room, keep_affine_images=True)
    one = enumerator.ids_of("one")[:1]
    return np.concatenate([enumerator.binary(name, one, swings, room, keep_affine_images=True)
                           for name in ("add", "sub")])


def _add_one(enumerator: CandidateEnumerator, activations: Sequence[str]) -> None:
    """1 plus and minus curves of pure numbers, which are other factors than the curves, such as 1 - cos(k d)."""
    calls = [name for name in activations if ACTIVATIONS[name].is_call]
    curves = np.flatnonzero(np.isin(enumerator.operation[:enumerator.count], calls))
    for name in ("sub", "add"):
        if name in activations:
            enumerator.binary(name, enumerator.ids_of("one")[:1], curves, int(_ONE * enumerator.limit),
                              keep_affine_images=True)


def _monomials(enumerator: CandidateEnumerator) -> tuple[Array, dict[tuple[float, ...], list[int]]]:
    """Exponents (k, d) of monomials of inputs with a known unit, and the shortest ones by their unit."""
    assert enumerator.units is not None
    d = len(enumerator.columns)
    known = enumerator.units.inputs.exponents[enumerator.input_positions[:d]]
    able = np.flatnonzero(~np.isnan(known).any(axis=1))
    few = np.array(list(itertools.islice(exponents(len(able), _DEGREE, _LARGEST, True), _MONOMIALS)))
    every = np.zeros((len(few), d))
    every[:, able] = few.reshape(len(few), len(able))
    found: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for m, unit in enumerate(_keys(every[:, able] @ known[able])):
        if len(at := found[unit]) < _EACH:
            at.append(m)
    return every, found


def _keys(units: Array) -> list[tuple[float, ...]]:
    """Units (k, D) as keys: without the error of rounding and without negative zeros."""
    return [tuple(unit) for unit in (np.round(units, 6) + 0.0).tolist()]


def _candidates(enumerator: CandidateEnumerator) -> Array:
    """Candidates with a unit of their own that are no monomials, in order of complexity."""
    n = enumerator.count
    assert enumerator.units is not None
    ids = np.flatnonzero(~np.isin(enumerator.operation[:n], ["var", "one", "monomial", "scale", "shift"]))
    ids = ids[enumerator.units.of(ids).needed < NEVER]
    return ids[np.argsort(enumerator.complexity[ids], kind="stable")]


def _pairs(enumerator: CandidateEnumerator, candidates: Array, units: dict[tuple[float, ...], list[int]],
           wanted: Array, divide: bool) -> list[_Pair]:
    """Candidates and the monomials, by position, that complete them to the wanted unit."""
    assert enumerator.units is not None
    own = enumerator.units.of(candidates).exponents
    pairs = []
    for c, times, over in zip(candidates.tolist(), _keys(wanted - own), _keys(wanted + own), strict=True):
        pairs += [_Pair(c, m, "mul") for m in units.get(times, ())]
        pairs += [_Pair(c, m, "div") for m in units.get(over, ()) if divide]
    return pairs
