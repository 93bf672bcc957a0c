"""Lines that are split in unusual ways: by ~ or ^, by a comma and a tab, or each in quotes as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from .numbers import is_number

#: Delimiters that are tried where no usual one splits a file, and their names.
RARE = {"~": "tildes", "^": "carets", "\x01": "control characters", "\x1f": "control characters", ":": "colons",
        "!": "exclamation marks", "&": "ampersands", "*": "asterisks", "_": "underscores", "，": "full-width commas"}
#: The fewest lines of such a file.
_FEWEST = 4


def rare_delimiter(sample: str) -> str:
    """The unusual delimiter that splits every line evenly, names above numbers; "" if there is none.

    >>> rare_delimiter("x~y\\n1~2\\n2~3\\n4~5"), rare_delimiter("time\\n10:30\\n10:31\\n10:32")
    ('~', '')
    """
    lines = [line for line in sample.splitlines() if line.strip()]
    for sign in RARE:
        rows = [[cell.strip() for cell in line.split(sign)] for line in lines]
        cells = [cell for row in rows[1:] for cell in row]
        if len(rows) >= _FEWEST and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 and not any(
                map(is_number, rows[0])) and sum(map(is_number, cells)) > 0.5 * len(cells):
            return sign
    return ""


def ends_with_separators(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of rows end with a comma or a semicolon, as where a comma and a tab separate them."""
    inner = [cell for row in rows[:200] for cell in row[:-1]]
    return len(inner) > _FEWEST and all(cell.endswith((",", ";")) for cell in inner)


def without_line_quotes(text: str, notes: list[str]) -> str:
    """The text without quotes around each whole line, as a spreadsheet writes lines that stood in one column.

    >>> without_line_quotes('"x,y"\\n"1,2"\\n"3,4"\\n"5,6"', [])
    'x,y\\n1,2\\n3,4\\n5,6'
    """
    if not text.startswith('"') or text.lstrip('"')[:1] in (",", ";", "\t", ""):
        return text
    lines = text.splitlines()
    filled = [line for line in lines if line.strip()]
    inside = [line[1:-1].replace('""', "\x00") for line in filled if len(line) > 1 and line[0] == line[-1] == '"']
    if len(inside) < max(_FEWEST, len(filled)) or any('"' in line for line in inside):
        return text
    if not any(len({line.count(sign) for line in inside}) == 1 and inside[0].count(sign) for sign in ",;\t"):
        return text
    notes.append("Each line stood in quotes as a whole; these were removed.")
    return "\n".join(line[1:-1].replace('""', '"') if line.strip() else "" for line in lines)
