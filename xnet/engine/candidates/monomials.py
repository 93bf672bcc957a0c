"""Monomials of the inputs: their exponents in order of size, and the candidates made of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from xnet.arrays import Array

from .enumeration import CandidateEnumerator


def exponents(d: int, most: int, largest: int, negative: bool) -> Iterator[tuple[float, ...]]:
    """Exponents (d,) of monomials, in order of their total size.

    Args:
        d: number of inputs.
        most: largest sum of the absolute exponents.
        largest: largest absolute exponent of one input.
        negative: whether negative exponents are allowed.
    """
    for total in range(1, most + 1):
        for support in range(1, min(total, d) + 1):
            for which in itertools.combinations(range(d), support):
                for sizes in _compositions(total, support, largest):
                    for signs in itertools.product((1, -1) if negative else (1,), repeat=support):
                        row = [0.0] * d
                        for k, size, sign in zip(which, sizes, signs, strict=True):
                            row[k] = float(size * sign)
                        yield tuple(row)


def _compositions(total: int, parts: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Whole numbers from 1 to `largest` with the given sum, in lexicographic order."""
    if parts == 1:
        if 1 <= total <= largest:
            yield (total,)
        return
    for first in range(max(1, total - largest * (parts - 1)), min(largest, total - parts + 1) + 1):
        for rest in _compositions(total - first, parts - 1, largest):
            yield (first, *rest)


def add_monomials(enumerator: CandidateEnumerator, inputs: Array, room: int, largest: int, negative: bool) -> Array:
    """Monomials of the inputs, in order of their total size.

    Args:
        enumerator: where the candidates are added.
        inputs: ids of the inputs.
        room: how many monomials to make.
        largest: largest absolute exponent of one input.
        negative: whether negative exponents are allowed.

    Returns:
        Ids of the monomials, known ones included.
    """
    if room <= 0:
        return inputs[:0]
    most = min(len(inputs), 6) if largest == 1 else 6
    found = list(itertools.islice(exponents(len(inputs), most, largest, negative), room))
    return enumerator.monomials(of_all_inputs(enumerator, inputs, found))


def of_all_inputs(enumerator: CandidateEnumerator, inputs: Array, found: list[tuple[float, ...]]) -> Array:
    """Exponents of some inputs as exponents (k, d) of all inputs that the enumerator builds on."""
    full = np.zeros((len(found), len(enumerator.columns)))
    full[:, enumerator.left[inputs]] = found
    return full
