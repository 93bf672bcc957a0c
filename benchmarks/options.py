"""Options of the benchmark commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def command_parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    """A parser for `python -m benchmarks.NAME` that shows a docstring with its line breaks."""
    return argparse.ArgumentParser(f"python -m benchmarks.{name}", description=doc,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)


def measurement_parser(name: str, doc: str | None, seconds: float, meaning: str) -> argparse.ArgumentParser:
    """A parser with the options of every measurement: --seconds, --seed and --csv.

    Args:
        name: the command's package.
        doc: the command's docstring.
        seconds: the default of --seconds.
        meaning: the help text of --seconds.
    """
    parser = command_parser(name, doc)
    parser.add_argument("--seconds", type=float, default=seconds, help=f"{meaning} (default {seconds:g})")
    parser.add_argument("--seed", type=int, default=1, help="seed of all random numbers (default 1)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write each row to this file once it is measured")
    return parser


def names_of(given: Sequence[str] | None) -> list[str]:
    """Names from all values of an option that may be repeated; a value may list several, separated by commas."""
    return [name.strip() for part in given or [] for name in part.split(",") if name.strip()]


def shard_of(text: str) -> tuple[int, int]:
    """`2/3` as (2, 3): the second of three shares of the work.

    Raises:
        argparse.ArgumentTypeError: the text is not I/N with 1 <= I <= N.
    """
    part, _, whole = text.partition("/")
    if not (part.isdigit() and whole.isdigit() and 1 <= int(part) <= int(whole)):
        raise argparse.ArgumentTypeError(f"expected a share such as 1/2, the first of two, not {text!r}")
    return int(part), int(whole)
