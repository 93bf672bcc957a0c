"""Derived columns in the command line: `--derive`, `--within`, `--order`."""

from __future__ import annotations

import argparse
from typing import Any


def add_derive_options(discover: argparse.ArgumentParser) -> None:
    """Add the options to the parser of `discover`."""
    derive = discover.add_argument_group("derived columns")
    derive.add_argument("--derive", action="append", default=[], metavar="WAY(COLUMN)",
                        help="add a column: previous(x), the value of x one row before, or previous(x, 3); "
                             "difference(x), mean(x, 5) over 5 rows, rate(x) per unit of --order, log(x); can be "
                             "repeated, and may derive from an earlier one, such as previous_x")
    derive.add_argument("--within", metavar="COLUMN",
                        help="earlier rows are those of the same group or trajectory (default: --group)")
    derive.add_argument("--order", metavar="COLUMN",
                        help="the column of numbers that puts the rows in order (default: the order of the file)")


def derived(table: Any, options: argparse.Namespace) -> Any:
    """The table with the columns of `--derive`.

    Raises:
        TableError: a column cannot be derived, or another option is given without it.
    """
    from xnet.tables.derivations import parse_derivations, with_derivations
    from xnet.tables.limits import TableError

    for option, value in (("--within", options.within), ("--order", options.order)):
        if value is not None and not options.derive:
            raise TableError(f"{option} is {value!r}, but no column is derived: add --derive, such as --derive "
                             "'previous(x)'.")
    within = options.within if options.within is not None else getattr(options, "group", None)  # a sweep has no groups
    return with_derivations(table, parse_derivations(table, options.derive, within or "", options.order or ""))
