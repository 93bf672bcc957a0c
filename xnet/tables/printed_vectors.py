"""Vectors as R and MATLAB print them, with the place of the first value before each line, or below a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .limits import TableError
from .numbers import is_missing, plain_number
from .unit_words import is_unit
from .written_numbers import is_written_number

_PLACED = re.compile(r"\s*\[(\d+)\]((?:\s+\S+)+)\s*")
_NAME = re.compile(r"(?:>\s*|\$)?([A-Za-z.][\w.$]*)\s*")
_FEWEST = 4
_PROMPT = re.compile(r"[>+]\s.*|\s*")
_EQUALS = re.compile(r"\s*([A-Za-z]\w*) ?=\s*")


def vectors_as_columns(lines: Sequence[str], name: str, notes: list[str]) -> str | None:
    """The text of printed vectors as columns with tabs between; None for any other lines.

    Raises:
        TableError: the vectors differ in length.

    >>> vectors_as_columns(["> x", "[1] 1 2", "[3] 3", "> y", "[1] 2.5 3.5 4"], "t", []).split()
    ['x', 'y', '1', '2.5', '2', '3.5', '3', '4']
    """
    vectors = _of_octave(lines) or _of_r(lines) or _of_matlab(lines) or _below_names(lines)
    if not vectors and (rows := _cells_on_lines(lines)):
        notes.append(f"Each cell stood on a line of its own: the text was read as rows of {len(rows[0])} cells, below "
                     f"the names {', '.join(rows[0])}.")
        return "\n".join(map("\t".join, rows))
    if not vectors or not all(is_written_number(cell) or is_missing(cell)
                              for cells in vectors.values() for cell in cells):
        return None
    lengths = {key: len(cells) for key, cells in vectors.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key} has {count}" for key, count in list(lengths.items())[:4])
        raise TableError(f"{name} holds vectors of different lengths ({shown}): give each the same number of values.")
    notes.append(f"The text was read as printed vectors: {', '.join(list(vectors)[:6])}.")
    return "\n".join("\t".join(row) for row in (list(vectors), *zip(*vectors.values(), strict=True)))


def _of_octave(lines: Sequence[str]) -> dict[str, list[str]]:
    """The columns of several matrices that Octave saved as text, by their names; empty for any other lines."""
    found: dict[str, list[list[str]]] = {}
    for line in lines:
        match = re.fullmatch(r"# name: (\w+)\s*", line)
        if match:
            found[match[1]] = []
        elif line.strip() and not line.startswith("#"):
            if not found:
                return {}
            found[list(found)[-1]].append(line.split())
    if len(found) < 2 or any(not rows or len(set(map(len, rows))) > 1 for rows in found.values()):
        return {}
    return {name if len(rows[0]) == 1 else f"{name}_{k + 1}": [row[k] for row in rows]
            for name, rows in found.items() for k in range(len(rows[0]))}


def _below_names(lines: Sequence[str]) -> dict[str, list[str]]:
    """Columns one below the other, with a name on a line above the numbers of each; empty for any other lines."""
    found: dict[str, list[str]] = {}
    filled = [line.strip().rstrip(":=").rstrip() for line in lines if line.strip()]
    if any(line.startswith("- ") or "," in line for line in filled):  # YAML; 1,2 may be two cells
        return {}
    for line in filled if len(filled) > 2 * _FEWEST and is_written_number(filled[1]) else ():
        if is_written_number(line) and found:
            found[list(found)[-1]].append(line)
        elif re.fullmatch(r"[^\W\d][^,;\t|{}]{0,40}", line) and line not in found and not is_missing(line):
            found[line] = []
        else:
            return {}
    lengths = set(map(len, found.values()))
    return found if len(found) > 1 and len(lengths) == 1 and min(lengths) >= _FEWEST else {}


def _cells_on_lines(lines: Sequence[str]) -> list[list[str]]:
    """The rows of a table with one cell on each line, first the names and then the numbers; empty for other lines."""
    filled = [line.strip() for line in lines if line.strip()]
    names = next((k for k, line in enumerate(filled[:12]) if is_written_number(line)), 0)
    if names < 2 or len(filled) < names * (1 + _FEWEST) or len(filled) % names or len(set(filled[:names])) < names:
        return []
    if any(re.search(r"[,;\t|#%]|\s\s", line) or len(line) > 40 for line in filled) or not all(
            is_written_number(line) or is_missing(line) for line in filled[names:]):
        return []
    columns = [[plain_number(cell, comma=False) for cell in filled[k::names][1:]] for k in range(names)]
    whole = [plain_number(cell, comma=False) for cell in filled[names:]]
    up = sum(a <= b for a, b in pairwise(whole)) / (len(whole) - 1)  # a series rises, the cells of rows alternate
    if not 0.2 < up < 0.8 or not any(map(_rises, columns)) or any(map(is_unit, filled[1:names])):
        return []  # a series below its title and its name or unit
    return [filled[k:k + names] for k in range(0, len(filled), names)]


def _rises(values: Sequence[float]) -> bool:
    """Whether every value is larger than the one before, or every value is smaller."""
    pairs = list(pairwise(values))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


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
