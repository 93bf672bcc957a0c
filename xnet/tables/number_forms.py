"""Numbers in spellings of their own: exponents without E, hexadecimal numbers, fractions, raised decimal points."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .numbers import plain_number

_EXPONENT = re.compile(
    r"(?P<m>.*?)(?<!\s)\s*"  # one match of each run of spaces: the time is linear in the length of the cell
    r"(?:[eEdDqQ]\s*|(?:[×xX*·⋅]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*[({]?|[×xX*·⋅]\s*10(?=[-+])|\*\^)"
    r"(?P<e>[-+]?\d{1,3})[)}]?")
_TEN = re.compile(r"([-+]?)10\s*(?:\^|\*\*)\s*[({]?([-+]?\d{1,3})[)}]?")
_BARE_EXPONENT = re.compile(r"([-+]?(?:\d+\.\d*|\.\d+))([-+]\d{1,3})")
_MIXED = re.compile(r"([-+]?)(\d{1,6})[ -](\d{1,3})\s*[/⁄]\s*(\d{1,4})")
_FRACTION = re.compile(r"([-+]?)(\d{1,2})[/⁄](2|4|8|16|32|64)")
_POINT = re.compile(r"([-+]?\d{1,9})[·‧∙](\d{1,9})")
_HEX = re.compile(r"[-+]?0[xX][0-9a-fA-F]{1,13}")
_UNDERSCORES = re.compile(r"[-+]?\d{1,3}(?:_\d{3})+(?:\.\d*)?")


def _with_exponent(match: re.Match[str], comma: bool) -> tuple[float, str]:
    mantissa = repr(plain_number(match["m"], comma))  # as text, so that 1.3e-9 is the nearest number to it
    readable = mantissa.lstrip("-")[0].isdigit() and "e" not in mantissa  # not nan and not inf
    return (float(f"{mantissa}e{int(match['e'])}") if readable else math.nan), "exponent"


def _power_of_ten(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    return float(f"{match[1]}1e{int(match[2])}"), "exponent"


def _hexadecimal(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    return float(int(match[0], 16)), "hexadecimal"


def _underscores(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    return float(match[0].replace("_", "")), "underscores"


def _bare_exponent(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    """4.5+1 is 45. With a minus and few decimals, 2.5-3 may as well be a range: its kind says so."""
    certain = match[2][0] == "+" or len(match[1].partition(".")[2]) >= 3
    return float(f"{match[1]}e{match[2]}"), "bare exponent" if certain else "exponent or range"


def _mixed_fraction(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    if int(match[4]) == 0 or int(match[3]) >= int(match[4]):
        return math.nan, ""
    return float(f"{match[1]}1") * (int(match[2]) + int(match[3]) / int(match[4])), "fraction"


def _fraction(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    """3/8 as inches are written; 2/4, 4/4 or 5/12 may be a date or a share."""
    above, below = int(match[2]), int(match[3])
    proper = above < below and above % 2 == 1
    return (float(f"{match[1]}1") * above / below, "fraction") if proper else (math.nan, "")


def _raised_point(match: re.Match[str], _comma: bool) -> tuple[float, str]:
    return float(f"{match[1]}.{match[2]}"), "raised point"


#: How each spelling is written and read: a pattern of a whole cell, and the value and the kind of its match.
EXPONENTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], bool], tuple[float, str]]], ...] = (
    (_HEX, _hexadecimal), (_UNDERSCORES, _underscores), (_TEN, _power_of_ten), (_EXPONENT, _with_exponent),
    (_BARE_EXPONENT, _bare_exponent), (_MIXED, _mixed_fraction), (_FRACTION, _fraction), (_POINT, _raised_point))
