"""Groups in the command line: `--group`, several files at once, and the own constants in the output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from xnet.wording.score_text import r2_text

from .columns import open_table


def add_group_options(discover: argparse.ArgumentParser) -> None:
    """Add the files, the inputs and the options of groups to the parser of `discover`."""
    discover.add_argument("file", metavar="FILE",
                          help="a table (CSV, a workbook, Parquet, JSON, NumPy), - for the standard input, or the name "
                               "of a sample")
    discover.add_argument("more_files", nargs="*", metavar="FILE",
                          help="further tables of the same columns: every file is a group with constants of its own")
    discover.add_argument("--inputs", metavar="A,B",
                          help="the columns that may explain it (default: all other columns of numbers but "
                               "constants and row numbers; of more than 50 those that explain it best); '*' for all")
    groups = discover.add_argument_group("groups")
    groups.add_argument("--group", metavar="COLUMN",
                        help="search one form with constants of its own in every group, such as every molecule; what "
                             "the groups share is decided by the rows")
    groups.add_argument("--own", type=int, metavar="N",
                        help="the most own constants of a group; 0 searches one formula for all groups")


def open_tables(options: argparse.Namespace) -> Any:
    """The table of the file; several files are joined, with a column of their names, which is the group."""
    table = open_table(options.file, options.sheet)
    if not options.more_files:
        return table
    from xnet.tables.group_column import FILE, joined

    whole = joined([table, *(open_table(file, options.sheet) for file in options.more_files)])
    if options.group is None:
        options.group = next(c for c in reversed(list(whole.frame.columns)) if str(c).startswith(FILE))
    return whole


def grouped(table: Any, options: argparse.Namespace, target: str) -> tuple[Any, str | None]:
    """The table with the numbers of the groups, and the name of their column; None without constants of groups.

    Raises:
        TableError: the column cannot be used or is the target, or `--own` is given without groups or below 0.
    """
    from xnet.counts import counted
    from xnet.tables.group_column import with_group_numbers
    from xnet.tables.limits import TableError

    if options.own is not None and (options.group is None or options.own < 0):
        raise TableError(f"--own is {options.own}, the most constants that every group has of its own. Give a number "
                         "from 0 on, together with --group COLUMN.")
    if options.group is None:
        return table, None
    if options.classify or options.one_class is not None:
        raise TableError("--group cannot be used with a target of classes. Leave it out.")
    if options.group == target:
        raise TableError(f"--group and --target are both {options.group!r}. A formula explains the target from other "
                         "columns: name another column with the groups.")
    if options.own == 0:
        return table, None
    found, name = with_group_numbers(table, options.group)
    if missing := int(found.frame[name].isna().sum()):
        print(f"xnet: {counted(missing, 'row')} without a group in {options.group!r} "
              f"{'is' if missing == 1 else 'are'} left out.", file=sys.stderr)
    return found, name


def refuse_groups(options: argparse.Namespace) -> None:
    """Refuse groups together with several targets.

    Raises:
        TableError: `--group` or several files are given.
    """
    from xnet.tables.limits import TableError

    if options.group is not None:
        raise TableError("--group cannot be used with several targets. Search each target by itself.")


def group_option(options: argparse.Namespace, inputs: Sequence[str]) -> dict[str, Any] | None:
    """The option `group` of a run; the numbers of the groups are its last input."""
    return None if options.group is None or options.own == 0 else {"column": inputs[-1], "own": options.own}


def group_lines(network: Any, problem: Any) -> list[str]:
    """The own constants and R² of every group as lines of text; none without groups."""
    from xnet.evidence.group_constants import r2_by_group

    own = network.own
    if own is None:
        return []
    scores = r2_by_group(network, problem.all_rows)
    width = max(5, *(len(label) for label in own.labels))
    cells = [[f"{value!r}".removesuffix(".0") for value in row] for row in own.values]  # all digits that were scored
    widths = [max(14, 2 + max(map(len, row))) for row in cells]
    head = "".join(f"{own.letter(j):>{w}}" for j, w in enumerate(widths))
    r2s = ["–" if (r2 := scores[label]) is None else r2_text(r2, 5) for label in own.labels]
    last = max(10, 2 + max(map(len, r2s)))
    lines = ["", "Own constants of every group, and R² of all its rows, training and held-out:", "",
             f"{'group':<{width}}{head}{'R²':>{last}}"]
    for g, label in enumerate(own.labels):
        values = "".join(f"{row[g]:>{w}}" for row, w in zip(cells, widths, strict=True))
        lines.append(f"{label:<{width}}{values}{r2s[g]:>{last}}")
    return lines


def groups_json(network: Any, problem: Any, *, of_second_look: bool,
                parts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The key `groups` of the JSON output: constants with errors, and R², of every group; {} without groups."""
    from xnet.evidence.group_constants import r2_by_group
    from xnet.evidence.group_estimates import group_estimates

    if network.own is None:
        return {}
    constants, noise = group_estimates(network, problem, of_second_look=of_second_look, parts=parts)
    return {"groups": {"constants": constants, "noise": noise, "r2": r2_by_group(network, problem.all_rows)}}
