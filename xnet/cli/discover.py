"""`python -m xnet discover`: from a table to a formula."""

from __future__ import annotations

import argparse
import csv
import difflib
import shutil
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from .exit_codes import EXIT_FAULT, EXIT_FOUND, EXIT_INTERRUPTED
from .output import Progress, print_result, printable
from .prior_options import add_units, prior_of, units_of
from .table_options import converted, data_options, not_inputs, refuse_for_classes

USUAL_SECONDS = 30.0


def _discover(options: argparse.Namespace) -> int:
    from xnet.atomic_files import to_json
    from xnet.config.run_options import LIMITS, RunError
    from xnet.engine import count_jobs
    from xnet.engine.networks.network import Network
    from xnet.evidence.class_probability import to_search_form
    from xnet.exports.export import export_run
    from xnet.runs import create_run, execute
    from xnet.tables.roles import siblings

    from .discover_classes import class_lines, discover_classes, is_classes, told_apart

    if options.seconds is None:
        options.seconds = USUAL_SECONDS if options.steps is None else LIMITS["seconds"][1]
    table = converted(_table(options.file, options.sheet), options)
    for sentence in table.report:  # first, as it can say why a column is not there
        print(f"xnet: {sentence}", file=sys.stderr)
    target, inputs = _columns(table, options.target, options.inputs, not_inputs(options))
    loss = options.loss
    if options.one_class is not None:
        table, target, loss = told_apart(options, table, target)
        inputs = [c for c in inputs if c not in siblings(table, target)]
    elif is_classes(table, target, options.classify):
        refuse_for_classes(options)
        if options.steps is not None:
            raise RunError("A search for classes takes a budget in seconds only: leave out --steps.")
        result = discover_classes(options, table, target, inputs, _names(options.activations))
        print(to_json(result) if options.json else "\n".join(map(printable, class_lines(result))), flush=True)
        return EXIT_FOUND
    prior = prior_of(options, inputs)
    units = units_of(options, table.units, inputs, target)
    root = options.out or Path(tempfile.mkdtemp(prefix="xnet-"))
    try:
        run = create_run(table.frame, target=target, inputs=inputs, source=table.name,
                         units={**table.units, **(units or {})},
                         activations=_names(options.activations), parameters=not options.no_parameters,
                         max_complexity=40 if options.max_complexity is None else options.max_complexity,
                         seconds=options.seconds, steps=options.steps, seed=options.seed, loss=loss,
                         n_jobs=count_jobs(options.jobs), prior=prior, device=options.device, root=root,
                         derived={name: recipe.to_config() for name, recipe in table.derived.items()},
                         **data_options(options))
        progress = Progress(sys.stderr, options.steps)
        snapshot = execute(run, commands=lambda: None, on_snapshot=progress.show)
        progress.end()
        status = run.status()
        if snapshot is None:
            print(f"xnet: {status['message']}", file=sys.stderr)
            return EXIT_INTERRUPTED if status["state"] == "stopped" else EXIT_FAULT
        problem = run.problem()
        met = not prior or problem.admits(to_search_form(Network.from_json(snapshot["best"]["network"]), problem))
        if not met:
            print("xnet: no formula that keeps every constraint was found; the result is a constant. Search longer, or "
                  "ask for less.", file=sys.stderr)
        if options.out:
            export_run(run, options.out)
        if units is not None:
            add_units(snapshot, inputs, target, units)
        print_result(snapshot, target, met, as_json=options.json)
        if status["state"] == "failed":
            print(f"xnet: {status['message']}", file=sys.stderr)
            return EXIT_FAULT
        return EXIT_FOUND
    finally:
        if not options.out:
            shutil.rmtree(root, ignore_errors=True)


def _table(file: str, sheet: str | None = None) -> Any:
    """The table of a file, or of the sample with this name.

    Raises:
        TableError: there is neither, or it is no table.
    """
    from xnet.tables.limits import TableError
    from xnet.tables.reading import read_table
    from xnet.tables.samples import list_samples, load_sample

    path = Path(file)
    names = [s.name for s in list_samples()]
    if not path.exists() and file in names:
        return load_sample(file)
    if not path.exists():
        close = difflib.get_close_matches(file, names, n=1)
        hint = f" Did you mean the sample {close[0]}?" if close else ""
        raise TableError(f"There is no file {file!r}, and no sample table of that name.{hint} Check the path, or list "
                         "the samples with: python -m xnet samples")
    if path.is_dir():
        raise TableError(f"{file!r} is a folder; give the file of a table.")
    ours = [s for s in list_samples() if path.name == s.path.name and path.resolve() == s.path.resolve()]
    return load_sample(ours[0].name) if ours else read_table(path, path.name, sheet=sheet)


def _columns(table: Any, target: str | None, inputs: str | None,
             others: Collection[str | None] = ()) -> tuple[str, list[str]]:
    """The target's and the inputs' columns: as asked for, or as the sample suggests, or all numbers but `others`.

    Raises:
        TableError: a name is missing or unknown.
    """
    from xnet.tables.limits import TableError

    columns = [str(c) for c in table.frame.columns]
    suggested = table.suggested_target
    if target is None:
        if not table.description:  # a guess is good enough for a form that shows it, not for a command
            raise TableError(f"Say which column to explain, with --target. {_known(columns, None)}")
        target = suggested
    target = _column(str(target), columns)
    if inputs is not None:
        return target, [_column(name, columns) for name in next(csv.reader([inputs], skipinitialspace=True), [])]
    if target == suggested and table.description:
        return target, [c for c in table.suggested_inputs if c not in others]
    return target, [c for c in table.numeric_columns if c not in (target, *others)]


def _column(name: str, columns: Sequence[str]) -> str:
    from xnet.tables.limits import TableError

    if name in columns:
        return name
    raise TableError(f"There is no column {name!r}. {_known(columns, name)}")


def _known(columns: Sequence[str], wrong: str | None) -> str:
    """A sentence that lists the columns, after the one that was probably meant."""
    lower = {c.lower(): c for c in reversed(columns)}
    close = difflib.get_close_matches((wrong or "").lower(), list(lower), n=1, cutoff=0.5)
    shown = ", ".join(map(printable, columns[:30])) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    return (f"Did you mean {lower[close[0]]!r}? " if close else "") + f"The columns are: {shown}."


def _names(activations: str) -> str | list[str]:
    names = [name.strip() for name in activations.split(",") if name.strip()]
    return names[0] if len(names) == 1 else names
