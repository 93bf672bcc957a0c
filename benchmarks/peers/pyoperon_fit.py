"""One fit by pyoperon."""

from __future__ import annotations

import math
import re
import time

import numpy as np

from xnet.arrays import Array

from .fit_result import EXACT_LOSS, PeerResult

#: Generations between two checks of the front. pyoperon's `epsilon` does not end a run with several objectives.
_SLICE = 5


def fit_pyoperon(X: Array, y: Array, X_new: Array, seconds: float, jobs: int, seed: int) -> PeerResult:
    """NSGA-II on error and length with Levenberg-Marquardt on every offspring, restarted warm every few generations.

    When a model is exact the search continues for the same time again, within the limit, because the models of the
    front still become shorter. The result is the shortest model that is nearly exact. If there is none, it is the model
    with the lowest Bayesian information criterion; the default, the description length, needs a known noise level.
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
        if lowest <= EXACT_LOSS < before:
            limit = min(seconds, 2.0 * (time.perf_counter() - begun))
    spent = time.perf_counter() - begun
    tree = model.model_
    if lowest < 100 * EXACT_LOSS:
        good = [m for m in model.pareto_front_ if m["mean_squared_error"] <= 10.0 * lowest * np.var(y)]
        tree = min(good, key=lambda m: m["length"])["tree"]
    names = [f"x{i + 1}" for i in range(X.shape[1])]
    text = model.get_model_string(tree, precision=10, names=names)
    constants = len(re.findall(r"(?<![\w.])\d+\.\d+", text))
    return ({"text": text, "nodes": len(tree.Nodes), "parameters": constants, "seconds": spent},
            np.asarray(model.evaluate_model(tree, X_new), dtype=np.float64))
