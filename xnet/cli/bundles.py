"""The commands for what is kept of a run: `export`, `bundle` and `replay`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

#: A replay that came to something else.
EXIT_DIFFERENT = 1


def add_bundle_commands(commands: Any) -> None:
    """Add the commands to those of the command line; `commands` is what `add_subparsers` gave."""
    export = commands.add_parser("export", help="write the files of a run's formula", description=(
        "Write everything there is to take away from a run's best formula: code, drawings, tables and a report."))
    export.add_argument("run", metavar="RUN_ID", help="the id, as in the address of the run's page")
    export.add_argument("folder", metavar="FOLDER", type=Path, help="where to write; made when it is not there")
    export.add_argument("--animation", action="store_true",
                        help="also discovery.gif, the way from the first network to the last")
    export.set_defaults(command=_export)
    bundle = commands.add_parser("bundle", help="save a whole run as one file", description=(
        "Save a run as one zip: what was asked, the rows, versions and results. The command replay, and the first page "
        "of the app, open it."))
    bundle.add_argument("run", metavar="RUN_ID", help="the id, as in the address of the run's page")
    bundle.add_argument("file", metavar="FILE", type=Path, help="the zip to write")
    bundle.set_defaults(command=_bundle)
    replay = commands.add_parser(
        "replay", help="do a saved search again and compare",
        description="Do the search of a run bundle again, as many steps with the same seed, and say whether it comes "
                    "to the same.",
        epilog="Exit codes: 0 the same formulas, 1 others (the reason is said as far as it is known), 2 the file is no "
               "run bundle, 130 interrupted.")
    replay.add_argument("file", metavar="BUNDLE", type=Path, help="a zip from the command bundle or from the app")
    replay.add_argument("--json", action="store_true", help="one JSON object on standard output")
    replay.set_defaults(command=_replay)


def _export(options: argparse.Namespace) -> int:
    from xnet.exports.export import export_run
    from xnet.runs import open_run

    for path in export_run(open_run(options.run), options.folder, animation=options.animation):
        print(path)
    return 0


def _bundle(options: argparse.Namespace) -> int:
    from xnet.archive.bundle import make_bundle
    from xnet.atomic_files import write_bytes
    from xnet.runs import RunError, open_run

    content = make_bundle(open_run(options.run))
    try:
        options.file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(options.file, content)
    except OSError as error:
        raise RunError(f"The bundle cannot be written to {str(options.file)!r} ({error.strerror}); choose a file in a "
                       "folder that you may write to.") from error
    print(options.file)
    return 0


def _replay(options: argparse.Namespace) -> int:
    from xnet.archive.bundle import read_bundle
    from xnet.archive.reproduce import replay_bundle
    from xnet.atomic_files import to_json
    from xnet.engine.formulas.text import to_text
    from xnet.evidence.class_probability import DisplayView

    bundle = read_bundle(options.file)
    shown = sys.stderr.isatty()

    def tell(state: Any, steps: int) -> None:
        if shown:
            print(f"\r{state.step} of {steps} steps", end="", file=sys.stderr, flush=True)

    done = replay_bundle(bundle, tell)
    if shown:
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    found = DisplayView(done.problem).network(done.state.best.network)
    formula = to_text(found, done.problem.names, target_name=done.problem.target_name)
    if options.json:
        print(to_json({"same": done.same, "outcome": done.outcome, "steps": done.state.step, "formula": formula,
                       "scores_hold": done.scores_hold, "message": done.sentence}))
        return 0 if done.same else EXIT_DIFFERENT
    print("".join(c if c.isprintable() else " " for c in formula))
    print(done.sentence)
    if not done.scores_hold:
        print("The scores in the bundle are not those of its formulas on its rows.")
    return 0 if done.same else EXIT_DIFFERENT
