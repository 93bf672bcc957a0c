"""The inputs of a formula from the columns of a table of new rows: found by name, or derived as in the search."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from xnet.arrays import Array
from xnet.counts import plural
from xnet.name_lists import quoted_names
from xnet.tables.column_recipes import ColumnRecipe, label_text, needed_recipes
from xnet.tables.derivations import derivation_text
from xnet.tables.limits import TableError
from xnet.tables.number_columns import numbers_and_gaps
from xnet.tables.numbers import decimal_sign, is_missing
from xnet.tables.row_values import derived_values
from xnet.tables.written_dates import first_years, months_in_words
from xnet.tables.written_years import years_with_words

from .predictor import Predictor, source_columns


def recipes_to_apply(predictor: Predictor, frame: pd.DataFrame) -> dict[str, ColumnRecipe]:
    """The recipes of the columns that are missing in a table and can be derived from others, sources first."""
    there = {plain_name(str(c)) for c in frame.columns}
    missing = {name: recipe for name, recipe in predictor.derived.items() if plain_name(name) not in there}
    return needed_recipes(missing, predictor.used)


def input_values(predictor: Predictor, recipes: Mapping[str, ColumnRecipe], frame: pd.DataFrame, name: str,
                 report: list[str], texts: dict[str, dict[int, str]]) -> dict[str, Array]:
    """The values of the inputs that the formula uses, (n,) each.

    Args:
        predictor: the formula.
        recipes: recipes of columns that are derived from others.
        frame: the table.
        name: the name of the table in messages.
        report: receives sentences on derived columns and on columns with similar names.
        texts: cells that are not numbers, by column and row; receives those of the inputs under their names.

    Raises:
        TableError: a column is missing or not numeric.
    """
    columns = [str(c) for c in frame.columns]
    places = _places(source_columns(predictor.used, recipes), columns, name, report)
    values: dict[str, Array] = {}

    def numbers(column: str) -> Array:
        return values[column] if column in values else _numbers(frame.iloc[:, places[column]], column, name)

    for made, recipe in recipes.items():
        if recipe.reads_rows:
            given = {c: numbers(c) for c in (recipe.column, recipe.order) if c}
            if recipe.within:
                given[recipe.within] = frame.iloc[:, places[recipe.within]].to_numpy()
            values[made] = derived_values(recipe, given)
            report.append(f"{made!r} was derived as in the search: {derivation_text(recipe)}.")
        else:
            values[made], texts[made] = _from_cells(made, recipe, frame.iloc[:, places[recipe.column]], report)
    for used in predictor.used:
        if used not in values:
            column, values[used] = frame.iloc[:, places[used]], numbers(used)
            texts[used] = texts.get(columns[places[used]], {}) | _texts(column, values[used])
    return {used: values[used] for used in predictor.used}


def target_values(predictor: Predictor, frame: pd.DataFrame, name: str) -> Array:
    """The values of the target (n,) in a table; NaN where it has a gap.

    Raises:
        TableError: the table lacks the column, or it holds text.
    """
    places = _places([predictor.target], [str(c) for c in frame.columns], name, [])
    return _numbers(frame.iloc[:, places[predictor.target]], predictor.target, name)


def _from_cells(made: str, recipe: ColumnRecipe, column: pd.Series,
                report: list[str]) -> tuple[Array, dict[int, str]]:
    """The values (n,) of a column that was converted from the cells of another, and the cells that have no value."""
    cells = ["" if cell is None else cell for cell in column.tolist()]
    sentence = f"{made!r} was derived from {recipe.column!r}, as in the search."
    if unknown := recipe.unknown_labels(cells):
        sentence = f"{sentence[:-1]}, which did not contain {', '.join(repr(label[:30]) for label in unknown[:5])}."
    report.append(sentence)
    values = recipe.values(cells)
    return values, {i: str(cells[i]) for i in np.flatnonzero(np.isnan(values)).tolist()
                    if not pd.isna(cells[i]) and not is_missing(str(cells[i]).strip())}


def _places(used: Iterable[str], columns: Sequence[str], name: str, report: list[str]) -> dict[str, int]:
    """The position of every column that the formula uses: by its name, else by the only similar name."""
    used, plain = list(used), [plain_name(c) for c in columns]
    places: dict[str, int] = {}
    for column in used:
        alike = [k for k, c in enumerate(plain) if c == plain_name(column)]
        if column in columns:
            places[column] = columns.index(column)
        elif len(alike) == 1:
            places[column] = alike[0]
            report.append(f"The column {columns[alike[0]]!r} was taken for {column!r}.")
    missing = [column for column in used if column not in places]
    if missing:
        raise TableError(f"{name} lacks the {plural(len(missing), 'column')} {quoted_names(missing, 6)} that the "
                         "formula reads. "
                         + _hint(missing[0], [c for c in columns if columns.index(c) not in places.values()]))
    return places


def plain_name(name: str) -> str:
    """The name of a column without blanks, underscores and capitals, by which columns of files are found."""
    return "".join(name.split()).replace("_", "").casefold()


def _hint(missing: str, free: Sequence[str]) -> str:
    close = difflib.get_close_matches(missing, free, n=1, cutoff=0.5)
    shown = ", ".join(map(repr, free[:8])) + (" and others" if len(free) > 8 else "")
    others = f"Its other columns are {shown}: " if free else "Add it: "
    return f"Is it {close[0]!r}? Then rename it." if close else others + "name or add the column, then try again."


def _numbers(column: pd.Series, used: str, name: str) -> Array:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    written = [i for i, cell in enumerate(column) if isinstance(cell, str)]
    texts = [label_text(column.iloc[i]) for i in written]
    texts = months_in_words(texts, fewest=1) or first_years(texts, fewest=1) or years_with_words(
        texts, fewest=1) or texts
    if any(decimal_sign(text) == "," for text in texts):  # then 1.234 is a thousand
        numbers[written] = numbers_and_gaps(texts)
    elif len(rest := np.flatnonzero(np.isnan(numbers))):  # spellings such as 1 234.5, which a column of text still has
        known = dict(zip(written, texts, strict=True))
        numbers[rest] = numbers_and_gaps([known.get(int(i)) or label_text(column.iloc[i]) for i in rest])
    if not np.isfinite(numbers).any() and len(numbers):
        example = next((str(v) for v in column if v is not None and str(v).strip()), "")
        found = f"text (for example {example[:30]!r})" if example else "empty"
        raise TableError(f"The column {used!r} of {name} is {found}, and the formula needs numbers: correct the "
                         "column, then try again.")
    return numbers


def _texts(column: pd.Series, numbers: Array) -> dict[int, str]:
    """The cells of a column (n,) that are not empty and no finite number in `numbers` (n,), by row."""
    if pd.api.types.is_numeric_dtype(column):
        return {}
    return {int(i): str(column.iloc[i]) for i in np.flatnonzero(~np.isfinite(numbers))
            if not pd.isna(column.iloc[i]) and not is_missing(str(column.iloc[i]).strip())}
