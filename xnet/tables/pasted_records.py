"""Pasted records whose values have names: lists of dictionaries, lines such as x=1, y=2, LIBSVM, dput of R."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    groups = re.findall(r"\{([^{}]*)\}", text) if re.match(r"\s*(?:\w+\s*=\s*)?\[?\s*\{", text) else []
    rest = re.sub(r"\A\s*\w+\s*=|\{[^{}]*\}|[\s,;\[\]]", "", text) if groups else "x"
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


def without_structure(text: str) -> str:
    """The columns of a data frame that dput of R has written; any other text as it is.

    >>> without_structure('structure(list(x = 1:3, y = c(1L, 2L)), class = "data.frame", row.names = c(NA, -3L))')
    'x = 1:3, y = c(1, 2)'
    """
    match = re.match(r"\s*(?:[\w.]+\s*(?:<-|=)\s*)?structure\s*\(\s*list\s*\(", text)
    if match is None:
        return text
    depth = 1
    for k in range(match.end(), len(text)):
        depth += (text[k] == "(") - (text[k] == ")")
        if depth == 0:
            return re.sub(r"(?<=\d)L\b", "", text[match.end():k])
    return text
