"""The names of columns in the header lines of programs: ARFF (Weka), Tecplot, Grace, LabVIEW, Igor, TA Instruments."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']*)'|\"([^\"]*)\"|(\S+))\s+\S.*", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"')
_LABEL = re.compile(r'@\s*xaxis\s+label\s+"([^"]*)"', re.IGNORECASE)
_LEGEND = re.compile(r'@\s*s(\d+)\s+legend\s+"([^"]*)"', re.IGNORECASE)
_TECPLOT = re.compile(r"\s*(?:TITLE|VARIABLES|ZONE|DT)\b", re.IGNORECASE)
#: The most lines above the rows.
_HEAD = 500


def with_names_line(text: str, notes: list[str]) -> str:
    """The text with one line of names in place of the header lines of a program; any other text as it is.

    Lines keep their numbers.

    >>> with_names_line("@relation r\\n@attribute x real\\n@attribute 'the y' real\\n@data\\n1,2", [])
    '\\n\\n\\n"x","the y"\\n1,2'
    """
    lines = text.split("\n", _HEAD)
    first = next((line.strip() for line in lines if line.strip() and line.strip()[0] not in "%#"), "")
    if first[:9].lower() == "@relation":
        return _arff(lines, text, notes)
    if re.match(r"(?:TITLE\s*=|VARIABLES\s*=)", first, re.IGNORECASE):
        return _tecplot(lines, text, notes)
    if first.startswith("LabVIEW Measurement"):
        return _labview(lines, notes)
    if first == "IGOR":
        return _igor(lines, text, notes)
    if "StartOfData" in (begin := [line.strip() for line in lines]):
        return _signals(lines, begin.index("StartOfData"), text, notes)
    if first.startswith("@") and any(_LABEL.match(line.strip()) for line in lines):
        return _grace(lines, notes)
    return text


def _joined(lines: list[str], last: int, names: list[str], sign: str, notes: list[str], program: str) -> str:
    """The text whose lines above the position `last` are blank, with the names in that line."""
    notes.append(f"The names of the columns were read from the header lines of {program}.")
    row = sign.join('"' + name.replace('"', "'") + '"' for name in names)
    return "\n".join([*[""] * last, row, *lines[last + 1:]])


def _arff(lines: list[str], text: str, notes: list[str]) -> str:
    last = next((k for k, line in enumerate(lines) if line.strip().lower() == "@data"), None)
    names = [next(filter(None, match.groups())) for line in lines[:last]
             if (match := _ATTRIBUTE.fullmatch(line.strip()))]
    return text if last is None or len(names) < 2 else _joined(lines, last, names, ",", notes, "ARFF")


def _tecplot(lines: list[str], text: str, notes: list[str]) -> str:
    last = max((k for k, line in enumerate(lines[:-1]) if _TECPLOT.match(line)), default=-1)
    head = "\n".join(lines[:last + 1])
    match = re.search(r"VARIABLES\s*=([^=]*?)(?=\n\s*(?:ZONE|TITLE|DT)\b|\Z)", head, re.IGNORECASE)
    names = (_QUOTED.findall(match[1]) or re.split(r"[\s,]+", match[1].strip())) if match else []
    return text if last < 0 or len(names) < 2 or "DATAPACKING=BLOCK" in head.upper().replace(" ", "") else _joined(
        lines, last, names, " ", notes, "Tecplot")


def _labview(lines: list[str], notes: list[str]) -> str:
    """The text of a .lvm file from the names on, with the units of the channels below them."""
    at = next((k for k, line in enumerate(lines) if line.startswith("X_Value")), None)
    if at is None:
        return "\n".join(lines)
    said = {line.split("\t")[0]: [cell for cell in line.split("\t")[1:] if cell] for line in lines[:at]}
    labels, names = said.get("Y_Unit_Label", []), lines[at].split("\t")
    units = dict(zip(names[1:], labels, strict=False))
    row = "\t".join(f"{name} ({units[name]})" if name in units else name for name in names)
    notes.append(f"Left out lines 1 to {at}, which LabVIEW writes above the names.")
    return "\n".join([*[""] * at, row, *lines[at + 1:]])


def _igor(lines: list[str], text: str, notes: list[str]) -> str:
    """The first block of waves in a text file of Igor (.itx)."""
    last = next((k for k, line in enumerate(lines) if line.strip() == "BEGIN"), 0)
    match = re.match(r"WAVES\S*\s+(.+)", lines[last - 1].strip()) if last else None
    names = [name.strip().strip("'") for name in re.split(r"[,\t]", match[1])] if match else []
    rows = [line.strip() for line in "\n".join(lines[last + 1:]).split("\nEND", 1)[0].split("\n")]
    if len(names) < 2 or "\nBEGIN" in text[text.find("BEGIN") + 5:]:
        return text
    return _joined([*lines[:last + 1], *rows], last, names, "\t", notes, "Igor")


def _signals(lines: list[str], last: int, text: str, notes: list[str]) -> str:
    """A file of TA Instruments: Sig1, Sig2 and so on name the columns below StartOfData."""
    found = [match.groups() for line in lines[:last] if (match := re.fullmatch(r"Sig(\d+)\t(.+)", line.strip()))]
    if len(found) < 2 or [int(number) for number, _ in found] != [*range(1, len(found) + 1)]:
        return text
    return _joined(lines, last, [name.strip() for _, name in found], "\t", notes, "TA Instruments")


def _grace(lines: list[str], notes: list[str]) -> str:
    last = max(k for k, line in enumerate(lines[:_HEAD]) if line.lstrip().startswith("@"))
    label = next(match[1] for line in lines if (match := _LABEL.match(line.strip())))
    legends = {int(m[1]): m[2] for line in lines if (m := _LEGEND.match(line.strip()))}
    below = next((line.split() for line in lines[last + 1:] if line.strip()), [])
    names = [label or "x", *(legends.get(k) or f"s{k}" for k in range(len(below) - 1))]
    return _joined(lines, last, names, " ", notes, "Grace")
