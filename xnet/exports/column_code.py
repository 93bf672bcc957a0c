"""How derived columns follow from text and date columns, in the languages of the exported files.

The formula reads `colour is red`, the user's table holds `colour`. Every file states how the first follows from the
second, the Python file computes it, and the spreadsheet file holds a cell formula for it. Names and labels are data:
they appear only quoted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from xnet.engine.formulas.python_code import docstring_safe
from xnet.engine.networks.network import Network
from xnet.tables.changes import changes_from_json, original_names
from xnet.tables.column_recipes import COUNTED_WAYS, GROUPS, NUMBER_WAYS, ColumnRecipe, needed_recipes
from xnet.tables.derivations import derivation_text

from .date_code import MOMENT
from .row_code import rows_cell, rows_python

#: Excel's longest text inside a formula, in characters.
LONGEST_LABEL = 255
_YEAR = "YEAR({0})+({0}-DATE(YEAR({0}),1,1))/(DATE(YEAR({0})+1,1,1)-DATE(YEAR({0}),1,1))"
_NUMBERS = '''def numbers(cell, codes):
    """The number in a cell; NaN for other text, and for the codes that stand for missing values."""
    try:
        number = float(cell.strip().replace(",", "."))
    except ValueError:
        return np.nan
    return np.nan if number in codes else number
'''
_SECONDS = '''def seconds(cell):
    """The seconds of a duration such as 1:11.1 or 1:02:03, NaN if there is none."""
    try:
        parts = [float(part) for part in cell.strip().replace(",", ".").split(":")]
    except ValueError:
        return np.nan
    return sum(60.0**k * part for k, part in enumerate(reversed(parts)))
'''
_DATE_WAYS = ("days", "elapsed", "years", "month", "yearday", "hours")
#: In a recipe of older runs, the name alone says that dates were joined from a column of dates and one of times.
_JOINED_BY_NAME = '''    joined = {column!a}
    for at, letter in enumerate(joined):
        if letter == " " and joined[:at] in row and joined[at + 1:] in row:
            row.setdefault(joined, row[joined[:at]] + " " + row[joined[at + 1:]])
'''
_WITH_DERIVED = '''def with_derived_columns(given):
    """A row of the table, texts by column, with the columns that the search renamed or derived added.

{description}    """
    row = dict(given)
{lines}    return row
'''


def derived_recipes(network: Network, names: list[str], derived: Mapping[str, ColumnRecipe]) -> dict[str, ColumnRecipe]:
    """The recipes of those inputs of a formula that are derived columns, and of their sources that are derived too."""
    return needed_recipes(derived, [names[i] for i in network.variables])


def readable(text: str) -> str:
    r"""Text in quotes on one line, letters of all alphabets as they are: for files that only people read.

    >>> print(readable('grün\n'))
    "grün\n"
    """
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in json.dumps(text, ensure_ascii=False))


def derived_description(recipe: ColumnRecipe, quoted: Callable[[str], str] = json.dumps) -> str:
    """The contents of a derived column, in words on one line."""
    if recipe.reads_rows:
        return derivation_text(recipe, quoted)
    column = " and ".join(map(quoted, recipe.file_columns))
    if recipe.way == "labels":
        others = ", ".join(quoted(label) for label in recipe.labels if label != recipe.label)
        return f"1 where {column} is {quoted(recipe.label)}, 0 where it is {others}"
    if recipe.way == GROUPS:
        return f"the number of the group in {column}: " + ", ".join(
            f"{k} for {quoted(label)}" for k, label in enumerate(recipe.labels))
    if recipe.way == "days":
        return f"the days from {recipe.since.replace('T00:00:00', '')} to the date in {column}"
    if recipe.way == "elapsed":
        return f"the seconds from {recipe.since.replace('T', ' ')} to the moment in {column}"
    if recipe.way == "years":
        return f"the year of the date in {column} as a fractional year (2021.5 in the middle of 2021)"
    if recipe.way == "month":
        return f"the month of the date in {column} (1 to 12)"
    if recipe.way == "yearday":
        return f"the day of the year of the date in {column} (1 on the first of January)"
    if recipe.way == "seconds":
        return f"the seconds of the duration in {column} (1:11.1 is 71.1)"
    if recipe.way in NUMBER_WAYS:
        codes = " or ".join(f"{code:.12g}" for code in recipe.codes)
        return f"the number in {column}, missing where it is {codes or 'other text'}"
    return f"the hours since midnight of the time in {column} (14:45 is 14.75)"


def derived_lines(derived: Mapping[str, ColumnRecipe], mark: str = "",
                  quoted: Callable[[str], str] = json.dumps) -> str:
    """A sentence for every derived column, each on a line that starts with `mark`; "" if there is none."""
    return "".join(f"{mark}{quoted(name)} is {derived_description(recipe, quoted)}.\n"
                   for name, recipe in derived.items())


def renamed_among(config: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str]:
    """Those of some columns that were renamed before the search: name -> name in the file."""
    originals = original_names(changes_from_json(config.get("changes")))
    return {name: originals[name] for name in columns if name in originals}


def derived_python(derived: Mapping[str, ColumnRecipe], renamed: Mapping[str, str] = MappingProxyType({})) -> str:
    """Python code of functions that add derived columns to rows (see `derived_call`); "" if there are none.

    Args:
        derived: the recipes of derived columns.
        renamed: columns that have another name in the file: name -> name in the file.
    """
    of_cells = {name: recipe for name, recipe in derived.items() if not recipe.reads_rows}
    of_rows = {name: recipe for name, recipe in derived.items() if recipe.reads_rows}
    parts = [_cells_python(of_cells, renamed)] if of_cells or renamed else []
    if of_rows:
        parts.append(rows_python(of_rows, docstring_safe(derived_lines(of_rows, "    "))))
    return "\n" + "\n\n".join(parts) + "\n" if parts else ""


def derived_call(derived: Mapping[str, ColumnRecipe], renamed: Mapping[str, str] = MappingProxyType({})) -> str:
    """A line of Python code that adds the derived columns to `rows`; "" if there are none."""
    rows = [recipe.reads_rows for recipe in derived.values()]
    call = "rows" if all(rows) and not renamed else "[with_derived_columns(row) for row in rows]"
    call = f"with_derived_rows({call}, separator)" if any(rows) else call
    return "" if call == "rows" else f"    rows = {call}\n"


def _cells_python(derived: Mapping[str, ColumnRecipe], renamed: Mapping[str, str]) -> str:
    """Python code of a function `with_derived_columns` that adds the columns that follow from the cells of one row."""
    lines = "".join(f"    if {old!a} in given:\n        row.setdefault({new!a}, given[{old!a}])\n"
                    for new, old in renamed.items())
    dates = {recipe.column: recipe.sources for recipe in derived.values() if recipe.way in _DATE_WAYS}
    lines += "".join(_joined(column, sources) for column, sources in dates.items())
    lines += "".join(f"    if {recipe.column!a} in row:\n        row.setdefault({name!a}, {_python_cell(recipe)})\n"
                    for name, recipe in derived.items())
    description = derived_lines(derived, "    ") + "".join(
        f"    {json.dumps(new)} is the column {json.dumps(old)} of the file.\n" for new, old in renamed.items())
    ways = {recipe.way for recipe in derived.values()}
    helpers = (MOMENT if ways.intersection(_DATE_WAYS) else "") + (_NUMBERS if ways & {"numbers", "gaps"} else "")
    helpers += _SECONDS if "seconds" in ways else ""
    function = _WITH_DERIVED.format(description=docstring_safe(description), lines=lines)
    return (helpers + "\n\n" if helpers else "") + function


def _joined(column: str, sources: Sequence[str]) -> str:
    """Python lines that join the columns of a file to a column of dates (see `xnet.tables.joined_dates`)."""
    if not sources:
        return _JOINED_BY_NAME.format(column=column) if " " in column else ""
    cells = [f"row[{source!a}]" for source in sources]
    joined = " + ' ' + ".join(cells)
    if len(sources) > 2:  # year, month, day, and perhaps hour and minute
        joined = " + '-' + ".join(cells[:3])
        if len(sources) > 3:
            joined += f" + ' ' + {cells[3]} + ':' + {cells[4] if len(sources) > 4 else repr('0')}"
    there = " and ".join(f"{source!a} in row" for source in sources)
    return f"    if {there}:\n        row.setdefault({column!a}, {joined})\n"


def file_columns(derived: Mapping[str, ColumnRecipe], used: Iterable[str]) -> list[str]:
    """The columns of a file that the inputs of a formula are computed from, in order of their names."""
    return sorted({column for recipe in derived.values() for column in recipe.file_columns}.union(used) - set(derived))


def _python_cell(recipe: ColumnRecipe) -> str:
    cell = f"row[{recipe.column!a}]"
    if recipe.way == "labels":
        values = ", ".join(f"{label!a}: {float(label == recipe.label)}" for label in recipe.labels)
        return f"{{{values}}}.get({cell}.strip(), np.nan)"
    if recipe.way == GROUPS:
        numbers = ", ".join(f"{label!a}: {float(k)}" for k, label in enumerate(recipe.labels))
        return f"{{{numbers}}}.get({cell}.strip(), np.nan)"
    if recipe.way == "seconds":
        return f"seconds({cell})"
    if recipe.way in NUMBER_WAYS:
        return f"numbers({cell}, {recipe.codes})"
    since = f", {recipe.since!a}" if recipe.way in COUNTED_WAYS else ""
    return f"{recipe.way}({cell}{since}, {recipe.days_first})"


def column_letters(i: int) -> str:
    """The letters of a spreadsheet's column i, from 0: A, B, ..., Z, AA, ...

    >>> [column_letters(i) for i in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def spreadsheet_line(recipe: ColumnRecipe, row: int = 2, places: Sequence[str] = ()) -> str:
    """A sentence with the cell formula of a derived column; "" if none can be written.

    Args:
        recipe: of the derived column.
        row: the row of the sheet for which it is written.
        places: the columns of the sheet in their order. One that is not there is called Z, and the column that orders
            the rows Y.
    """
    column, order = (column_letters(places.index(name)) if name in places else other
                     for name, other in ((recipe.column, "Z"), (recipe.order, "Y")))
    found = rows_cell(recipe, column, order, row) if recipe.reads_rows else (
        (row, cell) if (cell := derived_cell(recipe, f"{column}{row}")) else None)
    if found is None:
        return ""
    unknown = [f"{letters} is the column {readable(name)}"
               for letters, name in ((column, recipe.column), (order, recipe.order)) if name and name not in places]
    where = f", where {' and '.join(unknown)}" if unknown else ""
    where += f", with the rows sorted by {readable(recipe.order)}" if recipe.order else ""
    return f" In row {found[0]}{where}, copied down: {_in_both_notations(found[1])}"


def with_semicolons(formula: str) -> str:
    """A cell's formula for a spreadsheet with decimal commas; texts in quotes stay.

    >>> with_semicolons('=IF(EXACT(Z2,"a,b"),1.5,NA())')
    '=IF(EXACT(Z2;"a,b");1,5;NA())'
    """
    return '"'.join(part if k % 2 else part.translate(str.maketrans(",.", ";,"))
                    for k, part in enumerate(formula.split('"')))


def _in_both_notations(formula: str) -> str:
    """A formula, and beside it that with semicolons, which a spreadsheet with decimal commas needs."""
    other = with_semicolons(formula)
    return formula if other == formula else f"{formula} or, with decimal commas, {other}"


def derived_cell(recipe: ColumnRecipe, cell: str) -> str | None:
    """A spreadsheet formula that computes the derived value from `cell`; None if none can be written."""
    if recipe.way == "labels":
        zeros = [label for label in recipe.labels if label != recipe.label]
        if any(len(label) > LONGEST_LABEL or not label.isprintable() for label in recipe.labels):
            return None
        others = ",".join(f'EXACT({cell},"{_doubled(label)}")' for label in zeros)
        zero = f"IF(OR({others}),0,NA())" if zeros else "NA()"
        return f'=IF(EXACT({cell},"{_doubled(recipe.label)}"),1,{zero})'
    if recipe.way == GROUPS:
        return None
    if recipe.way == "years":
        return "=" + _YEAR.format(cell)
    if recipe.way == "month":
        return f"=MONTH({cell})"
    if recipe.way == "yearday":
        return f"={cell}-DATE(YEAR({cell}),1,1)+1"
    if recipe.way == "hours":
        return f"=MOD({cell},1)*24"
    if recipe.way == "seconds":
        return f"={cell}*86400"
    if recipe.way == "numbers":
        return f"=IF(ISNUMBER({cell}),{cell},NA())"
    if recipe.way == "gaps":
        return f"=IF(OR({','.join(f'{cell}={code!r}' for code in recipe.codes)}),NA(),{cell})"
    since = pd.Timestamp(recipe.since)
    time = f"-TIME({since.hour},{since.minute},{since.second})" if since != since.normalize() else ""
    time += f"-{since.microsecond / 1e6!r}/86400" if since.microsecond else ""  # TIME takes whole seconds
    passed = f"{cell}-DATE({since.year},{since.month},{since.day}){time}"
    return f"=({passed})*86400" if recipe.way == "elapsed" else f"={passed}"


def _doubled(label: str) -> str:
    return label.replace('"', '""')
