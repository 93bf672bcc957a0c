"""The rows of numbers in a text whose other lines are no table: settings and prose of an instrument or an author."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .header_blocks import is_separator

_PLAIN = re.compile(r"[-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eEdD][-+]?\d{1,3})?")
#: A number between words, which no letter or digit touches.
_NUMBER = re.compile(r"(?<![\w.,])[-+−]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][-+]?\d{1,3})?(?![\w])")
#: A date or a time of day beside numbers.
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\S{4,20})?|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?")
_SIGNS = ("\t", ";", ",")
#: The fewest rows; a line of more characters is no row.
_FEWEST, _LONGEST = 5, 20_000
#: Longer texts are not looked at.
_MOST = 300_000
#: The most lines above the rows that may hold names and units.
_MOST_NAMES = 3


def rows_alone(text: str) -> tuple[str, str] | None:
    """The longest run of lines of numbers with the names above it, and the sentence on the lines left out.

    The lines keep their numbers; tabs stand between the cells. None where the run is short, or where more lines than
    one in twenty hold numbers alone outside it: then the text may hold several tables, or cut lines.

    >>> rows_alone('Model: "a\\nb1 = 2, 3\\nData: y x\\n 1 2\\n 3 4\\n\\n 5 6\\n 7 8\\n 9 9\\nend')[0].split("\\n")[2:5]
    ['y\\tx', '1\\t2', '3\\t4']
    """
    lines = text.splitlines()
    if len(lines) > _MOST:
        return None
    if (sentences := _sentences(lines)) is not None:
        return sentences
    keys = [_key(line) for line in lines]
    found: list[list[int]] = []
    last: tuple[str, int] | None = None
    for k, key in enumerate(keys):
        if key is not None and key[1] > 1:
            if key != last:
                found.append([])
            found[-1].append(k)
        if key is not None or lines[k].strip():
            last = key if key is not None and key[1] > 1 else None
    run = max(found, key=len, default=[])
    if len(run) < _FEWEST or sum(map(len, found)) - len(run) > max(1, len(run) // 20):
        return None
    sign, width = keys[run[0]] or ("", 0)
    names = _names(lines[:run[0]], sign, width)
    kept = {**names, **{k: _cells(lines[k], sign) for k in run}}
    left = sum(1 for k, line in enumerate(lines) if line.strip() and k not in kept)
    note = (f"Only the lines {min(kept) + 1} to {run[-1] + 1}, the longest run of rows of numbers, were read: "
            f"{left} other lines are no part of this table.")
    return "\n".join("\t".join(kept.get(k, ())) for k in range(run[-1] + 1)), note


def _sentences(lines: Sequence[str]) -> tuple[str, str] | None:
    """The numbers of lines that are the same but for these, and the sentence on it; None for any other text.

    >>> _sentences([f"Level {k}: {50 * k * k} XP" for k in range(1, 6)])[0].split("\\n")[:2]
    ['Level\\tXP', '1\\t50']
    """
    filled = [" ".join(line.split()) for line in lines if line.strip()]
    words = _NUMBER.split(filled[0]) if len(filled) >= _FEWEST else []
    if len(words) < 3 or not any(c.isalpha() for c in "".join(words)) or _DATED.search(filled[0]) or any(
            _NUMBER.split(line) != words for line in filled):
        return None
    names = [next((word for piece in words[k:k + 2] if (word := piece.strip(" :=#(),;.")).isalpha()), f"column_{k + 1}")
             for k in range(len(words) - 1)]
    names = [name if names.index(name) == k else f"column_{k + 1}" for k, name in enumerate(names)]
    rows = ["\t".join(_NUMBER.findall(line)) for line in filled]
    return "\n".join(["\t".join(names), *rows]), (
        f"All lines are the same but for their numbers, {filled[0][:60]!r} and so on: these were read.")


def _cells(line: str, sign: str) -> list[str]:
    """The cells of a line; a delimiter at its end has no cell behind it."""
    bare = line.strip()
    if not sign:
        return bare.split()
    return [cell.strip() for cell in (bare[:-1] if bare.endswith(sign) else bare).split(sign)]


def _key(line: str) -> tuple[str, int] | None:
    """The delimiter and the number of cells of a line of plain numbers, perhaps dated; None for any other line."""
    if len(line) > _LONGEST:
        return None
    for sign in _SIGNS:
        if sign in line:
            break
    else:
        sign = ""
    cells = _cells(line, sign)
    plain = sum(_PLAIN.fullmatch(cell) is not None for cell in cells)
    right = plain and (plain == len(cells) or all(_PLAIN.fullmatch(c) or _DATED.fullmatch(c) for c in cells))
    return (sign, len(cells)) if right else None


def _names(above: Sequence[str], sign: str, width: int) -> dict[int, list[str]]:
    """The lines right above the rows that split into as many cells without a number, by their position."""
    found: dict[int, list[str]] = {}
    for k in range(len(above) - 1, -1, -1):
        bare = above[k].strip().lstrip("#%").strip()
        if not bare or is_separator([bare]):
            continue
        label, _, behind = bare.partition(":")
        ways = [_cells(bare, sign), re.split(r"\s{2,}|\t", bare), *([behind.split()] if label.isalpha() else [])]
        cells = next((way for way in ways if len(way) == width and all(way)), [])
        if not cells or any(map(_PLAIN.fullmatch, cells)) or len(found) == _MOST_NAMES:
            break
        found[k] = cells
    return found
