"""Spectra of JCAMP-DX: lines of an abscissa and ordinates, (X++(Y..Y)), and points or peaks, (XY..XY)."""

from __future__ import annotations

import re
from itertools import pairwise

from .limits import TableError

_LABEL = re.compile(r"\s*##([^=\n]{1,60})=(.*)")
_DATA = tuple(f"{label}=(X" for label in ("XYPOINTS", "PEAKTABLE", "XYDATA"))
#: An exponent has a sign: E without one is a digit of compressed numbers.
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][-+]\d{1,3})?"
_NUMBERS = re.compile(_NUMBER)
_FORM = re.compile(r"\(\s*([A-Z]{2,4})\s*\.\.\s*\1\s*\)")


def is_jcamp(text: str) -> bool:
    """Whether a text is a spectrum of JCAMP-DX.

    >>> is_jcamp("##TITLE=a\\n##XYDATA=(X++(Y..Y))\\n1 2 3"), is_jcamp("## a comment\\n1,2")
    (True, False)
    """
    return text.lstrip()[:2] == "##" and re.search(
        r"^\s*##\s*(?:XY ?DATA|XY ?POINTS|PEAK ?TABLE|DATA ?TABLE)\s*=", text, re.IGNORECASE | re.MULTILINE) is not None


def read_jcamp(text: str, name: str, notes: list[str]) -> str | None:
    """The first spectrum of a file as lines of two cells with a tab between, below their units; None without one.

    Args:
        text: of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Raises:
        TableError: the ordinates are compressed, or the data are pages of an NTUPLES file.
    """
    said: dict[str, str] = {}
    blocks: list[tuple[str, list[str]]] = []
    found = False
    for line in text.splitlines():
        match = _LABEL.match(line)
        if match:
            key = re.sub(r"[\s/_-]", "", match[1]).upper()
            value = match[2].partition("$$")[0].strip()
            if key == "DATATABLE":
                raise TableError(f"{name} is a file of JCAMP-DX with pages (NTUPLES): export it as pairs of x and y.")
            blocks.append((f"{key}={value}", []))
            found = found or blocks[-1][0].startswith(_DATA)
            if not found:
                said[key] = value
        elif blocks:
            blocks[-1][1].append(line.partition("$$")[0])
    data = [(head, lines) for head, lines in blocks if head.startswith(_DATA)]
    if not data:
        return None
    head, lines = data[0]
    if any(_NUMBERS.sub("", line).strip(" ,;\t") for line in lines):
        raise TableError(f"{name} is a spectrum of JCAMP-DX with compressed numbers: export it as pairs of x and y.")
    rows = [[float(cell) for cell in _NUMBERS.findall(line)] for line in lines]
    form = _FORM.search(head.upper())
    points = _points(rows, form[1], notes) if form else _ordinates([r for r in rows if len(r) > 1], said, notes)
    if points is None or len(points) < 2:
        return None
    if len(data) > 1:
        notes.append(f"The file holds {len(data)} spectra: the first one was read.")
    scales = _factor(said, "XFACTOR"), _factor(said, "YFACTOR")
    names = [said.get("XUNITS") or "x", said.get("YUNITS") or "y", *(form[1][2:] if form else "")]
    cells = ([f"{value * scale:.12g}" for value, scale in zip(point, (*scales, 1.0, 1.0), strict=False)]
             for point in points)
    return "\n".join(["\t".join(names), *map("\t".join, cells)])


def _factor(said: dict[str, str], key: str) -> float:
    """A number of the header; 1 without it."""
    try:
        return float(said.get(key, "1"))
    except ValueError:
        return 1.0


def _points(rows: list[list[float]], form: str, notes: list[str]) -> list[list[float]] | None:
    """The points of lines that hold several of them; None where a line ends within a point."""
    width = len(form)
    if any(len(row) % width for row in rows):
        return None
    notes.append(f"The lines of JCAMP-DX hold points of {width} numbers; each point became a row.")
    return [row[k:k + width] for row in rows for k in range(0, len(row), width)]


def _ordinates(rows: list[list[float]], said: dict[str, str], notes: list[str]) -> list[list[float]] | None:
    """The points of lines that hold an abscissa and several ordinates, in units of the factors."""
    if len(rows) < 2:
        return None
    notes.append("The lines of JCAMP-DX hold an abscissa and several ordinates; each ordinate became a row.")
    values = [value for row in rows for value in row[1:]]
    first, last, count = (_factor({"x": said.get(key, "nan")}, "x") for key in ("FIRSTX", "LASTX", "NPOINTS"))
    factor = _factor(said, "XFACTOR") or 1.0
    if count == len(values) and first != last and first == first and last == last:  # the header's range is exact
        step = (last - first) / (len(values) - 1) / factor
        return [[first / factor + k * step, value] for k, value in enumerate(values)]
    steps = [(b[0] - a[0]) / (len(a) - 1) for a, b in pairwise(rows)]
    return [[row[0] + k * step, value] for row, step in zip(rows, [*steps, steps[-1]], strict=True)
            for k, value in enumerate(row[1:])]
