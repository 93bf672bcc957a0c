"""The command `dynamics`: from a table of trajectories to a system of differential equations."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet.ways import for_terminal
from xnet.wording.motion_text import constant_sentence, held_inputs, simulated_r2

from .columns import listed_columns, open_table
from .exit_codes import EXIT_FOUND
from .output import make_folder, printable
from .table_options import add_change_options, changed, converted

if TYPE_CHECKING:
    from xnet.dynamics import Progress, XNetDynamics

DEFAULT_SECONDS = 30.0
#: The most trajectories whose first states are printed.
_MOST_FIRST = 12


def add_dynamics(commands: Any) -> None:
    """Add the command to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    parser = commands.add_parser("dynamics", help="find laws of motion in trajectories", description=(
        "Find one formula for the time derivative of each state. The formulas are chosen together, by how well their "
        "simulated trajectories follow the rows."),
        epilog="Ctrl-C ends the search and prints the best system so far; a second Ctrl-C gives it up.")
    parser.add_argument("file", metavar="FILE", help="a table with one row for each time, or the name of a sample")
    parser.add_argument("--time", required=True, metavar="COLUMN",
                        help="the column of times; a date that --convert makes a number is that number")
    parser.add_argument("--state", required=True, action="append", metavar="COLUMN",
                        help="a column whose law of motion is searched; repeat it, or separate names by commas")
    parser.add_argument("--trajectory", metavar="COLUMN", help="the column that tells several trajectories apart")
    parser.add_argument("--input", action="append", default=[], metavar="COLUMN",
                        help="a driving input u(t), which the formulas may read; may be repeated")
    parser.add_argument("--second-order", action="append", default=[], metavar="STATE",
                        help="a state whose acceleration is searched: its velocity becomes a state; may be repeated")
    parser.add_argument("--seconds", type=float, metavar="S",
                        help=f"budget in seconds (default: {DEFAULT_SECONDS:g}; with --steps no limit)")
    parser.add_argument("--steps", type=int, metavar="N",
                        help="steps of the search of each state: gives the same result on fast and slow machines")
    parser.add_argument("--activations", default="default", metavar="NAMES",
                        help="presets, groups or activations, separated by commas (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="the same seed and the same --steps give the same search (default: %(default)s)")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")
    add_change_options(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="write the system as system.json, .py (a script that runs), .tex, .jl and .js")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_dynamics)


def run_dynamics(options: argparse.Namespace) -> int:
    """Search a system, print it, and return the exit code."""
    from xnet.atomic_files import to_json
    from xnet.dynamics import XNetDynamics

    table = open_table(options.file, options.sheet)
    read = len(table.report)
    table = converted(changed(table, options), options)
    for sentence in (*table.report[:read], *(change.describe() for change in table.changes), *table.report[read:]):
        print(f"xnet: {for_terminal(sentence)}", file=sys.stderr)
    names = [name.strip() for name in options.activations.split(",")]
    seconds = options.seconds if options.seconds is not None or options.steps is not None else DEFAULT_SECONDS
    model = XNetDynamics(budget_seconds=seconds, budget_steps=options.steps, random_state=options.seed,
                         second_order=listed_columns(options.second_order, table.frame.columns), callback=_Line(),
                         activations=names[0] if len(names) == 1 else names)
    of_state, of_input = (listed_columns(texts, table.frame.columns) for texts in (options.state, options.input))
    time, *columns = (_of_numbers(table, name) for name in (options.time, *of_state, *of_input))
    states, inputs = columns[:len(of_state)], columns[len(of_state):]
    make_folder(options.out)
    model.fit_table(table.frame, time, states, options.trajectory, inputs)
    if model.stopped_:
        print("xnet: interrupted; the best system so far follows.", file=sys.stderr)
    if options.json:
        print(to_json({"system": model.to_json(), "front": model.front_.to_dict("records")}), flush=True)
    else:
        print("\n".join(map(printable, _lines(model))), flush=True)
    if options.out is not None:
        _write(model, options.out)
    return EXIT_FOUND


def _of_numbers(table: Any, column: str) -> str:
    """The column, or the one that `--convert` made of it.

    Raises:
        TableError: the column holds no numbers, and can be converted to numbers.
    """
    from xnet.tables.column_conversion import possible_conversions
    from xnet.tables.limits import TableError

    made = [name for name, recipe in table.derived.items() if recipe.column == column]
    if column not in table.frame or column in table.numeric_columns or len(made) == 1:
        return made[0] if len(made) == 1 else column
    possible = [c.way for c in possible_conversions(table) if c.column == column]
    repeating = {"labels", "month", "yearday", *(["hours"] if "days" in possible else [])}  # no time that goes on
    ways = [f"{column}:{way}" for way in possible if way not in repeating]
    if not ways:
        return column
    raise TableError(f"{column!r} holds no numbers. Convert it: --convert {printable(' or '.join(map(repr, ways)))}.")


class _Line:
    """The progress on standard error: one line for every formula that is the best of its state."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, progress: Progress) -> bool:
        text = f"searching {progress.state}" if progress.stage == "search" else "simulating"
        if text != self._last:
            print(f"{progress.seconds:6.1f} s  {printable(text)}", file=sys.stderr, flush=True)
            self._last = text
        return False


def _lines(model: XNetDynamics) -> list[str]:
    """The result as text."""
    lines = [f"d {name}/dt = {text}" for name, text in model.formulas_.items()]
    how = "the simulated trajectories" if model.candidates_[0].whole else "windows of a few rows"
    worst = " (the state that is followed worst)" if model.observed_.measured.sum() > 1 else ""
    lines += ["", f"R² of {how}: {simulated_r2(model.r2_)}{worst}", *model.remarks_, *_first_states(model)]
    if model.parameters_:
        interval = ", fitted to all rows, with 95 % intervals by Student's t" if model.bands_ else \
            " (no intervals, because no system follows the whole trajectories)"
        lines += ["", f"Constants{interval}:", *(f"  {constant_sentence(row)}" for row in model.parameters_)]
    lines += ["", *_fixed_points(model), "", "The joint front, the suggested system first:",
              "complexity  R²        system"]
    for candidate, (_, row) in zip(model.candidates_, model.front_.iterrows(), strict=True):
        system = "; ".join(str(row[name]) for name in model.system_.states)
        lines.append(f"{candidate.system.complexity:>10}  {simulated_r2(candidate.r2, 5):<8}  {system}")
    return lines


def _first_states(model: XNetDynamics) -> list[str]:
    """From which states the trajectories are simulated; R² is that of all their rows together."""
    items, states = model.observed_.items, model.system_.states
    how = "fitted" if model.candidates_[0].whole else "smoothed"
    lines = [f"First states, {how}:"]
    for item, first in zip(items[:_MOST_FIRST], model.first_states_, strict=False):
        of = f"{item.name}: " if len(items) > 1 else ""
        lines.append(f"  {of}" + ", ".join(f"{name} = {x:.6g}" for name, x in zip(states, first, strict=True))
                     + f" at {item.t[0]:.6g}")
    more = len(items) - _MOST_FIRST
    return ["", *lines, *([f"  and {more} more, which --json prints"] if more > 0 else [])]


def _fixed_points(model: XNetDynamics) -> list[str]:
    points = model.fixed_points()
    names = model.system_.inputs
    held = held_inputs(names, model.observed_.data.held_inputs.tolist())
    held += " (means of the rows; of a switch its more frequent value)" if names else ""
    if not points:
        return [f"No fixed point in and around the range of the rows{held}."]
    return [f"Fixed points in and around the range of the rows{held}:",
            *("  " + ", ".join(f"{name} = {value:.6g}" for name, value in
                               zip(model.system_.states, point.x, strict=True)) + f": {point.kind}"
              for point in points)]


def _write(model: XNetDynamics, folder: Path) -> None:
    from xnet.atomic_files import to_json, write_text

    for name, text in (("system.json", to_json(model.to_json()) + "\n"), ("system.py", model.to_python()),
                       ("system.tex", model.to_latex() + "\n"), ("system.jl", model.to_julia()),
                       ("system.js", model.to_javascript())):
        write_text(folder / name, text)
        print(f"xnet: wrote {folder / name}", file=sys.stderr)
