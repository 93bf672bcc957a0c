"""One fit of a peer, in a process of its own: `python -m benchmarks.peer_worker NAME FOLDER SECONDS JOBS SEED`.

Reads `in.npz` (X, y, X_new) in the folder, writes `out.json` (text, nodes, parameters, seconds) and `out.npy`. Each
peer is set up to do well within the time: functions that cover the benchmarks' formulas, its constants optimised where
it can, its time limit used in full unless it is exact sooner.
"""

from __future__ import annotations

import json
import math
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from xnet.arrays import Array

Found = tuple[dict[str, Any], Array]

#: A loss (share of the target's variance) at which a peer has nothing left to find; pyoperon computes in float32.
_DONE = 1e-12
#: Generations of pyoperon between two looks at its front: its own `epsilon` never ends a run with several objectives.
_SLICE = 5


def fit_pyoperon(X: Array, y: Array, X_new: Array, seconds: float, jobs: int, seed: int) -> Found:
    """NSGA-II on error and length with Levenberg-Marquardt on every offspring, warm-started slice by slice.

    Once exact it goes on for as long again, within its time, as its front still gets shorter then. From the front: the
    shortest model that is as good as exact, or else the one of the least Bayesian information criterion (the default,
    the description length, needs the noise to be known).
    """
    from pyoperon.sklearn import SymbolicRegressor

    model = SymbolicRegressor(
        allowed_symbols="add,sub,mul,div,sin,cos,exp,log,sqrt,square,constant,variable",
        objectives=["nmse", "length"], optimizer="lm", optimizer_iterations=10, population_size=1000, max_length=50,
        generations=_SLICE, max_evaluations=10**9, n_threads=jobs, warm_start=True,
        model_selection_criterion="bayesian_information_criterion")
    begun, lowest, limit, slices = time.perf_counter(), math.inf, seconds, 0
    while (left := limit - (time.perf_counter() - begun)) > 0:
        model.set_params(max_time=max(1, math.ceil(left)), random_state=seed + 1000 * slices)
        model.fit(X, y)
        slices += 1
        before, lowest = lowest, min(m["mean_squared_error"] for m in model.pareto_front_) / float(np.var(y))
        if lowest <= _DONE < before:
            limit = min(seconds, 2.0 * (time.perf_counter() - begun))
    spent = time.perf_counter() - begun
    tree = model.model_
    if lowest < 100 * _DONE:
        good = [m for m in model.pareto_front_ if m["mean_squared_error"] <= 10.0 * lowest * np.var(y)]
        tree = min(good, key=lambda m: m["length"])["tree"]
    names = [f"x{i + 1}" for i in range(X.shape[1])]
    text = model.get_model_string(tree, precision=10, names=names)
    constants = len(re.findall(r"(?<![\w.])\d+\.\d+", text))
    return ({"text": text, "nodes": len(tree.Nodes), "parameters": constants, "seconds": spent},
            np.asarray(model.evaluate_model(tree, X_new), dtype=np.float64))


def _exp(a: Array) -> Array:
    return np.exp(np.minimum(a, 50.0))


def fit_gplearn(X: Array, y: Array, X_new: Array, seconds: float, jobs: int, seed: int) -> Found:
    """Generation by generation until the time is up, its fitness the correlation; scale and offset by least squares."""
    from gplearn.functions import make_function
    from gplearn.genetic import SymbolicRegressor

    functions = ["add", "sub", "mul", "div", "sin", "cos", "log", "sqrt", "neg", "inv",
                 make_function(function=_exp, name="exp", arity=1),
                 make_function(function=np.square, name="square", arity=1)]
    model = SymbolicRegressor(population_size=1000, generations=1, tournament_size=20, function_set=functions,
                              metric="pearson", parsimony_coefficient=1e-5, const_range=(-5.0, 5.0), warm_start=True,
                              n_jobs=jobs, random_state=seed)
    begun = time.perf_counter()
    best = None
    while best is None or time.perf_counter() - begun < seconds:
        model.fit(X, y)
        if best is None or model._program.raw_fitness_ > best.raw_fitness_:
            best = model._program
        if best.raw_fitness_ >= 1.0 - _DONE / 2:
            break
        model.set_params(generations=model.generations + 1)
    f = best.execute(X)
    basis = np.column_stack([f, np.ones(len(f))])
    scale, offset = np.linalg.lstsq(basis, y, rcond=None)[0]
    spent = time.perf_counter() - begun
    scale = 1.0 if abs(scale - 1.0) < 1e-9 else float(scale)
    offset = 0.0 if abs(offset) < 1e-9 * y.std() else float(offset)
    text = f"{scale!r}*{_gplearn_text(best.program)} + {offset!r}"
    constants = sum(isinstance(node, float) for node in best.program) + (scale != 1.0) + (offset != 0.0)
    nodes = len(best.program) + 2 * (scale != 1.0) + 2 * (offset != 0.0)
    return ({"text": text, "nodes": nodes, "parameters": constants, "seconds": spent},
            scale * best.execute(X_new) + offset)


def _gplearn_text(program: list[Any]) -> str:
    """Its prefix program as text with full digits; its protections (of division, roots, logarithms) are not written."""
    stack: list[str] = []
    for node in reversed(program):
        if hasattr(node, "arity"):
            name = "reciprocal" if node.name == "inv" else node.name
            stack.append(f"{name}({', '.join(stack.pop() for _ in range(node.arity))})")
        else:
            stack.append(f"x{node + 1}" if isinstance(node, int | np.integer) else repr(float(node)))
    return stack[0]


FITS = {"pyoperon": fit_pyoperon, "gplearn": fit_gplearn}


def main() -> None:
    """The command line."""
    name, folder, seconds, jobs, seed = sys.argv[1:]
    place = Path(folder)
    given = np.load(place / "in.npz", allow_pickle=False)
    with np.errstate(all="ignore"):
        report, values = FITS[name](given["X"], given["y"], given["X_new"], float(seconds), int(jobs), int(seed))
    np.save(place / "out.npy", np.asarray(values, dtype=np.float64), allow_pickle=False)
    (place / "out.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
