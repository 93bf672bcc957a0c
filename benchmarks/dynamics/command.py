"""How many laws of motion are found: `python -m benchmarks.dynamics [--noise 0,0.05] [--seconds S] [--peers pysindy]`.

Each system of ODEBench with an odd number is simulated from its first published state (150 rows, t = 0 to 10), with
noise proportional to the states. What is found is scored without noise.
  reconstructed  R2 of its simulation from the true first state
  generalised    R2 of its simulation from the second published first state, which no method saw
  right          every right-hand side, refitted to the true derivative, has a loss below 1e-9 and at most 4 neurons
                 more than the truth
Seconds are those of the processor.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.util import find_spec

import numpy as np

from benchmarks.options import measurement_parser, names_of, shard_of
from benchmarks.output import CsvFile

from .measurement import Row, measure
from .pysindy_fit import fit_pysindy
from .systems import ODEBENCH, known_system


def line(row: Row) -> str:
    """One row of the report."""
    right = {True: "right", False: "-", None: ""}[row.right]
    return (f"{row.number:>3} {row.n_states}  {row.method:<8} noise {row.noise:<5g} R {row.reconstructed:8.4f}  "
            f"G {row.generalised:8.4f}  {right:<5} {row.seconds:6.1f} s  {row.found[:150]}")


def closing(rows: Iterable[Row]) -> str:
    """The counts of every method and noise."""
    lines, rows = [], list(rows)
    for method, noise in dict.fromkeys((row.method, row.noise) for row in rows):
        own = [row for row in rows if (row.method, row.noise) == (method, noise)]
        n = len(own)
        counts = [sum(row.reconstructed > limit for row in own) for limit in (0.9, 0.99)]
        counts += [sum(row.generalised > limit for row in own) for limit in (0.9, 0.99)]
        right = "" if own[0].right is None else f", right {sum(bool(row.right) for row in own)}"
        lines.append(f"{method} at noise {noise:g}: of {n} systems reconstructed > 0.9 {counts[0]}, > 0.99 "
                     f"{counts[1]}; generalised > 0.9 {counts[2]}, > 0.99 {counts[3]}{right}; mean "
                     f"{np.mean([row.seconds for row in own]):.1f} s, longest "
                     f"{max(row.seconds for row in own):.1f} s")
    return "\n".join(lines)


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("dynamics", __doc__, 10.0, "budget of each fit, in seconds of the processor")
    parser.add_argument("--noise", default="0,0.05", help="shares of the state, separated by commas (default 0,0.05)")
    parser.add_argument("--system", action="append", help="numbers, separated by commas; default: all")
    parser.add_argument("--peers", action="append", help="also measure pysindy")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="measure every N-th system only, from the I-th")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = build_parser()
    given = parser.parse_args(arguments)
    unknown = [name for name in names_of(given.system) if not name.isdigit() or int(name) not in ODEBENCH]
    if unknown:
        parser.error(f"there is no system {', '.join(unknown)}; known: {', '.join(map(str, ODEBENCH))}")
    peer = "pysindy" in names_of(given.peers)
    if peer and find_spec("pysindy") is None:
        parser.error("pysindy is not installed; run: pip install pysindy, or leave out --peers")
    part, whole = given.shard
    numbers = ([int(name) for name in names_of(given.system)] or sorted(ODEBENCH))[part - 1::whole]
    rows, out = [], CsvFile(given.csv)
    for noise in map(float, names_of([given.noise])):
        for number in numbers:
            known = known_system(number)
            found = [measure(known, noise, given.seconds, given.seed)]
            found += [fit_pysindy(known, noise, given.seed)] if peer else []
            for row in found:
                rows.append(row)
                print(line(row), flush=True)
                out.write(asdict(row))
    print(closing(rows), flush=True)
