"""The table, the target and the inputs that the command line names."""

from __future__ import annotations

import csv
import difflib
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from .output import printable

#: A unit behind the name of a column.
_UNIT = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
#: `--inputs` for all columns of numbers.
ALL = "*"


def table_path(file: str) -> Path:
    """The path of a table that a command names; `-` is the standard input, as for other programs.

    >>> table_path("-").as_posix(), table_path("a.csv").as_posix()
    ('/dev/stdin', 'a.csv')
    """
    return Path("/dev/stdin" if file == "-" else file)


def open_table(file: str, sheet: str | None = None) -> Any:
    """The table of a file, or the sample with this name.

    Args:
        file: a path, or the name of a sample.
        sheet: the sheet of a workbook; None for the first one with a table.

    Raises:
        TableError: there is no such file or sample, or it cannot be read as a table.
    """
    from xnet.tables.limits import TableError
    from xnet.tables.reading import read_table
    from xnet.tables.samples import list_samples, load_sample

    path = table_path(file)
    names = [s.name for s in list_samples()]
    if not path.exists() and file in names:
        return load_sample(file)
    if not path.exists():
        if re.match(r"[a-z][a-z0-9+]{1,5}://", file):
            raise TableError(f"{file!r} is an address, and X-Net downloads nothing: save the file, and give its path.")
        close = difflib.get_close_matches(file, names, n=1)
        hint = f" Did you mean the sample {close[0]}?" if close else ""
        raise TableError(f"There is no file {file!r}, and no sample of that name.{hint} Check the path, or list the "
                         "samples with: python -m xnet samples")
    if path.is_dir():
        raise TableError(f"{file!r} is a folder. Give the path of a table file; of a folder of Parquet files, use "
                         "`discover --all-rows`.")
    opened = [s for s in list_samples() if path.name == s.path.name and path.resolve() == s.path.resolve()]
    return load_sample(opened[0].name) if opened else read_table(path, path.name, sheet=sheet)


def target_and_inputs(table: Any, target: str | None, inputs: str | None,
             others: Collection[str | None] = ()) -> tuple[str, list[str]]:
    """The columns of the target and the inputs.

    Args:
        table: the table.
        target: the name from the command line; None uses the suggestion of a sample.
        inputs: names separated by commas, or `ALL` for every column of numbers; None uses the suggestion of a sample
            with the derived columns, or all numeric columns but `others`, constants and row numbers, of many the most
            relevant ones.
        others: columns that are not inputs by default.

    A column whose codes for missing values became gaps is the column without them: `--target rain` with
    `--convert rain:gaps` explains "valid rain". An input of text or dates is the columns that `--convert` made of it.

    Raises:
        TableError: a name is missing or unknown.
    """
    from xnet.tables.limits import TableError
    from xnet.tables.quality import is_constant, is_row_number
    from xnet.tables.replicates import replicates_of
    from xnet.tables.roles import siblings

    columns = [str(c) for c in table.frame.columns]
    suggested = table.suggested_target
    if target is None:
        if not table.description:  # a form can show a guess, a command cannot
            raise TableError(f"Name the column to explain with --target. {_column_list(columns, None)}")
        target = suggested
    without_codes = {recipe.column: name for name, recipe in table.derived.items() if recipe.way == "gaps"}
    of_text: dict[str, list[str]] = {}
    for name, recipe in table.derived.items():
        if recipe.column not in table.numeric_columns:
            of_text.setdefault(recipe.column, []).append(name)
    target = _column(str(target), columns)
    target = without_codes.get(target, target)
    if inputs is not None and inputs != ALL:
        named = [_column(name, columns) for name in next(csv.reader([inputs], skipinitialspace=True), [])]
        if not named:
            raise TableError(f"--inputs names no column. {_column_list(columns, None)}")
        return target, [made for name in named for made in of_text.get(name, [without_codes.get(name, name)])]
    left_out = {target, *others, *table.not_inputs, *siblings(table, target)}
    if target == suggested and table.description and inputs != ALL:
        derived = [c for c, recipe in table.derived.items() if recipe.reads_rows and c not in left_out]
        return target, [c for c in table.suggested_inputs if c not in others] + derived
    if not (free := [c for c in table.numeric_columns if c not in left_out]):
        raise TableError(_no_input(table, target))
    useful = [c for c in free if not is_constant(table.frame[c]) and not is_row_number(table.frame[c])]
    if inputs != ALL and (repeated := set(replicates_of(target, useful))) < set(useful):
        useful = [c for c in useful if c not in repeated]
    return target, useful or free if inputs == ALL else _at_most(table, target, useful or free)


def listed_columns(texts: Sequence[str], columns: Collection[str]) -> list[str]:
    """The names in options that are repeated or hold names separated by commas; a column with a comma is one name.

    >>> listed_columns(["x,v", "a,b"], ["x", "v", "a,b"])
    ['x', 'v', 'a,b']
    """
    return [name for text in texts for name in (
        [text] if text in columns else next(csv.reader([text], skipinitialspace=True), [text]))]


def _no_input(table: Any, target: str) -> str:
    """The sentence that no column of numbers can be an input, and what makes one."""
    from xnet.name_lists import abbreviated_list
    from xnet.tables.column_conversion import possible_conversions

    found = abbreviated_list((printable(f"{c.column}:{c.way}") for c in possible_conversions(table)
                              if c.column != target), 12)
    convert = f"convert text or dates (--convert; possible are {found})" if found else ""
    if target not in table.numeric_columns:
        return f"No column of numbers can be an input: {convert or 'give a table with columns of numbers'}."
    return (f"{target!r} is the only column of numbers that can be used: derive its previous value (--derive "
            f"'previous({printable(target)})')" + (f", or {convert}," if convert else "") + " to have an input.")


def _at_most(table: Any, target: str, inputs: list[str]) -> list[str]:
    """The inputs; of many, the most relevant ones as in the app, with a sentence on the screen."""
    from xnet.config.input_proposal import most_relevant
    from xnet.name_lists import quoted_names
    from xnet.tables.limits import MAX_INPUTS

    chosen = most_relevant(table, target, inputs)
    if len(chosen) < len(inputs):
        left_out = quoted_names((c for c in inputs if c not in chosen), 5)
        every = f", --inputs '{ALL}' all" if len(inputs) <= MAX_INPUTS else f" (at most {MAX_INPUTS})"
        print(printable(f"xnet: {table.name} has {len(inputs):,} columns of numbers beside {target!r}. The "
                        f"{len(chosen)} that explain it best in a sample of the rows are the inputs. Left out: "
                        f"{left_out}. --inputs chooses others{every}."), file=sys.stderr)
    return list(chosen)


def _column(name: str, columns: Sequence[str]) -> str:
    from xnet.tables.limits import TableError

    if name in columns:
        return name
    raise TableError(f"There is no column {name!r}. {_column_list(columns, name)}")


def _column_list(columns: Sequence[str], wrong: str | None) -> str:
    """A sentence that lists the columns, preceded by the closest match of a wrong name."""
    lower = {c.lower(): c for c in reversed(columns)}
    lower = {_UNIT.sub("", c.lower()): c for c in reversed(columns)} | lower  # E is the column "E [mJ]"
    close = difflib.get_close_matches((wrong or "").lower(), list(lower), n=1, cutoff=0.5)
    shown = ", ".join(map(printable, columns[:30])) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    return (f"Did you mean {lower[close[0]]!r}? " if close else "") + f"The columns are: {shown}."
