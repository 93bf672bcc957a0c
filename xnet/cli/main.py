"""The command line: `xnet` or `python -m xnet`, with the commands app, samples, discover, dynamics, predict and so on.

Exit codes: 0 when a formula was found, also after Ctrl-C, which ends the search and prints the best formula so far; 1
when the search failed by an internal error (the best formula so far is printed too); 2 when the input is not valid (one
sentence says why); 130 when Ctrl-C came before the first formula.

The result goes to standard output, progress and messages to standard error, so that `--json` can be piped.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xnet.one_thread import use_one_thread
from xnet.version import __version__

from .app import add_app
from .bundles import add_bundle_commands
from .calibrate import add_calibrate
from .discover import run_discover
from .dynamics import add_dynamics
from .exit_codes import EXIT_FOUND, EXIT_INTERRUPTED, EXIT_QUESTION
from .groups import add_group_options
from .library_options import add_library_options
from .loss_option import add_loss_option
from .predict import add_predict
from .prior_options import add_prior_options
from .sweep import add_sweep
from .table_options import add_data_options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    use_one_thread()
    _prepare_streams()
    options = _parser().parse_args(arguments)
    from xnet.errors import XNetError  # --help must not import the numerical libraries

    try:
        return int(options.command(options))
    except XNetError as error:
        print(f"xnet: {error}", file=sys.stderr)
        return EXIT_QUESTION
    except RecursionError:
        print("xnet: a file is nested too deeply to be read.", file=sys.stderr)
        return EXIT_QUESTION
    except KeyboardInterrupt:
        print("xnet: interrupted before the search began.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of the output has ended, as in `| head`: no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FOUND
    except OSError as error:  # a name that is too long, a disk that is full
        name = "" if error.filename is None else f" {str(error.filename)[:60]!r}"
        print(f"xnet: the file{name} cannot be read or written ({error.strerror or error}).", file=sys.stderr)
        return EXIT_QUESTION


def _prepare_streams() -> None:
    """Let standard output take every letter, whatever its encoding, and messages go nowhere if nobody reads them.

    A name that a console or a file of Windows-1252 cannot show must not cost the result of a search.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper) and (sys.stdout.errors == "strict" or sys.stdout.encoding == "ascii"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    name = "xnet" if Path(sys.argv[0]).stem == "xnet" else "python -m xnet"  # the installed script, or the package
    parser = argparse.ArgumentParser(prog=name, description="Discover formulas in tables.")
    parser.add_argument("--version", action="version", version=f"X-Net {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_app(commands)
    _add_samples(commands)
    discover = commands.add_parser(
        "discover", help="find a formula for a column", description="Find a formula for a column of a table.",
        epilog="Ctrl-C ends the search and prints the best formula so far. Exit codes: 0 a formula was found, 1 the "
               "search failed, 2 the input is not valid, 130 interrupted before the first formula.")
    add_group_options(discover)
    discover.add_argument("--target", metavar="COLUMN", action="append",
                          help="the column to explain (needed unless FILE is a sample); repeat it, or separate names "
                               "by commas, to explain several columns by a search each")
    discover.add_argument("--seconds", type=float, metavar="S",
                          help="budget in seconds of computing (default: 30; with --steps no limit)")
    discover.add_argument("--steps", type=int, metavar="N",
                          help="budget in steps: gives the same result on fast and slow machines")
    add_library_options(discover)
    discover.add_argument("--no-parameters", action="store_true", help="search without fitted numbers")
    discover.add_argument("--max-complexity", type=int, metavar="N",
                          help="the largest complexity of a formula; few training rows allow less (default: 40, for "
                          "several classes 60)")
    add_loss_option(discover)
    discover.add_argument("--all-rows", action="store_true",
                          help="the table is a Parquet file, or a folder of them, that may be larger than memory: "
                               "search a sample, then fit the constants to all rows and score them there")
    add_data_options(discover)
    add_prior_options(discover)
    discover.add_argument("--classify", action="store_true",
                          help="treat the target as classes; a text column with few values is always treated so")
    discover.add_argument("--class-weight", choices=["balanced"],
                          help="let all classes count alike, however many rows each has")
    discover.add_argument("--class", dest="one_class", metavar="LABEL",
                          help="find a formula for the probability of one class of the target")
    discover.add_argument("--seed", type=int, default=0, metavar="N",
                          help="the same seed and the same --steps give the same search (default: %(default)s)")
    discover.add_argument("--jobs", type=int, default=1, metavar="J",
                          help="number of processes, at most one for each core; -1 for all (default: %(default)s)")
    discover.add_argument("--cluster", metavar="ADDRESS",
                          help="instead of --jobs: the scheduler of your own Dask cluster, such as tcp://host:8786")
    discover.add_argument("--device", default="cpu", metavar="D",
                          help="device that matches candidates: cpu, or a PyTorch device such as cuda (default: cpu)")
    discover.add_argument("--permutation-check", type=int, metavar="N",
                          help="afterwards, search N tables with a shuffled target: how often is a formula as good? "
                               "(19 for a p-value of at least 0.05, 99 for 0.01)")
    discover.add_argument("--refit", action="store_true",
                          help="also give the formula with its constants fitted to all rows, training and held-out")
    discover.add_argument("--out", type=Path, metavar="FOLDER",
                          help="write the run, the formula and the drawings to this folder; with --classify, classes.py"
                               " with the formulas")
    discover.add_argument("--json", action="store_true", help="print one JSON object")
    discover.set_defaults(command=run_discover)
    for add in (add_dynamics, add_sweep, add_predict, add_calibrate, add_bundle_commands):
        add(commands)
    return parser


def _add_samples(commands: Any) -> None:
    samples = commands.add_parser("samples", help="list the sample tables")
    samples.add_argument("--json", action="store_true", help="print one JSON list")
    samples.set_defaults(command=_samples)


def _samples(options: argparse.Namespace) -> int:
    from xnet.atomic_files import to_json
    from xnet.tables.samples import list_samples

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
