"""Files whose header describes each column: Sea-Bird (.cnv), tables of CDS and AAS, ECSV, NIST StRD, LAS."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise

from .las_files import read_las
from .limits import TableError
from .unit_words import is_unit

#: The header of a file of Sea-Bird: the name of a column, the code of a missing value, the last line.
_CHANNEL = re.compile(r"#\s*name\s+(\d{1,3})\s*=\s*([^:]{1,80}):?\s*(.{0,200})")
_BAD = re.compile(r"#\s*bad_flag\s*=\s*(\S{1,30})")
_RULE = re.compile(r"[-=]{20,}\s*")
#: A line of a byte-by-byte description: bytes, format, unit, label, explanation.
_FIELD = re.compile(r"\s{0,12}(?:(\d{1,5})\s?-\s{0,5})?(\d{1,5})\s+([AIFED]\d{1,4}(?:\.\d{1,3})?)\s+(\S{1,40})"
                    r"\s+(\S{1,60})(?:\s+(\S.{0,2000}))?\s*")
#: The code of a missing value in an explanation: ?=-9, or ? for empty.
_GAP = re.compile(r"\?=(\S{1,20})")
#: Longer lines are no rows.
_LONGEST = 100_000
#: The most lines of a header.
_HEAD = 5000


def with_described_names(text: str, name: str, notes: list[str]) -> str | None:
    """The text with one line of names above its rows, whose lines keep their numbers; None for any other file.

    Args:
        text: of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Raises:
        TableError: the file describes columns, but has no rows.
    """
    begin = text[:400].lstrip().lower()
    if begin.startswith("* sea-bird"):
        return _sea_bird(text, notes)
    if begin.startswith("nist/itl strd"):
        return _nist(text, notes)
    if begin.startswith("# %ecsv"):
        return _ecsv(text, notes)
    if re.match(r"(?:#.*\n|\s*\n)*~v", begin):
        return read_las(text, notes)
    at = text.find("Byte-by-byte Description of file")
    if 0 <= at < 100_000:
        return _bytes(text.splitlines(), name, notes)
    return None


def _named(bare: str, unit: str) -> str:
    """A name with its unit in brackets."""
    return f"{bare} ({unit})" if is_unit(unit) else bare


def _sea_bird(text: str, notes: list[str]) -> str | None:
    """Columns of 11 characters below *END*, which may touch each other; the header has their names."""
    lines = text.splitlines()
    end = next((k for k, line in enumerate(lines[:_HEAD]) if line.startswith("*END*")), None)
    if end is None:
        return None
    found = [match.groups() for line in lines[:end] if (match := _CHANNEL.match(line))]
    names = [_channel(short, said) for _, short, said in found]
    if len(names) < 2 or [int(number) for number, *_ in found] != [*range(len(names))]:
        return None
    bad = next((match[1] for line in lines[:end] if (match := _BAD.match(line))), None)
    rows = []
    for line in lines[end + 1:]:
        cells = line.split()
        if len(cells) != len(names) and len(line.rstrip()) == 11 * len(names):
            cells = [line[k:k + 11].strip() for k in range(0, 11 * len(names), 11)]
        rows.append("\t".join("" if cell == bad else cell for cell in cells))
    other = next((k for k, row in enumerate(rows) if re.match(r"[-+.\d]", row)), len(rows))  # a second line of names
    end, rows = end + other, rows[other:]
    notes.append(f"The names were read from the {end + 1} lines of the header of Sea-Bird.")
    if bad is not None and any(f" {bad}" in line for line in lines[end + 1:]):
        notes.append(f"The bad_flag of this header, {bad}, was read as missing.")
    return "\n".join([*[""] * end, "\t".join(names), *rows])


def _channel(short: str, said: str) -> str:
    """The name of a column of Sea-Bird, such as Temperature (deg C) for t090C: Temperature [ITS-90, deg C]."""
    match = re.fullmatch(r"([^\[\]]*?)\s*\[([^\[\]]*)\][^\[\]]*", said.strip())  # settings may follow: , lat = 48
    bare = (match[1] if match else said).strip().replace(",", "")  # commas part the names of a list
    if not re.search(r"[A-Za-z]{2}", bare):
        return short.strip()
    unit = match[2].rpartition(",")[2].strip() if match else ""
    return _named(bare, "dbar" if unit == "db" else unit)


def _nist(text: str, notes: list[str]) -> str | None:
    """A reference data set of NIST StRD: its rows follow the last line that begins with Data:."""
    lines = text.splitlines()
    at = max((k for k, line in enumerate(lines[:_HEAD]) if re.match(r"\s*Data:", line)), default=None)
    if at is None:
        return None
    names = lines[at].partition(":")[2].split()
    rows = [line if re.match(r"\s*[-+.]?\s*[\d.]", line) else "" for line in lines[at + 1:]]
    if not names or not any(len(row.split()) == len(names) for row in rows):
        return None
    notes.append(f"Left out lines 1 to {at}, in which NIST describes the data, with the certified values of a model.")
    return "\n".join([*[""] * at, "\t".join(names), *("\t".join(row.split()) for row in rows)])


def _ecsv(text: str, notes: list[str]) -> str | None:
    """A table of astropy: comment lines of YAML name the columns and their units above the line of names."""
    lines = text.split("\n", _HEAD)
    at = next((k for k, line in enumerate(lines[:_HEAD]) if line.strip() and not line.startswith("#")), None)
    head = lines[:at or 0]
    sign = "," if any(re.match(r"# delimiter:\s*['\"]?,", line) for line in head) else " "
    units, name = dict[str, str](), ""
    for line in "\n".join(head).partition("# meta:")[0].splitlines():
        bare = re.match(r"#\s*-\s*\{?\s*name:\s*'?([^,{}']{1,80})", line)
        said = re.search(r"\bunit:\s*'?([^,{}']{1,40})", line)
        name = bare[1].strip() if bare else name
        if name:
            units[name] = said[1].strip() if said else units.get(name, "")
    names = next(csv.reader([lines[at].strip()], delimiter=sign), []) if at is not None else []
    if not any(is_unit(units.get(name, "")) for name in names):
        return None
    notes.append("The units of the columns were read from the header of ECSV.")
    row = sign.join('"' + _named(name, units.get(name, "")).replace('"', "'") + '"' for name in names)
    return "\n".join([*lines[:at], row, *lines[(at or 0) + 1:]])


def _bytes(lines: Sequence[str], name: str, notes: list[str]) -> str | None:
    """A machine-readable table: a byte-by-byte description, notes, a rule, and rows of a fixed width."""
    head = [k for k, line in enumerate(lines[:_HEAD]) if line.startswith("Byte-by-byte Description of file")]
    rules = [k for k, line in enumerate(lines[:_HEAD]) if _RULE.fullmatch(line)]
    below = [k for k in rules if head and k > head[0]]
    if len(below) < 3:
        return None
    rows = [line for line in lines[rules[-1] + 1:] if line.strip()]
    if len(head) > 1 or not rows or rows[-1].startswith("(End)"):
        raise TableError(f"{name} describes the columns of a table whose rows are in another file: get the table with "
                         "its header in one file, such as the machine-readable table of the journal or VizieR's TSV.")
    fields = [match.groups() for line in lines[below[1] + 1:below[2]] if (match := _FIELD.fullmatch(line))]
    spans = [(int(first or last) - 1, int(last)) for first, last, *_ in fields]
    if len(fields) < 2 or any(b <= a for a, b in spans) or any(
            a[1] > b[0] for a, b in pairwise(spans)):
        return None
    gaps = [match[1].rstrip(",;") if said and (match := _GAP.search(said)) else None for *_, said in fields]
    names = [label if unit[0] == "[" else _named(label, unit) for *_, unit, label, _ in fields]  # [cm/s2]: a logarithm
    notes.append(f"The names were read from the byte-by-byte description in lines {below[1] + 2} to {below[2]}.")
    if any(gaps):
        notes.append("The codes for missing values in this description were read as missing.")
    cells = ([_cell(line[a:b], gap) for (a, b), gap in zip(spans, gaps, strict=True)]
             for line in lines[rules[-1] + 1:] if len(line) <= _LONGEST)
    return "\n".join([*[""] * rules[-1], "\t".join(names), *map("\t".join, cells)])


def _cell(text: str, gap: str | None) -> str:
    """A cell of a fixed width; empty for the code of a missing value and for dots and dashes."""
    cell = text.strip()
    if not cell.strip("-.") or gap is None:
        return cell if cell.strip("-.") else ""
    try:
        return "" if float(cell) == float(gap) else cell
    except ValueError:
        return "" if cell == gap else cell
