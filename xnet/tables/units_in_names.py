"""Names of columns without the unit in them: `length (cm)` becomes `length`, whose unit is cm.

Formulas then read `3·length` instead of `3·length (cm)`. The new names are changes of the table like any other, so they
are listed, can be undone, and files with the old names stay readable (`changes`).
"""

from __future__ import annotations

import re
from collections import Counter

from .changes import RenameColumn
from .columns import printable_name
from .table import Table
from .unit_words import MONEY, is_unit, measures_in, name_and_unit, without_in
from .units_of_names import name_before_slash

_AT_END = re.compile(r"(.*\S)\s*[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]")
#: Tables with more such columns keep their names: a list of that many changes would help nobody.
MOST = 60


def _split(column: str) -> tuple[str, str] | None:
    """The name and the unit of a column; None where no unit stands behind the name."""
    match = _AT_END.fullmatch(column)
    return name_and_unit(column) or ((match[1], without_in(match[2])) if match else name_before_slash(column))


def name_without_unit(column: str) -> str:
    """The name of a column without the unit that stands behind it.

    >>> name_without_unit("pCO2 [kPa]"), name_without_unit("f(x)")
    ('pCO2', 'f(x)')
    >>> name_without_unit("U / V"), name_without_unit("km/h")
    ('U', 'km/h')
    """
    parts = None if is_unit(column) and not measures_in(*(name_before_slash(column) or ("", ""))) else _split(column)
    return parts[0].strip() if parts and (is_unit(parts[1]) or parts[1] in MONEY) else column


def renames_without_units(table: Table) -> tuple[RenameColumn, ...]:
    """The changes that take the units out of the names of a table as it was read.

    Only a known unit counts, and only where it is the unit of the column: `f(x)` and `load (mean)` stay. A name stays
    too if another column has the short one.

    >>> import pandas as pd
    >>> table = Table(pd.DataFrame({"v (m/s)": [1.0], "f(x)": [2.0]}), "t", units={"v (m/s)": "m/s"})
    >>> [(change.old, change.new) for change in renames_without_units(table)]
    [('v (m/s)', 'v')]
    """
    columns = [str(column) for column in table.frame.columns]
    found = {column: _split(column) for column in table.units}
    short = {column: printable_name(parts[0]) for column, parts in found.items() if column in columns and parts and
             parts[1] == table.units[column] and (is_unit(parts[1]) or parts[1] in MONEY)}
    taken = Counter(short.get(column, column) for column in columns)
    renames = tuple(RenameColumn(column, short[column]) for column in columns if column in short
                    and taken[short[column]] == 1)
    return renames if len(renames) <= MOST else ()
