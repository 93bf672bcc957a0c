"""`discover` for several targets: a search for each, from the same inputs, printed one after another."""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any


def targets_of(given: Sequence[str] | None, columns: Collection[str]) -> list[str | None]:
    """The names of `--target`, which is repeated or separated by commas; [None] without the option.

    Raises:
        TableError: a target is given twice, or there are too many.
    """
    from xnet.runs.series import MOST
    from xnet.tables.limits import TableError

    found: list[str | None] = []
    for text in given or ():
        found += [text] if text in columns else next(csv.reader([text], skipinitialspace=True), [text])
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice is not None:
        raise TableError(f"The target {twice!r} is given twice. Leave one of them out.")
    if len(found) > MOST:
        raise TableError(f"{len(found)} targets were given; at most {MOST} can be searched together.")
    return found or [None]


def discover_targets(options: argparse.Namespace, table: Any, targets: Sequence[str], discover: Callable[..., int],
                     unusable: Collection[str | None]) -> int:
    """Search a formula for every target, or until Ctrl-C, and return the largest exit code.

    Text output begins with the target; with `--json` there is one object a line for each target. `--out` gets a folder
    for each target.

    Args:
        options: the options of the command.
        table: the table.
        targets: names of at least two columns.
        discover: searches one target: options, table, target, inputs, series; it sets `interrupted` of the options.
        unusable: columns that are no inputs by default.

    Raises:
        TableError: a target is unknown, no column of numbers, or also an input, or an option does not apply.
    """
    from xnet.name_lists import quoted_names
    from xnet.runs.series import new_series
    from xnet.tables.limits import TableError

    from .columns import target_and_inputs
    from .output import printable

    if options.one_class is not None or options.classify:
        raise TableError("--class and --classify explain one column. Give one --target.")
    text = next((name for name in targets if name in table.kinds and name not in table.numeric_columns), None)
    if text is not None:
        raise TableError(f"The target {text!r} holds no numbers. Explain its classes by a search of their own.")
    chosen = [target_and_inputs(table, name, options.inputs, {*unusable, *targets}) for name in targets]
    both = next((c for _, inputs in chosen for c in inputs if c in targets and options.inputs is not None), None)
    if both is not None:
        raise TableError(f"The column {both!r} is a target and an input. Leave it out of --inputs or --target.")
    worst, out = 0, options.out
    for (target, inputs), series in zip(chosen, new_series("targets", "", list(targets)), strict=True):
        if not options.json:
            print(f"{'' if series['position'] == 0 else chr(10)}== {printable(target)} ==", flush=True)
        of_target = argparse.Namespace(**vars(options))
        of_target.interrupted = False
        of_target.out = out and out / folder_of(series["position"], target)
        worst = max(worst, discover(of_target, table, target, [c for c in inputs if c not in targets], dict(series)))
        left = targets[series["position"] + 1:]
        if of_target.interrupted and left:
            print(f"xnet: interrupted; not searched: {printable(quoted_names(left))}.", file=sys.stderr)
            break
    return worst


def folder_of(position: int, target: str) -> str:
    """The name of the folder of a target.

    >>> folder_of(0, "mass (kg)"), folder_of(1, "质量")
    ('1_mass_kg', '2')
    """
    name = re.sub(r"\W+", "_", target, flags=re.ASCII).strip("_")
    return f"{position + 1}_{name}" if name else str(position + 1)
