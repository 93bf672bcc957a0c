"""Speed of the engine's inner parts on one core."""

from __future__ import annotations

import time

import numpy as np

from xnet.engine.algebra.conversion import to_network
from xnet.engine.algebra.expressions import add, call, mul, num, var
from xnet.engine.candidates.library import build_library
from xnet.engine.candidates.matching import MatchQuery, best_matches
from xnet.engine.fitting.levenberg_marquardt import fit_parameters
from xnet.engine.fitting.rows import Rows
from xnet.engine.networks.activations import resolve_activations
from xnet.engine.problem.problem import MATCH_ROWS


def library_build(size: int = 40_000, n_inputs: int = 4, rows: int = MATCH_ROWS) -> tuple[float, int]:
    """Seconds (best of 3) to enumerate and deduplicate about `size` candidates, and the size of the library."""
    columns = np.random.default_rng(0).uniform(1.0, 3.0, (n_inputs, rows))
    best, count = np.inf, 0
    for _ in range(3):
        begun = time.perf_counter()
        count = len(build_library(columns, resolve_activations("default"), size))
        best = min(best, time.perf_counter() - begun)
    return best, count


def candidate_fits(rows: int = MATCH_ROWS, targets: int = 192, different_weights: bool = True) -> float:
    """Candidate fits a second (best of 3): every candidate against every target, with scale and bias."""
    rng = np.random.default_rng(0)
    columns = rng.uniform(1.0, 3.0, (4, rows))
    library = build_library(columns, resolve_activations("default"), 40_000)
    one = np.ones(rows)
    queries = [MatchQuery(rng.standard_normal(rows), rng.uniform(0.5, 2.0, rows) if different_weights else one, (one,))
               for _ in range(targets)]
    best = np.inf
    for _ in range(3):
        begun = time.perf_counter()
        best_matches(library, queries)
        best = min(best, time.perf_counter() - begun)
    return targets * len(library.index) / best


def parameter_fits(rows: int = 200, repeats: int = 200) -> float:
    """Levenberg-Marquardt fits a second of a network with five constants, from starts up to 20 % off."""
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


def inner_speeds(quick: bool) -> dict[str, float]:
    """Measure the engine's inner parts; print each figure and return all of them."""
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
