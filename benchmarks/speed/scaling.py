"""Time and memory of a fit as the table or the number of processes grows."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from xnet import XNetRegressor


@dataclass(frozen=True)
class Scaling:
    """One measured case: a fit with a fixed number of steps in a new process.

    Attributes:
        kind: "rows", "columns" or "cores".
        seconds: duration of the whole fit.
        steps: sum of the steps of all processes.
        mebibytes: peak memory of the fitting process with its imports; of several processes, of the first.
        ratio: seconds divided by those of the reference case of the same kind.
        failure: the exception that ended the fit.
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
    """Seconds, steps and peak memory in MiB of a fit to noisy rows, on which a search does not end early."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(1.0, 3.0, (rows, columns))
    y = X[:, 0] * np.sin(2.0 * X[:, 1]) + 0.3 * X[:, -1] ** 2
    y += 0.05 * y.std() * rng.standard_normal(rows)
    model = XNetRegressor(budget_seconds=1e6, budget_steps=steps, n_jobs=jobs, random_state=seed)
    begun = time.perf_counter()
    model.fit(X, y)
    spent = time.perf_counter() - begun
    return spent, int(model.n_steps_), _peak_memory()


def _peak_memory() -> float:
    """Peak memory of this process in MiB; NaN on systems without /proc. (`getrusage` includes the parent's memory.)"""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    return next((int(text.split()[1]) / 1024 for text in lines if text.startswith("VmHWM")), float("nan"))


def scaling(kind: str, cases: Sequence[tuple[int, int, int]], reference: int, steps: int, seed: int) -> list[Scaling]:
    """Measure cases (rows, columns, processes), each in a new process; the case at index `reference` has ratio 1."""
    done = []
    for rows, columns, jobs in cases:
        try:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                done.append(Scaling(kind, rows, columns, jobs,
                                    *pool.submit(fit_case, rows, columns, jobs, steps, seed).result()))
        except Exception as error:  # noqa: BLE001 - a case that is too large for this machine must not end the others
            done.append(Scaling(kind, rows, columns, jobs, float("nan"), 0, float("nan"),
                                failure=f"{type(error).__name__}: {error}"))
    return [replace(case, ratio=case.seconds / done[reference].seconds) for case in done]


def line(case: Scaling) -> list[str]:
    """One case as the cells of a table of text."""
    return ["", str(case.rows), str(case.columns), str(case.jobs), f"{case.seconds:.2f}", f"{case.ratio:.2f}",
            str(case.steps), f"{case.mebibytes:.0f}", case.failure[:80]]
