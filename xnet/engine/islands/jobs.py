"""How many processes an `n_jobs` stands for."""

from __future__ import annotations

import multiprocessing
import warnings

from xnet.counts import counted
from xnet.errors import DataError
from xnet.processes import core_count


def count_jobs(n_jobs: int | None) -> int:
    """How many processes `n_jobs` stands for, as in scikit-learn: None is 1, -1 all cores, -2 all but one.

    There are never more than cores: further processes would only take turns with the others. Inside a process or thread
    that joblib or `multiprocessing` started it is 1: the cores are at work already.

    Warns:
        UserWarning: n_jobs is above the number of cores.

    Raises:
        DataError: n_jobs is 0 or no whole number.
    """
    if n_jobs is None:
        return 1
    if isinstance(n_jobs, bool) or not hasattr(n_jobs, "__index__") or n_jobs == 0:
        raise DataError(f"n_jobs is {n_jobs!r}; expected a whole number of processes, -1 for all cores, or None for 1.")
    if n_jobs == 1:
        return 1
    from joblib.parallel import get_active_backend  # a slow import

    if multiprocessing.parent_process() is not None or get_active_backend()[0].nesting_level:
        return 1
    if n_jobs < 0:
        return max(1, core_count() + 1 + int(n_jobs))
    n_processes, sentence = within_cores(int(n_jobs))
    if sentence:
        warnings.warn(sentence, UserWarning, stacklevel=3)  # the line of the caller of `fit`
    return n_processes


def within_cores(n_jobs: int) -> tuple[int, str]:
    """The number of processes, at most one for each core; and a sentence if more were asked for, else ""."""
    cores = core_count()
    if n_jobs <= cores:
        return n_jobs, ""
    return cores, (f"{n_jobs} processes were asked for, but X-Net can use {counted(cores, 'core')} "
                   f"here, so it uses {cores}.")
