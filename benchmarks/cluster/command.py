"""Whether more processes pay: `python -m benchmarks.cluster [--islands 1,2,8] [--family NAMES] [--list LIST] ...`.

Each formula is searched by one island and by several, which compute in turns in this process. The processor seconds of
each island are counted on a clock of its own, half a second for the start of its process included, and networks are
exchanged when the clocks say so. The result is that of a machine with a core for each island, also on a busy machine of
two cores. A search ends when it ends itself, with an exact formula, or after `--seconds` of its clock.
  sooner   how many times sooner than one island, in processor seconds of the first island (see `times_sooner`)
  finder   the island whose search ended; "all" if the steps of all islands together were enough
The last lines say for each number of islands how many formulas were found, and the ratio of the summed seconds over the
formulas that one island finds.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.formulas.known_formulas import Formula, list_file, load
from benchmarks.options import measurement_parser, names_of
from benchmarks.output import CsvFile
from xnet.engine import Problem
from xnet.engine.formulas.text import to_text

from .simulation import Simulated, simulate

#: Formulas of the default list that take one process several seconds.
SLOW = "Keijzer-4,F-I.6.2b,F-I.9.18,F-I.15.3t,F-I.37.4,F-II.35.18,F-II.35.21,F-III.9.52"
#: Training rows of each formula, as in `benchmarks.formulas`.
_ROWS = 200


class Row(NamedTuple):
    """One formula with one number of islands; durations in seconds of the first island's clock (`times_sooner`)."""

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


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = measurement_parser("cluster", __doc__, 20.0, "limit of each search on the clock of the first island")
    parser.add_argument("--islands", type=islands_of, default=(2, 4, 8), metavar="K,...",
                        help="numbers of islands beside one (default 2,4,8)")
    parser.add_argument("--family", action="append", help=f"families or names, separated by commas; default: {SLOW}")
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
    names, file = names_of(given.family), list_file(given.list) if given.list else None
    formulas = load(*(names or names_of([SLOW] if file is None else None)), file=file)
    out, rows = CsvFile(given.csv), list[Row]()
    for formula in formulas:
        for row in measured(formula, (1, *given.islands), given.seconds, given.seed):
            print(line(row), flush=True)
            out.write(row._asdict())
            rows.append(row)
    print(closing(rows), flush=True)


def measured(formula: Formula, islands: Sequence[int], seconds: float, seed: int) -> list[Row]:
    """The rows of one formula; the first number of islands is 1."""
    X, y = formula.sample(_ROWS, seed)
    searches = [simulate(Problem.from_arrays(X, y, names=formula.variables, seed=seed), k, seconds) for k in islands]
    return [row_of(formula, k, search, searches[0]) for k, search in zip(islands, searches, strict=True)]


def row_of(formula: Formula, islands: int, search: Simulated, alone: Simulated) -> Row:
    """The row of a search, compared with the search of one island."""
    best, sooner = search.state.best, search.times_sooner(alone)
    finder = "-" if not search.exact else "all" if search.finder < 0 else str(search.finder)
    return Row(formula.name, islands, search.exact, alone.seconds[-1] / sooner, sooner, search.state.step, finder,
               search.busy, best.complexity, to_text(best.network, formula.variables))


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
