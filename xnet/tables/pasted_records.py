"""Pasted records whose values have names: lists of dictionaries, lines such as x=1, y=2, LIBSVM, dput of R."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from .written_numbers import is_written_number

#: The fewest records, and the largest text that is tried.
_FEWEST, _LONGEST = 4, 2**19
_KEY = r"[\"']?([^\W\d][\w .%°/()\[\]-]{0,40}?)[\"']?"
_VALUE = r"[\"']?([^\"',;={}\[\]]*?)[\"']?"
_PAIR = re.compile(rf"\s*{_KEY}\s*[:=]\s*{_VALUE}\s*(?:[,;]|\Z)")
_WORD_PAIR = re.compile(r"([^\W\d]\w{0,30})\s*[=:]\s*(\S+)")
_SPARSE = re.compile(r"\S+(?:\s+\d+:[-+.\deE]+)+(?:\s+#.*)?")


def rows_of_records(text: str) -> list[list[str]] | None:
    """The rows of records with the names in the first row; None for any other text.

    >>> rows_of_records("[{'x': 1, 'y': 2}, {'x': 2, 'y': 4}, {'x': 3, 'y': 6}, {'x': 4}]")
    [['x', 'y'], ['1', '2'], ['2', '4'], ['3', '6'], ['4', '']]
    >>> rows_of_records("t=0 v=1.5\\nt=1 v=2.5\\nt=2 v=3.5\\nt=3 v=4.5")[:2]
    [['t', 'v'], ['0', '1.5']]
    """
    if len(text) > _LONGEST:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) >= _FEWEST and all(_SPARSE.fullmatch(line) for line in lines):
        return _sparse(lines)
    begins = re.match(r"\s*(?:(?:(?:const|let|var)\s+)?\w+\s*=\s*)?\[?\s*\{", text)
    groups = re.findall(r"\{([^{}]*)\}", text) if begins else []
    rest = re.sub(r"\A\s*(?:(?:const|let|var)\s+)?\w+\s*=|\{[^{}]*\}|[\s,;\[\]]", "", text) if groups else "x"
    if rest and not (lines and (_pairs(lines[0]) or _words(lines[0]))):
        return None
    records = [_pairs(line) or _words(line) for line in lines] if rest else [_pairs(g, fewest=1) for g in groups]
    if len(records) < _FEWEST or not all(records):
        return None
    names = list(dict.fromkeys(name for record in records for name, _ in record))
    values = [dict(record) for record in records]
    shared = sum(len(record) for record in values) >= 0.7 * len(names) * len(values)
    numbers = sum(is_written_number(value) for record in values for value in record.values())
    if len(names) < 2 or not shared or 2 * numbers < len(names) * len(values):
        return None
    return [names, *([record.get(name, "") for name in names] for record in values)]


def _pairs(text: str, fewest: int = 2) -> list[tuple[str, str]]:
    """The names and values of x: 1, 'y': 2; empty if anything else is in the text."""
    found, end = [], 0
    for match in _PAIR.finditer(text):
        if text[end:match.start()].strip():
            return []
        found.append((match[1].strip(), match[2].strip()))
        end = match.end()
    whole = not text[end:].strip() and all(" " not in value for _, value in found)
    return found if whole and len(found) >= fewest else []


def _words(line: str) -> list[tuple[str, str]]:
    """The names and values of x=1 y=2, with spaces between; empty if anything else is in the line."""
    found = _WORD_PAIR.findall(line)
    rest = _WORD_PAIR.sub("", line).strip(" \t,;")
    return [(name, value.strip(",;\"'")) for name, value in found] if len(found) > 1 and not rest else []


def _sparse(lines: Sequence[str]) -> list[list[str]] | None:
    """Lines of LIBSVM: a target, then 3:0.5 for the value 0.5 of the third input; an input that is left out is 0."""
    rows = [line.partition(" #")[0].split() for line in lines]
    pairs = [dict(word.split(":", 1) for word in row[1:]) for row in rows]
    inputs = sorted({int(k) for record in pairs for k in record})
    if not inputs or not is_written_number(rows[0][0]):
        return None
    return [[*(f"x{k}" for k in inputs), "target"],
            *([*(record.get(str(k), "0") for k in inputs), row[0]] for row, record in zip(rows, pairs, strict=True))]


def as_records(text: str) -> str:
    """A list of associations of Mathematica as a list of dictionaries; any other text as it is.

    >>> as_records('{<|"x" -> 1|>, <|"x" -> 2|>}')
    '[{"x": 1}, {"x": 2}]'
    """
    match = re.fullmatch(r"\s*(?:\w+\s*=\s*)?(?:Dataset\[)?\{\s*(<\|.*\|>)\s*\}\]?;?\s*", text, re.DOTALL)
    return f"[{re.sub(r' ?->', ':', match[1]).replace('<|', '{').replace('|>', '}')}]" if match else text


_STRUCTURE = re.compile(r"structure\(\s*(?:c\(([^()]*)\)|(-?[\d.]+L?:-?[\d.]+L?))\s*,((?:[^()]|\([^()]*\))*)\)")


def _plain_column(match: re.Match[str]) -> str:
    """A column of dput with attributes, without them: factors as their labels, dates as ISO 8601."""
    cells = split_at_commas(match[1]) if match[1] else []
    labels = re.search(r"(?:levels|\.Label)\s*=\s*c\(([^()]*)\)", match[3])
    if labels and cells:
        names = split_at_commas(labels[1])
        cells = [names[int(c) - 1] if c.isdigit() and 0 < int(c) <= len(names) else c for c in cells]
    elif cells and ('"Date"' in match[3] or '"POSIXct"' in match[3]):
        cells = [_date(cell, seconds='"POSIXct"' in match[3]) for cell in cells]
    return f"c({', '.join(cells)})" if cells else match[2]


def split_at_commas(text: str) -> list[str]:
    """The stripped parts of a text between its commas, without those in quotes.

    >>> split_at_commas('"lo, w", "hi"')
    ['"lo, w"', '"hi"']
    """
    hidden = re.sub(r"\"[^\"]*\"|'[^']*'", lambda m: m[0].replace(",", "\x00"), text)
    return [part.strip().replace("\x00", ",") for part in hidden.split(",")]


def _date(cell: str, *, seconds: bool) -> str:
    """Days or seconds since 1970 as a date; other text as it is."""
    try:
        if seconds:
            return (datetime(1970, 1, 1) + timedelta(seconds=float(cell))).isoformat(" ")
        return (date(1970, 1, 1) + timedelta(days=float(cell))).isoformat()
    except (ValueError, OverflowError):
        return cell


def without_structure(text: str) -> str:
    """The columns of a data frame that dput of R has written; any other text as it is.

    >>> without_structure('structure(list(x = 1:3, y = c(1L, 2L)), class = "data.frame", row.names = c(NA, -3L))')
    'x = 1:3, y = c(1, 2)'
    """
    match = re.match(r"\s*(?:[\w.]+\s*(?:<-|=)\s*)?structure\s*\(\s*list\s*\(", text)
    if match is None:
        return text
    text = _STRUCTURE.sub(_plain_column, re.sub(r"(?<=\d)L\b", "", text)).replace("`", '"')
    depth = 1
    for k in range(match.end(), len(text)):
        depth += (text[k] == "(") - (text[k] == ")")
        if depth == 0:
            return text[match.end():k]
    return text
