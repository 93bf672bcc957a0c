"""The candidate library: small sub-networks that can take a neuron's place, enumerated by whole levels at a time.

Level by level (a level: all candidates of one complexity) activations are applied to whole levels at once, on about a
hundred rows that represent the data. A candidate is kept when its values are finite, not constant and *semantically*
new: the hash of a random projection of its values on a few rows tells, before the other rows are computed at all. For
matching, affine images of earlier candidates are left out too (scale and bias are free there), and for the power law
candidates whose log abs is an affine image of an earlier one. So x0, 2 x0 and x0 + 1 are one candidate to match, but
all three stay available to build log(x0 + 1) from.

Enumeration by size alone starves laws of many variables: with six variables 40,000 candidates end at size 6. Half of
the room is therefore given to *structured* candidates (`structured.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.expressions import Expr
from xnet.engine.networks.activations import ACTIVATIONS

from .enumeration import Growth
from .numpy_kernels import Blocks
from .templates import grow_structured
from .torch_kernels import DeviceLibrary

#: A library of up to this size holds inputs that it is not built on only as they are.
_SMALL = 1000
#: Rows that are standardised at once: they stay in a core's cache.
_RUN = 512


@dataclass
class CandidateLibrary:
    """Candidates and, for matching, their standardised values.

    Attributes:
        order: (N,) the candidates by complexity, as ids of the growth.
        complexity: (N,) of every candidate.
        index, Z: (K,) which candidates are matched, (K, m) float32 their standardised values; mean, deviation (K,)
            turn them back into values.
        log_index, L: the same of log abs value, for candidates without zeros.
        log_deviation: standard deviations of log abs value, in the order of L.
        on_device: the matrices on the device that matches; None for NumPy.
    """

    growth: Growth
    order: Array
    complexity: Array
    index: Array
    Z: Array
    mean: Array
    deviation: Array
    log_index: Array
    L: Array
    log_deviation: Array
    on_device: DeviceLibrary | None = None
    _blocks: dict[bool, Blocks] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.order)

    def blocks(self, logs: bool = False) -> Blocks:
        """Z, or L, as NumPy's products read it; made when it is first asked for."""
        if logs not in self._blocks:
            self._blocks[logs] = Blocks(self.L if logs else self.Z)
        return self._blocks[logs]

    def expression(self, i: int) -> Expr:
        """Candidate i as an expression of the inputs."""
        return self.growth.expression(int(self.order[i]))

    def is_shift(self, i: int) -> bool:
        """Whether candidate i is an input plus a number from a grid."""
        return bool(self.growth.op[int(self.order[i])] == "shift")


def build_library(columns: Array, activations: Sequence[str], size: int, seed: int = 0,
                  structured: bool = True, parameters: bool = True, chosen: Sequence[int] | None = None,
                  others: Sequence[int] = ()) -> CandidateLibrary:
    """Enumerate about `size` candidates.

    Args:
        columns: (d, m) the inputs on the rows that represent the data.
        activations: names of the allowed activations.
        size: how many candidates to keep at most; those to match are somewhat fewer.
        structured: whether part of the room goes to structured candidates.
        parameters: whether scale and bias are free, so that an affine image of a candidate is none of its own, and
            whether constants may stand in candidates.
        chosen: the inputs to build on; None for all.
        others: further inputs, the most relevant first: on top of `size` they stand by themselves, and (in a library
            that is not small) under an activation and beside a chosen one.
    """
    rng = np.random.default_rng(seed)
    which = np.arange(len(columns)) if chosen is None else np.array(chosen, dtype=np.int64)
    room = len(others) + (size // 3 if others and size > _SMALL else 0)
    growth = Growth(np.ascontiguousarray(columns[which], dtype=np.float64), size + room, rng, parameters, which)
    growth.limit = size
    with np.errstate(all="ignore"):
        leaves = growth.leaves(one=True)
        if structured:
            growth.limit = max(growth.n, min(size, (size * 5) // 8 + len(leaves)))
            grow_structured(growth, leaves, activations)
            growth.limit = size
        growth.recalls = False
        _grow_levels(growth, leaves, activations, until=size)
        if others:
            growth.limit = growth.n + room
            _grow_others(growth, leaves, columns[list(others)], np.array(others), activations)
        return finish(growth)


def without_nesting(library: CandidateLibrary, pairs: Iterable[tuple[str, str]]) -> CandidateLibrary:
    """The library without candidates that have an activation inside another, for (outer, inner) of the pairs.

    Only functions are looked at: sums, products and powers may be written in several ways, and what they become is
    known when the network is built.
    """
    growth = library.growth
    bits = {name: 1 << k for k, name in enumerate(n for n, a in ACTIVATIONS.items() if a.is_call)}
    inner_of: dict[str, int] = {}
    for outer, inner in pairs:
        inner_of[outer] = inner_of.get(outer, 0) | bits.get(inner, 0)
    inside, wrong = [0] * growth.n, np.zeros(growth.n, dtype=bool)
    for i, (op, left, right) in enumerate(zip(growth.op[:growth.n], growth.left.tolist(), growth.right.tolist(),
                                              strict=False)):
        if op in ("var", "one", "monomial"):
            continue
        below = [left, right] if right >= 0 else [left]
        found = inside[left] | (inside[right] if right >= 0 else 0)
        wrong[i] = wrong[below].any() or bool(found & inner_of.get(op, 0) if op in bits else 0)
        inside[i] = found | bits.get(op, 0)
    keep, with_log = ~wrong[library.order[library.index]], ~wrong[library.order[library.log_index]]
    return replace(library, index=library.index[keep], Z=library.Z[keep], mean=library.mean[keep],
                   deviation=library.deviation[keep], log_index=library.log_index[with_log],
                   L=library.L[with_log], log_deviation=library.log_deviation[with_log])


def _grow_levels(growth: Growth, leaves: Array, activations: Sequence[str], until: int) -> None:
    """Enumerate by complexity until `until` candidates stand."""
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and ACTIVATIONS[n].enumerated]
    binary = [n for n in ("mul", "add", "sub", "div") if n in activations]
    # What stands already (structured candidates too) is material; only scaled and shifted arguments are not.
    stands = np.flatnonzero(~np.isin(growth.op[:growth.n], ["scale", "shift"]))
    known = growth.complexity[stands]
    levels: dict[int, Array] = {1: leaves}
    growth.limit, limit = min(until, len(growth.op)), growth.limit
    size = 1
    while growth.n < growth.limit and size < 14:
        size += 1
        made = [stands[known == size]]
        pairs = [(name, i, size - 1 - i) for name in binary for i in range(1, size - 1)
                 if not ACTIVATIONS[name].commutative or 2 * i <= size - 1]
        for k, name in enumerate(unary):  # a level that does not fit is cut evenly, not at the last activation
            share = (growth.limit - growth.n) // (len(unary) - k + len(pairs))
            made.append(growth.unary(name, levels[size - 1], share))
        for k, (name, i, j) in enumerate(pairs):
            share = (growth.limit - growth.n) // (len(pairs) - k)
            made.append(_pairs(growth, name, levels[i], levels[j], share))
        levels[size] = np.concatenate(made)
    growth.limit = limit


def _grow_others(growth: Growth, leaves: Array, columns: Array, which: Array, activations: Sequence[str]) -> None:
    """Inputs that the library is not built on: as they are, under an activation, and beside one that it is built on."""
    others = growth.further_inputs(columns, which)
    inputs = leaves[growth.op[leaves] == "var"]
    unary = [n for n in activations if ACTIVATIONS[n].arity == 1 and ACTIVATIONS[n].enumerated]
    pairs = [(name, a, b) for name in ("mul", "div", "add", "sub") if name in activations
             for a, b in ((others, inputs), (inputs, others))[:2 if name == "div" else 1]]
    left = len(unary) + len(pairs)
    for name in unary:
        growth.unary(name, others, (growth.limit - growth.n) // left)
        left -= 1
    for name, a, b in pairs:
        growth.binary(name, a, b, (growth.limit - growth.n) // left)
        left -= 1


def _pairs(growth: Growth, name: str, a: Array, b: Array, room: int, block: int = 60_000) -> Array:
    """`growth.binary` in blocks, so that a level of millions of pairs never stands in memory at once."""
    if not len(a) or not len(b):
        return a[:0]
    if ACTIVATIONS[name].commutative and len(a) == len(b) and np.array_equal(a, b) and len(a) ** 2 <= block:
        return growth.binary(name, a, a, room)
    step = max(1, block // len(b))
    made, end = [], growth.n + room
    for start in range(0, len(a), step):
        made.append(growth.binary(name, a[start:start + step], b, end - growth.n))
        if growth.n >= end:
            break
    return np.concatenate(made)


class _Standard:
    """Rows minus their mean over their standard deviation (float64), filled in run by run, and which rows have one."""

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


def finish(growth: Growth) -> CandidateLibrary:
    """The library of everything that has grown: what is matched, standardised."""
    n = growth.n
    order = np.argsort(growth.complexity[:n], kind="stable")
    plain, logs = _Standard(n, growth.m), _Standard(n, growth.m)
    finite = np.empty(n, dtype=bool)
    for start in range(0, n, _RUN):
        run = slice(start, start + _RUN)
        values = growth.values[order[run]]
        plain.fill(run, values)
        np.log(np.abs(values, out=values), out=values)
        finite[run] = np.isfinite(values).all(axis=1)
        values[~finite[run]] = 0.0
        logs.fill(run, values)
    direction = np.random.default_rng(1).standard_normal(growth.m)
    usable = plain.good & (growth.op[order] != "one")
    chosen = np.flatnonzero(usable)
    if growth.parameters:
        chosen = chosen[_unique_directions(plain.rows[chosen], direction)]
    Z = plain.rows[chosen].astype(np.float32)
    with_log = np.flatnonzero(finite & usable & logs.good)
    with_log = with_log[_unique_directions(logs.rows[with_log], direction)]
    L = logs.rows[with_log].astype(np.float32)
    return CandidateLibrary(growth, order, growth.complexity[order], chosen, Z, plain.mean[chosen],
                            plain.deviation[chosen], with_log, L, logs.deviation[with_log])
