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


def line(case: Scaling) -> list[str]:
    """The cells of one case for people."""
    return ["", str(case.rows), str(case.columns), str(case.jobs), f"{case.seconds:.2f}", f"{case.ratio:.2f}",
            str(case.steps), f"{case.mebibytes:.0f}", case.failure[:80]]
