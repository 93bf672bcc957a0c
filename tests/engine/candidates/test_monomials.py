"""Monomials of the inputs: their exponents, in order of size."""

from __future__ import annotations

import itertools

import pytest

from xnet.engine.candidates.monomials import exponents


@pytest.mark.parametrize(("d", "most", "largest", "negative"), [(1, 6, 4, True), (3, 6, 1, False), (3, 6, 4, True),
                                                                (4, 5, 5, False)])
def test_every_monomial_of_a_size_comes_once_and_small_ones_first(d: int, most: int, largest: int,
                                                                  negative: bool) -> None:
    found = list(exponents(d, most, largest, negative))
    values = range(-largest if negative else 0, largest + 1)
    expected = {p for p in itertools.product(map(float, values), repeat=d) if 0 < sum(map(abs, p)) <= most}
    assert len(found) == len(expected)
    assert set(found) == expected
    sizes = [(sum(map(abs, p)), sum(map(bool, p))) for p in found]
    assert sizes == sorted(sizes)
