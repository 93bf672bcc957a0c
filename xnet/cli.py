"""The command line: `python -m xnet discover FILE --target COLUMN`, `... predict RUN_ID TABLE`, `... samples`, and
those of `cli_bundle`.

Exit codes: 0 when a formula was found, also after Ctrl-C, which ends the search and prints the best so far; 1 when the
search broke off by a fault of ours (the best so far is printed all the same); 2 when the question cannot be answered
as asked (one sentence says why); 130 when Ctrl-C came before the first formula.

The result goes to standard output, progress and messages to standard error, so `--json` can be piped.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, TextIO

from .cli_bundle import add_bundle_commands
from .cli_data import add_data_options, converted, data_options, not_inputs, refuse_for_classes
from .cli_predict import add_predict
from .cli_prior import add_prior_options, add_units, prior_of, units_of
from .scores import accuracy_text, percent, r2_text

_CLASS_KEYS = ("accuracy_train", "accuracy_holdout", "log_loss_train", "log_loss_holdout")
_FRONT_KEYS = ("text", "complexity", "n_parameters", "r2_train", "r2_holdout", "units", *_CLASS_KEYS)
USUAL_SECONDS = 30.0
EXIT_FOUND, EXIT_FAULT, EXIT_QUESTION, EXIT_INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # before NumPy is loaded; small products gain nothing from more threads
    options = _parser().parse_args(arguments)
    from .engine.errors import XNetError  # --help should not wait for the numerical libraries

    try:
        return int(options.command(options))
    except XNetError as error:
        print(f"xnet: {error}", file=sys.stderr)
        return EXIT_QUESTION
    except KeyboardInterrupt:
        print("xnet: interrupted before the search began.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of our output left (| head): nothing to complain about
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m xnet", description="Discover formulas in tables.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    samples = commands.add_parser("samples", help="list the sample tables")
    samples.add_argument("--json", action="store_true", help="one JSON list on standard output")
    samples.set_defaults(command=_samples)
    discover = commands.add_parser(
        "discover", help="find a formula for a column", description="Find a formula for a column of a table.",
        epilog="Ctrl-C ends the search and prints the best formula so far. Exit codes: 0 found, 1 the search broke "
               "off, 2 the question cannot be answered as asked, 130 interrupted before the first formula.")
    discover.add_argument("file", metavar="FILE", help="a table (CSV, .xlsx, Parquet, JSON), or the name of a sample")
    discover.add_argument("--target", metavar="COLUMN", help="the column to explain (needed unless FILE is a sample)")
    discover.add_argument("--inputs", metavar="A,B", help="the columns to explain it by (default: all other numbers)")
    discover.add_argument("--seconds", type=float, metavar="S", help="budget (default: 30, with --steps none)")
    discover.add_argument("--steps", type=int, metavar="N",
                          help="budget in steps: the same result on a fast and a slow machine")
    discover.add_argument("--activations", default="default", metavar="NAMES",
                          help="presets, groups or activations, separated by commas (default: %(default)s)")
    discover.add_argument("--no-parameters", action="store_true", help="activations only: no fitted numbers")
    discover.add_argument("--max-complexity", type=int, metavar="N",
                          help="the largest network (default: 40, for classes 60)")
    discover.add_argument("--loss", choices=("squared_error", "huber"), default="squared_error",
                          help="huber: some rows may be wild (default: %(default)s)")
    add_data_options(discover)
    add_prior_options(discover)
    discover.add_argument("--classify", action="store_true",
                          help="the target is a class; a column of text with a few values always is")
    discover.add_argument("--class", dest="one_class", metavar="LABEL",
                          help="tell one class of the target from all the rest: a formula for its probability")
    discover.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed, the same search")
    discover.add_argument("--jobs", type=int, default=1, metavar="J",
                          help="processes to search with; -1 for all cores (default: %(default)s)")
    discover.add_argument("--device", default="cpu", metavar="D",
                          help="where candidates are matched: cpu, or a PyTorch device such as cuda (default: cpu)")
    discover.add_argument("--out", type=Path, metavar="FOLDER", help="write the formula, drawings and the run there")
    discover.add_argument("--json", action="store_true", help="one JSON object on standard output")
    discover.set_defaults(command=_discover)
    add_predict(commands)
    add_bundle_commands(commands)
    return parser


def _samples(options: argparse.Namespace) -> int:
    from .files import to_json
    from .samples import list_samples

    samples = list_samples()
    if options.json:
        print(to_json([{"name": s.name, "title": s.title, "discipline": s.discipline, "rows": s.rows,
                        "target": s.suggested_target, "inputs": s.suggested_inputs} for s in samples]))
        return EXIT_FOUND
    width = max((len(s.name) for s in samples), default=0)
    for s in samples:
        print(f"{s.name:<{width}}  {s.title} ({s.discipline}, {s.rows} rows): {s.suggested_target} from "
              f"{', '.join(s.suggested_inputs)}")
    print("\nTry: python -m xnet discover " + (samples[0].name if samples else "FILE --target COLUMN"))
    return EXIT_FOUND


def _discover(options: argparse.Namespace) -> int:
    from .cli_classes import class_lines, discover_classes, is_classes, told_apart
    from .engine import count_jobs
    from .engine.network import Network
    from .exports import export_run
    from .files import to_json
    from .probability import searched
    from .roles import siblings
    from .run_config import LIMITS, RunError
    from .runs import create_run, execute

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
        print(to_json(result) if options.json else "\n".join(map(_harmless, class_lines(result))), flush=True)
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
                         made={name: recipe.told() for name, recipe in table.made_of.items()},
                         **data_options(options))
        progress = Progress(sys.stderr, options.steps)
        snapshot = execute(run, commands=lambda: None, on_snapshot=progress.show)
        progress.end()
        status = run.status()
        if snapshot is None:
            print(f"xnet: {status['message']}", file=sys.stderr)
            return EXIT_INTERRUPTED if status["state"] == "stopped" else EXIT_FAULT
        problem = run.problem()
        met = not prior or problem.admits(searched(Network.from_json(snapshot["best"]["network"]), problem))
        if not met:
            print("xnet: no formula that keeps every constraint was found; the result is a constant. Search longer, or "
                  "ask for less.", file=sys.stderr)
        if options.out:
            export_run(run, options.out)
        if units is not None:
            add_units(snapshot, inputs, target, units)
        _print_result(snapshot, target, met, as_json=options.json)
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
    from .data import TableError, read_table
    from .samples import list_samples, load_sample

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
    from .data import TableError

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
    from .data import TableError

    if name in columns:
        return name
    raise TableError(f"There is no column {name!r}. {_known(columns, name)}")


def _known(columns: Sequence[str], wrong: str | None) -> str:
    """A sentence that lists the columns, after the one that was probably meant."""
    lower = {c.lower(): c for c in reversed(columns)}
    close = difflib.get_close_matches((wrong or "").lower(), list(lower), n=1, cutoff=0.5)
    shown = ", ".join(map(_harmless, columns[:30])) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    return (f"Did you mean {lower[close[0]]!r}? " if close else "") + f"The columns are: {shown}."


def _names(activations: str) -> str | list[str]:
    names = [name.strip() for name in activations.split(",") if name.strip()]
    return names[0] if len(names) == 1 else names


class Progress:
    """The live line: on a terminal it is rewritten in place, elsewhere a line is added when the best changes."""

    def __init__(self, stream: TextIO, steps: int | None = None) -> None:
        self._stream, self._live, self._steps = stream, stream.isatty(), steps
        self._last = ""

    def show(self, snapshot: dict[str, Any]) -> None:
        """Show a snapshot."""
        best = snapshot["best"]
        left = max(0.0, snapshot["seconds_total"] - snapshot["seconds"])
        told = f"{accuracy_text(best)}  complexity {best['complexity']}  {_harmless(best['text'])}"
        ahead = f"{left:6.1f} s left" if self._steps is None else f"step {snapshot['step']} of {self._steps}"
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + f"{ahead}  {told}"[:width].ljust(width))
        elif told != self._last:
            self._stream.write(f"{ahead}  {told}\n")
        self._last = told
        self._stream.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._live and self._last:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._stream.flush()


def _print_result(snapshot: dict[str, Any], target: str, met: bool, *, as_json: bool) -> None:
    from .files import to_json

    best = snapshot["best"]
    if as_json:
        print(to_json({
            "target": target, "formula": best["text"], "latex": best["latex"], "r2_train": best["r2_train"],
            "r2_holdout": best["r2_holdout"], "parameters": best["n_parameters"], "complexity": best["complexity"],
            "seconds": snapshot["seconds"], "stopped": snapshot["stopped"], "rows_train": snapshot["rows_train"],
            "rows_holdout": snapshot["rows_holdout"], "constraints_met": met,
            **{key: best[key] for key in ("units", *_CLASS_KEYS) if key in best},
            "front": [{key: row[key] for key in _FRONT_KEYS if key in row} for row in snapshot["front"]]}), flush=True)
        return
    print(_harmless(best["text"]))
    held_out = f", {accuracy_text(best, 'holdout')} on {snapshot['rows_holdout']} held-out rows" if snapshot[
        "rows_holdout"] else ""
    print(f"\n{accuracy_text(best)} on {snapshot['rows_train']} training rows{held_out}; "
          f"{best['n_parameters']} parameters, complexity {best['complexity']}, {snapshot['seconds']:.1f} s.")
    if "units" in best:
        print(f"Units: {_harmless(best['units'])}.")
    print("\nThe best formula of every complexity:\n")
    what, say = ("right", percent) if "accuracy_train" in best else ("R²", r2_text)
    key = "accuracy" if "accuracy_train" in best else "r2"
    print(f"complexity  parameters  {f'{what} train':>14}  {f'{what} held out':>14}  formula")
    for row in snapshot["front"]:
        print(f"{row['complexity']:>10}  {row['n_parameters']:>10}  {say(row[f'{key}_train']):>14}  "
              f"{say(row[f'{key}_holdout']):>14}  {_harmless(row['text'])}"
              + (f"  ({_harmless(row['units'])})" if "units" in row else ""))
    sys.stdout.flush()


def _harmless(words: str) -> str:
    """Text from a file without what a terminal would take for commands."""
    return "".join(c if c.isprintable() else " " for c in words)
