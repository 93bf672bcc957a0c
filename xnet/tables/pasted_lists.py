"""Tables pasted from programs and documents: lists of Python, R, MATLAB and Mathematica, Markdown and LaTeX tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .limits import TableError
from .list_ranges import COMPUTED, with_ranges
from .numbers import is_missing
from .pasted_blocks import rows_of_blocks, with_matrix_columns, without_inner_keys, without_sections
from .pasted_records import as_records, rows_of_records, split_at_commas, without_structure
from .unit_words import is_unit
from .written_numbers import is_written_number

_NAMED = re.compile(
    r"[\"']?(?P<name>[^\W\d][^=:\[\](){}\n\"']{0,60}?)[\"']?\s*(?:=|<-|:=|:)\s*"
    r"(?P<call>(?:(?:np|numpy|pd|torch|math|jnp)\.)?\w{1,10})?\s*[(\[{][(\[{]?(?P<cells>[^\[\]{}()]*)[)\]}][)\]}]?\s*(?:\.T)?")
_LABELLED = re.compile(
    r"(?P<name>[^\W\d][^:=,;|\t]{0,40}?)\s*[:=]\s*"
    r"(?P<cells>[-+−\d.][^:=a-zA-Z\[\](){}]*(?:[eE][-+\d][^:=a-zA-Z\[\](){}]*)*)")
_INNER = re.compile(r"[\[{(]([^\[\]{}()]*)[\]})]")
_QUOTES = "\"' "
#: Fewer rows than a search needs.
_FEW = 5


def rows_of_lists(text: str, name: str) -> list[list[str]] | None:
    """The rows of a pasted list, with the names in the first row; None if the text is no such list.

    Args:
        text: the content of the file.
        name: of the file, for messages.

    Raises:
        TableError: the lists differ in length.

    >>> rows_of_lists("x = [1, 2]; y = [3, 4]", "t")
    [['x', 'y'], ['1', '3'], ['2', '4']]
    >>> rows_of_lists("{{1, 2}, {3, 4}}", "t"), rows_of_lists("[1 2; 3 4]", "t")
    ([['1', '2'], ['3', '4']], [['1', '2'], ['3', '4']])
    >>> rows_of_lists("Hi, here are my data:\\nx = [1, 2]\\ny = [3, 4]\\nWhat is the formula?", "t")
    [['x', 'y'], ['1', '3'], ['2', '4']]
    """
    text = re.sub(r"(?m)^\s*\.\.\.,?\s*$", "", _without_prose(text))  # rows that NumPy does not print
    text = without_inner_keys(as_records(text)) if len(text) < 2**19 else text
    found = rows_of_blocks(text) or rows_of_records(text)
    text = without_sections(text)
    found = found or _labelled_lines(text, name) or _pairs_on_a_line(text)
    if found:
        return found
    text = _without_code(text)
    text = with_matrix_columns(with_ranges(without_structure(text))) if len(text) < 2**17 else text
    if not re.search(r"[\[({]", text[:5000]) or not re.search(r"[\])}][\s;,.T]*\Z", text[-200:]):
        return None
    rows = (_named_lists(text, name) or _nested_list(text, name) or _matrix(text, name)
            or _nested_list(f"[{text.strip().rstrip(';,')}]", name))
    if rows and len(rows) < 5 <= len(rows[0]) and all(is_written_number(c) or is_missing(c) for c in rows[0]):
        return [list(column) for column in zip(*rows, strict=True)]  # each list holds one variable
    return rows


def _without_prose(text: str) -> str:
    """The text of a message without the sentences and the code fences above and below its lists."""
    lines = text.splitlines()
    while lines and _is_prose(lines[0]):
        del lines[0]
    while lines and _is_prose(lines[-1]):
        del lines[-1]
    return "\n".join(lines) if lines else text


def _is_prose(line: str) -> bool:
    words, numbers = re.findall(r"[^\W\d_]{2,}", line), re.findall(r"\d+", line)
    return not line.strip() or line.lstrip().startswith("```") or (
        len(words) > 1 and len(numbers) < 3 and not re.search(r"[\[\](){}=\t|;&]|<-", line))


def _without_code(text: str) -> str:
    """The lists of a piece of a program, without its imports, comments, declarations and the call around them."""
    text = re.sub(r"(?m)^\s*(?:import|from|library|using|require|#|%|//).*$", "", text)
    text = re.sub(r"(?m)(?<=[;\])}])[ \t]*(?:%|#|//).*$", "", text)
    text = re.sub(r"(?m)^\s*(?:(?:const|let|var|val|double|float|int|long|auto|local|my|final|static|public|private)"
                  r"(?:\[\])?\s+)+(?=\w)", "", text)
    text = re.sub(r"(\w)\s*\[\d*\]\s*=", r"\1 =", text)
    text = re.sub(r"\b(?:np|numpy|math|pd|pl)\.(?:nan|NaN|NA|NaT)\b|\bfloat\(['\"]nan['\"]\)", "nan", text)
    match = re.fullmatch(r"\s*(?:[\w.]+\s*(?:=|<-|:=)\s*)?(?:pd\.|pandas\.|pl\.)?"
                         r"(?:DataFrame|data\.frame|tibble|data\.table|table|dict|[Ll]ist)\s*\((.*)\)\s*;?\s*",
                         text, re.DOTALL)
    return re.sub(r"(?:\A|,)\s*\w+\s*=\s*-?[\d.]+\s*(?=,)", "", match[1]).lstrip(", ") if match else text


def _labelled_lines(text: str, name: str) -> list[list[str]] | None:
    """Lines such as x: 1, 2, 3, 4, 5, each with the name of a variable before its numbers."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] if len(text) < 2**17 else []
    matches = [_LABELLED.fullmatch(line) for line in lines[:13]]
    if not 2 <= len(lines) <= 12 or not all(matches):
        return None
    columns = {m["name"].strip(): _cells(m["cells"]) for m in matches if m}
    if len(columns) < len(lines) or any(len(cells) < 5 or not all(is_written_number(c) or is_missing(c) for c in cells)
                                        for cells in columns.values()):
        return None
    return _as_rows(columns, name)


def _pairs_on_a_line(text: str) -> list[list[str]] | None:
    """The rows of 0,1;0.5,2.5;1,4 on one line; a decimal point says that the commas separate numbers."""
    rows = [part.split(",") for part in text.strip().strip(";").split(";")] if len(text) < 2**17 else []
    if "\n" in text.strip() or len(rows) < 5 or not 1 < len(rows[0]) < 20 or "." not in text:
        return None
    cells = [[cell.strip() for cell in row] for row in rows]
    return cells if all(len(row) == len(rows[0]) and all(map(is_written_number, row)) for row in cells) else None


def _named_lists(text: str, name: str) -> list[list[str]] | None:
    """Lists with names, such as x = [1, 2] on one line and y = c(3, 4) on the next, or a dictionary of lists.

    Raises:
        TableError: the lists differ in length, or a function computes the values of one.
    """
    inside = re.sub(r"\A\s*(?:[\w.]+\s*=\s*)?\{(?=\s*[\"'\w]+\s*:)|\}\s*;?\s*\Z", "", text) if re.match(
        r"\s*(?:[\w.]+\s*=\s*)?\{\s*[\"'\w]+\s*:", text) else text
    columns, calls = dict[str, list[str]](), dict[str, str]()
    end = 0
    for match in _NAMED.finditer(inside):
        if inside[end:match.start()].strip(" \t\r\n;,"):
            return None
        columns[match["name"].strip()] = _cells(match["cells"])
        calls[match["name"].strip()] = match["call"] or ""
        end = match.end()
    if not columns or inside[end:].strip(" \t\r\n;,") or len(columns) < 2:
        return None
    computed = next((key for key, call in calls.items() if call.split(".")[-1].lower() in COMPUTED), None)
    if computed is not None:
        raise TableError(f"{name} holds a program whose {computed!r} is computed by {calls[computed]}(...). Programs "
                         "are not run: give the numbers themselves.")
    return _as_rows(columns, name)


def _as_rows(columns: dict[str, list[str]], name: str) -> list[list[str]]:
    """Columns by name as rows, with the names in the first."""
    lengths = {key: len(cells) for key, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key} has {count}" for key, count in list(lengths.items())[:4])
        raise TableError(f"{name} holds lists of different lengths ({shown}): give each the same number of values.")
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def _nested_list(text: str, name: str) -> list[list[str]] | None:
    """A list of rows: {{1, 2}, {3, 4}}, [[1, 2], [3, 4]] or [(1, 2), (3, 4)]."""
    bare = re.sub(r"\A\s*\w+\s*(?:=|:=|<-)\s*", "", text.strip().rstrip(";, "))
    bare = re.sub(r"\A(?:\w+\.)?(?:array|matrix|asarray|tensor|Array)\s*\((.*?)(?:,\s*\w+=[^\[\]=]*)*\)\Z", r"\1", bare,
                  flags=re.DOTALL)
    bare = re.sub(r"\A(?:\\?[A-Za-z]+(?:\[[^\[\]{}]*\])?\s+)+(?=[\[{(])|\A[A-Za-z]\w*(?=\[\{)", "", bare)
    while re.match(r"[\[{(]\s*[\[{(]\s*[\[{(]", bare) and bare[-1:] in ("]", "}", ")"):
        bare = bare[1:-1].strip()
    if bare[:1] not in ("[", "{", "("):
        return None
    body, end, rows = bare[1:-1], 0, []
    for match in _INNER.finditer(body):
        if body[end:match.start()].strip(" \t\r\n,"):
            return None
        rows.append(_cells(match[1]))
        end = match.end()
    if len(rows) < 2 or body[end:].strip(" \t\r\n,"):
        return None
    if len({len(row) for row in rows}) > 1:
        raise TableError(f"{name} is a list whose rows have {min(map(len, rows))} to {max(map(len, rows))} values: "
                         "give each row the same number.")
    return rows


def _matrix(text: str, name: str) -> list[list[str]] | None:
    """A matrix of MATLAB: [1 2; 3 4]."""
    match = re.fullmatch(r"\s*(?:\w+\s*=\s*)?\[([^\[\]]*)\]\s*;?\s*", text)
    rows = [_cells(row) for row in re.split(r"[;\n]", match[1]) if row.strip()] if match else []
    if len(rows) < 2 or not all(is_written_number(c) or is_missing(c) for row in rows for c in row):
        return None
    if len({len(row) for row in rows}) > 1:
        raise TableError(f"{name} is a matrix with rows of different lengths: give each row the same number of values.")
    return rows


def _cells(text: str) -> list[str]:
    """The values of a list, separated by commas or else by spaces."""
    text = text.replace("...\n", " ").strip().rstrip(",")
    quoted = '"' in text or text.count("'") % 2 == 0 < text.count("'")
    if quoted and ("," in text or ";" in text):
        return [part.strip(_QUOTES) for part in split_at_commas(text.replace(";", ","))]
    parts = re.split(r"[,;]", text) if "," in text or ";" in text else text.split()
    return [part.strip().strip(_QUOTES) for part in parts]


def _turned_series(rows: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """The columns of fewer than five series: names in the first cells, years or names above the values; or None."""
    head, below = rows[0] if rows else [], rows[1:]
    years = [k for k, cell in enumerate(head) if re.fullmatch(r"(?:1[5-9]|20|21)\d\d", cell)]
    names_above = len(head) > _FEW and not head[0] and all(head[1:]) and len(set(head)) == len(head) and not any(
        map(is_written_number, head))
    labels = not any(is_written_number(row[0]) for row in below if row)
    if not years and names_above and labels and 1 < len(below) < _FEW:
        years = list(range(1, len(head)))  # names of the rows, such as planets, above a few quantities
    elif len(years) < 6 or years != list(range(years[0], len(head))) or not 0 < years[0] < 6:
        return None
    if not 0 < len(below) < _FEW or any(len(row) != len(head) for row in below):
        return None
    values = [row[years[0]:] for row in below]
    if not all(is_written_number(cell) or is_missing(cell) for row in values for cell in row):
        return None
    differ = [k for k in range(years[0]) if len({row[k] for row in below}) == len(below)] or [0]
    of_years = head[years[0]].isdecimal()
    names = ["year" if of_years else "name", *(row[differ[0]] for row in below)]
    return [names, *map(list, zip(head[years[0]:], *values, strict=True))]


def turned(rows: Sequence[Sequence[str]], *, few: bool = True) -> list[list[str]] | None:
    """The columns of a table whose variables stand in rows: names in the first cells, numbers behind; None otherwise.

    A few rows of many numbers are turned if every row begins with a name and goes on with numbers only. With `few`, so
    are fewer than five rows without names, or below years: they are too few for a search.

    >>> turned([["t", "1", "2", "3", "4", "5"], ["h", "4", "5", "6", "7", "8"]])[:2]
    [['t', 'h'], ['1', '4']]
    """
    rows = list(rows)
    while len(rows) > 2 and sum(map(bool, rows[0])) == 1 and len(rows[0]) != len(rows[1]):  # titles
        rows = rows[1:]
    width = len(rows[0]) if rows else 0
    if few and (series := _turned_series(rows)):
        return series
    bare = few and 0 < len(rows) < _FEW and width > 5
    if bare and all(len(row) == width and all(map(is_written_number, row)) for row in rows):
        return [list(column) for column in zip(*rows, strict=True)]  # too few rows for a search, and no names
    units = width > 6 and all(len(row) == width and is_unit(row[1]) for row in rows[:12])
    if not 2 <= len(rows) <= 12 or width < 6 or width < 2 * len(rows) or any(len(row) != width for row in rows):
        return None
    for row in rows:
        behind = [cell for cell in row[1 + units:] if not is_missing(cell)]
        if is_written_number(row[0]) or is_missing(row[0]) or not behind or not all(map(is_written_number, behind)):
            return None
    return [list(column) for column in zip(*rows, strict=True)]
