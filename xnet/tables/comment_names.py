"""The names of columns that comment lines list with numbers: # 1 time [s], # (1) time (2) speed, # column 2: speed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .unit_words import is_unit

_LISTED = re.compile(r"(?:col(?:umn)?s?\.?|field|\$)?\s*#?[\[(]?(\d{1,3})[\])]?\s*[:.=)-]?\s+(\S.{0,120})|"
                     r"(?:col(?:umn)?\.?|field)\s*(\d{1,3})\s*[:=-]\s*(\S.{0,120})", re.IGNORECASE)
_IN_LINE = re.compile(r"[\[(]?(\d{1,3})[\])]?\s*[:=]?\s*([^\s\d\[\](){}:=,;][^\s\[\](){}:=,;]{0,40})")
_LABEL = re.compile(r"(?:columns?|fields?|names?|header|variables?|colnames|column names|data columns)\s*[:=]\s*(.+)",
                    re.IGNORECASE)


def listed_names(comments: Sequence[str], width: int) -> tuple[list[str], dict[int, str]]:
    """The names and units in comment lines that give each column its number; ([], {}) without such lines.

    Args:
        comments: the texts of the comment lines, in their order.
        width: the number of columns.

    >>> listed_names(["# 1 NUMBER  Running number", "# 2 FLUX  Flux of the object [mJy]"], 2)
    (['NUMBER', 'FLUX'], {1: 'mJy'})
    >>> listed_names(["# (1) time (2) speed"], 2)
    (['time', 'speed'], {})
    """
    bare = [text.lstrip("#%!/*; \t").strip() for text in comments]
    found: dict[int, str] = {}
    for text in bare:
        match = _LISTED.fullmatch(text)
        number = int(match[1] or match[3]) if match else -1
        if match and number == (max(found) + 1 if found else number) and (found or number in (0, 1)):
            found[number] = (match[2] or match[4]).strip()
    if len(found) == width:
        parts = [_name_and_unit(text) for text in found.values()]
        if len({name for name, _ in parts}) == width:
            return [name for name, _ in parts], {k: unit for k, (_, unit) in enumerate(parts) if unit}
    for text in bare:
        pairs = _IN_LINE.findall(text)
        numbers = [int(number) for number, _ in pairs]
        if len(pairs) == width > 1 and numbers in ([*range(width)], [*range(1, width + 1)]) and not _IN_LINE.sub(
                "", text).strip(" ,;|"):
            return [name for _, name in pairs], {}
    return [], {}


def labelled_names(text: str) -> str:
    """What stands behind a label such as columns: in a comment line; "" without such a label.

    >>> labelled_names("# columns: time velocity"), labelled_names("# date: 2020")
    ('time velocity', '')
    """
    match = _LABEL.fullmatch(text.lstrip("#%!/*; \t").strip())
    return match[1] if match else ""


def _name_and_unit(text: str) -> tuple[str, str]:
    """The name at the beginning of a description, and the unit in brackets at its end."""
    unit = re.search(r"[\[(]([^\[\]()]{1,20})[\])]\s*$", text)
    known = unit is not None and is_unit(unit[1])
    rest = text[:unit.start()].strip() if unit and known else text
    name = re.split(r"\s{2,}|\t|\s[-–:]\s|:\s|,\s", rest)[0].strip()
    return name or text, unit[1].strip() if unit and known else ""
