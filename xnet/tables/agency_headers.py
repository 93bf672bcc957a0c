"""Files of agencies and programs of statistics: NASA Ames, IPAC, netCDF as text, data lines of SAS, SPSS, gnuplot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .limits import TableError
from .unit_words import is_unit
from .written_numbers import written_number

_AMES = re.compile(r"\s*(\d{1,4})[,\s]+1001\s*")
_CARDS = re.compile(r"\s*(?:data ?lines|cards|begin data|\$?\w+ << ?'?\w+'?)\s*[;.]?\s*", re.IGNORECASE)
_CDL = re.compile(r"\s*netcdf\s+\S+\s*\{")
_STRING = r"\"(?:[^\"\\]|\\.)*\""


def with_agency_names(lines: list[str], name: str, notes: list[str]) -> str | None:
    """The text with one line of names above the rows; None for any other file.

    Args:
        lines: of the text.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Raises:
        TableError: a netCDF file as text holds no two variables of one length.
    """
    first = next((line for line in lines if line.strip()), "")
    if _AMES.fullmatch(first):
        return _ames(lines, notes)
    if _CDL.match(first):
        return _netcdf("\n".join(lines), name, notes)
    bars = next((k for k, line in enumerate(lines[:400]) if line.startswith("|") and line.rstrip().endswith("|")), None)
    if bars is not None and all(line.startswith("\\") or not line.strip() for line in lines[:bars]):
        return _ipac(lines, bars, notes)
    at = next((k for k, line in enumerate(lines[:60]) if _CARDS.fullmatch(line)), None)
    return _cards(lines, at, notes) if at is not None else None


def _numbers(line: str) -> list[str]:
    return [part for part in re.split(r"[,\s]+", line.strip()) if part]


def _ames(lines: list[str], notes: list[str]) -> str | None:
    """A file of NASA Ames or ICARTT with one independent variable: names, scale factors and codes of gaps."""
    try:
        size = int(_numbers(lines[0])[0])
        count = int(lines[9])
        scales = [float(part) for part in _numbers(lines[10])]
        gaps = {k + 1: float(part) for k, part in enumerate(_numbers(lines[11]))}
        names = [lines[8].strip(), *(line.strip() for line in lines[12:12 + count])]
    except (ValueError, IndexError):
        return None
    rows = [_numbers(line) for line in lines[size:]]
    if not len(scales) == len(gaps) == count or any(row and len(row) != count + 1 for row in rows):
        return None
    parts = [re.split(r"\s*,\s*", text) for text in names]
    units = [re.search(r"\(([^()]+)\)\s*$", text) for text in names]
    said = [part[1] if len(part) > 1 and is_unit(part[1]) else unit[1] if unit else ""
            for part, unit in zip(parts, units, strict=True)]
    bare = [(part[0] if len(part) > 1 else re.sub(r"\s*\([^()]+\)\s*$", "", part[0])) for part in parts]
    head = "\t".join(f"{text} ({unit})" if is_unit(unit) else text for text, unit in zip(bare, said, strict=True))
    found = ["\t".join(_scaled(row, scales, gaps)) for row in rows]
    notes.append(f"The names were read from the {size} lines of the header of NASA Ames.")
    if any(_is_gap(cell, gaps[k]) for row in rows for k, cell in enumerate(row) if k):
        notes.append("The codes for missing values in this header were read as missing.")
    if any(scale != 1 for scale in scales):
        notes.append(f"The values were multiplied by the scale factors in line 11: {', '.join(_numbers(lines[10]))}.")
    return "\n".join([*[""] * (size - 1), head, *found])


def _is_gap(cell: str, gap: float) -> bool:
    number = written_number(cell, comma=False)
    return number is not None and number.value == gap


def _scaled(row: Sequence[str], scales: Sequence[float], gaps: dict[int, float]) -> list[str]:
    """The cells of a row with its scale factors applied and codes of gaps left empty."""
    found = list(row[:1])
    for k, cell in enumerate(row[1:], start=1):
        number = written_number(cell, comma=False) if scales[k - 1] != 1 else None
        scaled = cell if number is None else f"{number.value * scales[k - 1]:.15g}"
        found.append("" if _is_gap(cell, gaps[k]) else scaled)
    return found


def _ipac(lines: list[str], at: int, notes: list[str]) -> str | None:
    """A table of IPAC: names, types, units and gaps between bars above aligned rows."""
    head = [line.strip().strip("|").split("|") for line in lines[at:at + 4] if line.startswith("|")]
    names = [cell.strip() for cell in head[0]]
    below = lines[at + len(head):]
    if len(names) < 2 or any(len(row) != len(names) for row in head) or any(line.startswith("|") for line in below):
        return None
    ends = [k for k, sign in enumerate(lines[at]) if sign == "|"]
    rows = [[line[a:b + 1].strip() for a, b in zip(ends, [*ends[1:-1], max(ends[-1], len(line))], strict=False)]
            for line in below]
    units = [cell.strip() for cell in head[2]] if len(head) > 2 else [""] * len(names)
    gap = {cell.strip() for cell in head[3]} - {""} if len(head) > 3 else set()
    notes.append("The names were read from the header lines of IPAC.")
    shown = [f"{text} ({unit})" if is_unit(unit) else text for text, unit in zip(names, units, strict=True)]
    return "\n".join([*[""] * (at + len(head) - 1), "\t".join(shown),
                      *("\t".join("" if cell in gap else cell for cell in row) for row in rows)])


def _cards(lines: list[str], at: int, notes: list[str]) -> str | None:
    """The rows between cards and a semicolon (SAS), begin data and end data (SPSS), or << EOD and EOD (gnuplot)."""
    end = next((k for k, line in enumerate(lines[at + 1:], start=at + 1) if re.fullmatch(
        r"\s*(?:;+|run;|end data\.?|EOD|EOF|END)\s*", line, re.IGNORECASE)), len(lines))
    above = " ".join(lines[:at])
    match = re.search(r"\binput\s+([^;]+);|\bdata list\s[^/]*/\s*([^.]+)\.", above, re.IGNORECASE)
    said = re.sub(r"\([^()]*\)|@@?|\$\d*\.?|:\S+", " ", match[1] or match[2]) if match else ""
    names = re.findall(r"[A-Za-z_]\w*", said)
    rows = lines[at + 1:end]
    if len(rows) < 2:
        return None
    width = len(rows[0].replace(",", " ").split())
    sign = "," if "," in rows[0] else " "
    notes.append(f"Only the lines {at + 2} to {end} hold rows; the commands around them were left out.")
    return "\n".join([*[""] * at, sign.join(names) if len(names) == width else "", *rows])


def _netcdf(text: str, name: str, notes: list[str]) -> str:
    """The variables of one length in the text that ncdump writes, as columns."""
    head, _, body = text.partition("\ndata:")
    found = {match[1]: [cell.strip().rstrip("fdsLbu") for cell in match[2].split(",")] for match in re.finditer(
        rf"(?:^|\n)\s*([\w.-]+)\s*=((?:{_STRING}|[^;\"])*);", body)}
    gaps = {match[1]: match[2] for match in re.finditer(
        r"([\w.-]+):(?:_FillValue|missing_value)\s*=\s*([^;]+?)f?\s*;", head)}
    units = {match[1]: match[2] for match in re.finditer(r"([\w.-]+):units\s*=\s*\"([^\"]*)\"", head)}
    lengths = [len(cells) for cells in found.values() if len(cells) > 1]
    length = max(set(lengths), key=lambda n: (lengths.count(n), n), default=0)
    columns = {key: ["" if cell in ("_", "NaN", gaps.get(key)) else cell for cell in cells]
               for key, cells in found.items() if len(cells) == length}
    if len(columns) < 2:
        raise TableError(f"{name} is a netCDF file as text without two variables of one length: write the variables "
                         "that belong together as columns of a CSV file.")
    notes.append(f"The variables of the netCDF text that have {length:,} values became columns.")
    left = [key for key in found if key not in columns]
    if left:
        notes.append(f"Left out, because they have other lengths: {', '.join(left[:6])}.")
    names = [f"{key} ({units[key]})" if is_unit(units.get(key, "")) else key for key in columns]
    return "\n".join(["\t".join(names), *map("\t".join, zip(*columns.values(), strict=True))])
