"""The command `sweep`: many targets of many tables with many seeds, with one CSV file of results."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import open_table, target_and_inputs
from .derive_options import derived
from .exit_codes import EXIT_FAULT, EXIT_FOUND, EXIT_INTERRUPTED, EXIT_QUESTION
from .jobs import counted_jobs
from .library_options import activation_names, add_library_options
from .loss_option import add_loss_option, chosen_loss
from .output import printable, refuse_to_replace
from .table_options import add_data_options, changed, check_row_name, converted, data_options, not_inputs

if TYPE_CHECKING:
    from xnet.runs import Run
    from xnet.runs.sweep import Job, Journal

#: The columns of the file of results.
COLUMNS = ("table", "target", "seed", "state", "formula", "complexity", "parameters", "r2_train", "r2_holdout",
           "seconds", "steps", "stop_reason", "run", "message")
#: The most seeds and the most searches of one sweep.
MOST_SEEDS, MOST_JOBS = 1000, 100_000


def add_sweep(commands: Any) -> None:
    """Add the command to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    parser = commands.add_parser(
        "sweep", help="search many targets, tables and seeds", description=(
            "Search every target of every table with every seed, several at once. The searches are in the app's "
            "Library, and one CSV file has a row for each. The same command goes on where an interrupted sweep was."),
        epilog="Exit codes: 0 all searches have a formula, 1 some have none (the file says why), 2 the input is not "
               "valid, 130 interrupted.")
    parser.add_argument("files", metavar="FILE", nargs="+", help="tables, or names of samples")
    parser.add_argument("--targets", metavar="A,B",
                        help="the columns to explain, or all for every column of numbers (needed unless all FILEs are "
                             "samples)")
    parser.add_argument("--inputs", metavar="A,B",
                        help="the columns that may explain them (default: all other columns of numbers but "
                             "constants and row numbers; of more than 50 those that explain it best); '*' for all")
    parser.add_argument("--seeds", default="0", metavar="LIST", help="seeds, such as 0-4 or 0,7,9 (default: 0)")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=float, metavar="S", help="budget of each search (default: 30)")
    budget.add_argument("--steps", type=int, metavar="N",
                        help="budget in steps: the same result on fast and slow machines")
    add_library_options(parser)
    parser.add_argument("--no-parameters", action="store_true", help="search without fitted numbers")
    parser.add_argument("--max-complexity", type=int, default=40, metavar="N",
                        help="the largest complexity of a formula (default: %(default)s)")
    add_loss_option(parser)
    add_data_options(parser)
    parser.add_argument("--jobs", type=int, metavar="J",
                        help="searches at the same time; -1 for one on each core (default: one less)")
    parser.add_argument("--csv", type=Path, default=Path("sweep.csv"), metavar="FILE",
                        help="the file of results; FILE.json beside it is the journal (default: %(default)s)")
    parser.set_defaults(command=run_sweep)


def run_sweep(options: argparse.Namespace) -> int:
    """Carry out a sweep, write its file of results, and return the exit code."""
    from xnet.runs.sweep import Job, carry_out, open_journal

    refuse_to_replace("--csv", options.csv, options.files)
    chosen_loss(options)  # an unknown one is refused once, not for every table
    seeds, n_processes = _seeds(options.seeds), _n_processes(options.jobs)
    tables, targets = _tables_and_targets(options)
    if len(tables) < len(set(options.files)):
        return EXIT_QUESTION
    jobs = [Job(file, target, seed) for file, target in targets for seed in seeds]
    _check_number(jobs)
    journal = open_journal(options.csv.with_name(options.csv.name + ".json"), _settings(options, tables))
    done = sum(job in journal.results for job in jobs)
    if done:
        print(f"xnet: {done} of {len(jobs)} searches were done before.", file=sys.stderr)

    def after(job: Job) -> None:
        _write_csv(options.csv, journal, jobs)
        finished = sum(one in journal.results for one in jobs)
        print(f"[{finished} of {len(jobs)}] {_line(job, journal)}", file=sys.stderr, flush=True)

    _write_csv(options.csv, journal, jobs)
    try:
        carry_out(journal, jobs, n_processes, lambda job: _create(job, tables[job.table], options), _result, after)
    except KeyboardInterrupt:
        _write_csv(options.csv, journal, jobs)
        left = sum(job not in journal.results for job in jobs)
        print(f"xnet: interrupted; {left} of {len(jobs)} searches are left. The same command goes on.", file=sys.stderr)
        return EXIT_INTERRUPTED
    print(options.csv)
    return EXIT_FOUND if all("formula" in journal.results[job] for job in jobs) else EXIT_FAULT


def _seeds(text: str) -> list[int]:
    """Seeds from `0-4` or `0,7,9`.

    Raises:
        RunError: the text cannot be read, or names too many seeds.
    """
    from xnet.config.run_options import LIMITS, RunError

    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        numbers = (first, last) if dash else (first, first)
        if not all(number.isdecimal() and len(number) <= 10 for number in numbers):
            raise RunError(f"--seeds is {text!r}. Write numbers and ranges, such as 0-4 or 0,7,9.")
        low, high = int(numbers[0]), int(numbers[1])
        if not low <= high <= LIMITS["seed"][1] or high - low + len(seeds) >= MOST_SEEDS:
            raise RunError(f"--seeds is {text!r}. Expected rising ranges, at most {MOST_SEEDS:,} seeds, none above "
                           f"{LIMITS['seed'][1]:,}.")
        seeds |= dict.fromkeys(range(low, high + 1))
    return list(seeds)


def _n_processes(given: int | None) -> int:
    """How many searches run at the same time.

    Raises:
        RunError: the number is 0.
    """
    return counted_jobs(-2 if given is None else given)


def _tables_and_targets(options: argparse.Namespace) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The tables by file, and (file, target) for all targets; a sentence for each file that cannot be used."""
    from xnet.errors import XNetError

    tables: dict[str, Any] = {}
    targets: list[tuple[str, str]] = []
    usable: dict[str, Any] = {}

    def say(file: str, error: XNetError) -> None:
        print(f"xnet: {printable(f'{file}: {error}')}", file=sys.stderr)

    for file in dict.fromkeys(options.files):
        try:
            table = derived(converted(changed(open_table(file, options.sheet), options), options), options)
            data_options(options)
            check_row_name(table, options)
            tables[file] = table
        except XNetError as error:
            say(file, error)
    columns = {str(name) for table in tables.values() for name in table.frame.columns}
    for file, table in tables.items():
        try:
            targets += [(file, target) for target in _targets(file, table, options, columns)]
            usable[file] = table
        except XNetError as error:
            say(file, error)
    return usable, targets


def _targets(file: str, table: Any, options: argparse.Namespace, columns: Collection[str]) -> list[str]:
    """The targets of a table.

    Args:
        file, table: its file, and what it holds.
        options: of the command.
        columns: those of all tables. A target that only other tables have is kept: its search is refused, and the file
            of results says why. A name that no table has is a mistake.

    Raises:
        TableError: a target is missing or unknown, or the table has no columns of numbers.
    """
    from xnet.tables.limits import TableError

    if options.targets is None:
        if not table.description:
            raise TableError(f"Name the columns of {file!r} to explain with --targets, or write --targets all.")
        return [target_and_inputs(table, None, options.inputs, not_inputs(options))[0]]
    if options.targets.strip() == "all" and "all" not in table.frame.columns:
        named = [] if options.inputs is None else target_and_inputs(table, table.numeric_columns[0], options.inputs)[1]
        excluded = {*named, *not_inputs(options), *table.not_inputs}
        return [str(column) for column in table.numeric_columns if column not in excluded]
    names = next(csv.reader([options.targets], skipinitialspace=True), [])
    return [name if name in columns and name not in table.frame.columns else
            target_and_inputs(table, name, options.inputs, not_inputs(options))[0] for name in dict.fromkeys(names)]


def _check_number(jobs: Sequence[Job]) -> None:
    from xnet.config.run_options import RunError

    if not jobs:
        raise RunError("There is nothing to search: no table has a column that is a target.")
    if len(jobs) > MOST_JOBS:
        raise RunError(f"The sweep has {len(jobs):,} searches; at most {MOST_JOBS:,} are allowed. Name fewer seeds or "
                       "targets.")


def _settings(options: argparse.Namespace, tables: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal for a sweep to go on, as JSON."""
    names = ("inputs", "seconds", "steps", "activations", "no_parameters", "max_complexity", "loss", "sheet", "rename",
             "exclude", "convert", "fill_gaps", "split", "holdout", "weight", "error")
    hashes = {file: hashlib.sha256(table.frame.to_csv(index=False).encode("utf-8", errors="replace")).hexdigest()
              for file, table in tables.items()}
    functions = {"function": options.function} if options.function else {}
    return {**{name: getattr(options, name) for name in names}, **functions, "tables": hashes}


def _create(job: Job, table: Any, options: argparse.Namespace) -> Run:
    """The run of a job.

    Raises:
        XNetError: the job cannot be searched; the message says why.
    """
    from xnet.config.run_options import LIMITS, table_options
    from xnet.runs import create_run

    from .discover import DEFAULT_SECONDS

    target, inputs = target_and_inputs(table, job.target, options.inputs, not_inputs(options))
    of_table: dict[str, Any] = {**table_options(table)}
    seconds = options.seconds if options.seconds is not None else (
        DEFAULT_SECONDS if options.steps is None else LIMITS["seconds"][1])
    return create_run(table.frame, target=target, inputs=[name for name in inputs if name != target], source=table.name,
                      activations=activation_names(options), parameters=not options.no_parameters,
                      max_complexity=options.max_complexity, seconds=seconds, steps=options.steps, seed=job.seed,
                      loss=chosen_loss(options), **of_table, **data_options(options))


def _result(run: Run) -> dict[str, Any]:
    """The result of a run that has ended, by the names of `COLUMNS`."""
    status, snapshot = run.status(), run.snapshot()
    result: dict[str, Any] = {"state": status["state"], "run": run.id, "message": status["message"]}
    if snapshot is None:
        return result
    best = snapshot["best"]
    return result | {"formula": best["text"], "complexity": best["complexity"], "parameters": best["n_parameters"],
                     "r2_train": best["r2_train"], "r2_holdout": best["r2_holdout"], "seconds": snapshot["seconds"],
                     "steps": snapshot["step"], "stop_reason": snapshot["stop_reason"]}


def _line(job: Job, journal: Journal) -> str:
    from xnet.wording.score_text import r2_text

    result = journal.results[job]
    found = (f"R² {r2_text(result['r2_train'])}  {result['formula']}" if "formula" in result else result["message"])
    return printable(f"{job.table}, {job.target}, seed {job.seed}: {found}")


def _write_csv(path: Path, journal: Journal, jobs: Sequence[Job]) -> None:
    """Replace the file of results.

    Raises:
        RunError: it cannot be written.
    """
    from xnet.atomic_files import write_text
    from xnet.config.run_options import RunError
    from xnet.tables.csv_cells import harmless_cell

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for job in dict.fromkeys((*jobs, *journal.results)):  # those of earlier calls too
        if job in journal.results:
            row = job._asdict() | journal.results[job]
            writer.writerow({name: harmless_cell(value) if isinstance(value, str) else value
                             for name, value in row.items()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text.getvalue())
    except OSError as error:
        raise RunError(f"The results cannot be written to {str(path)!r} ({error.strerror}). Choose another file with "
                       "--csv.") from error
