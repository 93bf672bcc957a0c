"""Columns of new rows whose names differ from those of the search by a unit alone."""

from __future__ import annotations

from collections.abc import Sequence

from xnet.tables.change_application import apply_changes
from xnet.tables.changes import RenameColumn
from xnet.tables.table import Table
from xnet.tables.units_in_names import name_without_unit, renames_without_units

from .inputs import plain_name


def with_wanted_names(table: Table, wanted: Sequence[Sequence[str]]) -> Table:
    """The table with the names of the search in columns such as pCO2 [kPa], which the search calls pCO2.

    Their units stay known, so that another unit than that of the search is said (`unit_remarks`).

    Args:
        table: new rows.
        wanted: the names that each column may have which the formula reads, that of the search first.
    """
    there = {plain_name(str(column)) for column in table.frame}
    lacking = {plain_name(name_without_unit(name)): names[0] for names in wanted for name in names
               if not there.intersection(map(plain_name, names))}
    return apply_changes(table, [RenameColumn(short.old, lacking[plain_name(short.new)])
                                 for short in renames_without_units(table) if plain_name(short.new) in lacking])
