"""The growth of a candidate library: candidates made by whole arrays, and only those kept whose values are new.

How each candidate is made (an activation and the ids of what it is made of) stands beside its values on the match rows.
The hash of a random projection on a few *probe* rows tells whether values are new before the other rows are computed:
x0 + x0 is 2 x0, and sin(x0)^2 - 1 is -cos(x0)^2, without any algebra.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import apply_activation
from xnet.engine.algebra.expressions import Expr, add, mul, num, var
from xnet.engine.networks.activations import ACTIVATIONS

_HASH_ROWS = 12
#: Larger values are dropped; for inputs above 1 the limit rises with their fourth power.
_LARGEST = 1e12
#: Up to this complexity a candidate is also material to build others from.
_MATERIAL = 4
#: Calls for more candidates than this return only the new ones.
_MOST_RECALLED = 6000


class Growth:
    """The candidates found so far: how each is made, its values, and the hashes of all values seen."""

    def __init__(self, columns: Array, limit: int, rng: np.random.Generator, parameters: bool = True,
                 which: Array | None = None) -> None:
        """Columns (d, m) of the inputs to build on; `which` (d,) are their places in the table."""
        self.parameters = parameters
        self.which = np.arange(len(columns)) if which is None else which
        self.largest = min(_LARGEST * min(max(1.0, float(np.abs(columns).max(initial=0.0))), 1e35) ** 4, 1e150)
        self.m = columns.shape[1]
        self.limit = limit
        self.n = 0
        self.values = np.empty((limit, self.m))
        self.op = np.zeros(limit, dtype=object)
        self.left = np.zeros(limit, dtype=np.int64)
        self.right = np.zeros(limit, dtype=np.int64)
        self.param = np.zeros(limit)
        self.complexity = np.zeros(limit, dtype=np.int64)
        self.family = np.zeros(limit, dtype=np.int64)
        self.exponents: list[Array] = []
        self.rows = np.sort(rng.permutation(self.m)[:_HASH_ROWS])
        self.direction = rng.standard_normal(len(self.rows))
        self.probe = np.empty((limit, len(self.rows)))  # the values on the hash rows, side by side in memory
        self.seen = np.empty(0, dtype=np.int64)
        self.seen_affine = np.empty(0, dtype=np.int64)
        self.memo: dict[int, Expr] = {}
        self.ids: dict[int, int] = {}
        self.recalls = True
        self.columns = columns

    def leaves(self, one: bool) -> Array:
        """The inputs (and the number 1)."""
        ids = [self._store("var", self.columns, np.arange(len(self.columns)), -1, 0.0, 1, 0)]
        if one:
            ids.append(self._store("one", np.ones((1, self.m)), np.array([-1]), -1, 0.0, 1, 0))
        return np.concatenate(ids)

    def further_inputs(self, columns: Array, which: Array) -> Array:
        """Inputs (k, m) that stand beside those to build on; `which` (k,) are their places in the table."""
        known = len(self.which)
        self.which = np.concatenate([self.which, which])
        return self._store("var", columns, np.arange(known, known + len(which)), -1, 0.0, 1, 0)

    def _store(self, op: str, values: Array, left: Array, right: Array | int, param: Array | float,
               complexity: Array | int, family: Array | int) -> Array:
        """Keep candidates whose values are finite and not constant; returns their ids."""
        low, high = values.min(axis=1), values.max(axis=1)
        largest = np.maximum(high, -low)  # not a number where one of the values is none
        good = largest < self.largest
        if op != "one":
            good &= high - low > 1e-9 * largest
        keep = np.flatnonzero(good)
        if op in ("var", "one"):
            hashed = values[keep][:, self.rows]
            keys, at = np.unique(self._keys(hashed), return_index=True)
            keep = np.sort(keep[at])
            self._remember(keys, self._affine_keys(hashed))
        keep = keep[: self.limit - self.n]
        run = slice(self.n, self.n + len(keep))
        ids = np.arange(run.start, run.stop)
        self.n = run.stop
        self.values[run], self.op[run] = values[keep], op
        self.probe[run] = self.values[run, self.rows]
        for array, given in ((self.left, left), (self.right, right), (self.param, param),
                             (self.complexity, complexity), (self.family, family)):
            array[run] = given[keep] if isinstance(given, np.ndarray) else given
        if self.recalls:
            keys = self._keys(self.probe[ids]).tolist()
            self.ids.update((key, i) for key, i in zip(keys, ids.tolist(), strict=True) if key not in self.ids)
        return ids

    def _keys(self, values: Array) -> Array:
        """A 44-bit hash of each row of values (k, h): equal for values equal to about 10 digits."""
        projected = np.ascontiguousarray(values @ self.direction) + 0.0
        return (projected.view(np.int64) + (1 << 19)) >> 20

    def _affine_keys(self, values: Array) -> Array:
        """The same hash for values up to scale and bias."""
        centred = values - values.mean(axis=1, keepdims=True)
        size = np.sqrt(np.einsum("ij,ij->i", centred, centred))
        projected = np.abs(centred @ self.direction) / np.where(size > 0, size, 1.0) + 0.0
        return (projected.view(np.int64) + (1 << 21)) >> 22

    def _remember(self, keys: Array, affine: Array) -> None:
        # Two sorted runs: a stable sort merges them, several times faster than union1d, which hashes.
        self.seen = np.sort(np.concatenate([self.seen, np.sort(keys)]), kind="stable")
        self.seen_affine = np.sort(np.concatenate([self.seen_affine, np.sort(affine)]), kind="stable")

    def _new(self, hashed: Array, complexity: Array | int, material: bool = False,
             room: int | None = None) -> Array:
        """Which rows of values on the hash rows (k, h) are finite and new, the first of each kind.

        Small candidates are building material, so x0 + 1 is new beside x0; larger ones are only ever matched, where
        scale and bias are free, so there an affine image is not new (`material` says that it is: 1 - cos(x) is an
        image of cos(x), but a factor of its own).
        """
        finite = np.flatnonzero(np.isfinite(hashed).all(axis=1))
        hashed = hashed[finite]
        keys, affine = self._keys(hashed), self._affine_keys(hashed)
        large = complexity[finite] > _MATERIAL if isinstance(complexity, np.ndarray) else \
            np.full(len(finite), complexity > _MATERIAL)
        large = large & (self.parameters and not material)
        fresh = np.ones(len(keys), dtype=bool)  # an affine image has been seen wherever the values themselves have
        fresh[large] = ~_contains(self.seen_affine, affine[large])
        fresh[~large] = ~_contains(self.seen, keys[~large])
        finite, keys, affine, large = finite[fresh], keys[fresh], affine[fresh], large[fresh]
        first = np.sort(np.unique(np.where(large, affine, keys), return_index=True)[1])[:room]
        self._remember(keys[first], affine[first])  # what finds no room may be asked for again
        return finite[first]

    def unary(self, name: str, ids: Array, room: int | None = None) -> Array:
        """The activation `name` of candidates."""
        activation = ACTIVATIONS[name]
        ids = ids[(self.family[ids] & int(activation.not_applied_to)) == 0]
        value = activation.value
        cost = self.complexity[ids] + activation.cost
        hashed = value(self.probe[ids])
        new = ids[self._new(hashed, cost, room=room)]
        stored = self._store(name, value(self.values[new]), new, -1, 0.0,
                             self.complexity[new] + activation.cost, self.family[new] | int(activation.family))
        return self._standing(hashed, stored)

    def scaled(self, ids: Array, factor: float | Array) -> Array:
        """factor * candidate (one for all, or (k,) one for each), to be the argument of an activation."""
        factors = np.broadcast_to(np.asarray(factor, dtype=np.float64), ids.shape)
        hashed = factors[:, None] * self.probe[ids]
        which = self._new(hashed, 1)
        new, factors = ids[which], factors[which]
        stored = self._store("scale", factors[:, None] * self.values[new], new, -1, factors,
                             self.complexity[new] + 2, self.family[new])
        return self._standing(hashed, stored)

    def shifted(self, i: int, shifts: Array) -> Array:
        """Candidate i plus each of the shifts (k,): affine images of it, but factors and arguments of their own."""
        values = self.values[i] + shifts[:, None]
        new = self._new(values[:, self.rows], 1)
        return self._store("shift", values[new], np.full(len(new), i), -1, shifts[new], 3, 0)

    def binary(self, name: str, a: Array, b: Array, room: int | None = None, material: bool = False,
               paired: bool = False) -> Array:
        """The activation `name` of every pair of candidates from `a` and `b` (`paired`: one by one)."""
        if not len(a) or not len(b):
            return a[:0]
        value = ACTIVATIONS[name].value
        left, right = (a, b) if paired else (np.repeat(a, len(b)), np.tile(b, len(a)))
        if not paired and ACTIVATIONS[name].commutative and (a is b or np.array_equal(a, b)):
            left, right = left[left <= right], right[left <= right]
        hashed = value(self.probe[left], self.probe[right])
        cost = self.complexity[left] + self.complexity[right] + ACTIVATIONS[name].cost
        new = self._new(hashed, cost, material, room)
        left, right = left[new], right[new]
        stored = self._store(name, value(self.values[left], self.values[right]), left, right, 0.0,
                             self.complexity[left] + self.complexity[right] + ACTIVATIONS[name].cost,
                             self.family[left] | self.family[right])
        return self._standing(hashed, stored)

    def _standing(self, hashed: Array, stored: Array) -> Array:
        """Ids of all candidates asked for that stand now, those from before among them, in the order asked.

        Only `stored`, the new ones, where very many were asked for: then it is a level that grows, not a shape.
        """
        if not self.recalls or len(hashed) > _MOST_RECALLED:
            return stored
        keys = self._keys(hashed[np.isfinite(hashed).all(axis=1)]).tolist()
        return np.array(list(dict.fromkeys(self.ids[k] for k in keys if k in self.ids)), dtype=np.int64)

    def monomials(self, exponents: Array) -> Array:
        """Products of powers of the inputs, exponents (k, d)."""
        def values(rows: Array | slice, which: Array) -> Array:
            product = np.ones((len(which), self.columns[:, rows].shape[1]))
            for j, column in enumerate(self.columns[:, rows]):
                for p in np.unique(exponents[which, j]):
                    if p:
                        product[exponents[which, j] == p] *= np.power(column, p)
            return product

        everything = np.arange(len(exponents))
        new = self._new(values(self.rows, everything), 1)
        start = len(self.exponents)
        self.exponents.extend(exponents[new])
        whole = np.abs(exponents[new])
        cost = (np.where(whole > 1, 2, 1) * (whole > 0) + (whole == 0.5)).sum(axis=1) + (whole > 0).sum(axis=1) - 1
        stored = self._store("monomial", values(slice(None), new), np.arange(start, start + len(new)), -1, 0.0,
                             cost.astype(np.int64), 0)
        return self._standing(values(self.rows, everything), stored)

    def expression(self, i: int) -> Expr:
        """Candidate i (an id of this growth) as an expression."""
        if i in self.memo:
            return self.memo[i]
        op, left = self.op[i], int(self.left[i])
        if op == "var":
            result = var(int(self.which[left]))
        elif op == "one":
            result = num(1.0)
        elif op == "monomial":
            result = mul([(var(int(self.which[j])), float(p)) for j, p in enumerate(self.exponents[left]) if p])
        elif op == "scale":
            result = add([(float(self.param[i]), self.expression(left))])
        elif op == "shift":
            result = add([(1.0, self.expression(left))], float(self.param[i]))
        else:
            args = [self.expression(left)] + ([self.expression(int(self.right[i]))] if self.right[i] >= 0 else [])
            result = apply_activation(op, args)
        self.memo[i] = result
        return result


def _contains(ordered: Array, keys: Array) -> Array:
    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    order = np.argsort(keys)  # sorted questions walk through memory once: several times faster than in random order
    asked = keys[order]
    at = np.minimum(np.searchsorted(ordered, asked), len(ordered) - 1)
    inside = np.empty(len(keys), dtype=bool)
    inside[order] = ordered[at] == asked
    return inside
