"""The options of the command line for the table: sheet, gaps, text, dates, derived columns, held-out rows, weights."""

from __future__ import annotations

import argparse
import csv
from typing import Any

from .derive_options import add_derive_options


def add_data_options(discover: argparse.ArgumentParser) -> None:
    """Add the options to the parser of `discover` or `sweep`."""
    data = discover.add_argument_group("the table")
    data.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: the first with a table)")
    add_change_options(data)
    data.add_argument("--fill-gaps", action="store_true",
                      help="fill gaps of inputs with the median of the column; else their rows are left out")
    data.add_argument("--row-name", metavar="COLUMN",
                      help="the column that names the rows, such as a country or a sample (default: found by its name)")
    data.add_argument("--split", default="random", metavar="HOW",
                      help="how held-out rows are chosen: random, order (the last rows), range:COLUMN (the largest "
                           "values) or group:COLUMN (whole groups) (default: %(default)s)")
    data.add_argument("--holdout", type=float, default=20, metavar="PERCENT",
                      help="the share of held-out rows (default: %(default)s)")
    add_derive_options(discover)
    weights = data.add_mutually_exclusive_group()
    weights.add_argument("--weight", metavar="COLUMN", help="a column with the weights of the rows")
    weights.add_argument("--error", metavar="COLUMN", help="a column with the standard errors of the target")


def add_change_options(parser: Any) -> None:
    """Add the options that rename columns, leave out rows and convert columns to a parser or a group of one."""
    parser.add_argument("--rename", action="append", default=[], metavar="OLD=NEW",
                        help="give a column another name, which all other options use; can be repeated")
    parser.add_argument("--exclude", action="append", default=[], metavar="CONDITION",
                        help="leave out the rows that fulfil a condition, e.g. 'mass > 100 and group = \"a\"', "
                             "'mass is missing' or 'line = 17' (a line of the file); can be repeated")
    parser.add_argument("--convert", metavar="COLUMN[:WAY],...",
                        help="convert text (:labels, columns of 0 and 1; :numbers, other cells missing), dates (:days, "
                             ":years, :month, :yearday, :hours, :seconds) or codes such as -999 (:gaps) to numbers")


def changed(table: Any, options: argparse.Namespace) -> Any:
    """The table after `--rename` and then `--exclude`.

    Raises:
        ChangeError: there is no such column or row, or a condition cannot be read.
    """
    from xnet.tables.change_application import apply_changes
    from xnet.tables.changes import ChangeError, ExcludeWhere, RenameColumn

    changes: list[Any] = []
    columns = [str(c) for c in table.frame.columns]
    for text in options.rename:
        # A name may contain an equals sign.
        ends = [k for k, sign in enumerate(text) if sign == "="]
        if not ends:
            raise ChangeError(f"--rename is {text!r}. Write OLD=NEW, such as --rename m=mass.")
        at = next((k for k in ends if text[:k].strip() in columns), ends[0])
        old, new = text[:at].strip(), text[at + 1:].strip()
        changes.append(RenameColumn(old, new))
        columns.append(new)
    return apply_changes(table, [*changes, *(ExcludeWhere(text.strip()) for text in options.exclude)])


def converted(table: Any, options: argparse.Namespace) -> Any:
    """The table with the columns that `--convert` derives from text and dates.

    Raises:
        TableError: a column cannot be converted like that.
    """
    from xnet.tables.column_conversion import parse_conversions, with_conversions

    if options.convert is None:
        return table
    texts = next(csv.reader([options.convert], skipinitialspace=True), [])
    return with_conversions(table, parse_conversions(table, texts))


def check_row_name(table: Any, options: argparse.Namespace) -> None:
    """Check that the column of `--row-name` can name the rows.

    Raises:
        TableError: the table has no such column, or its cells are long or repeat.
    """
    from xnet.name_lists import quoted_names
    from xnet.tables.id_columns import may_name_rows
    from xnet.tables.limits import TableError

    column = options.row_name
    if column is None:
        return
    if column not in table.frame:
        raise TableError(f"--row-name is {column!r}. The table has the columns "
                         f"{quoted_names(map(str, table.frame.columns))}.")
    if not may_name_rows(table.frame, column):
        raise TableError(f"--row-name is {column!r}, which cannot name the rows: its cells must be short, and "
                         "different in every row.")


def not_inputs(options: argparse.Namespace) -> set[str | None]:
    """The columns of weights, errors and names of rows, which are inputs only if `--inputs` names them."""
    return {options.weight, options.error, options.row_name}


def data_options(options: argparse.Namespace) -> dict[str, Any]:
    """The options of a run for its rows.

    Raises:
        SplitError: the split cannot be read, or the share of held-out rows is out of range.
    """
    from xnet.config.run_options import LIMITS
    from xnet.tables.holdout import Split, SplitError

    low, high = (100 * limit for limit in LIMITS["holdout_fraction"])
    if not low <= options.holdout <= high:
        raise SplitError(f"--holdout is {options.holdout:g}. Expected the share of held-out rows in percent, from "
                         f"{low:g} to {high:g}.")
    column = options.weight or options.error
    weight = {"kind": "weight" if options.weight else "error", "column": column} if column else None
    return {"split": Split.parse(options.split).to_config(), "holdout_fraction": options.holdout / 100,
            "fill_gaps": options.fill_gaps, "weight": weight, "id_column": options.row_name}


def refuse_for_classes(options: argparse.Namespace) -> None:
    """Refuse options that a search for several classes does not support.

    Raises:
        TableError: such an option is given.
    """
    from xnet.tables.limits import TableError

    given = {"--split": options.split != "random", "--holdout": options.holdout != 20, "--fill-gaps": options.fill_gaps,
             "--weight": options.weight, "--error": options.error, "--row-name": options.row_name,
             "--permutation-check": options.permutation_check is not None, "--cluster": options.cluster,
             "--refit": options.refit}
    if asked := [name for name, value in given.items() if value]:
        raise TableError(f"{asked[0]} cannot be used with a target of classes. Leave it out.")
