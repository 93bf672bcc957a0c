"""The command `calibrate`: adds groups to a formula with constants of groups."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .exit_codes import EXIT_FOUND
from .output import printable, refuse_to_replace
from .predict import add_formula_arguments, formula_record


def add_calibrate(commands: Any) -> None:
    """Add the command to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    parser = commands.add_parser("calibrate", help="fit the own constants of a new group to a few rows", description=(
        "Fit the own constants of groups that a formula does not know to a few of their rows, and write the formula "
        "that knows them. The form and the constants that all groups share are held."))
    add_formula_arguments(parser)
    parser.add_argument("--group", metavar="NAME",
                        help="the name of the group of all rows (default: the column of groups names them)")
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="the formula.json to write (default: standard output); `predict` reads it")
    parser.set_defaults(command=_calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    from xnet.atomic_files import to_json, write_text
    from xnet.prediction.calibration import calibrate
    from xnet.prediction.new_rows import read_rows, wanted_columns
    from xnet.runs import RunError

    refuse_to_replace("--out", options.out, [options.table])
    predictor, tree = formula_record(options.formula, options.complexity)
    table = read_rows(options.table, wanted=wanted_columns(predictor))
    done = calibrate(predictor, table.frame, options.table.name, options.group or "")
    for sentence in (*done.report, *(group.describe() for group in done.groups)):
        print(f"xnet: {printable(sentence)}", file=sys.stderr)
    text = to_json(done.formula_json(tree)) + "\n"
    if options.out is None:
        sys.stdout.write(text)
        return EXIT_FOUND
    try:
        write_text(options.out, text)
    except OSError as error:
        raise RunError(f"The formula cannot be written to {str(options.out)!r} ({error.strerror}). Choose another "
                       "file.") from error
    print(options.out)
    return EXIT_FOUND
