"""The commands for the results of a run: `export`, `bundle` and `replay`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .run_names import named_run

#: Exit code of a replay that found other formulas.
EXIT_DIFFERENT = 1


def add_bundle_commands(commands: Any) -> None:
    """Add the commands to the command line.

    Args:
        commands: the result of `add_subparsers`.
    """
    export = commands.add_parser("export", help="write the best formula of a run to files", description=(
        "Write the best formula of a run to files: code, drawings, tables and a report."))
    export.add_argument("run", metavar="RUN_ID", help="the id, as in the address of the run's page, or its folder")
    export.add_argument("folder", metavar="FOLDER", type=Path, help="where to write; created if it does not exist")
    export.add_argument("--animation", action="store_true",
                        help="also write discovery.gif, an animation from the first network to the last")
    export.set_defaults(command=_export)
    bundle = commands.add_parser("bundle", help="save a whole run as one file", description=(
        "Save a run as one zip file: configuration, rows, versions and results. Open it with the command replay, or "
        "on the first page of the app."))
    bundle.add_argument("run", metavar="RUN_ID", help="the id, as in the address of the run's page, or its folder")
    bundle.add_argument("file", metavar="FILE", type=Path, help="the zip file to write")
    bundle.set_defaults(command=_bundle)
    replay = commands.add_parser(
        "replay", help="repeat a saved search and compare the results",
        description="Repeat the search of a run bundle with the same seed and number of steps, and report whether the "
                    "formulas are the same.",
        epilog="Exit codes: 0 the same formulas, 1 other formulas (with likely causes), 2 the file is not a run "
               "bundle, 130 interrupted.")
    replay.add_argument("file", metavar="BUNDLE", type=Path, help="a zip file from the command bundle or from the app")
    replay.add_argument("--json", action="store_true", help="print one JSON object")
    replay.set_defaults(command=_replay)


def _export(options: argparse.Namespace) -> int:
    from xnet.config.dynamics_runs import is_dynamics
    from xnet.runs import RunError

    run = named_run(options.run)
    if not is_dynamics(run.config):
        from xnet.exports.export import export_run

        paths = export_run(run, options.folder, animation=options.animation)
    elif options.animation:
        raise RunError("A search for laws of motion has no animation. Leave out --animation.")
    else:
        from xnet.exports.system import export_system

        paths = export_system(run, options.folder)
    print("\n".join(map(str, paths)))
    return 0


def _bundle(options: argparse.Namespace) -> int:
    from xnet.archive.bundle import make_bundle
    from xnet.atomic_files import write_bytes
    from xnet.runs import RunError

    content = make_bundle(named_run(options.run))
    try:
        options.file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(options.file, content)
    except OSError as error:
        raise RunError(f"The bundle cannot be written to {str(options.file)!r} ({error.strerror}). Choose a file in a "
                       "folder that you may write to.") from error
    print(options.file)
    return 0


def _replay(options: argparse.Namespace) -> int:
    from xnet.archive.bundle import read_bundle
    from xnet.archive.dynamics_replay import reproduce_dynamics
    from xnet.archive.reproduce import reproduce
    from xnet.atomic_files import to_json
    from xnet.config.dynamics_runs import is_dynamics

    from .output import printable

    bundle = read_bundle(options.file)
    live = sys.stderr.isatty()

    def show_progress(step: int, steps: int) -> None:
        if live:
            print(f"\r{step} of {steps} steps", end="", file=sys.stderr, flush=True)

    done = reproduce_dynamics(bundle, show_progress) if is_dynamics(bundle.config) else reproduce(
        bundle, lambda state, steps: show_progress(state.step, steps))
    if live:
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    if options.json:
        print(to_json({"same": done.same, "outcome": done.outcome, "steps": done.steps, "formula": done.formula,
                       "scores_hold": done.scores_hold, "message": done.sentence}))
        return 0 if done.same else EXIT_DIFFERENT
    print(printable(done.formula))
    print(done.sentence)
    if not done.scores_hold:
        print("The scores in the bundle do not match its formulas and rows.")
    return 0 if done.same else EXIT_DIFFERENT
