"""The options of the command line for the activation library, own functions among it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_library_options(parser: argparse.ArgumentParser) -> None:
    """Add --activations and --function to a parser."""
    parser.add_argument("--activations", default="default", metavar="NAMES",
                        help="presets, groups or activations, separated by commas (default: %(default)s)")
    parser.add_argument("--function", action="append", metavar="DEFINITION",
                        help="a function of your own, such as 'hill(x, y) = x/(x + y)', or a file with one definition "
                             "on each line; may be repeated")


def activation_names(options: argparse.Namespace) -> str | list[str]:
    """The activation library of `--activations`, which commas separate, and of every `--function`.

    Raises:
        FormulaError: a definition cannot be used, or its file cannot be read.
    """
    names = [name.strip() for name in options.activations.split(",") if name.strip()]
    own = [definition for given in options.function or () for definition in _definitions(given)]
    return names[0] if len(names) == 1 and not own else [*names, *own]


def _definitions(given: str) -> tuple[str, ...]:
    """The definition of one `--function`, or those of the file that it names."""
    from xnet.engine import FormulaError, definitions_from, definitions_in_file

    if "=" in given:
        return definitions_from([given])
    try:
        return definitions_in_file(Path(given).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise FormulaError(f"--function is {given!r}, neither a definition nor a file that can be read. Write "
                           "NAME(x) = FORMULA, such as 'hill(x, y) = x/(x + y)'.") from None
