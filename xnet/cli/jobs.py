"""The option `--jobs`."""

from __future__ import annotations

import sys


def counted_jobs(given: int) -> int:
    """How many processes `--jobs` stands for; -1 means all cores. Prints a sentence where there are fewer cores.

    Raises:
        RunError: the number is 0.
    """
    from xnet.config.run_options import RunError
    from xnet.engine import count_jobs, within_cores

    if given == 0:
        raise RunError("--jobs is 0. Expected a number of processes, or -1 for all cores.")
    n_processes, sentence = within_cores(given)
    if sentence:
        print(f"xnet: {sentence}", file=sys.stderr)
    return count_jobs(n_processes)
