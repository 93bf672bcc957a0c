"""How fast the engine is: `python -m benchmarks.speed [--only inner|rows|columns|cores] [--quick]`.

First its inner parts on one core: the library's build, candidate fits and parameter fits a second. Then how a fit of a
fixed number of steps grows with rows (20 columns), with columns (1,000 rows) and with processes, each in a fresh
process whose largest memory is noted too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.output import CsvFile, text_table
from xnet import XNetRegressor
from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, call, mul, num, var
from xnet.engine.candidates.library import build_library
from xnet.engine.candidates.matching import MatchQuery, best_matches
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import resolve_activations
from xnet.engine.problem.problem import MATCH_ROWS


def library_build(size: int = 40_000, n_inputs: int = 4, rows: int = MATCH_ROWS) -> tuple[float, int]:
    """Seconds (best of 3) to enumerate and deduplicate about `size` candidates, and how many stood."""
    columns = np.random.default_rng(0).uniform(1.0, 3.0, (n_inputs, rows))
    best, count = np.inf, 0
    for _ in range(3):
        begun = time.perf_counter()
        count = len(build_library(columns, resolve_activations("default"), size))
        best = min(best, time.perf_counter() - begun)
    return best, count


def candidate_fits(rows: int = MATCH_ROWS, targets: int = 192, different_weights: bool = True) -> float:
    """Candidate fits a second (best of 3): every target against the whole library, scale and bias in closed form."""
    rng = np.random.default_rng(0)
    columns = rng.uniform(1.0, 3.0, (4, rows))
    library = build_library(columns, resolve_activations("default"), 40_000)
    one = np.ones(rows)
    matches = [MatchQuery(rng.standard_normal(rows), rng.uniform(0.5, 2.0, rows) if different_weights else one, (one,))
               for _ in range(targets)]
    best = np.inf
    for _ in range(3):
        begun = time.perf_counter()
        best_matches(library, matches)
        best = min(best, time.perf_counter() - begun)
    return targets * len(library.standardised) / best


def parameter_fits(rows: int = 200, repeats: int = 200) -> float:
    """Levenberg-Marquardt fits a second of a network with five constants, from starts 20 % off."""
    rng = np.random.default_rng(0)
    columns = rng.uniform(1.0, 3.0, (2, rows))
    inner = call("exp", mul([(num(-0.7), 1.0), (var(0), 1.0)]))
    network = to_network(add([(1.5, inner), (0.4, call("sin", add([(2.0, var(1))])))], 0.3), 2)
    assert network is not None
    y = network.evaluate(columns.T)
    data = Rows(columns, y, float(np.var(y)))
    starts = [network.with_constants(np.array(network.constants) * rng.uniform(0.8, 1.2, 5)) for _ in range(repeats)]
    begun = time.perf_counter()
    for first in starts:
        fit_parameters(first, data)
    return repeats / (time.perf_counter() - begun)


@dataclass(frozen=True)
class Scaling:
    """One measured case: a fit of a fixed number of steps in a process of its own.

    Attributes:
        seconds: of the fit, everything included; `ratio` is to the first case of the same kind (for rows: to 10,000).
        steps: steps done in all, over all processes.
        mebibytes: the largest memory of the fitting process (with n_jobs, of the first), imports included.
    """

    kind: str
    rows: int
    columns: int
    jobs: int
    seconds: float
    steps: int
    mebibytes: float
    ratio: float = float("nan")
    failure: str = ""


def fit_case(rows: int, columns: int, jobs: int, steps: int, seed: int) -> tuple[float, int, float]:
    """Seconds, steps and the largest memory in MiB of a fit to noisy rows, on which no search ends early."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(1.0, 3.0, (rows, columns))
    y = X[:, 0] * np.sin(2.0 * X[:, 1]) + 0.3 * X[:, -1] ** 2
    y += 0.05 * y.std() * rng.standard_normal(rows)
    model = XNetRegressor(budget_seconds=1e6, budget_steps=steps, n_jobs=jobs, random_state=seed)
    begun = time.perf_counter()
    model.fit(X, y)
    spent = time.perf_counter() - begun
    return spent, int(model.n_steps_), _largest_memory()


def _largest_memory() -> float:
    """This process's largest memory in MiB, NaN where the system does not say (getrusage counts the parent's in)."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    return next((int(text.split()[1]) / 1024 for text in lines if text.startswith("VmHWM")), float("nan"))


def scaling(kind: str, cases: Sequence[tuple[int, int, int]], reference: int, steps: int, seed: int) -> list[Scaling]:
    """Measure cases (rows, columns, jobs), each in a fresh process; the one at `reference` has ratio 1."""
    done = []
    for rows, columns, jobs in cases:
        try:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                done.append(Scaling(kind, rows, columns, jobs,
                                    *pool.submit(fit_case, rows, columns, jobs, steps, seed).result()))
        except Exception as error:  # noqa: BLE001 - a case too large for this machine must not end the others
            done.append(Scaling(kind, rows, columns, jobs, float("nan"), 0, float("nan"),
                                failure=f"{type(error).__name__}: {error}"))
    return [replace(case, ratio=case.seconds / done[reference].seconds) for case in done]


def inner_speeds(quick: bool) -> dict[str, float]:
    """What the engine's inner parts do in a second, printed as they come."""
    figures: dict[str, float] = {}
    seconds, count = library_build(4_000 if quick else 40_000)
    print(f"library: {count} candidates over 4 variables and {MATCH_ROWS} rows in {seconds:.2f} s", flush=True)
    figures["library_seconds"], figures["library_candidates"] = seconds, count
    targets = 16 if quick else 192
    for name, different in (("every target its own weights", True), ("targets with equal weights", False)):
        figures[f"fits a second, {name}"] = candidate_fits(targets=targets, different_weights=different)
        print(f"candidate fits a second, {name}: {figures[f'fits a second, {name}']:.2e}", flush=True)
    figures["parameter fits a second"] = parameter_fits(repeats=20 if quick else 200)
    print(f"Levenberg-Marquardt fits a second (5 constants, 200 rows): {figures['parameter fits a second']:.0f}")
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look in well under a minute, not figures to report")
    parser.add_argument("--only", choices=("inner", "rows", "columns", "cores"), help="only this part")
    parser.add_argument("--steps", type=int, help="steps of every fit (default 12, quick 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the scaling's rows to this file")
    given = parser.parse_args(arguments)
    steps = given.steps or (2 if given.quick else 12)
    counts = (1_000, 10_000) if given.quick else (1_000, 10_000, 100_000, 1_000_000)
    widths = (2, 10) if given.quick else (2, 5, 10, 20, 50)
    kinds = {"rows": ([(n, 20, 1) for n in counts], 1), "columns": ([(1_000, d, 1) for d in widths], 0),
             "cores": ([(1_000, 5, jobs) for jobs in (1, 2)], 0)}
    if given.only in (None, "inner"):
        inner_speeds(given.quick)
    out = CsvFile(given.csv)
    for kind, (cases, reference) in kinds.items():
        if given.only not in (None, kind):
            continue
        done = scaling(kind, cases, reference, steps, given.seed)
        print(text_table([f"{kind} ({steps} steps)", "rows", "columns", "n_jobs", "seconds", "ratio", "steps in all",
                          "MiB", ""], [line(case) for case in done]), flush=True)
        for case in done:
            out.write(asdict(case))


def line(case: Scaling) -> list[str]:
    """The cells of one case for people."""
    return ["", str(case.rows), str(case.columns), str(case.jobs), f"{case.seconds:.2f}", f"{case.ratio:.2f}",
            str(case.steps), f"{case.mebibytes:.0f}", case.failure[:80]]


if __name__ == "__main__":
    main()
