"""The command line's options about the table: its sheet, gaps, text and dates, and the rows held out."""

from __future__ import annotations

import argparse
import csv
from typing import Any


def add_data_options(discover: argparse.ArgumentParser) -> None:
    """Add the options to the parser of `discover`."""
    data = discover.add_argument_group("the table")
    data.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: the first with a table)")
    data.add_argument("--convert", metavar="COLUMN[:WAY],...",
                      help="make numbers of text (:labels, columns of 0 and 1) or dates (:days, :years, :hours)")
    data.add_argument("--fill-gaps", action="store_true",
                      help="fill gaps of inputs with the column's median; else their rows are left out")
    data.add_argument("--split", default="random", metavar="HOW",
                      help="the rows held out: random, order (the last), range:COLUMN (the largest values) or "
                           "group:COLUMN (whole groups) (default: %(default)s)")
    data.add_argument("--holdout", type=float, default=20, metavar="PERCENT",
                      help="how many rows are held out (default: %(default)s)")
    weights = data.add_mutually_exclusive_group()
    weights.add_argument("--weight", metavar="COLUMN", help="a column that says how much each row counts")
    weights.add_argument("--error", metavar="COLUMN", help="a column with the standard errors of the target")


def converted(table: Any, options: argparse.Namespace) -> Any:
    """The table with what the options ask to be made of its text and dates.

    Raises:
        TableError: nothing of the kind can be made of a column.
    """
    from xnet.tables.column_conversion import parse_conversions, with_conversions

    if options.convert is None:
        return table
    texts = next(csv.reader([options.convert], skipinitialspace=True), [])
    return with_conversions(table, parse_conversions(table, texts))


def not_inputs(options: argparse.Namespace) -> set[str | None]:
    """Columns that are no inputs unless they are named as such: they say how much the others count."""
    return {options.weight, options.error}


def data_options(options: argparse.Namespace) -> dict[str, Any]:
    """What a run is told about its rows.

    Raises:
        SplitError: the split is not written as it should be, or more is held out than can be.
    """
    from xnet.config.run_options import LIMITS
    from xnet.tables.holdout import Split, SplitError

    low, high = (100 * limit for limit in LIMITS["holdout_fraction"])
    if not low <= options.holdout <= high:
        raise SplitError(f"--holdout is {options.holdout:g}; expected the percent of the rows that are held out, from "
                         f"{low:g} to {high:g}.")
    column = options.weight or options.error
    weight = {"kind": "weight" if options.weight else "error", "column": column} if column else None
    return {"split": Split.parse(options.split).to_config(), "holdout_fraction": options.holdout / 100,
            "fill_gaps": options.fill_gaps, "weight": weight}


def refuse_for_classes(options: argparse.Namespace) -> None:
    """Say so where an option does not go with a column of classes.

    Raises:
        TableError: one is given.
    """
    from xnet.tables.limits import TableError

    given = {"--split": options.split != "random", "--holdout": options.holdout != 20, "--fill-gaps": options.fill_gaps,
             "--weight": options.weight, "--error": options.error}
    if asked := [name for name, value in given.items() if value]:
        raise TableError(f"{asked[0]} does not go with a column of classes: leave it out.")
