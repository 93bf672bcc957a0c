"""One cell as people, laboratories and Fortran programs write numbers: exponents, errors, brackets, units, limits."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from .number_forms import EXPONENTS
from .numbers import decimal_sign, is_number, plain_number
from .unit_words import MAGNITUDES, is_unit

#: Texts that stand for a missing value in a column of numbers; in a column of labels they may be labels.
_GAP_WORDS = frozenset({
    "nd", "n.d.", "n.d", "bdl", "b.d.l.", "bld", "lod", "<lod", "< lod", "<dl", "< dl", "loq", "<loq", "< loq",
    "dnf", "no data", "nodata", "not available", "not detected", "not measured", "no value", "nil", "void",
    "unknown", "error", "err", "fail", "bad", "masked", "below detection", "below detection limit", "k.a.",
    "keine angabe", "\\n", "..", "...", "…", "x", "*", "1.#qnan", "-1.#ind", "1.#ind", "nan(ind)", "-nan(ind)",
    "-nan", "+nan", "1.#inf", "n/d", "n.a.", "n.a", "#n/a n/a", "bql", "blq", "bll", "mdl", "<mdl", "< mdl",
    "<rl", "nq", "n.q.", "n.b.", "n.d.a.", "trace", "traces", "tr", "tr.", "ns", "nr", "not sampled",
    "not analysed", "not analyzed", "not tested", "missing value", "offline", "overflow", "overrange",
    "over range", "overload", "ovl", "o.l.", "saturated", "out of range", "oor", "no reading", "no signal",
    "invalid", "suspect", "failed", "fault", "calibration", "below range", "below lod", "below loq", "n.m.",
    "nm", "not applicable", "unavailable", "undefined", "undef", "-nan(snan)", "1.#snan", "keine daten",
    "nicht bestimmt", "tbd", "<na>", "nat", "n.n.", "×", "///", "//"})
_ERROR_CELL = re.compile(r"#[A-Z0-9/]{2,12}[!?]?|\*{2,}|#{2,}|-{3,}|:(?: ?[a-z]{1,2})?")  # : is a gap of Eurostat
_DASHES = str.maketrans({"−": "-", "–": "-", "‒": "-", "﹣": "-", "－": "-", "．": "."})
_ARABIC = str.maketrans({"٫": ".", "٬": None})
#: Rs. 1,234/- and 5.- are amounts; 2.5`20. is a number of Mathematica with its precision.
_AMOUNT_END = re.compile(r"(?<=\d)(?: ?/-|[.,]--?)$")
_PRECISION = re.compile(r"(?<=[\d.])`[\d.]*(?=\*\^|$)")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"(10)([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_GLYPHS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
_ANGLE = re.compile(
    r"(?P<h>[NSEW])?\s*(?P<sign>[-+]?)(?P<d>\d{1,3}(?:\.\d+)?)\s*[°º]\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”]|'')\s*)?(?P<t>[NSEW])?", re.IGNORECASE)
_LIMIT = re.compile(r"(<=|>=|=<|=>|[<>≤≥≦≧])\s*(\S.*)")
_ABOUT = re.compile(r"(?:[~≈∼]|ca\.?|circa|approx\.?|about)\s*(?=[\d.,$€£+-])", re.IGNORECASE)
_CODES = ("USD|EUR|GBP|JPY|CHF|CNY|RMB|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|ZAR|KRW|TRY|Rs\\.?|kr\\.?|"
          "US\\$|R\\$|A\\$|C\\$|[$€£¥₹₽₩₺¢]")
_MONEY_BEFORE = re.compile(rf"([-+(]*)\s*({_CODES})\s*(.+)")
_MONEY_AFTER = re.compile(rf"(.*[\d.,)-])\s*({_CODES})")
#: A number with one word behind it, such as 1.000 kg, and the most characters of a cell with an amount.
_WITH_UNIT, _LONGEST_AMOUNT = re.compile(r"([-+]?[\d.,]*\d)\s*[^\W\d_][^\s,.\d]*"), 40
_BRACKETS = re.compile(r"-?\(\s*([^()]+?)\s*\)")
_BRACKET_ERROR = re.compile(r"([-+]?[\d.,]*\d[.,]?)\s?\((\d+(?:[.,]\d+)?)\)\s*(.*)")
_PLUS_MINUS = re.compile(r"(\()?\s*([^±()]+?)\s*(?:±|\+/-|\+-|\\pm)\s*([^±()]+?)\s*(?(1)\)\s*([^±()]*))")
_TWO_ERRORS = re.compile(
    r"([^±^_{}]+?)\s*(?:\^\s*\{\s*\+?([\d.,]*\d)\s*\}\s*_\s*\{\s*-\s*([\d.,]*\d)\s*\}|"
    r"_\s*\{\s*-\s*([\d.,]*\d)\s*\}\s*\^\s*\{\s*\+?([\d.,]*\d)\s*\}|[\[(]?\s*\+\s*([\d.,]*\d)\s*[/,;]?\s*-\s*([\d.,]*\d)\s*[\])]?)(.*)")
_SUFFIX = re.compile(r"(.*[\d.,)])(\s*)([^\W\d_][^\s]{0,14}(?: [^\W\d_][^\s]{0,14})?|[%‰°℃℉µ][^\s]{0,10}|[°º] ?[CFK]|"
                     r"[€$£¥]\s?/\s?[^\W\d_][^\s]{0,9})")
_BRACKET_UNIT = re.compile(r"(.*[\d.,])\s*\(([^()\d\s][^()]{1,14})\)")
#: Marks behind a number: 1.5*, 1.5 [a], and 30.0 ) or 30.0 ] of the weather service of Japan.
_FLAG = re.compile(r"(.*[\d.,)])\s*(?:\*{1,3}|[†‡§#]|\[[a-z0-9]{1,2}\]|(?<=\d\s)[)\]])", re.IGNORECASE)
#: Words behind a number that are no units: times of day, ordinals, months.
_NO_UNITS = re.compile(
    r"[ap]\.?m\.?|uhr|bc|ad|st|nd|rd|th|(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)"
    r"(?:t|uary|ruary|ch|il|e|y|ust|tember|ober|ember|uar|ruar|z|i)?\.?", re.IGNORECASE)


class WrittenNumber(NamedTuple):
    """A number with what its spelling said beside it.

    Attributes:
        value: the number.
        error: its standard error as written; NaN without one.
        unit: written behind it; "" without one.
        money: the sign or code of its currency; "".
        kinds: the spellings met, keys of `number_columns.SPELLINGS`.
    """

    value: float
    error: float = math.nan
    unit: str = ""
    money: str = ""
    kinds: frozenset[str] = frozenset()


def is_gap_word(cell: str) -> bool:
    """Whether a cell of a column of numbers says that there is no value: ND, BDL, #DIV/0!, ****."""
    return cell.lower() in _GAP_WORDS or _ERROR_CELL.fullmatch(cell) is not None


def is_written_number(cell: str) -> bool:
    """Whether a cell is a number in any spelling that this package reads, limits included."""
    return is_number(cell) or (any(c.isdigit() for c in cell) and written_number(cell, comma=False) is not None)


def written_number(cell: str, comma: bool) -> WrittenNumber | None:
    """Read one cell; None if it is no number.

    Args:
        cell: the text, without spaces around it.
        comma: whether 1,234 has a decimal comma; cells that can be read in one way only do not depend on it.

    >>> written_number("0.6499(6)", False)[:2], written_number("(16.50)", False).value
    ((0.6499, 0.0006), -16.5)
    >>> written_number("1.30×10^-9", False).value, written_number("4.5+1", False).value
    (1.3e-09, 45.0)
    """
    text = _tidy(cell)
    if len(text) > 80 or not any(c.isdigit() for c in text):
        return None
    for reader in _READERS:
        found = reader(text, comma)
        if found is not None and math.isfinite(found.value):
            return found
    return None


#: Bold, italic and code of Markdown.
_MARKDOWN = re.compile(r"^(\*\*|__|`)([^*_`]+)\1$")
#: A sign that a space separates from its number, as spreadsheets write amounts.
_APART = re.compile(r"^([-+])\s+(?=[\d.,]*\d)")


def _tidy(cell: str) -> str:
    """The cell with ASCII signs and raised exponents; Excel's ="5" and '5 without their quotes."""
    text = cell.translate(_DASHES).replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = text.strip("$") if text.count("$") == 2 and text.startswith("$") and text.endswith("$") else text
    text = _MARKDOWN.sub(r"\2", _APART.sub(r"\1", text.removeprefix("'").strip()))
    if not text.isascii():
        text = text.translate(_ARABIC)
        for glyph, fraction in _GLYPHS.items():
            if glyph in text:
                text = re.sub(rf"(\d)\s*{glyph}", rf"\1 {fraction}", text).replace(glyph, fraction)
    text = _AMOUNT_END.sub("", _PRECISION.sub("", text))
    return _POWER.sub(lambda m: f"{m[1]}^{m[2].translate(_RAISED)}", text)


def _core(text: str, comma: bool) -> WrittenNumber | None:
    """A number, perhaps with an exponent of any spelling, without signs of money, unit or error."""
    value, kind = plain_number(text, comma), "plain"
    if math.isnan(value):
        for pattern, reader in EXPONENTS:
            match = pattern.fullmatch(text)
            if match is not None:
                value, kind = reader(match, comma)
                break
    return None if math.isnan(value) else WrittenNumber(value, kinds=frozenset({kind}))


def _limit(text: str, comma: bool) -> WrittenNumber | None:
    match = _LIMIT.fullmatch(text)
    found = written_number(match[2], comma) if match else None
    return found and found._replace(kinds=found.kinds | {"limit"})


def _about(text: str, comma: bool) -> WrittenNumber | None:
    match = _ABOUT.match(text)
    found = written_number(text[match.end():], comma) if match else None
    return found and found._replace(kinds=found.kinds | {"about"})


def _angle(text: str, _comma: bool) -> WrittenNumber | None:
    """48°5'12"N as degrees with decimals; 5° alone is a number with a unit."""
    match = _ANGLE.fullmatch(text)
    if match is None or not (match["m"] or match["s"] or match["t"] or match["h"]):
        return None
    if (match["h"] and match["t"]) or float(match["m"] or 0) >= 60 or float(match["s"] or 0) >= 60:
        return None
    value = float(match["d"]) + float(match["m"] or 0) / 60 + float(match["s"] or 0) / 3600
    negative = (match["sign"] == "-") != ((match["h"] or match["t"] or "").upper() in ("S", "W"))
    return WrittenNumber(-value if negative else value, unit="°", kinds=frozenset({"angle"}))


def _money(text: str, comma: bool) -> WrittenNumber | None:
    match = _MONEY_BEFORE.fullmatch(text)
    inside, sign = (match[1] + match[3], match[2]) if match else ("", "")
    if match is None:
        match = _MONEY_AFTER.fullmatch(text)
        inside, sign = (match[1], match[2]) if match else ("", "")
    found = (_core(inside, comma) or _accounting(inside, comma) or _unit(inside, comma)) if match else None
    return found and found._replace(money=sign.rstrip("."), kinds=found.kinds | {"money"})


def _accounting(text: str, comma: bool) -> WrittenNumber | None:
    """(16.50) and 16.50- are negative."""
    match = _BRACKETS.fullmatch(text)
    inside = match[1] if match else text[:-1] if text.endswith("-") else ""
    found = _core(inside, comma) if inside else None
    if found is None or found.value < 0:
        return None
    return found._replace(value=-found.value, kinds=found.kinds | {"accounting"})


def _bracket_error(text: str, comma: bool) -> WrittenNumber | None:
    """0.6499(6) is 0.6499 with the error 0.0006; digits of the error count in the last decimals."""
    match = _BRACKET_ERROR.fullmatch(text)
    if match is None:
        return None
    value, digits = plain_number(match[1], comma), match[2]
    sign = "," if comma and "," in match[1] else "."
    decimals = len(match[1].partition(sign)[2])
    error = float(digits.replace(",", ".")) if not digits.isdigit() else float(f"{digits}e{-decimals}")
    return _scaled(WrittenNumber(value, error, kinds=frozenset({"error"})), match[3], comma)


def _plus_minus(text: str, comma: bool) -> WrittenNumber | None:
    match = _PLUS_MINUS.fullmatch(text)
    if match is None:
        return None
    value, error = (_core(part, comma) or _unit(part, comma) for part in (match[2], match[3]))
    if value is None or error is None or error.value < 0 or (error.unit and value.unit not in ("", error.unit)):
        return None
    if error.unit == "%" and not value.unit and not match[1]:
        return None  # 10 ± 5 % is either 5 percentage points or a twentieth
    found = WrittenNumber(value.value, error.value, value.unit or error.unit, kinds=frozenset({"error"}))
    return _scaled(found, match[4] or "", comma)


def _two_errors(text: str, comma: bool) -> WrittenNumber | None:
    """2.5 +0.1/-0.2 has the error 0.15, the mean of both."""
    match = _TWO_ERRORS.fullmatch(text)
    value = _core(match[1], comma) if match else None
    if match is None or value is None:
        return None
    up, down = (plain_number(part, comma) for part in match.groups()[1:7] if part is not None)
    found = WrittenNumber(value.value, (up + down) / 2.0, kinds=frozenset({"error", "two errors"}))
    return None if math.isnan(found.error) else _scaled(found, match[8] or "", comma)


def _scaled(found: WrittenNumber, tail: str, comma: bool) -> WrittenNumber | None:
    """The number with what follows its error: nothing, an exponent, a unit, or both."""
    tail = tail.strip()
    if not tail:
        return found
    factor = _core("1" + tail, comma) or _unit("1" + (" " + tail if tail[0].isalpha() else tail), comma)
    if factor is None or found.unit:
        return None
    return found._replace(value=found.value * factor.value, error=found.error * factor.value, unit=factor.unit)


def _unit(text: str, comma: bool) -> WrittenNumber | None:
    """5 cm, 12%: a number with a unit that is known, or that a space separates from it."""
    match = _SUFFIX.fullmatch(text)
    if match is None or _NO_UNITS.fullmatch(match[3]) or not (
            match[2] or is_unit(match[3]) or match[3] in MAGNITUDES or match[3][0] in "€$£¥"):
        return None
    found = _core(match[1], comma)
    return found and found._replace(unit=match[3].replace("º", "°"), kinds=found.kinds | {"unit"})


def _bracket_unit(text: str, comma: bool) -> WrittenNumber | None:
    """5.2 (kg); a single letter in brackets is a mark."""
    match = _BRACKET_UNIT.fullmatch(text)
    found = _core(match[1], comma) if match and is_unit(match[2]) else None
    return found and match and found._replace(unit=match[2].strip(), kinds=found.kinds | {"unit"})


def _flagged(text: str, comma: bool) -> WrittenNumber | None:
    match = _FLAG.fullmatch(text)
    found = _core(match[1], comma) if match else None
    return found and found._replace(kinds=found.kinds | {"flag"})


_READERS: tuple[Callable[[str, bool], WrittenNumber | None], ...] = (
    _core, _limit, _about, _angle, _bracket_error, _plus_minus, _two_errors, _accounting, _money, _unit, _bracket_unit,
    _flagged)


def number_alone(cell: str) -> str:
    """A cell without a sign of money, of a limit, a unit and the error of its number; the error if it alone is clear.

    >>> number_alone("€ 538.156"), number_alone("12.500 EUR"), number_alone("1.000 kg"), number_alone("Room 1.234")
    ('538.156', '12.500', '1.000', 'Room 1.234')
    >>> number_alone("<0,05"), number_alone("1,016 ± 0,03"), number_alone("0,65(2)")
    ('0,05', '0,03', '0,65')
    """
    if len(cell) > _LONGEST_AMOUNT or is_number(cell):
        return cell
    if (error := _PLUS_MINUS.fullmatch(cell) or _BRACKET_ERROR.fullmatch(cell)) is not None:
        parts = [part for part in map(number_alone, error.groups("")) if is_number(part)]
        return next((part for part in parts if decimal_sign(part) in (",", ".")), parts[0] if parts else cell)
    if (limit := _LIMIT.fullmatch(cell)) is not None:
        return number_alone(limit[2])
    if (before := _MONEY_BEFORE.fullmatch(cell)) is not None:
        return before[1] + before[3]
    after = _MONEY_AFTER.fullmatch(cell) or _WITH_UNIT.fullmatch(cell)
    return cell if after is None else after[1].strip()
