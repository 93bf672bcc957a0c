"""Well logs in the Log ASCII Standard (LAS 1.2, 2.0, 3.0): curves with their units in the header, rows below ~A."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .numbers import is_number
from .unit_words import is_unit

#: A line of a section: a name, a point, a unit without a space before it, a value, a colon, a description.
_LINE = re.compile(r"\s*([^.:~#\s][^.:]*?)\s*\.(\S*)(?:\s+(.*?))?\s*:.*")
#: Units of well logs in capital letters, which mean something else there.
_UNITS = {"M": "m", "F": "ft", "FT": "ft", "MM": "mm", "CM": "cm", "IN": "in", "S": "s", "SEC": "s", "DEGC": "degC",
          "DEGF": "degF", "DEG": "deg", "OHMM": "ohm m", "OHM.M": "ohm m", "OHM-M": "ohm m", "US/M": "us/m",
          "US/F": "us/ft", "US/FT": "us/ft", "USEC/FT": "us/ft", "K/M3": "kg/m3", "KG/M3": "kg/m3", "G/C3": "g/cm3",
          "G/CC": "g/cm3", "G/CM3": "g/cm3", "MV": "mV", "KPA": "kPa", "PSI": "psi"}


def read_las(text: str, notes: list[str]) -> str | None:
    """The text with a line of names above its rows, gaps for the code of missing values; None without curves or rows.

    Lines keep their numbers. Where a row goes over several lines, the first of them has it.
    """
    lines = text.splitlines()
    marks = [k for k, line in enumerate(lines) if line.lstrip().startswith("~")]
    sections = {lines[k].lstrip()[1:].upper(): range(k + 1, end)
                for k, end in zip(marks, [*marks[1:], len(lines)], strict=True)}
    data = _section(sections, ("A", "LOG_DATA"))
    curves = [found for k in _section(sections, ("C", "LOG_DEF")) if (found := _LINE.match(lines[k]))]
    if len(curves) < 2 or not data:
        return None
    well = {found[1].upper(): (found[3] or "").strip() for name in ("V", "W") for k in _section(sections, (name,))
            if (found := _LINE.match(lines[k]))}
    code = well.get("NULL", "").split(" ")[0]
    rows = {k: cells for k in data if not lines[k].lstrip().startswith("#") and (cells := _cells(lines[k]))}
    if well.get("WRAP", "").upper().startswith("Y"):
        rows = dict(_unwrapped(rows, len(curves)))
    notes.append("The names of the curves and their units were read from the header of LAS.")
    if any(_is_code(cell, code) for cells in rows.values() for cell in cells):
        notes.append(f"The code for missing values in this header, NULL {code}, was read as missing.")
    shown = {data.start - 1: [_named(found[1], found[2]) for found in curves], **{
        k: ["" if _is_code(cell, code) else cell for cell in cells] for k, cells in rows.items()}}
    return "\n".join("\t".join(shown.get(k, ())) for k in range(data.stop))


def _section(sections: dict[str, range], beginnings: Sequence[str]) -> range:
    """The positions of the lines of the first section whose title begins so."""
    return next((lines for title, lines in sections.items() if title.startswith(tuple(beginnings))), range(0))


def _cells(line: str) -> list[str]:
    """The cells of a line, which commas, tabs or spaces part."""
    return [cell.strip().strip('"') for cell in re.split(r"[,\t]" if "," in line or "\t" in line.strip() else r"\s+",
                                                         line.strip())] if line.strip() else []


def _unwrapped(rows: dict[int, list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    """Rows of `width` cells, each at its first line, from cells that go on over several lines."""
    start, held = 0, list[str]()
    for k, cells in rows.items():
        start = start if held else k
        held += cells
        if len(held) >= width:
            yield start, held
            held = []


def _is_code(cell: str, code: str) -> bool:
    return bool(code) and (cell == code or (is_number(code) and is_number(cell) and float(cell) == float(code)))


def _named(name: str, unit: str) -> str:
    """A curve with its unit in brackets, where that is known."""
    known = _UNITS.get(unit.upper(), unit)
    return f"{name} ({known})" if is_unit(known) else name
