"""Simple numbers near a constant, and the odds that the constant is one of them.

A simple number is evidence only where simple numbers are rare. Whole numbers have a spacing of 1, so a constant with a
standard error of 0.01 is rarely near a whole number by chance; a constant with a standard error of 0.3 always is.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from xnet.engine.networks.known_values import KnownValue, known_forms
from xnet.engine.networks.network import Network
from xnet.engine.networks.rates import indices_of_rates

#: Prior odds of a number of a class against a generic constant.
PRIOR = 0.5

#: Relative agreement that is required of simple numbers so numerous that one of them is always near.
AGREEMENT = 1e-6

#: A form of a known constant (g/2, 1/g) is this much less probable than the known constant itself.
_SHARE_OF_A_FORM = 0.1
#: A simple growth factor is this much less probable than a simple number: most rates are stated as they stand.
_SHARE_OF_A_RATE = 0.1
_LN_2, _LN_10 = math.log(2.0), math.log(10.0)
#: A form of a known constant is tried for constants that differ from it by less than this share.
_NEAR_FORM = 0.3

#: Denominators of fractions, and the numerators below which thirds need no `AGREEMENT`.
_DENOMINATORS, _LARGEST_OF_THIRDS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0, 10.0, 12.0, 15.0, 16.0), 10.5
_IRRATIONAL = (np.pi, 1.0 / np.pi, np.pi**2, 1.0 / np.pi**2, 1.0 / np.sqrt(2 * np.pi), np.sqrt(2.0), np.sqrt(np.pi),
               np.e, 1.0 / np.log(10.0), 1.0 / np.log(2.0))
#: Small fractions of these roots, with numerators and denominators as they are printed (`precedence.root_form`).
_ROOTS, _ROOT_TOPS, _ROOT_BOTTOMS = (3, 5, 6, 7, 10), 3, (1, 2, 3, 4, 5, 6, 8, 10)
#: Parts of pi beside those with the usual denominators, such as pi/180 of degrees.
_PARTS_OF_PI = (10, 12, 16, 18, 20, 24, 30, 36, 45, 60, 90, 180)
#: From this rank on a number is tried only where the rows determine the constant to `AGREEMENT`.
EXACT_RANK = 5


class SimpleNumber(NamedTuple):
    """A simple number near a constant.

    Attributes:
        rank: a lower rank is simpler.
        value: the number.
        spacing: the distance between the numbers of its class; 0 for classes that need `AGREEMENT`.
    """

    rank: int
    value: float
    spacing: float


@lru_cache(maxsize=1024)  # the same constants are looked up many times while a network is simplified
def simple_numbers_near(c: float, known: tuple[KnownValue, ...] = ()) -> tuple[SimpleNumber, ...]:
    """The simple numbers near a constant, the nearest of each class.

    Args:
        c: the constant.
        known: known constants, which count as simple numbers, as do their simple forms (g/2, 1/g).
    """
    sign, size = (-1.0 if c < 0 else 1.0), abs(c)
    if not 1e-300 < size < 1e300:
        return (SimpleNumber(0, 0.0, 0.0),) if c == 0.0 else ()
    found = [(1, 1.0, 1.0)] if 0.4 < size < 2.5 else []
    if 0.5 <= size < 1e6:
        found.append((2, float(round(size)), 1.0))
    if size < 100:
        found += [(3 if q <= 4 else 4, round(q * size) / q, _spacing_of_fractions(q, size))
                  for q in _DENOMINATORS if q * size < 100]
    found += [(4, float(f"{size:.{digits}g}"), last_digit(size, digits) if digits <= 2 else 0.0)
              for digits in (1, 2, 3)]
    for base in _IRRATIONAL:
        ratio = size / base
        if 0.05 < ratio < 20:
            found += [(5, round(ratio * q) / q * base, 0.0) for q in (1.0, *_DENOMINATORS[:6])]
        if 1e-4 < ratio < 1e4:
            found.append((6, float(f"{ratio:.2g}") * base, 0.0))
    found += [(5, n * math.sqrt(k) / m, 0.0) for k in _ROOTS if size < 10.0 for m in _ROOT_BOTTOMS
              if 0 < (n := round(size * m / math.sqrt(k))) <= _ROOT_TOPS]
    found += [(5, math.pi / m, 0.0) for m in _PARTS_OF_PI if abs(size * m / math.pi - 1.0) < 0.1]
    found += [(2 if form.is_plain else 3, form.value, form.value * (1.0 if form.is_plain else _SHARE_OF_A_FORM))
              for form in known_forms(known).values() if abs(form.value - size) < _NEAR_FORM * form.value]
    return tuple(SimpleNumber(rank, sign * value, spacing) for rank, value, spacing in found if value)


def simple_rates_near(c: float) -> tuple[SimpleNumber, ...]:
    """The rates near a constant c of exp(c*t) whose growth factor, doubling time or half-life is a simple number.

    They are ln b of factors b = 1 + r with a growth r of one or two digits (1.05**t), or of one-digit whole numbers b;
    and, where the rows determine c to `AGREEMENT`, ln b of factors with three digits, ln 2/T of times T with three
    digits, and multiples of ln 10 with two.

    >>> [round(near.value, 6) for near in simple_rates_near(0.0487903) if near.spacing]
    [0.04879, 0.04879]
    """
    if not 1e-6 < abs(c) < 50.0:
        return ()
    sign, growth, factor = (-1.0 if c < 0 else 1.0), math.expm1(c), math.exp(c)
    found = [(5, math.log1p(r), _SHARE_OF_A_RATE * last_digit(abs(growth), digits) / factor)
             for digits in (1, 2) if (r := float(f"{growth:.{digits}g}")) > -1.0]
    found += [(5, math.log(round(factor)), _SHARE_OF_A_RATE / factor)] if 1.5 < factor < 20.5 else []
    found += [(6, math.log(float(f"{factor:.{digits}g}")), 0.0) for digits in (1, 2, 3)]
    found += [(6, sign * _LN_2 / float(f"{_LN_2 / abs(c):.{digits}g}"), 0.0) for digits in (1, 2, 3)]
    found += [(6, float(f"{c / _LN_10:.{digits}g}") * _LN_10, 0.0) for digits in (1, 2)]
    return tuple(SimpleNumber(*near) for near in found if near[1])


def _spacing_of_fractions(q: float, size: float) -> float:
    """The distance between fractions with the denominator q near a size; 0 where they need `AGREEMENT`.

    10/3 is a simple number, but people write 21.3 and not 64/3.
    """
    return 1.0 / q if q <= 4 and (q != 3 or q * size < _LARGEST_OF_THIRDS) else 0.0


def last_digit(size: float, digits: int) -> float:
    """The unit of the last of the leading digits of a positive number: 0.1 for the second digit of 3.27."""
    return 10.0 ** (math.floor(math.log10(size)) - digits + 1)


def is_simple(c: float, known: tuple[KnownValue, ...] = ()) -> bool:
    """Whether a constant is a simple number already, such as 3, 0.25, 2/3 or 2 pi, or a known constant."""
    return any(near.value == c for near in simple_numbers_near(c, known))


def simple_constants(network: Network, known: tuple[KnownValue, ...] = ()) -> set[int]:
    """The indices of the constants that are simple numbers, or rates with a simple growth factor or time."""
    exponents = indices_of_rates(network)
    return {i for i, c in enumerate(network.constants)
            if is_simple(c, known) or (i in exponents and any(near.value == c for near in simple_rates_near(c)))}


def log_odds(distance: float, error: float, spacing: float, degrees: float) -> float:
    """The logarithm of the odds that a constant is a simple number, against a generic constant.

    A generic constant is spread evenly between the numbers of the class. The estimate of a constant that is the simple
    number has Student's distribution around it, because its standard error is itself estimated.

    Args:
        distance: between the estimate and the simple number.
        error: standard error of the estimate.
        spacing: distance between the numbers of the class.
        degrees: degrees of freedom of the standard error.

    Returns:
        -inf when the error is not finite or the class has no spacing.
    """
    if not spacing or not math.isfinite(error):
        return -math.inf
    error = max(error, 1e-300)
    if distance > 1e6 * error:
        return -math.inf
    z = distance / error
    scale = math.lgamma(0.5 * (degrees + 1)) - math.lgamma(0.5 * degrees) - 0.5 * math.log(math.pi * degrees)
    return math.log(PRIOR * spacing) - math.log(error) + scale - 0.5 * (degrees + 1) * math.log1p(z * z / degrees)
