"""A formula's text as people read it: typeset powers and roots, names without backticks."""

from __future__ import annotations

import re
from collections.abc import Callable

_BACKTICKS = re.compile(r"`((?:[^`]|``)*)`")
_WHOLE_POWER = re.compile(r"\*\*(-?\d+)(?![\d.])")
_UNIT_POWER = re.compile(r"(?:\^|\*\*)(-?\d+)(?![\d.])")
_ROOT = re.compile(r"\bsqrt\(")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LONG_NUMBER = re.compile(r"\d+\.\d{5,}(?:e[+-]?\d+)?")
_WHOLE = re.compile(r"(?<![\w.])\d+\.0(?![\w.])")
_SCIENTIFIC = re.compile(r"(?P<before>/|\*\*|(?<![\w.]))(?P<mantissa>\d+(?:\.\d+)?)e(?P<exponent>[+-]?\d+)(?![\w.])"
                         r"(?P<after>\*\*)?")


def typeset_text(text: str) -> str:
    """A formula's text for reading: √, · and exponents are typeset.

    Numbers keep all their digits, because the scores that stand beside a formula are those of these numbers: with
    fewer, a difference of large terms is another formula. Column names stay as they are and lose their backticks. The
    result is not meant to be parsed: copy the full text instead.

    >>> typeset_text("y = 0.0088961234*sqrt(d**3/m) + x**1.5"), typeset_text("2*`a*b`**-2")
    ('y = 0.0088961234·√(d³/m) + x^1.5', '2·a*b⁻²')
    >>> typeset_text("1e-05*x + 2.5e+16/(3.1e-07*x)**2"), typeset_text("x/2e-05 + x**1e-05 + 1e+20**x")
    ('10⁻⁵·x + 2.5·10¹⁶/(3.1·10⁻⁷·x)²', 'x/(2·10⁻⁵) + x^(10⁻⁵) + (10²⁰)^x')
    >>> typeset_text("3350000000.0*x**2.0 + 12345.0/y")
    '3.35·10⁹·x² + 12345/y'
    """
    return _outside_names(text, _on_paper)


def shortened_text(text: str, note: str = " (numbers shortened to four digits)") -> str:
    """The same with long numbers in four digits, and with a note where that leaves out digits.

    >>> shortened_text("y = 0.0088961234*x"), shortened_text("y = 0.5*x")
    ('y = 0.008896·x (numbers shortened to four digits)', 'y = 0.5·x')
    """
    short = _outside_names(text, lambda part: _on_paper(_LONG_NUMBER.sub(lambda match: f"{float(match[0]):.4g}", part)))
    return short + ("" if short == typeset_text(text) else note)


def typeset_unit(unit: str) -> str:
    """A unit for reading, with raised powers.

    >>> typeset_unit("10^24 kg"), typeset_unit("kg*m**2/s^-2"), typeset_unit("W/(m^2*K)")
    ('10²⁴ kg', 'kg·m²/s⁻²', 'W/(m²·K)')
    """
    return _UNIT_POWER.sub(lambda match: match[1].translate(_SUPERSCRIPT), unit).replace("*", "·")


def _outside_names(text: str, write: Callable[[str], str]) -> str:
    """A text with what lies between names in backticks written anew; the names lose their backticks."""
    parts, end = [], 0
    for match in _BACKTICKS.finditer(text):
        parts += [write(text[end:match.start()]), match[1].replace("``", "`")]
        end = match.end()
    return "".join([*parts, write(text[end:])])


def _on_paper(text: str) -> str:
    text = _WHOLE.sub(_whole, text)
    text = _SCIENTIFIC.sub(_power_of_ten, text)
    text = _WHOLE_POWER.sub(lambda match: match[1].translate(_SUPERSCRIPT), text)
    return _ROOT.sub("√(", text).replace("**", "^").replace("*", "·")


def _whole(match: re.Match[str]) -> str:
    from xnet.engine.formulas.precedence import reading_digits  # the help of the command line needs no engine

    return reading_digits(match[0])


def _power_of_ten(match: re.Match[str]) -> str:
    """A number in scientific notation as a power of ten, in brackets where a neighbour would take a part of it."""
    mantissa, before, after = match["mantissa"], match["before"] or "", match["after"] or ""
    power = "10" + str(int(match["exponent"])).translate(_SUPERSCRIPT)
    text = power if float(mantissa) == 1 else f"{mantissa}·{power}"
    bracketed = after or before == "**" or (before == "/" and text != power)
    return f"{before}({text}){after}" if bracketed else before + text + after
