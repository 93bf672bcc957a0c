"""Tables in HTML, as browsers put them on the clipboard and as many systems export them with the ending .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from . import limits as caps
from .unit_words import is_unit

_MOST_TABLES, _WIDEST_CELL = 50, 200


def is_html_table(text: str) -> bool:
    """Whether a text begins like HTML and holds a table."""
    head = text[:2**20].lower()
    return head.lstrip().startswith("<") and "<table" in head and "<t" in head.partition("<table")[2]


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
    notes.append("The text was read as an HTML table." if len(tables) == 1 else
                 f"The text was read as HTML: the largest of its {len(tables)} tables.")
    return chosen


def _even(rows: list[list[str]]) -> list[list[str]]:
    filled = [row for row in rows if any(row)]
    width = max(map(len, filled), default=0)
    return [row + [""] * (width - len(row)) for row in filled]


class _Tables(HTMLParser):
    """Collects the cells of all tables; a cell over several columns or rows is written into the first of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._size = (1, 1)
        self._open = 0
        self._below: dict[int, int] = {}
        self._n_cells = 0
        self._fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell; the end of the one before may be missing."""
        if tag == "table" and len(self.tables) < _MOST_TABLES:
            self._end_cell()
            self.tables.append([])
            self._open += 1
            self._below = {}
        elif tag == "tr" and self._open:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self._open and self._n_cells < caps.MAX_CELLS:
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            given = dict(attrs)
            self._cell, self._size = [], (_span(given.get("colspan")), _span(given.get("rowspan")))
        elif tag == "field" and self._open:  # of a VOTable: a name and a unit
            given = dict(attrs)
            self._fields.append((given.get("name") or "", given.get("unit") or ""))
        elif tag == "tabledata" and self._fields:
            names = [f"{name} ({unit})" if is_unit(unit) else name for name, unit in self._fields]
            self.tables[-1].append(names)
            self._fields = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell, a row or a table."""
        if tag in ("td", "th", "tr", "table"):
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
        text, (columns, rows) = " ".join("".join(self._cell).split())[:caps.MAX_CELL], self._size
        self._cell = None
        row = self.tables[-1][-1]
        self._fill(row)
        for k in range(columns):
            if rows > 1:
                self._below[len(row)] = rows - 1
            row.append(text if k == 0 else "")
        self._n_cells += columns

    def _fill(self, row: list[str]) -> None:
        """Leave the places empty that a cell of a row above covers."""
        while self._below.get(len(row), 0) > 0 and len(self.tables[-1]) > 1:
            self._below[len(row)] -= 1
            row.append("")


def _span(text: str | None) -> int:
    found = re.match(r"\d{1,3}", text or "")
    return min(max(int(found[0]), 1), _WIDEST_CELL) if found else 1
