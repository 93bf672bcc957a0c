"""Enumeration of candidates by whole arrays, where only candidates with new values are kept.

For each candidate the enumerator stores how it is made (an operation and the ids of its operands) and its values on the
match rows. Whether the values are new is decided on a few *hash rows*, before the other rows are computed: the hash is
a random projection of the values on these rows. Semantic duplicates are found this way without any algebra: x0 + x0 is
2 x0, and sin(x0)^2 - 1 is -cos(x0)^2.
"""

from __future__ import annotations

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import apply_activation
from xnet.engine.algebra.expressions import Expr, add, mul, num, var
from xnet.engine.networks.activations import ACTIVATIONS
from xnet.polling import poll

from .rules import WITH_PARAMETERS, CandidateRules
from .sorted_keys import contains
from .unit_vectors import CandidateUnits, InputUnits, Units

_HASH_ROWS = 12
#: Candidates with larger values are dropped; for inputs above 1 the limit rises with their fourth power.
_LARGEST = 1e12
#: Candidates up to this complexity are operands of others, so affine images of earlier ones are kept among them.
_OPERAND_COMPLEXITY = 4
#: Requests for more candidates than this return only the new ones.
_MOST_RETURNED_KNOWN = 6000


class CandidateEnumerator:
    """The candidates so far: how each is made, its values, and the hashes of all values seen.

    The methods that add candidates take and return ids, which are positions in the arrays below. Candidates whose
    values are known already are not stored again, and values that are not finite or constant are dropped.

    Attributes:
        rules: what the mode of the search decides about candidates.
        input_positions: (d,) positions of the inputs in the table.
        columns: (d, m) the inputs to build on.
        limit: the most candidates that may be stored now.
        count: number of candidates stored.
        values: (limit, m) values of the candidates on the match rows.
        operation, left, right: how each candidate is made; see `expression`.
        parameter: the number in a "scale" or "shift".
        complexity: number of neurons and constants.
        exponents: the exponents (d,) of the candidates that are monomials.
        return_known: whether requests return known candidates beside the new ones.
        units: the units of the candidates, which all can be made consistent; None if units do not steer the search.
    """

    def __init__(self, columns: Array, limit: int, rng: np.random.Generator, rules: CandidateRules = WITH_PARAMETERS,
                 input_positions: Array | None = None, units: InputUnits | None = None) -> None:
        self.rules = rules
        self.units = None if units is None else CandidateUnits(units, limit)
        self.input_positions = np.arange(len(columns)) if input_positions is None else input_positions
        self._largest = min(_LARGEST * min(max(1.0, float(np.abs(columns).max(initial=0.0))), 1e35) ** 4, 1e150)
        self.n_rows = columns.shape[1]
        self.limit = limit
        self.count = 0
        self.values = np.empty((limit, self.n_rows))
        self.operation = np.zeros(limit, dtype=object)
        self.left = np.zeros(limit, dtype=np.int64)
        self.right = np.zeros(limit, dtype=np.int64)
        self.parameter = np.zeros(limit)
        self.complexity = np.zeros(limit, dtype=np.int64)
        self._family = np.zeros(limit, dtype=np.int64)
        self.exponents: list[Array] = []
        self._hash_rows = np.sort(rng.permutation(self.n_rows)[:_HASH_ROWS])
        self._direction = rng.standard_normal(len(self._hash_rows))
        self._hashed = np.empty((limit, len(self._hash_rows)))  # the values on the hash rows, side by side in memory
        self._keys_seen = np.empty(0, dtype=np.int64)
        self._affine_keys_seen = np.empty(0, dtype=np.int64)
        self._expressions: dict[int, Expr] = {}
        self._id_of_key: dict[int, int] = {}
        self.return_known = True
        self.columns = columns

    def add_leaves(self, one: bool) -> Array:
        """The inputs, and the number 1 if `one`."""
        of_inputs = None if self.units is None else self.units.of_inputs(self.input_positions)
        ids = [self._store("var", self.columns, np.arange(len(self.columns)), -1, 0.0, 1, 0, of_inputs)]
        if one:
            of_one = None if self.units is None else self.units.of_inputs(np.array([-1]))
            ids.append(self._store("one", np.ones((1, self.n_rows)), np.array([-1]), -1, 0.0, 1, 0, of_one))
        return np.concatenate(ids)

    def add_inputs(self, columns: Array, positions: Array) -> Array:
        """Further inputs (k, m), at `positions` (k,) in the table, beside the inputs to build on."""
        known = len(self.input_positions)
        self.input_positions = np.concatenate([self.input_positions, positions])
        units = None if self.units is None else self.units.of_inputs(positions)
        return self._store("var", columns, np.arange(known, known + len(positions)), -1, 0.0, 1, 0, units)

    def ids_of(self, operation: str) -> Array:
        """Ids of all candidates made by an operation."""
        return np.flatnonzero(self.operation[:self.count] == operation)

    def _store(self, operation: str, values: Array, left: Array, right: Array | int, parameter: Array | float,
               complexity: Array | int, family: Array | int, units: Units | None) -> Array:
        """Keep candidates whose values are finite and not constant; returns their ids."""
        poll()
        low, high = values.min(axis=1), values.max(axis=1)
        largest = np.maximum(high, -low)  # NaN where one of the values is NaN
        good = largest < self._largest
        if operation != "one":
            good &= high - low > 1e-9 * largest
        keep = np.flatnonzero(good)
        if operation in ("var", "one"):
            hashed = values[keep][:, self._hash_rows]
            keys, at = np.unique(self._keys(hashed), return_index=True)
            keep = np.sort(keep[at])
            self._remember(keys, self._affine_keys(hashed))
        keep = keep[: self.limit - self.count]
        run = slice(self.count, self.count + len(keep))
        ids = np.arange(run.start, run.stop)
        self.count = run.stop
        self.values[run], self.operation[run] = values[keep], operation
        self._hashed[run] = self.values[run, self._hash_rows]
        for array, given in ((self.left, left), (self.right, right), (self.parameter, parameter),
                             (self.complexity, complexity), (self._family, family)):
            array[run] = given[keep] if isinstance(given, np.ndarray) else given
        if self.units is not None and units is not None:
            self.units.store(ids, units.at(keep))
        if self.return_known:
            keys = self._keys(self._hashed[ids]).tolist()
            self._id_of_key.update((key, i) for key, i in zip(keys, ids.tolist(), strict=True)
                                   if key not in self._id_of_key)
        return ids

    def _keys(self, hashed: Array) -> Array:
        """A 44-bit hash of each row of values on the hash rows (k, h): equal if the values agree to about 10 digits."""
        projected = np.ascontiguousarray(hashed @ self._direction) + 0.0
        return (projected.view(np.int64) + (1 << 19)) >> 20

    def _affine_keys(self, hashed: Array) -> Array:
        """The same hash for values up to scale and bias."""
        centred = hashed - hashed.mean(axis=1, keepdims=True)
        size = np.sqrt(np.einsum("ij,ij->i", centred, centred))
        projected = np.abs(centred @ self._direction) / np.where(size > 0, size, 1.0) + 0.0
        return (projected.view(np.int64) + (1 << 21)) >> 22

    def _remember(self, keys: Array, affine: Array) -> None:
        # Two sorted runs: a stable sort merges them, several times faster than union1d, which hashes.
        self._keys_seen = np.sort(np.concatenate([self._keys_seen, np.sort(keys)]), kind="stable")
        self._affine_keys_seen = np.sort(np.concatenate([self._affine_keys_seen, np.sort(affine)]), kind="stable")

    def _new(self, hashed: Array, complexity: Array | int, keep_affine_images: bool = False,
             room: int | None = None) -> Array:
        """Positions of the first `room` rows of values on the hash rows (k, h) that are finite and new.

        Small candidates are operands of others, so x0 + 1 is new beside x0. Larger ones are only matched, with free
        scale and bias, so an affine image of an earlier candidate counts as known there. With `keep_affine_images` it
        counts as new: 1 - cos(x) is an affine image of cos(x), but a different factor.
        """
        poll()
        finite = np.flatnonzero(np.isfinite(hashed).all(axis=1))
        hashed = hashed[finite]
        keys, affine = self._keys(hashed), self._affine_keys(hashed)
        large = complexity[finite] > _OPERAND_COMPLEXITY if isinstance(complexity, np.ndarray) else \
            np.full(len(finite), complexity > _OPERAND_COMPLEXITY)
        large = large & (self.rules.affine_duplicates and not keep_affine_images)
        fresh = np.ones(len(keys), dtype=bool)  # where values are known, their affine key is known too
        fresh[large] = ~contains(self._affine_keys_seen, affine[large])
        fresh[~large] = ~contains(self._keys_seen, keys[~large])
        finite, keys, affine, large = finite[fresh], keys[fresh], affine[fresh], large[fresh]
        first = np.sort(np.unique(np.where(large, affine, keys), return_index=True)[1])[:room]
        self._remember(keys[first], affine[first])  # candidates that found no room can be requested again
        return finite[first]

    def unary(self, name: str, ids: Array, room: int | None = None) -> Array:
        """The activation `name` of each candidate; at most `room` new ones.

        Candidates are skipped if they hold an activation of a family that `name` is not applied to: sin(cos(x)) fits
        noise rather than laws.
        """
        activation = ACTIVATIONS[name]
        ids = ids[(self._family[ids] & int(activation.not_applied_to)) == 0]
        if self.units is not None:
            ids = ids[self.units.works(self.units.of_unary(name, ids))]
        value = activation.value
        cost = self.complexity[ids] + activation.cost
        hashed = value(self._hashed[ids])
        new = ids[self._new(hashed, cost, room=room)]
        units = None if self.units is None else self.units.of_unary(name, new)
        stored = self._store(name, value(self.values[new]), new, -1, 0.0, self.complexity[new] + activation.cost,
                             self._family[new] | int(activation.family), units)
        return self._known_and_new(hashed, stored)

    def scaled(self, ids: Array, factor: float | Array) -> Array:
        """factor * candidate, as the argument of an activation; `factor` is a number, or (k,) with one for each."""
        factors = np.broadcast_to(np.asarray(factor, dtype=np.float64), ids.shape)
        hashed = factors[:, None] * self._hashed[ids]
        which = self._new(hashed, 1)
        new, factors = ids[which], factors[which]
        units = None if self.units is None else self.units.of_multiples(new, factors)
        stored = self._store("scale", factors[:, None] * self.values[new], new, -1, factors,
                             self.complexity[new] + 2, self._family[new], units)
        return self._known_and_new(hashed, stored)

    def shifted(self, i: int, shifts: Array) -> Array:
        """Candidate i plus each of the shifts (k,): affine images of it, but different factors and arguments."""
        values = self.values[i] + shifts[:, None]
        of = np.full(len(shifts), i)
        if self.units is not None and not self.units.works(self.units.of_shifted(of)).all():
            return of[:0]
        new = self._new(values[:, self._hash_rows], 1)
        of = of[new]
        units = None if self.units is None else self.units.of_shifted(of)
        return self._store("shift", values[new], of, -1, shifts[new], 3, 0, units)

    def binary(self, name: str, a: Array, b: Array, room: int | None = None, keep_affine_images: bool = False,
               elementwise: bool = False) -> Array:
        """The activation `name` of every pair of candidates from `a` and `b`; at most `room` new ones.

        Args:
            name: an activation of two operands.
            a, b: ids of the operands.
            room: how many new candidates to store at most; None for no limit but the enumerator's.
            keep_affine_images: whether affine images of known candidates count as new.
            elementwise: whether a[i] is combined with b[i] only.
        """
        if not len(a) or not len(b):
            return a[:0]
        value = ACTIVATIONS[name].value
        left, right = (a, b) if elementwise else (np.repeat(a, len(b)), np.tile(b, len(a)))
        if not elementwise and ACTIVATIONS[name].commutative and (a is b or np.array_equal(a, b)):
            left, right = left[left <= right], right[left <= right]
        if self.units is not None:
            work = self.units.works(self.units.of_binary(name, left, right))
            left, right = left[work], right[work]
        hashed = value(self._hashed[left], self._hashed[right])
        cost = self.complexity[left] + self.complexity[right] + ACTIVATIONS[name].cost
        new = self._new(hashed, cost, keep_affine_images, room)
        left, right = left[new], right[new]
        units = None if self.units is None else self.units.of_binary(name, left, right)
        stored = self._store(name, value(self.values[left], self.values[right]), left, right, 0.0,
                             self.complexity[left] + self.complexity[right] + ACTIVATIONS[name].cost,
                             self._family[left] | self._family[right], units)
        return self._known_and_new(hashed, stored)

    def _known_and_new(self, hashed: Array, stored: Array) -> Array:
        """Ids of all requested candidates, the known ones among them, in the order of the request.

        For requests of more than `_MOST_RETURNED_KNOWN` candidates only the newly stored ids are returned: such a
        request enumerates a whole level and does not need the known ones.
        """
        if not self.return_known or len(hashed) > _MOST_RETURNED_KNOWN:
            return stored
        keys = self._keys(hashed[np.isfinite(hashed).all(axis=1)]).tolist()
        return np.array(list(dict.fromkeys(self._id_of_key[k] for k in keys if k in self._id_of_key)), dtype=np.int64)

    def monomials(self, exponents: Array) -> Array:
        """Products of powers of the inputs to build on, with exponents (k, d)."""
        def values(rows: Array | slice, which: Array) -> Array:
            product = np.ones((len(which), self.columns[:, rows].shape[1]))
            for j, column in enumerate(self.columns[:, rows]):
                for p in np.unique(exponents[which, j]):
                    if p:
                        product[exponents[which, j] == p] *= np.power(column, p)
            return product

        everything = np.arange(len(exponents))
        new = self._new(values(self._hash_rows, everything), 1)
        start = len(self.exponents)
        self.exponents.extend(exponents[new])
        whole = np.abs(exponents[new])
        cost = (np.where(whole > 1, 2, 1) * (whole > 0) + (whole == 0.5)).sum(axis=1) + (whole > 0).sum(axis=1) - 1
        units = None if self.units is None else self.units.of_monomials(exponents[new], self.input_positions)
        stored = self._store("monomial", values(slice(None), new), np.arange(start, start + len(new)), -1, 0.0,
                             cost.astype(np.int64), 0, units)
        return self._known_and_new(values(self._hash_rows, everything), stored)

    def expression(self, i: int) -> Expr:
        """Candidate i as an expression of the table's inputs."""
        if i in self._expressions:
            return self._expressions[i]
        operation, left = self.operation[i], int(self.left[i])
        if operation == "var":
            result = var(int(self.input_positions[left]))
        elif operation == "one":
            result = num(1.0)
        elif operation == "monomial":
            result = mul([(var(int(self.input_positions[j])), float(p))
                          for j, p in enumerate(self.exponents[left]) if p])
        elif operation == "scale":
            result = add([(float(self.parameter[i]), self.expression(left))])
        elif operation == "shift":
            result = add([(1.0, self.expression(left))], float(self.parameter[i]))
        else:
            args = [self.expression(left)] + ([self.expression(int(self.right[i]))] if self.right[i] >= 0 else [])
            result = apply_activation(operation, args)
        self._expressions[i] = result
        return result
