"""Tables as programs print them in a terminal: R, Julia, pandas, Polars, NumPy, MATLAB, Stata.

A print has lines that are no rows, leaves rows out, or puts the columns that do not fit below the others. Each such
line is removed or moved, which the report says; the other lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .limits import TableError
from .numbers import is_missing, is_number
from .printed_vectors import vectors_as_columns

#: The fewest rows of a print whose words are joined.
_FEWEST = 4
_BARS = re.compile("[│┆║┃┊]")
_RULE = re.compile(r"[\s─━═┄╌┈╍│┆║┃┊┌┐└┘├┤┬┴┼╞╡╪╤╧╥╨╫╠╣╦╩╬╒╕╘╛╔╗╚╝╭╮╰╯╟╢┏┓┗┛┣┫┳┻╋┝┥┠┨┷┯┿╂|+-]+")
#: What programs print above or below a table: 6×2 Matrix{Float64}:, shape: (6, 3), [6 rows x 2 columns].
_SIZE = re.compile(r"\s*(?:(?:\d+×\d+|\d+-element) [A-Z][\w.]*(?:\{.*\})?(?: with .*)?:?|shape: \(\d+, \d+\)|"
                   r"\[\d+ rows x \d+ columns\]|[^,;]{0,80}\brows? omitted|\d+×\d+ table|"
                   r"[│|]\s*\d+ rows?(?: +\([^()]{1,40}\))?(?: +\d+ columns?)?\s*[│|]|"
                   r"(?:Freq: [^,]{1,20}, )?(?:Name: [^,]{1,80}, )?(?:Length: \d+, )?dtype: \w+)\s*")
_DOTS = re.compile(r"(?:\.{2,4}|⋮|…|⋱)")
#: A line of data.table for rows that are left out.
_CUT = re.compile(r"\s*---\s*")
#: The line of Stata: 3. | 1 2.5 |
_STATA = re.compile(r"\s*(\d+)\.\s*\|(.*)\|\s*")
_SCALE = re.compile(r"\s*(?:\w+ =\s*)?1\.0e([+-]\d+)\s*\*\s*")
#: MATLAB prints the columns of wide matrices below such a line.
_COLUMNS = re.compile(r"\s*Columns? \d+(?: (?:through|to|and) \d+)?:?\s*")
_PROMPT = re.compile(r"(?:>>>|>|julia>|In \[\d+\]:|Out\[\d+\]:)(?: |$)(.*)")
_CODE = re.compile(r"[,;\t=\[\](){}<>\"]")


def unprinted(text: str, name: str, notes: list[str]) -> str:
    """The text of a printed table with one line for each row; any other text as it is.

    Args:
        text: of the file.
        name: of the file, for messages.
        notes: sentences for the report are appended to it.

    Raises:
        TableError: the print has several blocks of columns that do not fit together.

    >>> unprinted("2×2 Matrix{Float64}:\\n 1.0  2.5\\n 2.0  3.5", "t", [])
    '\\n 1.0  2.5\\n 2.0  3.5'
    """
    lines = text.splitlines()
    lines = ["" if _SIZE.fullmatch(line) else line for line in lines]
    lines = _without_boxes(_without_row_numbers(lines))
    columns = vectors_as_columns(lines, name, notes)
    if columns is not None:
        return columns
    lines = _scaled(_without_prompts(lines), notes)
    lines = _without_dots(lines, notes)
    lines = _beside(lines, name, notes)
    lines = _with_joined_words(_with_index_name(lines), notes)
    return text if lines == text.splitlines() else "\n".join(lines)


def _without_boxes(lines: list[str]) -> list[str]:
    """The lines without drawn boxes; bars between the columns become vertical bars, a single one a space."""
    drawn = [line for line in lines if _BARS.search(line)]
    if len(drawn) < 2:
        return lines
    single = all(len(_BARS.findall(line)) == 1 for line in drawn)  # behind the numbers of the rows of Julia
    found = []
    for line in lines:
        if _RULE.fullmatch(line) and line.strip():
            found.append("")
        elif single:
            found.append(_BARS.sub(" ", line))
        else:
            found.append(_BARS.sub("|", line.strip().strip("│║┃")))
    return found


def _without_prompts(lines: list[str]) -> list[str]:
    """The lines of a session without those that were typed; the name of an array stands before it."""
    found = list(lines)
    first = next((line for line in lines if line.strip()), "")
    typed = [k for k, line in enumerate(lines) if _PROMPT.match(line)]
    if not _PROMPT.match(first) or 2 * len(typed) > sum(map(bool, map(str.strip, lines))):
        return lines
    for k in typed:
        match = _PROMPT.match(lines[k])
        said = match[1].strip() if match else ""
        array = k + 1 < len(lines) and re.match(r"\s*(?:\w+\(\[|\[)", lines[k + 1]) and re.fullmatch(r"\w+", said)
        found[k] = f"{said} = " if array else said if lines[k].startswith("Out[") else ""
        if array:
            found[k], found[k + 1] = "", found[k] + lines[k + 1]
    return found


def _without_row_numbers(lines: list[str]) -> list[str]:
    """The lines of a table as Stata or data.table of R print it, without the signs behind the numbers of the rows."""
    numbered = sum(re.match(r"\s*\d+:\s+\S", line) is not None for line in lines)
    if numbered > _FEWEST and numbered >= 0.7 * sum(map(bool, map(str.strip, lines))) - 1:
        return [re.sub(r"^(\s*\d+):(?=\s)", r"\1 ", line) for line in lines]
    if sum(_STATA.fullmatch(line) is not None for line in lines) < 2:
        return lines
    found = []
    for line in lines:
        match = _STATA.fullmatch(line)
        head = re.fullmatch(r"\s*\|(.*)\|\s*", line)
        found.append(match[2] if match else head[1] if head and not _RULE.fullmatch(line) else "")
    return found


def _scaled(lines: list[str], notes: list[str]) -> list[str]:
    """The lines of a matrix of MATLAB without its name, and with the factor that stands above its numbers."""
    named = [k for k, line in enumerate(lines) if re.fullmatch(r"\s*[A-Za-z]\w* {0,2}=\s*", line)]
    scales = [k for k, line in enumerate(lines) if _SCALE.fullmatch(line)]
    if len(named) > 1 or len(scales) > 1 or not (named or scales):
        return lines
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if named and named[0] != first:
        return lines
    found = ["" if k in named else line for k, line in enumerate(lines)]
    if scales:
        match = _SCALE.fullmatch(lines[scales[0]])
        exponent = match[1] if match else ""
        found[scales[0]] = ""
        found[scales[0] + 1:] = [re.sub(r"(?<![\w.])(-?\d+(?:\.\d*)?)(?![\w.])", rf"\1e{exponent}", line)
                                 for line in found[scales[0] + 1:]]
        notes.append(f"Line {scales[0] + 1}, {lines[scales[0]].strip()}, is a factor of all numbers below it: they "
                     "were multiplied by it.")
    return found


def _without_dots(lines: list[str], notes: list[str]) -> list[str]:
    """The lines without those of dots, which stand for rows that a print leaves out."""
    dots = [k for k, line in enumerate(lines) if k and line.strip(" ,|\t") and (all(
        _DOTS.fullmatch(word) for word in line.replace("|", " ").replace(",", " ").split()) or (
            _CUT.fullmatch(line) and re.match(r"\s*\d+ ", lines[k - 1]) and len(lines) > k + 1 and re.match(
                r"\s*\d+ ", lines[k + 1])))]
    if not dots or len(dots) > 2 or len(lines) < _FEWEST:
        return lines
    notes.append(f"Line {dots[0] + 1} ({lines[dots[0]].split()[0]}) stands for rows that the print leaves out: the "
                 "table has more rows than the text. Save it as a CSV file to search all of them.")
    return ["" if k in dots else line for k, line in enumerate(lines)]


def _beside(lines: list[str], name: str, notes: list[str]) -> list[str]:
    """The lines of a print whose columns stand in several blocks, one below the other, with these side by side.

    Pandas ends the names of such a block with a backslash; R begins each block with names again.

    Raises:
        TableError: the blocks do not fit together.
    """
    lines = _columns_beside(lines, notes)
    broken = [k for k, line in enumerate(lines) if line.rstrip().endswith(" \\")]
    filled = [(k, line.rstrip().removesuffix("\\").split()) for k, line in enumerate(lines) if line.strip()]
    marked = bool(broken) and bool(filled) and broken[0] == filled[0][0] and not any(
        "&" in line or "{" in line for line in lines)
    heads = [i for i, (_, words) in enumerate(filled) if not any(map(is_number, words))]
    size = heads[1] - heads[0] if len(heads) > 1 and heads[0] == 0 else 0
    if size < 3 or len(filled) % size or heads != [*range(0, len(filled), size)] or any(
            _CODE.search(line) for line in lines):
        blocks = []
    else:
        blocks = [[words for _, words in filled[at:at + size]] for at in heads]
    fit = bool(blocks) and not any(word.endswith(":") for block in blocks for word in block[0]) and all(
        len(row) == len(block[0]) + 1 and row[0] == first[0]
        for block in blocks for row, first in zip(block[1:], blocks[0][1:], strict=True))
    fit = fit and len({word for block in blocks for word in block[0]}) == sum(len(block[0]) for block in blocks)
    if not fit:
        if marked:
            raise TableError(f"{name} is a print whose columns stand in several blocks. Save the table as a CSV file "
                             "(to_csv in pandas), and give that.")
        return lines
    notes.append(f"The columns stood in {len(blocks)} blocks, one below the other, and were put side by side.")
    rows = [[word for block in blocks for word in block[0]]]
    rows += [[blocks[0][k][0], *(word for block in blocks for word in block[k][1:])] for k in range(1, size)]
    found = [""] * (filled[size - 1][0] + 1)
    for (k, _), row in zip(filled[:size], rows, strict=True):
        found[k] = "\t".join(row)
    return found


def _columns_beside(lines: list[str], notes: list[str]) -> list[str]:
    """The lines of a matrix of MATLAB with its columns, which stand below Columns 1 through 8, side by side."""
    heads = [k for k, line in enumerate(lines) if _COLUMNS.fullmatch(line)]
    ends = [*heads[1:], len(lines)]
    blocks = [[(k, lines[k]) for k in range(a + 1, b) if lines[k].strip()]
              for a, b in zip(heads, ends, strict=False)]
    if len(blocks) < 2 or len({len(block) for block in blocks}) > 1:
        return lines
    notes.append(f"The columns stood in {len(blocks)} blocks, one below the other, and were put side by side.")
    joined = {k: "\t".join("\t".join(block[i][1].split()) for block in blocks) for i, (k, _) in enumerate(blocks[0])}
    return [joined.get(k, "") if k >= heads[0] else line for k, line in enumerate(lines)]


def _with_index_name(lines: list[str]) -> list[str]:
    """The lines of a print of pandas with the name of the index, which has a line of its own, before the names."""
    filled = [k for k, line in enumerate(lines) if line.strip()]
    if len(filled) < _FEWEST or any(_CODE.search(lines[k]) for k in filled[:_FEWEST]):
        return lines
    names, index, below = (lines[k].split() for k in filled[:3])
    if len(index) != 1 or is_number(index[0]) or lines[filled[1]][:1].isspace() or len(below) < len(names) + 1 or any(
            map(is_number, names)) or not lines[filled[0]][:1].isspace():
        return lines
    found = list(lines)
    found[filled[0]], found[filled[1]] = f"{index[0]} {lines[filled[0]].lstrip()}", ""
    return found


def _with_joined_words(lines: list[str], notes: list[str]) -> list[str]:
    """The lines, with tabs between cells, of a print with one column whose text holds spaces, such as names of rows."""
    filled = [(k, line.split()) for k, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    rows = [words for _, words in filled[1:] if not all(re.fullmatch(r"<\w+(?:\[\d+\])?>", word) for word in words)]
    if len(rows) < _FEWEST or len({len(row) for row in rows}) == 1 or any(_CODE.search(line) and "<" not in line
                                                                       for line in lines if line[:1] != "#"):
        return lines
    names = filled[0][1]
    if len(names) < 2 or any(map(is_number, names)) or len(set(names)) < len(names):
        return lines
    for width in (len(names) + 1, len(names)):
        places = [p for p in range(width) if min(map(len, rows)) >= width and _fits(rows, width, p)]
        if len(places) == 1:
            place = places[0]
            kept = {k: "\t".join(_joined(words, width, place)) for k, words in filled[1:] if len(words) >= width}
            title = "the names of the rows" if place == 0 and width > len(names) else repr(
                names[place - (width - len(names))])
            notes.append(f"The words of {title} were joined, so that each line has {width} cells.")
            head = {filled[0][0]: "\t".join(names)}
            return [{**head, **kept}.get(k, line if line.lstrip().startswith("#") else "\t".join(line.split()))
                    for k, line in enumerate(lines)]
    return lines


def _joined(words: Sequence[str], width: int, place: int) -> list[str]:
    """The cells of a row of `width` cells, where the one at `place` holds the words that are too many."""
    behind = width - 1 - place
    return [*words[:place], " ".join(words[place:len(words) - behind]), *words[len(words) - behind:]]


def _fits(rows: Sequence[Sequence[str]], width: int, place: int) -> bool:
    """Whether all columns but the one at `place` hold numbers alone or text alone, most of them numbers."""
    cells = [_joined(row, width, place) for row in rows]
    numeric = 0
    for k in range(width):
        column = [row[k] for row in cells if not is_missing(row[k])]
        numbers = sum(map(is_number, column))
        if k == place:
            if any(map(is_number, column)):
                return False
        elif numbers not in (0, len(column)):
            return False
        else:
            numeric += numbers > 0
    return numeric >= max(1, (width - 1) // 2)
