"""One fit by gplearn."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from xnet.arrays import Array

from .fit_result import EXACT_LOSS, PeerResult


def _exp(a: Array) -> Array:
    return np.exp(np.minimum(a, 50.0))


def fit_gplearn(X: Array, y: Array, X_new: Array, seconds: float, jobs: int, seed: int) -> PeerResult:
    """Genetic programming on the correlation with the target; least squares adds scale and offset at the end."""
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
        if best.raw_fitness_ >= 1.0 - EXACT_LOSS / 2:
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
    """A prefix program as text with all digits; gplearn's protected functions are written as the plain ones."""
    stack: list[str] = []
    for node in reversed(program):
        if hasattr(node, "arity"):
            name = "reciprocal" if node.name == "inv" else node.name
            stack.append(f"{name}({', '.join(stack.pop() for _ in range(node.arity))})")
        else:
            stack.append(f"x{node + 1}" if isinstance(node, int | np.integer) else repr(float(node)))
    return stack[0]
