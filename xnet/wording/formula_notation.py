"""A formula's text as people read it: short numbers, typeset powers and roots, names without backticks."""

from __future__ import annotations

import re

_BACKTICKS = re.compile(r"`((?:[^`]|``)*)`")
_WHOLE_POWER = re.compile(r"\*\*(-?\d+)(?![\d.])")
_ROOT = re.compile(r"\bsqrt\(")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LONG_NUMBER = re.compile(r"\d+\.\d{5,}(?:e[+-]?\d+)?")


def compact_text(text: str) -> str:
    """A formula's text in short notation, for reading: numbers have four digits, and √, · and exponents are typeset.

    Column names stay as they are and lose their backticks. The result is not meant to be parsed: copy the full text
    instead.

    >>> compact_text("y = 0.0088961234*sqrt(d**3/m) + x**1.5"), compact_text("2*`a*b`**-2")
    ('y = 0.008896·√(d³/m) + x^1.5', '2·a*b⁻²')
    """
    parts, end = [], 0
    for match in _BACKTICKS.finditer(text):
        parts += [_on_paper(text[end:match.start()]), match[1].replace("``", "`")]
        end = match.end()
    return "".join([*parts, _on_paper(text[end:])])


def _on_paper(text: str) -> str:
    text = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.4g}", text)
    text = _WHOLE_POWER.sub(lambda match: match[1].translate(_SUPERSCRIPT), text)
    return _ROOT.sub("√(", text).replace("**", "^").replace("*", "·")
