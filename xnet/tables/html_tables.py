"""Tables in HTML, as browsers put them on the clipboard and as many systems export them with the ending .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from . import limits as caps
from .unit_words import is_unit

_MOST_TABLES, _WIDEST_CELL, _WIDEST_ROW = 50, 200, 20_000

#: The most cells that are filled because one above spans their row.
_MOST_FILLED = 10**6


def is_html_table(text: str) -> bool:
    """Whether a text begins like HTML and holds a table."""
    head = text[:2**20].lower()
    inside = head.partition("<table")[2]
    return head.lstrip().startswith("<") and ("<t" in inside or "<row" in inside)


def read_html(text: str, notes: list[str]) -> list[list[str]] | None:
    """The rows of the table with the most cells; None if no table has two rows.

    Args:
        text: HTML; it is parsed and nothing in it is run.
        notes: sentences for the report are appended to it.
    """
    parser = _Tables()
    parser.feed(text)
    parser.close()
    tables = [rows for rows in map(_even, parser.tables) if len(rows) > 1]
    if not tables:
        return None
    chosen = max(tables, key=lambda rows: len(rows) * len(rows[0]))
    kind = "XML" if text.lstrip().startswith("<?xml") else "HTML"
    notes.append(f"The text was read as an {kind} table." if len(tables) == 1 else
                 f"The text was read as {kind}: the largest of its {len(tables)} tables.")
    if parser.filled:
        notes.append("A cell that spans several rows counts in each of them.")
    return chosen


def _even(rows: list[list[str]]) -> list[list[str]]:
    filled = [row for row in rows if any(row)]
    width = max(map(len, filled), default=0)
    caps.refuse_sparse(len(filled), width, "The HTML table")
    return [row + [""] * (width - len(row)) for row in filled]


class _Tables(HTMLParser):
    """Collects the cells of all tables; a cell over several columns or rows is written into the first of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._size = (1, 1)
        self._open = 0
        self._below: dict[int, tuple[int, str]] = {}
        self._is_value = False
        self.filled = False
        self._n_cells = self._n_filled = 0
        self._fields: list[tuple[str, str]] = []
        self._raised: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell; the end of the one before may be missing."""
        if tag == "table" and len(self.tables) < _MOST_TABLES:
            self._end_cell()
            self.tables.append([])
            self._open += 1
            self._below = {}
        elif tag in ("tr", "row") and self._open:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in ("td", "th", "cell") and self._open and self._n_cells < caps.MAX_CELLS:
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            given = dict(attrs)
            across = given.get("colspan") or str(int(_digits(given.get("ss:mergeacross")) or 0) + 1)
            self._is_value = tag != "th"
            self._cell, self._size = [], (_span(across), _span(given.get("rowspan")))
            place = int(_digits(given.get("ss:index")) or 0) - 1  # SpreadsheetML leaves empty cells out
            self.tables[-1][-1] += [""] * min(max(place - len(self.tables[-1][-1]), 0), _WIDEST_ROW)
        elif tag == "field" and self._open:  # of a VOTable: a name and a unit
            given = dict(attrs)
            self._fields.append((given.get("name") or "", given.get("unit") or ""))
        elif tag == "tabledata" and self._fields:
            names = [f"{name} ({unit})" if is_unit(unit) else name for name, unit in self._fields]
            self.tables[-1].append(names)
            self._fields = []
        elif tag == "sup" and self._cell is not None:
            self._raised = len(self._cell)
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell, a row or a table."""
        if tag == "sup" and self._cell is not None and self._raised is not None:
            before, raised = "".join(self._cell[:self._raised]), "".join(self._cell[self._raised:]).strip()
            self._cell, self._raised = [before, _raised_text(before, raised)], None
        if tag in ("td", "th", "tr", "table", "cell", "row"):
            self._end_cell()
        if tag == "table" and self._open:
            self._open -= 1

    def handle_data(self, data: str) -> None:
        """Collect the text of a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        self._raised = None
        text, (columns, rows) = " ".join("".join(self._cell).split())[:caps.MAX_CELL], self._size
        self._cell = None
        row = self.tables[-1][-1]
        self._fill(row)
        for k in range(columns):
            if rows > 1:
                self._below[len(row)] = (rows - 1, text if k == 0 and self._is_value else "")
            row.append(text if k == 0 else "")
        self._n_cells += columns

    def _fill(self, row: list[str]) -> None:
        """Write a value that spans several rows into each of them; below a name the places stay empty."""
        while self._below.get(len(row), (0, ""))[0] > 0 and len(self.tables[-1]) > 1 and self._n_filled < _MOST_FILLED:
            self._n_filled += 1
            left, text = self._below[len(row)]
            self._below[len(row)] = (left - 1, text)
            self.filled |= bool(text)
            row.append(text)


def _raised_text(before: str, raised: str) -> str:
    """A raised text as it continues a cell: an exponent of ten, a mark behind a number, or as it is, in m².

    >>> _raised_text("1.5 × 10", "-3"), _raised_text("1.5", "2"), _raised_text("m", "2")
    ('^-3', '[2]', '2')
    """
    if re.search(r"(?:^|[×x·*]\s*)10$", before.strip()):
        return f"^{raised}"
    mark = re.fullmatch(r"\[?([A-Za-z0-9]{1,2})\]?", raised)
    return f"[{mark[1]}]" if mark and before.strip()[-1:].isdigit() else raised


def _digits(text: str | None) -> str:
    return text if text and re.fullmatch(r"\d{1,5}", text) else ""


def _span(text: str | None) -> int:
    found = re.match(r"\d{1,3}", text or "")
    return min(max(int(found[0]), 1), _WIDEST_CELL) if found else 1
