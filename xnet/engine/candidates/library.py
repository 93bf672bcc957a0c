"""The candidate library: small sub-networks that can take a neuron's place, enumerated by whole levels at a time.

Level by level (a level holds all candidates of one complexity), activations are applied to whole levels at once, on
about a hundred rows that represent the data. A candidate is kept when its values are finite, not constant and
*semantically* new (see `enumeration`). For matching, affine images of earlier candidates are left out too, because a
match has a free scale and bias; for the power law so are candidates whose log abs is an affine image of an earlier one.
So x0, 2 x0 and x0 + 1 are one candidate to match, but all three can be operands, for example of log(x0 + 1).

Enumeration by size alone starves laws of many variables: with six variables 40,000 candidates end at size 6. Half of
the room is therefore given to `templates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.engine.networks.own_functions import is_definition
from xnet.polling import poll

from .enumeration import CandidateEnumerator
from .numpy_kernels import NumpyScreener
from .rules import WITH_PARAMETERS, CandidateRules
from .screening import Screener
from .templates import add_templates
from .torch_kernels import TorchScreener
from .unit_vectors import InputUnits

#: In a library of at most this size, inputs outside the selected ones appear only as plain inputs, not combined.
_SMALL = 1000
#: Rows that are standardised at once: they stay in a core's cache.
_RUN = 512
#: Most pairs whose values on the hash rows are in memory at once.
_PAIRS_AT_ONCE = 60_000


@dataclass
class CandidateLibrary:
    """Candidates and, for matching, their standardised values on the match rows.

    Attributes:
        enumerator: how every candidate is made, and its values.
        order: (N,) ids of the candidates, in order of complexity.
        complexity: (N,) number of neurons and constants of every candidate.
        index: (K,) the candidates that are matched, as positions in `order`.
        standardised: (K, m) float32, their standardised values.
        mean, deviation: (K,) turn these back into values.
        log_index: (L,) the candidates without zeros that are matched in logs, as positions in `order`.
        standardised_logs: (L, m) float32, the standardised values of their log abs.
        log_deviation: (L,) standard deviations of their log abs.
        screener: screens these candidates; NumPy on the CPU, unless `on_device` has chosen another.
    """

    enumerator: CandidateEnumerator
    order: Array
    complexity: Array
    index: Array
    standardised: Array
    mean: Array
    deviation: Array
    log_index: Array
    standardised_logs: Array
    log_deviation: Array
    screener: Screener = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.screener = NumpyScreener(self.standardised, self.standardised_logs, self.mean, self.deviation,
                                      self.log_deviation)

    def __len__(self) -> int:
        return len(self.order)

    def on_device(self, device: str) -> CandidateLibrary:
        """The library with its matrices moved to a device: itself for "cpu", else a copy that screens with PyTorch.

        Raises:
            DataError: the device is not available here.
        """
        if device == "cpu":
            return self
        moved = replace(self)
        moved.screener = TorchScreener(self.standardised, self.standardised_logs, self.mean, self.deviation,
                                       self.log_deviation, device)
        return moved

    def expression(self, i: int) -> Expr:
        """Candidate i as an expression of the inputs."""
        return self.enumerator.expression(int(self.order[i]))

    def values(self, which: Array) -> Array:
        """Values (k, m) of candidates (k,) on the match rows."""
        return self.enumerator.values[self.order[which]]

    def is_shift(self, i: int) -> bool:
        """Whether candidate i is an input plus a number from a grid."""
        return bool(self.enumerator.operation[int(self.order[i])] == "shift")


def build_library(columns: Array, activations: Sequence[str], size: int, seed: int = 0, with_templates: bool = True,
                  rules: CandidateRules = WITH_PARAMETERS, selected_inputs: Sequence[int] | None = None,
                  other_inputs: Sequence[int] = (), units: InputUnits | None = None) -> CandidateLibrary:
    """Enumerate about `size` candidates.

    Args:
        columns: (d, m) the inputs on the match rows.
        activations: names of the allowed activations.
        size: the most candidates to keep; somewhat fewer are matched.
        seed: of the random numbers of the hash.
        with_templates: whether part of the room goes to templates.
        rules: what the mode of the search decides about candidates.
        selected_inputs: positions of the inputs to build on; None for all.
        other_inputs: positions of further inputs, the most relevant first. They come on top of `size`, as plain inputs
            and (in a library of more than 1,000 candidates) under an activation and combined with a selected input.
        units: the units that all candidates keep to; None if units do not steer the search.
    """
    rng = np.random.default_rng(seed)
    selected = np.arange(len(columns)) if selected_inputs is None else np.array(selected_inputs, dtype=np.int64)
    room = len(other_inputs) + (size // 3 if other_inputs and size > _SMALL else 0)
    enumerator = CandidateEnumerator(np.ascontiguousarray(columns[selected], dtype=np.float64), size + room, rng,
                                     rules, selected, units)
    enumerator.limit = size
    with np.errstate(all="ignore"):
        leaves = enumerator.add_leaves(one=True)
        _add_own(enumerator, leaves, activations)
        if with_templates:
            enumerator.limit = max(enumerator.count, min(size, (size * 5) // 8 + len(leaves)))
            add_templates(enumerator, leaves, activations)
            enumerator.limit = size
        enumerator.return_known = False
        _add_levels(enumerator, leaves, activations, until=size)
        if other_inputs:
            enumerator.limit = enumerator.count + room
            _add_other_inputs(enumerator, leaves, columns[list(other_inputs)], np.array(other_inputs), activations)
        return finish(enumerator)


def _add_own(enumerator: CandidateEnumerator, leaves: Array, activations: Sequence[str]) -> None:
    """Own functions of the inputs and of the number 1, before all others: whoever comes second is a duplicate."""
    own = [name for name in activations if is_definition(name)]
    limit, enumerator.limit = enumerator.limit, min(enumerator.limit, enumerator.count + enumerator.limit // 8)
    for k, name in enumerate(own):
        room = (enumerator.limit - enumerator.count) // (len(own) - k)
        if ACTIVATIONS[name].arity == 1:
            enumerator.unary(name, leaves, room)
        else:
            enumerator.binary(name, leaves, leaves, room, keep_affine_images=True)
    enumerator.limit = limit


def without_nesting(library: CandidateLibrary, pairs: Iterable[tuple[str, str]]) -> CandidateLibrary:
    """The library without candidates in which one activation is nested inside another.

    Only functions are considered: sums, products and powers may be written in several ways, so their nesting is known
    only when the network is built.

    Args:
        library: the candidates.
        pairs: names (outer, inner) of activations; inner may not occur anywhere inside outer.
    """
    enumerator = library.enumerator
    bits = {name: 1 << k for k, name in enumerate(n for n, a in ACTIVATIONS.items() if a.is_call)}
    inner_of: dict[str, int] = {}
    for outer, inner in pairs:
        inner_of[outer] = inner_of.get(outer, 0) | bits.get(inner, 0)
    count = enumerator.count
    inside, wrong = [0] * count, np.zeros(count, dtype=bool)
    for i, (operation, left, right) in enumerate(zip(enumerator.operation[:count], enumerator.left.tolist(),
                                                     enumerator.right.tolist(), strict=False)):
        if operation in ("var", "one", "monomial"):
            continue
        below = [left, right] if right >= 0 else [left]
        found = inside[left] | (inside[right] if right >= 0 else 0)
        wrong[i] = wrong[below].any() or bool(found & inner_of.get(operation, 0) if operation in bits else 0)
        inside[i] = found | bits.get(operation, 0)
    return without(library, wrong)


def without(library: CandidateLibrary, wrong: Array) -> CandidateLibrary:
    """The library in which some candidates, a mask by their ids, are not matched."""
    keep, with_log = ~wrong[library.order[library.index]], ~wrong[library.order[library.log_index]]
    return replace(library, index=library.index[keep], standardised=library.standardised[keep],
                   mean=library.mean[keep], deviation=library.deviation[keep], log_index=library.log_index[with_log],
                   standardised_logs=library.standardised_logs[with_log],
                   log_deviation=library.log_deviation[with_log])


def _add_levels(enumerator: CandidateEnumerator, leaves: Array, activations: Sequence[str], until: int) -> None:
    """Enumerate by complexity until there are `until` candidates."""
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and ACTIVATIONS[n].enumerated]
    own = [n for n in activations if is_definition(n) and ACTIVATIONS[n].arity == 2]
    binary = [*own, *(n for n in ("mul", "add", "sub", "div") if n in activations)]
    # All earlier candidates (templates too) are operands, except for scaled and shifted arguments.
    operands = np.flatnonzero(~np.isin(enumerator.operation[:enumerator.count], ["scale", "shift"]))
    known = enumerator.complexity[operands]
    levels: dict[int, Array] = {1: leaves}
    enumerator.limit, limit = min(until, len(enumerator.operation)), enumerator.limit
    size = 1
    while enumerator.count < enumerator.limit and size < 14:
        size += 1
        made = [operands[known == size]]
        pairs = [(name, i, size - 1 - i) for name in binary for i in range(1, size - 1)
                 if not ACTIVATIONS[name].commutative or 2 * i <= size - 1]
        for k, name in enumerate(unary):  # a level that does not fit is cut evenly, not at the last activation
            share = (enumerator.limit - enumerator.count) // (len(unary) - k + len(pairs))
            made.append(enumerator.unary(name, levels[size - 1], share))
        for k, (name, i, j) in enumerate(pairs):
            share = (enumerator.limit - enumerator.count) // (len(pairs) - k)
            made.append(_add_pairs(enumerator, name, levels[i], levels[j], share))
        levels[size] = np.concatenate(made)
    enumerator.limit = limit


def _add_other_inputs(enumerator: CandidateEnumerator, leaves: Array, columns: Array, positions: Array,
                      activations: Sequence[str]) -> None:
    """Inputs (k, m) outside the selected ones: plain, under an activation, and combined with a selected input."""
    others = enumerator.add_inputs(columns, positions)
    inputs = leaves[enumerator.operation[leaves] == "var"]
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and ACTIVATIONS[n].enumerated]
    pairs = [(name, a, b) for name in ("mul", "div", "add", "sub") if name in activations
             for a, b in ((others, inputs), (inputs, others))[:2 if name == "div" else 1]]
    left = len(unary) + len(pairs)
    for name in unary:
        enumerator.unary(name, others, (enumerator.limit - enumerator.count) // left)
        left -= 1
    for name, a, b in pairs:
        enumerator.binary(name, a, b, (enumerator.limit - enumerator.count) // left)
        left -= 1


def _add_pairs(enumerator: CandidateEnumerator, name: str, a: Array, b: Array, room: int) -> Array:
    """`enumerator.binary` in blocks, so that a level of millions of pairs is never in memory at once."""
    if not len(a) or not len(b):
        return a[:0]
    if ACTIVATIONS[name].commutative and len(a) == len(b) and np.array_equal(a, b) and len(a) ** 2 <= _PAIRS_AT_ONCE:
        return enumerator.binary(name, a, a, room)
    step = max(1, _PAIRS_AT_ONCE // len(b))
    made, end = [], enumerator.count + room
    for start in range(0, len(a), step):
        made.append(enumerator.binary(name, a[start:start + step], b, end - enumerator.count))
        if enumerator.count >= end:
            break
    return np.concatenate(made)


class _Standardised:
    """Standardised rows (float64), filled in run by run, their means and deviations, and which are not constant."""

    def __init__(self, n: int, m: int) -> None:
        self.rows = np.empty((n, m))
        self.mean, self.deviation = np.empty(n), np.empty(n)
        self.good = np.empty(n, dtype=bool)

    def fill(self, run: slice, values: Array) -> None:
        """Standardise one run of rows."""
        mean = values.mean(axis=1, keepdims=True)
        centred = np.subtract(values, mean, out=self.rows[run])
        work = centred * centred
        scale = np.sqrt(np.mean(work, axis=1, keepdims=True))
        centred /= np.where(scale > 0, scale, 1.0)
        self.mean[run], self.deviation[run] = mean[:, 0], scale[:, 0]
        self.good[run] = scale[:, 0] > 1e-9 * np.abs(values, out=work).max(axis=1)


def _unique_directions(standard: Array, direction: Any) -> Array:
    """The first of every set of rows that are equal up to sign, ascending."""
    projected = np.ascontiguousarray(np.abs(standard @ direction)) + 0.0
    keys = (projected.view(np.int64) + (1 << 21)) >> 22
    return np.sort(np.unique(keys, return_index=True)[1])


def finish(enumerator: CandidateEnumerator) -> CandidateLibrary:
    """The library of all candidates of an enumerator, the candidates to match standardised."""
    n = enumerator.count
    order = np.argsort(enumerator.complexity[:n], kind="stable")
    plain, logs = _Standardised(n, enumerator.n_rows), _Standardised(n, enumerator.n_rows)
    finite = np.empty(n, dtype=bool)
    for run in (slice(start, start + _RUN) for start in range(0, n, _RUN)):
        poll()
        values = enumerator.values[order[run]]
        plain.fill(run, values)
        np.log(np.abs(values, out=values), out=values)
        finite[run] = np.isfinite(values).all(axis=1)
        values[~finite[run]] = 0.0
        logs.fill(run, values)
    direction = np.random.default_rng(1).standard_normal(enumerator.n_rows)
    usable = plain.good & (enumerator.operation[order] != "one")
    index = np.flatnonzero(usable)
    if enumerator.rules.affine_duplicates:
        index = index[_unique_directions(plain.rows[index], direction)]
    log_index = np.flatnonzero(finite & usable & logs.good)
    log_index = log_index[_unique_directions(logs.rows[log_index], direction)]
    return CandidateLibrary(enumerator, order, enumerator.complexity[order], index,
                            plain.rows[index].astype(np.float32), plain.mean[index], plain.deviation[index],
                            log_index, logs.rows[log_index].astype(np.float32), logs.deviation[log_index])
