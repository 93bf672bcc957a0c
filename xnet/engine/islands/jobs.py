"""How many processes an `n_jobs` stands for."""

from __future__ import annotations

import multiprocessing

from xnet.errors import DataError


def count_jobs(n_jobs: int | None) -> int:
    """How many processes `n_jobs` stands for, as in scikit-learn: None is 1, -1 all cores, -2 all but one.

    Inside a process or thread that joblib or `multiprocessing` started it is 1: the cores are at work already.

    Raises:
        DataError: n_jobs is 0 or no whole number.
    """
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not hasattr(n_jobs, "__index__") or n_jobs == 0:
        raise DataError(f"n_jobs is {n_jobs!r}; expected a whole number of processes, -1 for all cores, or None for 1.")
    if n_jobs == 1:
        return 1
    from joblib.parallel import get_active_backend

    if multiprocessing.parent_process() is not None or get_active_backend()[0].nesting_level:
        return 1
    return int(n_jobs) if n_jobs > 0 else max(1, core_count() + 1 + int(n_jobs))


def core_count() -> int:
    """The cores that this process may use, by its affinity and the limits of a container."""
    from joblib import cpu_count  # a slow import

    return int(cpu_count())
