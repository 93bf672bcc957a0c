"""Pasted values in other notations: YAML, TOML, namelists of Fortran, dictionaries of dictionaries, f(1) = 2.5."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .numbers import is_missing
from .written_numbers import is_written_number

#: The fewest records or values, and the largest text that is tried.
_FEWEST, _LONGEST = 4, 2**19
_ITEM = re.compile(r"(\s*-\s+)?(\s*)[\"']?([^\W\d][\w .%°/()-]{0,40}?)[\"']?\s*[:=]\s+([^:=]*)")
_SECTION = re.compile(r"\s*(?:\[{1,2}[\w.\"' -]*\]{1,2}|&\w+|/|&end|---|```\w*)\s*", re.IGNORECASE)
_VALUE_OF = re.compile(r"\s*([A-Za-z]\w{0,20})\s*[(\[]\s*([^()\[\]=]+?)\s*[)\]]\s*(?:=|:|->|→|↦)\s*"
                       r"([^=,;()\[\]\s]+)\s*[,;.]?")
_ARROW = re.compile(r"\s*([^\s=>→↦⟶,;]+)\s*(?:->|=>|-->|→|↦|⟶|⇒)\s*([^\s=>→↦⟶,;]+)\s*[,;]?\s*")
_COLON = re.compile(r"\s*(?:[-*•]\s+)?([^\s:,;]+)\s*:\s+([^\s:,;]+)\s*[,;]?\s*")
_WORD = r"(?:\"[^\"]*\"|'[^']*'|[^\s:{}\[\],'\"]+)"
_INNER = re.compile(rf"\{{\s*{_WORD}\s*:\s*{_WORD}(?:\s*,\s*{_WORD}\s*:\s*{_WORD})*\s*,?\s*\}}")
_OUTER = re.compile(rf"\s*(?:\w+\s*=\s*)?\{{\s*{_WORD}\s*:\s*\{{")


def rows_of_blocks(text: str) -> list[list[str]] | None:
    """The rows of values in blocks of lines, with the names in the first row; None for any other text.

    >>> rows_of_blocks("- x: 1\\n  y: 2\\n- x: 2\\n  y: 4\\n- x: 3\\n  y: 6\\n- x: 4\\n  y: 8")[:2]
    [['x', 'y'], ['1', '2']]
    >>> rows_of_blocks("f(1) = 2.5, f(2) = 3.5, f(3) = 4.5, f(4) = 5.5")[:2]
    [['x', 'f'], ['1', '2.5']]
    """
    if len(text) > _LONGEST:
        return None
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "!"))]
    return _records(lines) or _columns(lines) or _values_of_functions(text) or _arrows(lines)


def _records(lines: Sequence[str]) -> list[list[str]] | None:
    """Records whose first line begins with a dash (YAML), or stands below [[name]] (TOML)."""
    dashes = sum(line.lstrip().startswith("- ") for line in lines)
    heads = sum(line.strip().startswith("[[") for line in lines)
    records: list[dict[str, str]] = []
    for line in lines:
        if _SECTION.fullmatch(line):
            records += [{}] * line.strip().startswith("[[")
            continue
        match = _ITEM.fullmatch(line)
        if match is None or not (match[4].strip() or dashes):
            if match is None and re.fullmatch(r"\s*[\w-]+:\s*", line) and not records:
                continue  # the name of the list
            return None
        if match[1]:
            records.append({})
        if not records or (not match[4].strip() and is_missing(match[4])):
            return None
        records[-1] = {**records[-1], match[3]: match[4].strip().strip("\"'")}
    names = list(dict.fromkeys(key for record in records for key in record))
    whole = sum(map(len, records)) >= 0.7 * len(names) * len(records)
    if len(records) < _FEWEST or len(names) < 2 or not whole or len(records) not in (dashes, heads):
        return None
    return [names, *([record.get(name, "") for name in names] for record in records)]


def _columns(lines: Sequence[str]) -> list[list[str]] | None:
    """Columns of YAML: a name with a colon, then a line with a dash for each value."""
    found: dict[str, list[str]] = {}
    for line in lines:
        head = re.fullmatch(r"\s*[\"']?([^\W\d][\w .%°/()-]{0,40}?)[\"']?:", line)
        item = re.fullmatch(r"\s*-\s+([^:\[\]{}]*)", line)
        if head and head[1] not in found:
            found[head[1]] = []
        elif item and found:
            found[list(found)[-1]].append(item[1].strip().strip("\"'"))
        else:
            return None
    found = {name: cells for name, cells in found.items() if cells}
    lengths = {len(cells) for cells in found.values()}
    if len(found) < 2 or len(lengths) > 1 or min(lengths) < _FEWEST:
        return None
    return [list(found), *map(list, zip(*found.values(), strict=True))]


def _values_of_functions(text: str) -> list[list[str]] | None:
    """The values of one function, such as f(1) = 2.5 or a[3, 4] = 7."""
    found, end = [], 0
    for match in _VALUE_OF.finditer(text):
        if text[end:match.start()].strip(" \t\r\n,;&") not in ("", "and"):
            return None
        found.append((match[1], [part.strip() for part in match[2].split(",")], match[3].rstrip(".")))
        end = match.end()
    if len(found) < _FEWEST or text[end:].strip(" \t\r\n,;.") or len({(name, len(at)) for name, at, _ in found}) > 1:
        return None
    if not all(is_written_number(cell) for _, at, value in found for cell in (*at, value)):
        return None
    count = len(found[0][1])
    inputs = [f"x{k + 1}" for k in range(count)] if count > 1 else ["n" if found[0][0] == "x" else "x"]
    return [[*inputs, found[0][0]], *([*at, value] for _, at, value in found)]


def _arrows(lines: Sequence[str]) -> list[list[str]] | None:
    """Pairs such as 1 -> 2.5 or 1: 2.5, one in each line."""
    matches = [_ARROW.fullmatch(line) or _COLON.fullmatch(line) for line in lines]
    rows = [[match[1], match[2]] for match in matches if match]
    if len(rows) < max(_FEWEST, len(lines)) or not all(is_written_number(cell) for row in rows[1:] for cell in row):
        return None
    return rows


_MATRIX = re.compile(r"([A-Za-z]\w*)\s*(=|<-|:=)\s*(?:[\w.]+\s*\(\s*)?\[((?:\s*+[\[(][^\[\]()]*[\])]\s*+,?+)+)\s*\]"
                     r"(?:\s*,\s*\w+\s*=\s*[\w.]+)*\s*\)?(\.T)?|([A-Za-z]\w*)\s*(=)\s*\[([^\[\]();]*;[^\[\]()]*)\]\s*('?)")


def with_matrix_columns(text: str) -> str:
    """A program with a matrix and a vector, such as X = [[1, 2], [3, 4]] and y = [5, 6], with a list for each column.

    A matrix whose columns have as many values as the vector has a list for each row, as programs in Julia write it.

    >>> with_matrix_columns("X = [[1, 2], [3, 4], [5, 6]]; y = [5, 6, 7]")
    'X1 = [1, 3, 5]; X2 = [2, 4, 6]; y = [5, 6, 7]'
    """
    vectors = re.findall(r"\w\s*(?:=|<-|:=)\s*(?:[\w.]+\s*\(\s*)?[\[(]([^\[\]();]*,[^\[\]();]*)[\])]", text)
    lengths = {len([cell for cell in cells.split(",") if cell.strip()]) for cells in vectors}

    def listed(match: re.Match[str]) -> str:
        name = match[1] or match[5]
        inner = re.findall(r"[\[(]([^\[\]()]*)[\])]", match[3]) if match[3] else re.split(r"[;\n]", match[7])
        rows = [[cell for cell in re.split(r"[,\s]+", row.strip()) if cell] for row in inner if row.strip()]
        if len(set(map(len, rows))) != 1 or len(lengths) != 1:
            return match[0]
        columns = rows if len(rows) not in lengths and len(rows[0]) in lengths else list(zip(*rows, strict=True))
        if len(columns[0]) not in lengths:
            return match[0]
        return "; ".join(f"{name}{k + 1} = [{', '.join(column)}]" for k, column in enumerate(columns))

    return _MATRIX.sub(listed, text) if lengths else text


def quoted_table(text: str) -> str:
    """The text in quotes that a program reads, as in read.table(text = "..."), with its lines in their places.

    >>> quoted_table('df <- read.table(text = "x y\\n1 2\\n2 3", header = TRUE)')
    'x y\\n1 2\\n2 3'
    """
    text = re.sub(r"~(?=[\w`]+\s*,)", "", text) if re.match(r"(?:.*\n){0,5}.*\btribble\s*\(", text[:2000]) else text
    match = re.search(r"(?:\"{3}|'{3})(.*?)(?:\"{3}|'{3})|(?:\btext|\bfile|\binput)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')|"
                      r"\bf(?:read|romstring)\s*\(\s*(?:\"([^\"]*)\"|'([^']*)')", text, re.DOTALL)
    inside = next(filter(None, match.groups()), "") if match else ""
    if match is None or len(inside.strip().splitlines()) < _FEWEST - 1:
        return text
    return "\n" * text[:match.start()].count("\n") + inside.removeprefix("\\")


def without_sections(text: str) -> str:
    """The text without lines that only begin or end a section: [data] of TOML, &list and / of Fortran.

    >>> without_sections("[data]\\nx = [1, 2]"), without_sections("&list\\n x = 1, 2\\n/")
    ('x = [1, 2]', ' x = 1, 2')
    """
    lines = text.splitlines()
    if not any(_SECTION.fullmatch(line) for line in lines[:20]) or not any("=" in line for line in lines[:40]):
        return text
    setting = re.compile(r"\s*[\w.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|true|false)\s*")
    return "\n".join(line for line in lines if not _SECTION.fullmatch(line) and not setting.fullmatch(line))


def without_inner_keys(text: str) -> str:
    """A dictionary of dictionaries, as pandas writes it with to_dict, as a dictionary of lists; other text as it is.

    >>> without_inner_keys("{'x': {0: 1, 1: 2}, 'y': {0: 3, 1: 4}}")
    "{'x': [1, 2], 'y': [3, 4]}"
    """
    if not _OUTER.match(text):
        return text
    text = re.sub(r"\b(?:Timestamp|datetime|np\.float64|np\.int64)\(((?:'[^']*')|[-+.\deE]+|nan)\)", r"\1", text)
    keys: list[list[str]] = []

    def listed(match: re.Match[str]) -> str:
        pairs = re.findall(rf"({_WORD})\s*:\s*({_WORD})", match[0])
        keys.append([key for key, _ in pairs])
        return f"[{', '.join(value for _, value in pairs)}]"

    found = _INNER.sub(listed, text)
    if not keys or any(key != keys[0] for key in keys):
        return text
    counted = [key.strip("'\"") for key in keys[0]] == [str(k) for k in range(len(keys[0]))]
    return found if counted else found.replace("{", "{'index': [" + ", ".join(keys[0]) + "], ", 1)
