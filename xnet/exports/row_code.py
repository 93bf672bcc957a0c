"""How columns that are derived from other rows follow from a table, as Python code and as cell formulas.

`column_code` states what such a column holds; here it is computed, from all rows of the reader's table.
"""

from __future__ import annotations

from collections.abc import Mapping

from xnet.tables.column_recipes import ColumnRecipe

_FUNCTION = '''def with_derived_rows(rows, separator):
    """The rows of a table, texts by column, with the columns that are derived from other rows.

{description}    """
    def column(name):
        comma = has_comma(rows, name, separator)
        return np.array([number(row.get(name, ""), comma) for row in rows])

    def earlier(name, count, within, order):
        """The value of a column `count` rows before, in the group of the row; NaN where there is no such row."""
        values, places = column(name), range(len(rows))
        if order:
            keys = column(order)
            places = sorted((i for i in places if np.isfinite(keys[i])), key=keys.__getitem__)
        groups, found = {{}}, np.full(len(rows), np.nan)
        for i in places:
            groups.setdefault(rows[i].get(within, "").strip(), []).append(i)
        for group in groups.values():
            found[group[count:]] = values[group[:len(group) - count]]
        return found

    def add(name, sources, values):
        if rows and name not in rows[0] and all(source in rows[0] for source in sources):
            for row, value in zip(rows, values()):
                row[name] = float(value)

    with np.errstate(all="ignore"):
{lines}    return rows
'''


def rows_python(derived: Mapping[str, ColumnRecipe], description: str) -> str:
    """Python code of a function `with_derived_rows` that adds columns to all rows of a table.

    The code calls `has_comma` and `number` of `table_code.READING`, and NumPy as `np`.

    Args:
        derived: recipes of `DERIVED_WAYS`, sources first.
        description: lines of the docstring.
    """
    lines = "".join(f"        add({name!a}, {list(recipe.file_columns)!a}, lambda: {_values(recipe)})\n"
                    for name, recipe in derived.items())
    return _FUNCTION.format(description=description, lines=lines)


def _values(recipe: ColumnRecipe) -> str:
    column, count, place = recipe.column, recipe.count, f"{recipe.within!a}, {recipe.order!a}"
    before = f"earlier({column!a}, {count}, {place})"
    if recipe.way == "log":
        return f"np.log(column({column!a}))"
    if recipe.way == "mean":
        return f"sum(earlier({column!a}, k, {place}) for k in range({count})) / {count}"
    if recipe.way == "previous":
        return before
    if recipe.way == "difference":
        return f"column({column!a}) - {before}"
    return (f"(column({column!a}) - {before}) / (column({recipe.order!a}) - "
            f"earlier({recipe.order!a}, {count}, {place}))")


def rows_cell(recipe: ColumnRecipe, column: str = "Z", order: str = "Y", row: int = 2) -> tuple[int, str] | None:
    """A row of a spreadsheet and the formula there; None if rows must not cross groups.

    Args:
        recipe: reads other rows.
        column: the letters of the column that it reads.
        order: the letters of the column of the order, by which the rows are sorted.
        row: the row for which the formula is written; a later one if the sheet has no row so far above it, below the
            headings in row 1.
    """
    back = 0 if recipe.way == "log" else recipe.count - (recipe.way == "mean")
    row = max(row, 2 + back)
    here, there = f"{column}{row}", f"{column}{row - back}"
    if recipe.way == "log":
        return row, f"=IF(ISNUMBER({here}),LN({here}),NA())"
    if recipe.within:
        return None
    if recipe.way == "mean":
        return row, f"=IF(COUNT({there}:{here})={recipe.count},AVERAGE({there}:{here}),NA())"
    if recipe.way == "previous":
        return row, f"=IF(ISNUMBER({there}),{there},NA())"
    change = f"{here}-{there}" if recipe.way == "difference" else f"({here}-{there})/({order}{row}-{order}{row - back})"
    return row, f"=IF(COUNT({there},{here})=2,{change},NA())"
