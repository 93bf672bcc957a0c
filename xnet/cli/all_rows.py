"""`python -m xnet discover --all-rows`: a search in a sample of a large Parquet file, fitted and scored on all rows."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import target_and_inputs
from .discover_targets import targets_of
from .exit_codes import EXIT_FAULT, EXIT_FOUND
from .output import R2_DIGITS, Progress, printable

if TYPE_CHECKING:
    from xnet.runs.schema import Snapshot
    from xnet.tables.parquet_dataset import ParquetDataset

#: Options that change rows or columns, or score otherwise, each with its value when it is not given.
_REFUSED: dict[str, Any] = {
    "sheet": None, "group": None, "own": None, "row_name": None, "rename": [], "exclude": [],
    "convert": None, "derive": [], "within": None, "order": None, "fill_gaps": False, "weight": None, "error": None,
    "classify": False, "one_class": None, "class_weight": None, "cluster": None, "permutation_check": None,
    "refit": False,
    "units": None, "template": None, "enforce_units": None, "split": "random", "loss": "squared_error"}


def discover_all_rows(options: argparse.Namespace, activations: str | list[str]) -> int:
    """Search in a sample, fit the constants of the front to all rows, print the result, and return the exit code.

    Raises:
        TableError: an option cannot be used, or the file cannot be read.
    """
    from xnet.runs import create_run, execute
    from xnet.tables.limits import TableError
    from xnet.tables.parquet_dataset import ParquetDataset
    from xnet.tables.table import Table

    from .prior_options import prior_from_options

    if given := [name for name, usual in _REFUSED.items() if getattr(options, name) != usual]:
        word = {"one_class": "class"}.get(given[0], given[0])
        raise TableError(f"--{word.replace('_', '-')} cannot be used with --all-rows. Leave it out.")
    if options.more_files:
        raise TableError("--all-rows reads one file or folder. Put the files in a folder.")
    dataset = ParquetDataset(Path(options.file))
    table = Table(frame=dataset.sample(), name=dataset.name)
    print(f"xnet: {dataset.name} has {dataset.n_rows:,} rows; {len(table.frame):,} of them are read for the search.",
          file=sys.stderr)
    targets = targets_of(options.target, table.frame.columns)
    if len(targets) > 1:
        raise TableError("--all-rows searches one target. Leave out the others.")
    target, inputs = target_and_inputs(table, targets[0], options.inputs)
    with ExitStack() as stack:
        root = options.out or Path(tempfile.mkdtemp(prefix="xnet-"))
        if not options.out:
            stack.callback(shutil.rmtree, root, ignore_errors=True)
        run = create_run(table.frame, target=target, inputs=inputs, source=table.name, activations=activations,
                         parameters=not options.no_parameters, max_complexity=options.max_complexity or 40,
                         seconds=options.seconds, steps=options.steps, seed=options.seed,
                         n_jobs=options.jobs, prior=prior_from_options(options, inputs),
                         device=options.device, root=root, holdout_fraction=options.holdout / 100)
        progress = Progress(sys.stderr, options.steps)
        snapshot = execute(run, commands=lambda: None, on_snapshot=progress.show)
        progress.end()
        if snapshot is None:
            print(f"xnet: {run.status()['message']}", file=sys.stderr)
            return EXIT_FAULT
        _report(options, dataset, snapshot, inputs, target)
    return EXIT_FOUND


def _report(options: argparse.Namespace, dataset: ParquetDataset, snapshot: Snapshot, inputs: list[str],
            target: str) -> None:
    """Fit the front to all rows, print it, and write it beside the run."""
    from xnet.atomic_files import to_json, write_json
    from xnet.engine import Network
    from xnet.engine.formulas.text import to_text
    from xnet.evidence.all_rows_fit import fit_to_all_rows
    from xnet.wording.score_text import r2_text

    networks = [Network.from_json(row["network"]) for row in snapshot["front"]]
    suggested = networks.index(Network.from_json(snapshot["best"]["network"]))
    rows, fits = fit_to_all_rows(networks, dataset, inputs, target,
                                 lambda text: print(f"xnet: {text}", file=sys.stderr))
    front: list[dict[str, Any]] = [
        {"text": to_text(fit.network, inputs, target), "complexity": row["complexity"], "r2": fit.r2,
         "r2_of_sample_constants": fit.r2_before, "network": fit.network.to_json()}
        for row, fit in zip(snapshot["front"], fits, strict=True)]
    result: dict[str, Any] = {
        "target": target, "rows": rows, "sampled_rows": snapshot["rows_train"] + snapshot["rows_holdout"],
        "formula": front[suggested]["text"], "r2": front[suggested]["r2"], "front": front}
    if options.out:
        write_json(options.out / "all_rows.json", result)
    if options.json:
        print(to_json(result), flush=True)
        return
    print(f"{printable(str(result['formula']))}\nR² {r2_text(result['r2'], R2_DIGITS)} on all {rows:,} rows\n")
    for row in front:
        print(f"{row['complexity']:>10}  R² {r2_text(row['r2'], R2_DIGITS)}  {printable(str(row['text']))}")
