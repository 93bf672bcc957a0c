"""Whether more processes pay: `python -m benchmarks.cluster [--islands 2,8] [--real] [--family NAMES] [--list LIST]`.

Each formula is searched by one island and by several, which compute in turns in this process. The processor seconds of
each island are counted on a clock of its own, 0.35 s for the start of its process included, and networks are
exchanged when the clocks say so. The result is that of a machine with a core for each island, also on a busy machine of
two cores. A search ends when it ends itself, with an exact formula, or after `--seconds` of its clock.
  sooner   how many times sooner than one island, in processor seconds of the first island (see `times_sooner`)
  finder   the island whose search ended; "all" if the steps of all islands together were enough
The last lines say for each number of islands how many formulas were found, and the ratio of the summed seconds over the
formulas that one island finds.
With `--real` the searches run in real processes, by default one and two, and the seconds are those of the clock, the
start of the processes included: leave the machine alone meanwhile.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.formulas.known_formulas import Formula, list_file, load
from benchmarks.options import measurement_parser, names_of
from benchmarks.output import CsvFile
from xnet.engine import Problem, SearchState
from xnet.engine.formulas.text import to_text
from xnet.engine.search.stopping import StopReason

from .real import measure
from .simulation import simulate

#: List -> formulas that one process finds, and for which it needs 4 to 12 processor seconds of a machine of which other
#: programs use the rest (D-128): the first of their files, at most four of a list.
SLOW = {"srsd": "feynman-i.6.20b,feynman-i.9.18,feynman-i.18.4,feynman-i.50.26",
        "lsr_transform": "LSR-T-I.13.12_3_0,LSR-T-II.35.18_3_1,LSR-T-II.36.38_4_0",
        "lsr_synth": "BPG2,PO41", "odebench": "ODEBench-34.1"}
#: Training rows of each formula, as in `benchmarks.formulas`.
_ROWS = 200


class Row(NamedTuple):
    """One formula with one number of islands.

    Attributes:
        seconds: of the clock, or simulated ones of the first island's clock in the search alone (`times_sooner`).
        busy: simulated processor seconds of all islands together; 0 in real processes.
    """

    name: str
    islands: int
    exact: bool
    seconds: float
    sooner: float
    steps: int
    finder: str
    busy: float
    complexity: int
    formula: str


#: Searches a formula with some numbers of islands, the first of which is 1: (formula, islands, seconds, seed).
Measurement = Callable[[Formula, Sequence[int], float, int], Iterator[Row]]


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("cluster", __doc__, 20.0, "limit of each search on the clock of the first island")
    parser.add_argument("--islands", type=islands_of, metavar="K,...",
                        help="numbers of islands beside one (default 2,4,8; with --real 2)")
    parser.add_argument("--real", action="store_true", help="measure real processes by the clock")
    parser.add_argument("--family", action="append", help="families or names, separated by commas; default: all of the "
                        "list, or ten formulas of four lists that take one process long")
    parser.add_argument("--list", metavar="NAME", help="a list of the benchmarks folder (default: formulas)")
    return parser


def islands_of(text: str) -> tuple[int, ...]:
    """`2,8` as (2, 8).

    Raises:
        ArgumentTypeError: the text is no list of numbers above 1.
    """
    parts = text.split(",")
    if not all(part.strip().isdigit() and int(part) > 1 for part in parts):
        raise ArgumentTypeError(f"expected numbers of islands above 1 such as 2,8, not {text!r}")
    return tuple(int(part) for part in parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    islands = given.islands or ((2,) if given.real else (2, 4, 8))
    measurement: Measurement = in_processes if given.real else simulated
    out, rows = CsvFile(given.csv), list[Row]()
    for formula in chosen(names_of(given.family), given.list):
        for row in measurement(formula, (1, *islands), given.seconds, given.seed):
            print(line(row), flush=True)
            out.write(row._asdict())
            rows.append(row)
    print(closing(rows), flush=True)


def chosen(names: Sequence[str], of_list: str | None) -> list[Formula]:
    """The formulas to search: by name or family, of a list, or those of `SLOW`."""
    if names or of_list:
        return load(*names, file=list_file(of_list or "formulas"))
    return [formula for name, slow in SLOW.items() for formula in load(*names_of([slow]), file=list_file(name))]


def simulated(formula: Formula, islands: Sequence[int], seconds: float, seed: int) -> Iterator[Row]:
    """The rows of one formula on simulated islands."""
    alone = simulate(_problem(formula, seed), islands[0], seconds)
    for k in islands:
        search = alone if k == islands[0] else simulate(_problem(formula, seed), k, seconds)
        sooner = search.times_sooner(alone)
        yield row_of(formula, k, search.state, alone.end / sooner, sooner, search.busy)


def in_processes(formula: Formula, islands: Sequence[int], seconds: float, seed: int) -> Iterator[Row]:
    """The rows of one formula in real processes."""
    alone = measure(_problem(formula, seed), islands[0], seconds)
    for k in islands:
        took, state = alone if k == islands[0] else measure(_problem(formula, seed), k, seconds)
        yield row_of(formula, k, state, took, alone[0] / took)


def _problem(formula: Formula, seed: int) -> Problem:
    """A new problem, without the libraries that another search has built."""
    X, y = formula.sample(_ROWS, seed)
    return Problem.from_arrays(X, y, names=formula.variables, seed=seed)


def row_of(formula: Formula, islands: int, state: SearchState, seconds: float, sooner: float,
           busy: float = 0.0) -> Row:
    """The row of a search."""
    best, exact = state.best, state.stop_reason is StopReason.EXACT
    finder = next((str(i.number) for i in state.islands if i.stop_reason is StopReason.EXACT), "all")
    return Row(formula.name, islands, exact, seconds, sooner, state.step, finder if exact else "-", busy,
               best.complexity, to_text(best.network, formula.variables))


def line(row: Row) -> str:
    """A row for the screen."""
    return (f"{row.name:20s} {row.islands:3d} islands  {'exact' if row.exact else '-':5s}  {row.seconds:6.2f} s"
            f"  {row.sooner:5.2f} times sooner  {row.steps:3d} steps  finder {row.finder:>3s}"
            f"  complexity {row.complexity:3d}  {row.formula}")


def closing(rows: Sequence[Row]) -> str:
    """For each number of islands: formulas found, and how much sooner those were that one island finds."""
    alone = {row.name: row.seconds for row in rows if row.islands == 1 and row.exact}
    lines = []
    for k in sorted({row.islands for row in rows}):
        mine = [row for row in rows if row.islands == k]
        spent = sum(row.seconds for row in mine if row.name in alone)
        ratio = sum(alone.values()) / spent if spent else 1.0
        lines.append(f"{k:3d} islands: {sum(row.exact for row in mine)} of {len(mine)} exact, {ratio:.2f} times sooner")
    return "\n".join(lines)
