"""How many known formulas are found: `python -m benchmarks.formulas [--family F] [--seconds S] [--peers P] ...`.

Each formula is sampled at 200 points uniform in its ranges, searched for at most S seconds, and compared on 1,000
fresh points without noise.
  exact      largest error below 1e-5 standard deviations of the target
  compact    exact, with at most twice the truth's neurons and constants plus 4
  recovered  R2 on the fresh points above 1 - 3e-5; the measure for noisy rows
  structure  at most that size, and exact once its constants are refitted on rows without noise
  same shape equal to the truth in its canonical form but for the numbers (strict: `x*(x + 1)` is not `x**2 + x`)
Peers get the same rows, seconds and cores. They are exact by their own predictions or by their formula evaluated in
float64, whichever is better, and their size is counted by X-Net's rule on the canonical form without the dust of
float32 (* where it could not be read: then by their own).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.output import CsvFile, make_parser, names_of, shard_of
from benchmarks.peers import check_peers, fit_peer
from benchmarks.problems import Formula, load
from benchmarks.scoring import (
    EXACT,
    RECOVERED,
    fresh,
    largest_compact,
    largest_error,
    r_squared,
    same_shape,
    true_structure,
)
from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network


@dataclass(frozen=True)
class Row:
    """One line of the table: one formula by one system."""

    name: str
    family: str
    system: str
    exact: bool
    compact: bool
    recovered: bool
    structure: bool
    same_shape: bool
    seconds: float
    complexity: int
    truth_complexity: int
    parameters: int
    counted: str
    r2: float
    error: float
    formula: str
    failure: str = ""


@dataclass(frozen=True)
class Settings:
    """What is the same for every formula; `noise` is a share of the target's standard deviation."""

    seconds: float = 10.0
    rows: int = 200
    noise: float = 0.0
    parameters: bool = True
    jobs: int = 1
    seed: int = 1


def measure(formula: Formula, system: str = "xnet", settings: Settings | None = None) -> Row:
    """One formula by one system; whatever goes wrong in it makes a failed row."""
    settings = settings or Settings()
    X, y = formula.sample(settings.rows, settings.seed)
    y = y + settings.noise * y.std() * np.random.default_rng(settings.seed + 1).standard_normal(len(y))
    try:
        return _by_xnet(formula, X, y, settings) if system == "xnet" else _by_peer(formula, X, y, system, settings)
    except Exception as error:  # noqa: BLE001 - one formula must not end an hour's measurement
        return Row(formula.name, formula.family, system, False, False, False, False, False, settings.seconds, 0,
                   formula.truth.complexity, 0, "", float("-inf"), float("inf"), "", f"{type(error).__name__}: {error}")


def _by_xnet(formula: Formula, X: Array, y: Array, settings: Settings) -> Row:
    model = XNetRegressor(budget_seconds=settings.seconds, parameters=settings.parameters, n_jobs=settings.jobs,
                          random_state=settings.seed)
    begun = time.perf_counter()
    model.fit(X, y)
    spent = time.perf_counter() - begun
    network = model.network_
    values = network.evaluate(fresh(formula)[0])
    return scored(formula, "xnet", network, [values], spent, to_text(network, formula.variables), settings)


def _by_peer(formula: Formula, X: Array, y: Array, system: str, settings: Settings) -> Row:
    X_new = fresh(formula)[0]
    fit = fit_peer(system, X, y, X_new, seconds=settings.seconds, jobs=settings.jobs, seed=settings.seed)
    if fit.network is None:
        return scored(formula, system, None, [fit.values], fit.seconds, fit.text, settings,
                      (fit.complexity, fit.parameters, fit.counted))
    return scored(formula, system, fit.network, [fit.values, fit.network.evaluate(X_new)], fit.seconds, fit.text,
                  settings)


def scored(formula: Formula, system: str, network: Network | None, values: Sequence[Array], seconds: float, text: str,
           settings: Settings, size: tuple[int, int, str] | None = None) -> Row:
    """The row of what was found.

    Args:
        values: predictions at the fresh points; of several (a peer's own and its text's) the best count.
        size: complexity, parameters and how they were counted; those of the network when left out.
    """
    if size is None:
        assert network is not None  # only a peer's formula may be unreadable, and it brings its size
        size = (network.complexity, network.n_parameters, "neurons")
    y = fresh(formula)[1]
    error, r2 = min(largest_error(v, y) for v in values), max(r_squared(v, y) for v in values)
    exact = error < EXACT
    compact = exact and size[0] <= largest_compact(formula.truth)
    structure = compact or (network is not None and true_structure(network, formula, settings.rows, settings.seed))
    return Row(formula.name, formula.family, system, exact, compact, r2 > RECOVERED, structure,
               network is not None and same_shape(network, formula.truth), seconds, size[0], formula.truth.complexity,
               size[1], size[2], r2, error, text)


def line(row: Row) -> str:
    """One row for people."""
    if row.failure:
        return f"{row.name:<12} {row.system:<8} failed: {row.failure}"
    mark = "compact" if row.compact else "exact" if row.exact else "recovered" if row.recovered else "-"
    star = "*" if row.counted == "own nodes" else " "
    return (f"{row.name:<12} {row.system:<8} {mark:<9} {'structure' if row.structure else '':<9} {row.seconds:6.2f} s  "
            f"complexity {row.complexity:3d}{star}(truth {row.truth_complexity:3d})  parameters {row.parameters:2d}  "
            f"R2 {row.r2:.8f}  {row.formula[:70]}")


def closing(rows: Sequence[Row]) -> str:
    """The closing lines: for every system each family, and all together where there are several."""
    lines = []
    for system in dict.fromkeys(row.system for row in rows):
        mine = [row for row in rows if row.system == system]
        families = list(dict.fromkeys(row.family for row in mine))
        for family in families:
            lines.append(_summary(system, family, [row for row in mine if row.family == family]))
        if len(families) > 1:
            lines.append(_summary(system, "all", mine))
    return "\n".join(lines)


def _summary(system: str, family: str, rows: Sequence[Row]) -> str:
    n, done = len(rows), [row for row in rows if not row.failure]
    seconds = np.array([row.seconds for row in rows])
    text = (f"{system} {family}: {sum(r.exact for r in rows)} of {n} exact, {sum(r.compact for r in rows)} compact, "
            f"{sum(r.recovered for r in rows)} recovered, {sum(r.structure for r in rows)} with the true structure "
            f"({sum(r.same_shape for r in rows)} in the same shape); seconds: mean {seconds.mean():.2f}, longest "
            f"{seconds.max():.2f}; mean R2 {np.mean([max(r.r2, 0.0) for r in rows]):.6f}")
    if done:
        parameters, size, truth = np.mean([(r.parameters, r.complexity, r.truth_complexity) for r in done], axis=0)
        text += f"; mean parameters {parameters:.1f}, mean complexity {size:.1f} (truth {truth:.1f})"
    return text + (f"; {n - len(done)} failed" if len(done) < n else "")


def run(formulas: Sequence[Formula], systems: Sequence[str], settings: Settings, out: CsvFile) -> list[Row]:
    """Measure, print and write all formulas by all systems."""
    rows = []
    for formula in formulas:
        for system in systems:
            rows.append(measure(formula, system, settings))
            print(line(rows[-1]), flush=True)
            out.write(asdict(rows[-1]))
    print(closing(rows), flush=True)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = make_parser(__doc__, 10.0, "most seconds a formula")
    parser.add_argument("--family", action="append", help="families or names, by commas or repeated; all if left out")
    parser.add_argument("--file", type=Path, help="formulas of another file, such as benchmarks/unseen.csv")
    parser.add_argument("--jobs", type=int, default=1, help="processes (threads for pyoperon) to search with")
    parser.add_argument("--noise", type=float, default=0.0, help="share of the target's standard deviation")
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--no-parameters", action="store_true", help="activations only")
    parser.add_argument("--peers", action="append", help="also pyoperon, gplearn")
    parser.add_argument("--only-peers", action="store_true", help="leave X-Net out")
    parser.add_argument("--shard", type=shard_of, default=(1, 1), metavar="I/N",
                        help="every N-th formula from the I-th")
    given = parser.parse_args(arguments)
    systems = ([] if given.only_peers else ["xnet"]) + check_peers(names_of(given.peers))
    part, whole = given.shard
    formulas = load(*names_of(given.family), file=given.file)[part - 1::whole]
    if not formulas or not systems:
        parser.error("nothing is left to measure: the share is empty, or --only-peers came without --peers")
    settings = Settings(given.seconds, given.rows, given.noise, not given.no_parameters, given.jobs, given.seed)
    run(formulas, systems, settings, CsvFile(given.csv))


if __name__ == "__main__":
    main()
