"""Vectors as R and MATLAB print them, with the place of the first value before each line, or below a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .limits import TableError
from .numbers import is_missing
from .written_numbers import is_written_number

_PLACED = re.compile(r"\s*\[(\d+)\]((?:\s+\S+)+)\s*")
_NAME = re.compile(r"(?:>\s*|\$)?([A-Za-z.][\w.$]*)\s*")
_PROMPT = re.compile(r"[>+]\s.*|\s*")
_EQUALS = re.compile(r"\s*([A-Za-z]\w*) ?=\s*")


def vectors_as_columns(lines: Sequence[str], name: str, notes: list[str]) -> str | None:
    """The text of printed vectors as columns with tabs between; None for any other lines.

    Raises:
        TableError: the vectors differ in length.

    >>> print(vectors_as_columns(["> x", "[1] 1 2", "[3] 3", "> y", "[1] 2.5 3.5 4"], "t", []))
    x	y
    1	2.5
    2	3.5
    3	4
    """
    vectors = _of_r(lines) or _of_matlab(lines)
    if not vectors or not all(is_written_number(cell) or is_missing(cell)
                              for cells in vectors.values() for cell in cells):
        return None
    lengths = {key: len(cells) for key, cells in vectors.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key} has {count}" for key, count in list(lengths.items())[:4])
        raise TableError(f"{name} holds vectors of different lengths ({shown}): give each the same number of values.")
    notes.append(f"The text was read as printed vectors: {', '.join(list(vectors)[:6])}.")
    return "\n".join("\t".join(row) for row in (list(vectors), *zip(*vectors.values(), strict=True)))


def _of_r(lines: Sequence[str]) -> dict[str, list[str]]:
    """The vectors of R by name; empty if a line is neither one of a vector nor a prompt."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        match = _PLACED.fullmatch(line)
        if match is None:
            named = _NAME.fullmatch(line)
            if named is None and not _PROMPT.fullmatch(line):
                return {}
            name = named[1] if named else name if not line.strip() else ""
        elif match[1] == "1":
            key = name if name and name not in found else f"column_{len(found) + 1}"
            found[key], name = match[2].split(), key
        elif not found or int(match[1]) != len(found[list(found)[-1]]) + 1:
            return {}
        else:
            found[list(found)[-1]] += match[2].split()
    return found


def _of_matlab(lines: Sequence[str]) -> dict[str, list[str]]:
    """The vectors of MATLAB by name, each in one column or in one row below it; empty for fewer than two."""
    found: dict[str, list[list[str]]] = {}
    for line in filter(str.strip, lines):
        match = _EQUALS.fullmatch(line)
        if match is not None and match[1] not in found:
            found[match[1]] = []
        elif not found or match is not None:
            return {}
        else:
            found[list(found)[-1]].append(line.split())
    if len(found) < 2 or any(not rows or (len(rows) > 1 and max(map(len, rows)) > 1) for rows in found.values()):
        return {}
    return {key: [cell for row in rows for cell in row] for key, rows in found.items()}
